"""Which policies hold for one reader, one book and one place, as the values that the rules ask for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from branches.calendar import Calendars
from branches.policy import REQUIRED, PolicyBook, Question, Resolved
from branches.tree import OrgTree, Unit
from catalog.reference import ItemTypes
from circ.due import Length, due_by
from circ.hold_rules import HoldTerms
from circ.policies.money import fen_of
from circ.policies.way_home import FLOATS
from circ.rules import NarrowCode, NarrowLimit, RenewalTerms, Terms

_TIME: Final = ("loan_days", "days_mode", "loan_hours", "hours_mode", "fixed_due_on", "due_before_card_expiry")
_DEBT: Final = ("max_owed", "max_late_returns")
CHECK_OUT: Final = (
    "lend",
    *_TIME,
    "high_demand",
    "max_loans",
    "max_loans_item_library",
    "type_limits",
    "overflow_days",
    "max_overdue",
    "local_only_days",
    *_DEBT,
    "deposit_covers_price",
    "rental_fee",
)
RENEWAL: Final = (
    *_TIME,
    "renewals",
    "renewal_days",
    "renew_from",
    "renew_within_days",
    "renew_overdue",
    "renew_if_other_copies",
    *_DEBT,
)
RETURN: Final = ("on_return", "float_units", "accept_returns")
LOST: Final = ("lost", "default_price")
HOLD: Final = ("max_holds", "max_holds_per_day", "max_no_shows")
ASKING: Final = ("request_max_copies", "request_max_open")
ANSWERING: Final = ("request_answer_days",)
SENDING: Final = ("lend", "loan_days", "local_only_days", "transfer_limits")
HOLD_OF_COPY: Final = (
    "hold_allowed",
    "hold_damaged",
    "hold_if_all_out",
    "hold_pickup",
    "hold_pickup_units",
    "local_only_days",
)
RECALL: Final = ("recall_days", "recall_keeps_days", "days_mode")


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
        return () if unit is None else tree.codes(unit)

    return Question(
        org=codes(org_id),
        item_org=codes(item_org_id),
        patron_org=codes(patron_org_id),
        category=() if category is None else (category,),
        item_type=types.chain(item_type),
    )


def resolve(book: PolicyBook, names: tuple[str, ...], question: Question) -> dict[str, Resolved]:
    return book.resolve_several(names, question)


def check_out_terms(resolved: dict[str, Resolved], *, deposit_needed_fen: int | None = None) -> Terms:
    """`deposit_needed_fen` is the price that the deposit must cover, where the policies ask for one."""
    days, hours = resolved["loan_days"].value, resolved["loan_hours"].value
    return Terms(
        lend=resolved["lend"].value,
        loan_days=None if days is REQUIRED else days,
        loan_hours=hours,
        has_length=days is not REQUIRED or hours is not None,
        max_loans=resolved["max_loans"].value,
        max_overdue=resolved["max_overdue"].value,
        overflow_days=resolved["overflow_days"].value,
        local_only_days=resolved["local_only_days"].value,
        max_owed_fen=fen_of(resolved["max_owed"].value),
        max_late_returns=resolved["max_late_returns"].value,
        deposit_needed_fen=deposit_needed_fen,
        refuses_category=_refuses_category(resolved),
    )


def _refuses_category(resolved: Mapping[str, Resolved]) -> bool:
    """Whether such books are not lent, and every rule that says so is one for this category of readers alone."""
    lend, days, hours = resolved["lend"], resolved["loan_days"], resolved["loan_hours"]
    against = [lend] if not lend.value else []
    if days.value is None and hours.value is None:
        against.append(days)
    return bool(against) and all(rule.row is not None and rule.row.category is not None for rule in against)


def renewal_terms(resolved: dict[str, Resolved]) -> RenewalTerms:
    return RenewalTerms(
        renewals=resolved["renewals"].value,
        renew_within_days=resolved["renew_within_days"].value,
        renew_overdue=resolved["renew_overdue"].value,
        max_owed_fen=fen_of(resolved["max_owed"].value),
        max_late_returns=resolved["max_late_returns"].value,
    )


def way_home(resolved: dict[str, Resolved], tree: OrgTree, *, here_id: int, home_id: int) -> str:
    """What `on_return` comes to for a book at a unit. One of a float group stays where it is within the group, and goes home to it."""
    way: str = resolved["on_return"].value
    if way != FLOATS:
        return way
    group = set(resolved["float_units"].value or ())
    return "stay" if all(group & set(tree.codes(unit)) for unit in (here_id, home_id)) else "go_home"


def hold_terms(resolved: dict[str, Resolved], *, of_library: int | None = None) -> HoldTerms:
    """`of_library` is the limit of holds on books of the one library that can fill the hold."""
    return HoldTerms(
        max_holds=resolved["max_holds"].value,
        max_holds_per_day=resolved["max_holds_per_day"].value,
        max_no_shows=resolved["max_no_shows"].value,
        max_holds_item_library=of_library,
    )


def renewal_days(resolved: Mapping[str, Resolved]) -> int:
    """`renewal_days`, else as many as the loan; none where no policy lends at all."""
    days = resolved["renewal_days"].value or resolved["loan_days"].value
    return days if isinstance(days, int) else 0


def loan_length(resolved: Mapping[str, Resolved], card_until: date | None, *at_most: int | None) -> Length:
    """How long a check-out lasts, and no longer than each of `at_most` days. A book that is not lent, lent all the same by override, goes
    for a day."""
    length = _length(resolved, resolved["loan_days"].value, card_until)
    for days in at_most:
        length = length.shortened(days)
    return length


def renewed_until(
    resolved: Mapping[str, Resolved],
    due_at: datetime,
    now: datetime,
    *,
    card_until: date | None,
    calendars: Calendars,
    org_id: int,
) -> datetime:
    """When a loan that was due at `due_at` is due once it is renewed now."""
    start = now if resolved["renew_from"].value == "today" else max(due_at, now)
    return due_by(start, _length(resolved, renewal_days(resolved), card_until), calendars, org_id)


def narrow_limits(
    resolved: Mapping[str, Resolved],
    types: ItemTypes,
    *,
    item_type: str,
    home: Unit,
    out_of: Callable[[str], int | None],
) -> tuple[NarrowLimit, ...]:
    """The limits that policies set for books of this type and of this library. `out_of` tells how many the reader has out of `type:CODE`
    or `org:CODE`, and is asked only about what is limited; None: nobody knows, and then that limit says nothing."""
    by_type: Mapping[str, int] = resolved["type_limits"].value or {}
    asked: list[tuple[NarrowCode, str, str, int]] = [
        ("patron.type_limit", f"type:{code}", types.name(code), by_type[code])
        for code in types.chain(item_type)
        if code in by_type
    ]
    of_library = resolved["max_loans_item_library"].value
    if of_library is not None:
        asked.append(("patron.library_limit", f"org:{home.code}", home.name, of_library))
    return tuple(
        NarrowLimit(code=code, about=about, name=name, limit=limit, open=count)
        for code, about, name, limit in asked
        if (count := out_of(about)) is not None
    )


def _length(resolved: Mapping[str, Resolved], days: Any, card_until: date | None) -> Length:
    return Length(
        days=days if isinstance(days, int) else 1,
        days_mode=resolved["days_mode"].value,
        hours=resolved["loan_hours"].value,
        hours_mode=resolved["hours_mode"].value,
        terms_end_on=_days(resolved["fixed_due_on"].value),
        card_until=card_until if resolved["due_before_card_expiry"].value else None,
    )


def _days(value: Any) -> tuple[date, ...]:
    """One day or several, as `fixed_due_on` may be written."""
    texts = [] if value is None else value if isinstance(value, list) else [value]
    return tuple(date.fromisoformat(text) for text in texts)


_SPEAKS_WITH: Final = {"hours_mode": "loan_hours"}  # a setting that says nothing where the other one is not set


def describe(resolved: dict[str, Resolved]) -> dict[str, Any]:
    """{setting: {value, row}} for the answer and the loan: the rows that made the terms; `row` is null for a built-in default.
    What nobody set and limits nothing is left out."""
    return {
        name: {
            "value": None if one.value is REQUIRED else one.value,
            "row": one.row.id if one.row is not None else None,
        }
        for name, one in resolved.items()
        if one.row is not None or (one.value is not None and _speaks(name, resolved))
    }


def _speaks(name: str, resolved: Mapping[str, Resolved]) -> bool:
    other = resolved.get(_SPEAKS_WITH.get(name, ""))
    return other is None or other.value is not None
