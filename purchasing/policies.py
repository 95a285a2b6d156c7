"""The settings this room obeys. Pure."""

from __future__ import annotations

from typing import Final

from branches.policy import REGISTRY, PolicyBook, Question, Setting, about_reader
from branches.policy_values.shape import PEOPLE, Measure
from branches.tree import OrgTree
from circ.policies.shapes import count, money
from kernel.i18n import Text
from kernel.money import read_money

MAX_SUGGESTIONS: Final = Setting(
    name="max_suggestions",
    group="limits",
    label=Text("最多可有几条荐购待办", "most suggestions waiting at once"),
    shape=count(Measure("条", "suggestion", "suggestions")),
    default=10,
    help=Text(
        "读者提出的和附议的一起算，已买到和未采纳的不算；0 表示不收荐购。",
        "Made and seconded ones together, without those bought or declined; 0: none are taken.",
    ),
)


HOLDS_PER_COPY: Final = Setting(
    name="holds_per_copy",
    group="limits",
    label=Text("每册最多几人排队", "most readers waiting for one copy"),
    shape=count(PEOPLE, Text("只列没有册可等的", "only those without a copy")),
    default=4,
    help=Text(
        "超过就列入采购需求；没有册可等的，有一人预约就列入。",
        "Where more wait, the title is among what should be bought; where there is no copy, one reader is enough.",
    ),
)
ORDER_LIMIT: Final = Setting(
    name="order_limit",
    group="money",
    label=Text("一人可定的订购金额", "most one person may order alone"),
    shape=money(Text("不用批准", "never")),
    default="5000.00",
    help=Text(
        "同一人同一天为一个馆定的钱（订购、多留的书、发票多出的，各供应商合计），超过要由另一个人批准。",
        "What one person commits for a unit on a day, of all suppliers: orders, copies kept beyond them, higher invoices. "
        "Above it another person must approve.",
    ),
)


CARDS_IN_VAIN: Final = Setting(
    name="cards_without_choice",
    group="limits",
    label=Text("店员一天可查几张没有选书的证", "cards a clerk may look at in a day without a choice"),
    shape=count(Measure("张", "card", "cards")),
    default=40,
    help=Text(
        "书店柜台：一个店员一天查了这么多位读者而没有为他们选书，当天就不能再查别的证；能看读者证的馆员不限。",
        "At a shop’s counter: after so many readers for whom nothing was chosen, this clerk looks at no other card that day. Librarians "
        "who may see cards are not held back.",
    ),
)


def register() -> None:
    REGISTRY.register(MAX_SUGGESTIONS, HOLDS_PER_COPY, ORDER_LIMIT, CARDS_IN_VAIN)


def most_cards_in_vain(book: PolicyBook, tree: OrgTree, *, org_id: int) -> int | None:
    """How many cards one clerk of a shop may look at in a day without a choice; None: any number."""
    limit: int | None = book.resolve(CARDS_IN_VAIN.name, Question(org=tree.codes(org_id))).value
    return limit


def most_holds_per_copy(book: PolicyBook, tree: OrgTree, *, org_id: int) -> int | None:
    """How many may wait for one copy before a unit should buy another; None: any number."""
    limit: int | None = book.resolve(HOLDS_PER_COPY.name, Question(org=tree.codes(org_id))).value
    return limit


def order_limit_fen(book: PolicyBook, tree: OrgTree, *, org_id: int) -> int | None:
    """What one person may order alone for a unit, in fen; None: any sum."""
    limit: str | None = book.resolve(ORDER_LIMIT.name, Question(org=tree.codes(org_id))).value
    return None if limit is None else read_money(limit)


def most_suggestions(book: PolicyBook, tree: OrgTree, *, home_id: int, category: str) -> int | None:
    """How many a reader of this library and category may have waiting; None for no limit."""
    asked = about_reader(tree, org_id=home_id, home_id=home_id, category=category)
    limit: int | None = book.resolve(MAX_SUGGESTIONS.name, asked).value
    return limit
