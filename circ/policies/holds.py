"""Holds: the settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from branches.policy import Setting
from branches.policy_values.joined import Part, Parts
from branches.policy_values.shape import DAYS, TIMES, VOLUMES, Naming
from circ.policies.shapes import SWITCH, count, days, one_of, units
from kernel.i18n import Text

HOLD_PICKUPS: Final = {
    "any": Text("任何馆点", "anywhere"),
    "home": Text("只在所属馆", "only at its home"),
    "current": Text("只在它现在所在的馆", "only where it is now"),
    "listed": Text("只在列出的馆点", "only where listed"),
}
LOCAL_READERS: Final = {
    "home": Text("读者的所属馆", "the home of the reader"),
    "pickup": Text("取书处", "the pickup place"),
}
LOCAL_COPIES: Final = {
    "home": Text("这册书的所属馆", "the home of the copy"),
    "current": Text("这册书现在所在的馆", "where the copy is now"),
}


def _local_first(value: Mapping[str, Any], _naming: Naming) -> Text:
    said = Text("{a}就是{b}的排在前面", "first those where {a} is {b}")
    return said.format(a=LOCAL_READERS[value["patron"]], b=LOCAL_COPIES[value["item"]])


HOLDS: Final = (
    Setting(
        name="max_holds",
        group="holds",
        label=Text("最多可同时预约", "most holds at once"),
        shape=count(VOLUMES),
        default=None,
    ),
    Setting(
        name="max_holds_item_library",
        group="holds",
        label=Text("最多可同时预约同一个馆的书", "most holds at once on books of one library"),
        shape=count(VOLUMES),
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
        shape=count(TIMES),
        default=None,
    ),
    Setting(
        name="max_no_shows",
        group="holds",
        label=Text("最多可有几次约了不取", "most holds not collected"),
        shape=count(TIMES),
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
        shape=SWITCH,
        default=True,
        help=Text("“办理馆”指取书处。", "The place that counts is where it is collected."),
    ),
    Setting(
        name="hold_damaged",
        group="holds",
        label=Text("破损的书也可以预约", "damaged copies may be put on hold"),
        shape=SWITCH,
        default=True,
        help=Text("选“否”，登记了破损的复本不为预约去找。", "No: a copy noted as damaged is not fetched for a hold."),
    ),
    Setting(
        name="hold_if_all_out",
        group="holds",
        label=Text("取书处架上没有才能预约", "only where the pickup place has none on its shelf"),
        shape=SWITCH,
        default=False,
    ),
    Setting(
        name="hold_pickup",
        group="holds",
        label=Text("预约的书可在哪里取", "where a held book is collected"),
        shape=one_of(HOLD_PICKUPS),
        default="any",
        help=Text(
            "“列出的馆点”在另一项“可取书的馆点”里选。",
            "Which places are listed is a setting of its own: pickup places.",
        ),
    ),
    Setting(
        name="hold_pickup_units",
        group="holds",
        label=Text("可取书的馆点", "listed pickup places"),
        shape=units(Text("哪里也不能取", "nowhere")),
        default=None,
        help=Text(
            "连同其下的馆点。“预约的书可在哪里取”选了列出的馆点时才有用。",
            "Each with the units below. For held books that are collected only where listed.",
        ),
    ),
    Setting(
        name="hold_shelf_days",
        group="holds",
        label=Text("预约架保留几个开放日", "open days on the hold shelf"),
        shape=days(Text("一直保留", "kept for ever")),
        default=7,
        help=Text("按取书处的开放日计。", "Counted by the open days of the pickup place."),
    ),
    Setting(
        name="recall_days",
        group="holds",
        label=Text("催还后几天内应还", "days until a book that is called back is due"),
        shape=days(Text("不催还", "nothing is called back")),
        default=7,
        help=Text("按借出馆的开放日计。", "By the calendar of the library that lent it."),
    ),
    Setting(
        name="recall_keeps_days",
        group="holds",
        label=Text("催还前至少可借几天", "days that a reader keeps a book in any case"),
        shape=count(DAYS, Text("不保证", "none are promised")),
        default=14,
        help=Text("从借出那天算起。", "Counted from the day on which it was lent."),
    ),
    Setting(
        name="local_holds_first",
        group="holds",
        label=Text("本地预约优先", "holds of its own library first"),
        shape=Parts(
            empty=Text("先约先得", "first come, first served"),
            says=_local_first,
            parts=(
                Part(
                    name="patron",
                    label=Text("读者的哪个馆", "which library of the reader"),
                    shape=one_of(LOCAL_READERS),
                ),
                Part(
                    name="item",
                    label=Text("等于书的哪个馆", "is which library of the copy"),
                    shape=one_of(LOCAL_COPIES),
                ),
            ),
        ),
        default=None,
        help=Text(
            "如“取书处就是这册书的所属馆”：在那里取书的预约排在前面。",
            "Such as: the pickup place is the home of the copy; then holds that are collected there go first.",
        ),
    ),
)
