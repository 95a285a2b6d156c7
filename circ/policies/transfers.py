"""Transfers between libraries: the settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from branches.policy import Setting
from branches.policy_values.joined import Listed, Part, Parts
from branches.policy_values.shape import VOLUMES, Measure, Naming
from branches.policy_values.single import Code
from circ.policies.shapes import count, days
from kernel.i18n import Text

MOST_LIMITS: Final = 200
ANY: Final = Text("各馆", "any")


def _pair(pair: Mapping[str, str], naming: Naming) -> Text:
    """A part that is left out stands for all."""
    ends = {end: naming("org", pair[end]) if end in pair else ANY for end in ("from", "to")}
    said = Text("{a} → {b}", "{a} → {b}").format(a=ends["from"], b=ends["to"])
    if "item_type" not in pair:
        return said
    return Text("{said}（{kind}）", "{said} ({kind})").format(said=said, kind=naming("item_type", pair["item_type"]))


_UNIT: Final = Code(criterion="org", must_exist=False)
_TYPE: Final = Code(criterion="item_type", must_exist=False)

TRANSFERS: Final = (
    Setting(
        name="transfer_limits",
        group="holds",
        label=Text("哪些馆之间不调拨", "between which libraries nothing is sent"),
        shape=Listed(
            each=Parts(
                parts=(
                    Part(name="from", label=Text("从", "from"), shape=_UNIT, default=None),
                    Part(name="to", label=Text("到", "to"), shape=_UNIT, default=None),
                    Part(name="item_type", label=Text("文献类型", "item type"), shape=_TYPE, default=None),
                ),
                some=Text("至少选一项", "at least one of the three"),
                says=_pair,
            ),
            noun=Text("条", "pair"),
            most=MOST_LIMITS,
            empty=Text("不限制", "none"),
        ),
        default=None,
        help=Text(
            "一个馆点连同其下的馆点；不选就是不限。只管馆点申请的调拨，还书回家和预约不受限。",
            "A unit stands for those below it too; what is not chosen is open. For what branches ask for, not for books going home or to "
            "holds.",
        ),
    ),
    Setting(
        name="request_max_copies",
        group="holds",
        label=Text("馆点一次最多申请几册", "most copies that a unit asks for at once"),
        shape=count(VOLUMES),
        default=50,
    ),
    Setting(
        name="request_max_open",
        group="holds",
        label=Text("馆点最多有几个未完的申请", "most open requests of a unit"),
        shape=count(Measure("个", "request", "requests")),
        default=30,
    ),
    Setting(
        name="request_answer_days",
        group="holds",
        label=Text("几天不答复就转给下一馆", "after so many days without an answer a request is passed on"),
        shape=days(Text("一直等", "it waits for ever")),
        default=7,
        help=Text("按被申请的馆的规则。", "By the rules of the library that does not answer."),
    ),
)
