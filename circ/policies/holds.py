"""Holds: the settings. Pure."""

from __future__ import annotations

from typing import Any, Final

from branches.policy import Setting, Unfit
from circ.policies.checks import check_count, check_days, check_switch, check_units, one_of
from kernel.i18n import Text

HOLD_PICKUPS: Final = ("any", "home", "current", "listed")
LOCAL_READERS: Final = ("home", "pickup")
LOCAL_COPIES: Final = ("home", "current")


def _local_first(value: Any) -> None:
    if value is None:
        return
    fits = isinstance(value, dict) and value.keys() == {"patron", "item"}
    if not (fits and value["patron"] in LOCAL_READERS and value["item"] in LOCAL_COPIES):
        raise Unfit(
            Text(
                '如 {"patron":"pickup","item":"home"}；patron 为 home 或 pickup，item 为 home 或 current；或留空',
                'such as {"patron":"pickup","item":"home"}: patron home or pickup, item home or current; or null',
            )
        )


HOLDS: Final = (
    Setting(
        name="max_holds",
        group="holds",
        label=Text("最多可同时预约", "most holds at once"),
        check=check_count,
        default=None,
    ),
    Setting(
        name="max_holds_item_library",
        group="holds",
        label=Text("最多可同时预约同一个馆的书", "most holds at once on books of one library"),
        check=check_count,
        default=None,
        help=Text(
            "只有一个馆有的书才算在那个馆的数里；“图书所属馆”指那个馆。",
            "A hold counts where one library alone can fill it; that library is the home of the item that the row names.",
        ),
    ),
    Setting(
        name="max_holds_per_day",
        group="holds",
        label=Text("每天最多预约", "most holds a day"),
        check=check_count,
        default=None,
    ),
    Setting(
        name="max_no_shows",
        group="holds",
        label=Text("最多可有几次约了不取", "most holds not collected"),
        check=check_count,
        default=None,
        help=Text(
            "30 天内到期未取的预约超过此数，就不能再约。",
            "Whoever left more than this uncollected within 30 days may not place another.",
        ),
    ),
    Setting(
        name="hold_allowed",
        group="holds",
        label=Text("可以预约", "may be put on hold"),
        check=check_switch,
        default=True,
        help=Text("“办理馆”指取书处。", "The place that counts is where it is collected."),
    ),
    Setting(
        name="hold_damaged",
        group="holds",
        label=Text("破损的书也可以预约", "damaged copies may be put on hold"),
        check=check_switch,
        default=True,
        help=Text("关闭后，登记了破损的复本不为预约去找。", "Off: a copy noted as damaged is not fetched for a hold."),
    ),
    Setting(
        name="hold_if_all_out",
        group="holds",
        label=Text("取书处架上没有才能预约", "only where the pickup place has none on its shelf"),
        check=check_switch,
        default=False,
    ),
    Setting(
        name="hold_pickup",
        group="holds",
        label=Text("预约的书可在哪里取", "where a held book is collected"),
        check=one_of(*HOLD_PICKUPS),
        choices=HOLD_PICKUPS,
        default="any",
        help=Text(
            "any 任何馆点；home 只在所属馆；current 只在它现在所在的馆；listed 只在“可取书的馆点”里列出的地方。",
            "any: everywhere; home: only at its home; current: only where it is now; listed: at the listed pickup places.",
        ),
    ),
    Setting(
        name="hold_pickup_units",
        group="holds",
        label=Text("可取书的馆点", "listed pickup places"),
        check=check_units,
        default=None,
        help=Text(
            '馆点代码，如 ["ZG","CG"]，含其下的馆点；hold_pickup 为 listed 时有用，留空则哪里也不能取。',
            'Unit codes such as ["ZG","CG"], each with the units below; for hold_pickup = listed. Null: nowhere.',
        ),
    ),
    Setting(
        name="hold_shelf_days",
        group="holds",
        label=Text("预约架保留几个开放日", "open days on the hold shelf"),
        check=check_days,
        default=7,
        help=Text(
            "按取书处的开放日计；留空则一直保留。", "Counted by the open days of the pickup place; null: kept for ever."
        ),
    ),
    Setting(
        name="recall_days",
        group="holds",
        label=Text("催还后几天内应还", "days until a book that is called back is due"),
        check=check_days,
        default=7,
        help=Text(
            "按借出馆的开放日计；留空则借出的书不催还。",
            "By the calendar of the library that lent it; null: nothing is called back.",
        ),
    ),
    Setting(
        name="recall_keeps_days",
        group="holds",
        label=Text("催还前至少可借几天", "days that a reader keeps a book in any case"),
        check=check_count,
        default=14,
        help=Text(
            "从借出那天算起；留空则不保证。", "Counted from the day on which it was lent; null: none are promised."
        ),
    ),
    Setting(
        name="local_holds_first",
        group="holds",
        label=Text("本地预约优先", "holds of its own library first"),
        check=_local_first,
        default=None,
        help=Text(
            '留空则先约先得；{"patron":"pickup","item":"home"}：在这册书所属馆取书的预约排在前面。',
            'Null: in the order of the queue; {"patron":"pickup","item":"home"}: holds collected at the copy’s home go first.',
        ),
    ),
)
