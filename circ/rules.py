"""Decides lending and renewing. No I/O: the service loads the facts, `now` is an argument. Returns stand in `return_rules`.

Refusals are listed in the order in which the desk shows them: reader, book, place, policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from branches.tree import LENDING_KINDS
from catalog.states import ITEM_STATUSES
from circ.refusals import refuse, refuse_block, refuse_day
from kernel.clock import local_day
from kernel.errors import Refusal
from kernel.i18n import Text
from kernel.money import show_money

NarrowCode = Literal["patron.type_limit", "patron.library_limit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrowLimit:
    """A limit on books of one type (`name` is the type's), or of one library. `about` is the journal's word for it."""

    code: NarrowCode
    about: str
    name: str
    limit: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Why a card is blocked, and the last day of it; None: until somebody lifts it."""

    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronFacts:
    """`card_status` is that of the card that was shown; `blocks` are those in force here; the counts leave out the loan being decided
    about. `narrow` are the limits for books such as this one, with what is out of them."""

    id: int
    is_active: bool
    expires_on: date | None
    card_status: str = "active"
    blocks: tuple[Blocked, ...] = ()
    open_loans: int = 0
    overdue_loans: int = 0
    narrow: tuple[NarrowLimit, ...] = ()
    owed_fen: int = 0
    late_returns: int = 0
    deposit_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """`borrower_id` is the reader who has it now, `held_for_id` the one for whose hold it was put aside, if any. `came_on` is the day since
    which the library has it."""

    status: str
    location_id: int
    location_name: str
    home_id: int
    borrower_id: int | None = None
    held_for_id: int | None = None
    home_name: str = ""
    came_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """`path` are the unit and those above it."""

    org_id: int
    name: str
    kind: str
    is_closed: bool = False
    path: tuple[int, ...] = ()

    def is_at_or_below(self, org_id: int) -> bool:
        return org_id == self.org_id or org_id in self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the policies say for this reader, book and place. `refuses_category`: it is this category of readers that is not lent such
    books."""

    lend: bool
    loan_days: int | None
    has_length: bool
    max_loans: int | None
    max_overdue: int | None
    max_owed_fen: int | None = None
    max_late_returns: int | None = None
    deposit_needed_fen: int | None = None
    loan_hours: int | None = None
    overflow_days: int | None = None
    local_only_days: int | None = None
    refuses_category: bool = False

    @property
    def is_lent(self) -> bool:
        """Whether such books are lent at all: not switched off, and neither lent by the hour nor for null days."""
        return self.lend and (self.loan_hours is not None or self.loan_days is not None or not self.has_length)


def decide_check_out(
    patron: PatronFacts, item: ItemFacts, place: PlaceFacts, terms: Terms, now: datetime
) -> list[Refusal]:
    """Every reason at once, notices included; an empty list means: lend it."""
    return [
        *check_card(patron, now),
        *check_limits(patron, terms),
        *check_debt(patron, terms),
        *check_deposit(patron, terms),
        *check_category(terms),
        *check_loan(item, patron),
        *check_hold(item, patron),
        *check_item(item, place, terms, now),
        *check_place(place),
        *check_policy(terms),
    ]


def check_card(patron: PatronFacts, now: datetime) -> Iterable[Refusal]:
    if not patron.is_active:
        yield refuse("patron.closed")
    elif patron.card_status != "active":
        yield refuse("card.lost" if patron.card_status == "lost" else "card.replaced")
    if patron.expires_on is not None and patron.expires_on < local_day(now):
        yield refuse_day("patron.expired", patron.expires_on, now)
    for block in patron.blocks:
        yield refuse_block(block.reason, block.until, now)


def check_limits(patron: PatronFacts, terms: Terms) -> Iterable[Refusal]:
    if terms.max_overdue is not None and patron.overdue_loans > terms.max_overdue:
        yield refuse("patron.overdue", count=patron.overdue_loans, limit=terms.max_overdue)
    if terms.max_loans is not None and patron.open_loans >= terms.max_loans:
        yield _refuse_full(terms, terms.max_loans, patron.open_loans)
    for narrow in patron.narrow:
        if narrow.open >= narrow.limit:
            named = "type" if narrow.code == "patron.type_limit" else "org"
            yield refuse(narrow.code, limit=narrow.limit, open=narrow.open, **{named: narrow.name})


def _refuse_full(terms: Terms, limit: int, open_loans: int) -> Refusal:
    """That the card is full; where the policy allows, with the way out."""
    full = refuse("patron.loan_limit", limit=limit, open=open_loans)
    if terms.overflow_days is None:
        return full
    way_out = Text("也可以短借 {n} 天。", " Or it goes out for {n} days only.").format(n=terms.overflow_days)
    message = Text(full.message.zh + way_out.zh, full.message.en + way_out.en)
    return replace(full, message=message, data={**full.data, "overflow_days": terms.overflow_days})


def check_debt(patron: PatronFacts, terms: Terms | RenewalTerms) -> Iterable[Refusal]:
    if terms.max_owed_fen is not None and patron.owed_fen > terms.max_owed_fen:
        yield refuse("patron.debt", owed=show_money(patron.owed_fen), limit=show_money(terms.max_owed_fen))
    if terms.max_late_returns is not None and patron.late_returns > terms.max_late_returns:
        yield refuse("patron.late_returns", count=patron.late_returns, limit=terms.max_late_returns)


def check_deposit(patron: PatronFacts, terms: Terms) -> Iterable[Refusal]:
    if terms.deposit_needed_fen is not None and patron.deposit_fen < terms.deposit_needed_fen:
        yield refuse("patron.deposit", held=show_money(patron.deposit_fen), price=show_money(terms.deposit_needed_fen))


def check_category(terms: Terms) -> Iterable[Refusal]:
    if terms.refuses_category:
        yield refuse("patron.category_refused")


def check_loan(item: ItemFacts, patron: PatronFacts) -> Iterable[Refusal]:
    if item.borrower_id is not None:
        yield refuse("item.on_loan_same_patron" if item.borrower_id == patron.id else "item.on_loan")


def check_hold(item: ItemFacts, patron: PatronFacts) -> Iterable[Refusal]:
    if item.held_for_id not in (None, patron.id):
        yield refuse("item.on_hold_for_other")


def check_age(item: ItemFacts, place: PlaceFacts, terms: Terms, now: datetime) -> Iterable[Refusal]:
    """A new book stays near: with its home and the units below."""
    last_day = near_until(item.came_on, terms.local_only_days)
    if last_day is not None and local_day(now) <= last_day and not place.is_at_or_below(item.home_id):
        yield refuse_day("item.age_protected", last_day, now, org=item.home_name)


def near_until(came_on: date | None, days: int | None) -> date | None:
    """The last day on which a new book stays near; None where no policy says so."""
    return None if came_on is None or days is None else came_on + timedelta(days=days - 1)


def check_item(item: ItemFacts, place: PlaceFacts, terms: Terms, now: datetime) -> Iterable[Refusal]:
    status = ITEM_STATUSES[item.status]
    is_lendable = status.lendable or item.borrower_id is not None  # of a book that is out, `check_loan` speaks
    if item.status in ("withdrawn", "on_order"):
        yield refuse(f"item.{item.status}")
    elif not (is_lendable and (terms.is_lent or terms.refuses_category)):
        yield refuse("item.not_lendable")
    if item.borrower_id is None:
        yield from check_age(item, place, terms, now)
    if status.desk_notice is not None:
        yield refuse(status.desk_notice)
    elif item.location_id != place.org_id and item.borrower_id is None:
        yield refuse("item.elsewhere", org=item.location_name)


def check_place(place: PlaceFacts) -> Iterable[Refusal]:
    if place.is_closed or place.kind not in LENDING_KINDS:
        yield refuse("org.not_lending", org=place.name)


def check_policy(terms: Terms) -> Iterable[Refusal]:
    if not terms.has_length:
        yield refuse("policy.none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """How many others wait for what this copy would serve, and how many copies there are for them."""

    waiting: int = 0
    copies: int = 0


def decide_demand(setting: Mapping[str, Any] | None, demand: Demand) -> Refusal | None:
    """Whether the loan is shortened because many wait, as a notice that says so; `days` stands in its data."""
    if setting is None:
        return None
    allowed = setting["over"] + (demand.copies if setting["mode"] == "beyond_copies" else 0)
    if demand.waiting <= allowed:
        return None
    return refuse("loan.shortened", waiting=demand.waiting, days=setting["days"])


def stops(refusals: Iterable[Refusal], lifted: Sequence[str]) -> list[Refusal]:
    """The refusals that still stand: neither a mere notice nor lifted by somebody who may."""
    return [r for r in refusals if r.class_ != "notice" and (r.class_ == "impossible" or r.code not in lifted)]


# --- renewal --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalFacts:
    """`new_due_at` is what the renewal would give; `others_wait`: the copy could fill another reader's hold; `mark`: what was said of
    it."""

    is_open: bool
    renewals: int
    due_at: datetime
    new_due_at: datetime
    others_wait: bool = False
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalTerms:
    renewals: int | None
    renew_within_days: int | None
    renew_overdue: bool
    max_owed_fen: int | None = None
    max_late_returns: int | None = None


def decide_renewal(patron: PatronFacts, loan: RenewalFacts, terms: RenewalTerms, now: datetime) -> list[Refusal]:
    if not loan.is_open:
        return [refuse("loan.closed")]
    if loan.mark is not None:
        return [refuse(f"loan.{loan.mark}")]
    return [
        *check_card(patron, now),
        *check_debt(patron, terms),
        *check_count(loan, terms),
        *check_waiting(loan),
        *check_time(loan, terms, now),
    ]


def check_waiting(loan: RenewalFacts) -> Iterable[Refusal]:
    if loan.others_wait:
        yield refuse("loan.held_by_other")


def check_count(loan: RenewalFacts, terms: RenewalTerms) -> Iterable[Refusal]:
    if terms.renewals is not None and loan.renewals >= terms.renewals:
        yield refuse("loan.renewal_limit", count=loan.renewals)


def check_time(loan: RenewalFacts, terms: RenewalTerms, now: datetime) -> Iterable[Refusal]:
    if loan.due_at < now and not terms.renew_overdue:
        yield refuse("loan.overdue")
    if terms.renew_within_days is not None:
        earliest = local_day(loan.due_at) - timedelta(days=terms.renew_within_days)
        if local_day(now) < earliest:
            yield refuse_day("loan.too_soon", earliest, now, days=terms.renew_within_days)
    if loan.new_due_at <= loan.due_at:
        yield refuse("loan.no_gain")
