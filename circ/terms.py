"""Which policies hold for one reader, one book and one place, as the values that the rules ask for. Pure."""

from __future__ import annotations

from typing import Any, Final

from branches.policy import REQUIRED, PolicyBook, Question, Resolved
from branches.tree import OrgTree
from catalog.reference import ItemTypes
from circ.hold_rules import HoldTerms
from circ.rules import RenewalTerms, Terms

CHECK_OUT: Final = ("lend", "loan_days", "days_mode", "due_before_card_expiry", "max_loans", "max_overdue")
RENEWAL: Final = (
    "loan_days",
    "days_mode",
    "due_before_card_expiry",
    "renewals",
    "renewal_days",
    "renew_from",
    "renew_within_days",
    "renew_overdue",
)
RETURN: Final = ("on_return", "accept_returns")
HOLD: Final = ("max_holds", "max_holds_per_day")
HOLD_OF_COPY: Final = ("hold_allowed", "hold_if_all_out", "hold_pickup")


def build_question(
    tree: OrgTree,
    types: ItemTypes,
    *,
    org_id: int,
    item_org_id: int,
    patron_org_id: int | None,
    category: str | None,
    item_type: str,
) -> Question:
    """The five criteria as chains, nearest first."""

    def codes(unit: int | None) -> tuple[str, ...]:
        return () if unit is None else tuple(tree.by_id[step].code for step in tree.path(unit))

    return Question(
        org=codes(org_id),
        item_org=codes(item_org_id),
        patron_org=codes(patron_org_id),
        category=() if category is None else (category,),
        item_type=types.chain(item_type),
    )


def resolve(book: PolicyBook, names: tuple[str, ...], question: Question) -> dict[str, Resolved]:
    return {name: book.resolve(name, question) for name in names}


def check_out_terms(resolved: dict[str, Resolved]) -> Terms:
    days = resolved["loan_days"].value
    return Terms(
        lend=resolved["lend"].value,
        loan_days=None if days is REQUIRED else days,
        has_loan_days=days is not REQUIRED,
        max_loans=resolved["max_loans"].value,
        max_overdue=resolved["max_overdue"].value,
    )


def renewal_terms(resolved: dict[str, Resolved]) -> RenewalTerms:
    return RenewalTerms(
        renewals=resolved["renewals"].value,
        renew_within_days=resolved["renew_within_days"].value,
        renew_overdue=resolved["renew_overdue"].value,
    )


def hold_terms(resolved: dict[str, Resolved]) -> HoldTerms:
    return HoldTerms(max_holds=resolved["max_holds"].value, max_holds_per_day=resolved["max_holds_per_day"].value)


def renewal_days(resolved: dict[str, Resolved]) -> int:
    """`renewal_days`, else as many as the loan; none where no policy lends at all."""
    days = resolved["renewal_days"].value or resolved["loan_days"].value
    return days if isinstance(days, int) else 0


def describe(resolved: dict[str, Resolved]) -> dict[str, Any]:
    """{setting: {value, row}} for the answer and the loan: the rows that made the terms; `row` is null for a built-in default."""
    return {
        name: {
            "value": None if one.value is REQUIRED else one.value,
            "row": one.row.id if one.row is not None else None,
        }
        for name, one in resolved.items()
    }
