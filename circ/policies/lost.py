"""What becomes of a lost book's loan, and what it costs: the setting. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from branches.policy import Setting
from branches.policy_values.joined import Part, Parts
from branches.policy_values.shape import COMMA, HOURS, Measure, Naming
from branches.policy_values.single import Multiple, Whole
from circ.lost_rules import HUNDREDTHS, LostTerms, read_terms
from circ.policies.shapes import NO_CHARGE, NO_LIMIT, SWITCH, money, one_of
from kernel.i18n import Text
from kernel.money import show_money

ON_RETURN: Final = {
    "refund": Text("退还赔偿", "the charge is given back"),
    "keep": Text("不退", "nothing is given back"),
}
MOST_HOURS: Final = 24 * 3650


def _lost(value: Mapping[str, Any], _naming: Naming) -> Text:
    terms = read_terms(value)
    said = [_price(terms)]
    if terms.processing_fen:
        more = Text("加工费 {fen} 元", "{fen} yuan to replace it")
        said.append(more.format(fen=show_money(terms.processing_fen)))
    if terms.forgives_overdue:
        said.append(Text("不再收逾期费", "no fine"))
    if terms.ends_loan:
        said.append(Text("报失即结束借阅", "the loan ends at once"))
    return COMMA.join([*said, _found(terms)] if terms.charges else said)


def _price(terms: LostTerms) -> Text:
    if not terms.charges:
        return Text("不赔书价", "the price is not charged")
    if terms.factor == HUNDREDTHS:
        return Text("按书价赔偿", "the price")
    times = f"{terms.factor / HUNDREDTHS:.10g}"
    return Text("按书价的 {n} 倍赔偿", "{n} times the price").format(n=times)


def _found(terms: LostTerms) -> Text:
    """What is given back once it is found."""
    if not terms.gives_back:
        return Text("找到后不退", "nothing back when it is found")
    what = Text("找到后退还", "given back when it is found")
    if not terms.gives_back_paid:
        what = Text("找到后只退还没缴的", "let go when it is found, unless paid")
    if terms.within_hours is None:
        return what
    within = Text("{what}（{n} 小时内）", "{what} (within {n} hours)")
    return within.format(what=what, n=terms.within_hours)


LOST: Final = (
    Setting(
        name="lost",
        group="money",
        label=Text("图书丢失", "lost books"),
        shape=Parts(
            empty=Text("不收赔偿，借阅不结束", "nothing is charged, the loan stays open"),
            says=_lost,
            parts=(
                Part(name="charge", label=Text("按书价收赔偿", "the price is charged"), shape=SWITCH, default=False),
                Part(
                    name="factor",
                    label=Text("书价乘以", "times the price"),
                    shape=Multiple(measure=Measure("倍", "time", "times")),
                    default="1",
                ),
                Part(name="processing", label=Text("加工费", "to replace it"), shape=money(NO_CHARGE), default=None),
                Part(
                    name="forgive_overdue", label=Text("不再收逾期费", "no fine besides"), shape=SWITCH, default=False
                ),
                Part(
                    name="ends_loan", label=Text("报失即结束借阅", "the loan ends at once"), shape=SWITCH, default=False
                ),
                Part(
                    name="on_return",
                    label=Text("找到后", "when it is found"),
                    shape=one_of(ON_RETURN),
                    default="refund",
                ),
                Part(
                    name="refund_paid",
                    label=Text("退的时候连已缴的也退", "what was paid is given back too"),
                    shape=SWITCH,
                    default=True,
                ),
                Part(
                    name="refund_within_hours",
                    label=Text("收赔偿后多久内找到才退", "given back within"),
                    shape=Whole(lowest=1, highest=MOST_HOURS, measure=HOURS, empty=NO_LIMIT),
                    default=None,
                ),
            ),
        ),
        default=None,
        help=Text(
            "没有书价的按“没有书价时按”那一项。", "Where no price is known, the price that stands for it is taken."
        ),
    ),
)
