"""Check-out: who borrows, what, where, until when, and every reason why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from branches.context import Context
from branches.policy import Question, Resolved
from branches.tree import Unit
from catalog.queries import ItemRow, find_item
from catalog.service.placing import placement
from circ import hooks, queries, rules, sentences, terms
from circ.commands import CheckOut, Renew
from circ.due import due_by
from circ.handling import told_at_check_out
from circ.models import Loan
from circ.policies.money import fen_of
from circ.policies.shapes import MOST_DAYS
from circ.refusals import refuse
from circ.service.answers import Lent
from circ.service.asked import question_of
from circ.service.facts import may_lift, narrow_limits, patron_facts, record_override, told_of
from circ.service.holds.capturing import settle_loan
from circ.service.ledger.charging import charge
from circ.service.renewing import renew
from circ.service.requests.following import end_by_loan
from circ.states import KEPT
from circ.worth import worth
from kernel.clock import end_of_day, local_day
from kernel.db import table_of
from kernel.errors import Forbidden, Invalid, Refusal, Refused
from kernel.i18n import Text
from kernel.writes import Insertion, write_together
from patrons.queries import PatronRow, find_patron
from transit.queries import transfer_by_id

_loans = table_of(Loan)
_OVERFLOWING: Final = "patron.loan_limit"  # the refusal that `overflow_days` lifts
_OPEN_LOAN = Insertion(
    _loans,
    "item_id",
    "patron_id",
    "org_id",
    "checked_out_at",
    "due_at",
    "renewals",
    "policy",
    "limit_in_force",
    "overrides",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """Everything loaded for one check-out."""

    place: Unit
    patron: PatronRow
    item: ItemRow
    facts: queries.LendingFacts
    resolved: dict[str, Resolved]
    refusals: list[Refusal]
    narrow: tuple[rules.NarrowLimit, ...]
    promised_days: int | None

    @property
    def policy(self) -> dict[str, Any]:
        """The terms, for the answer and the loan."""
        promised = {} if self.promised_days is None else {"promised_days": {"value": self.promised_days, "row": None}}
        return terms.describe(self.resolved) | promised


def check_out(context: Context, command: CheckOut) -> Lent:
    """Lend a copy, or renew it when the same reader has it and `item.on_loan_same_patron` is overridden."""
    case = _load(context, command)
    lifted = _lifted(context, command, case)
    standing = rules.stops(case.refusals, lifted)
    if standing:
        raise Refused(standing)
    if case.facts.loan_id is not None:
        return replace(
            renew(context, _renewal(case.facts.loan_id, command)), names_reader=True
        )  # whose card was scanned
    due = _due(context, command, case)
    overridden = sorted({r.code for r in case.refusals if r.class_ == "confirm"})
    policy = case.policy
    loan_id, entry_id = _write(context, command, case, due, policy, overridden)
    return Lent(
        id=loan_id,
        entry_id=entry_id,
        patron=case.patron,
        item=case.item,
        at=case.place,
        checked_out_at=context.now,
        due_at=due,
        renewals=0,
        notices=_notices(command, case),
        policy=policy,
        message=sentences.after_check_out(case.item, due, context.now),
    )


def preview_check_out(context: Context, command: CheckOut) -> Lent:
    """The terms and every refusal, nothing written."""
    case = _load(context, command, lock=False)
    standing = rules.stops(case.refusals, _lifted(context, command, case))
    has_terms = any(isinstance(case.resolved[name].value, int) for name in ("loan_days", "loan_hours"))
    return Lent(
        id=None,
        patron=case.patron,
        item=case.item,
        at=case.place,
        checked_out_at=context.now,
        due_at=_due(context, command, case) if has_terms else None,
        renewals=0,
        notices=_notices(command, case),
        policy=case.policy,
        refusals=tuple(standing),
    )


def _load(context: Context, command: CheckOut, *, lock: bool = True) -> _Case:
    """Lock reader and copy, read the facts, ask the rules."""
    session, tree = context.session, context.tree
    place = tree.unit(command.at)
    context.caller.require_at("loan.lend", place.id, tree)
    patron = find_patron(session, command.patron, tree, at=place.id, lock=lock)
    item = find_item(session, command.item, tree, at=place.id, lock=lock)
    today = local_day(context.now)
    question = question_of(
        context,
        org_id=place.id,
        item_org_id=item.home_id,
        patron_org_id=patron.home_id,
        category=patron.category,
        item_type=item.item_type,
    )
    resolved = terms.resolve(context.policies, terms.CHECK_OUT, question)
    facts = queries.lending_facts(
        session,
        patron_id=patron.id,
        item_id=item.id,
        bib_id=item.bib_id,
        volume=item.volume,
        now=context.now,
        today=today,
        with_demand=resolved["high_demand"].value is not None,
    )
    narrow = narrow_limits(context, patron.id, item, resolved)
    refusals = rules.decide_check_out(
        patron_facts(
            context,
            patron,
            facts,
            place.id,
            item_home_id=item.home_id,
            narrow=narrow,
        ),
        rules.ItemFacts(
            status=item.status,
            location_id=item.location_id,
            location_name=tree.by_id[item.location_id].name,
            home_id=item.home_id,
            borrower_id=facts.borrower_id,
            held_for_id=facts.hold_patron_id if facts.hold_status in KEPT else None,
            home_name=tree.by_id[item.home_id].name,
            came_on=item.acquired_on,
        ),
        rules.PlaceFacts(
            org_id=place.id,
            name=place.name,
            kind=place.kind,
            is_closed=place.is_closed,
            path=tuple(tree.path(place.id)),
        ),
        terms.check_out_terms(resolved, deposit_needed_fen=_deposit_needed(context, patron, item, question, resolved)),
        context.now,
    )
    return _Case(
        place=place,
        patron=patron,
        item=item,
        facts=facts,
        resolved=resolved,
        refusals=refusals,
        narrow=narrow,
        promised_days=_promised_days(context, item, patron),
    )


def _deposit_needed(
    context: Context, patron: PatronRow, item: ItemRow, question: Question, resolved: dict[str, Resolved]
) -> int | None:
    """What the books out and this one are worth, where the deposit must cover it."""
    if not resolved["deposit_covers_price"].value:
        return None
    default = fen_of(context.policies.resolve("default_price", question).value)
    prices = queries.prices_of_open_loans(context.session, patron.id, but_item_id=item.id)
    return sum(worth(price, default) or 0 for price in [*prices, item.price_fen])


def _lifted(context: Context, command: CheckOut, case: _Case) -> list[str]:
    lifted = may_lift(context, case.refusals, command.override, case.place.id)
    return lifted if _overflows(command, case) is None else [*lifted, _OVERFLOWING]


def _overflows(command: CheckOut, case: _Case) -> int | None:
    """How long the book goes out although the card is full; None where it is not full, or reader or policy do not agree to that."""
    is_full = any(r.code == _OVERFLOWING for r in case.refusals)
    days: int | None = case.resolved["overflow_days"].value
    return days if command.overflow and is_full else None


def _due(context: Context, command: CheckOut, case: _Case) -> datetime:
    """By the policies, or as the librarian says: an earlier date is anybody's affair, a later one needs the right."""
    at_most = (_shortened_to(case), _overflows(command, case))
    length = terms.loan_length(case.resolved, case.patron.expires_on, *at_most)
    by_policy = due_by(context.now, length, context.calendars, case.place.id)
    if command.due_at is None:
        promised = case.promised_days
        return by_policy if promised is None else end_of_day(local_day(context.now) + timedelta(days=promised))
    if command.due_at <= context.now:
        detail = Text("应还时间必须晚于现在。", "The due time must lie in the future.")
        raise Invalid("due_at.past", detail, {"due_at": [detail]})
    if command.due_at > context.now + timedelta(days=MOST_DAYS):
        detail = Text("应还时间不能超过 {n} 天以后。", "The due time is at most {n} days away.").format(n=MOST_DAYS)
        raise Invalid("due_at.too_far", detail, {"due_at": [detail]})
    if command.due_at > by_policy and not context.caller.may("loan.override.item", case.place.id, context.tree):
        raise Forbidden("loan.override.item")
    return command.due_at


def _promised_days(context: Context, item: ItemRow, patron: PatronRow) -> int | None:
    """For how long an upper room promised the reader this copy, which nobody catalogued yet."""
    if not item.awaits_processing:
        return None
    promised = (days(context, item.id, patron.id) for days in hooks.PROMISED_DAYS)
    return next((days for days in promised if days is not None), None)


def _demand(case: _Case) -> Refusal | None:
    """The notice that the loan is shortened because many wait, if it is."""
    demand = rules.Demand(waiting=case.facts.waiting, copies=case.facts.copies)
    return rules.decide_demand(case.resolved["high_demand"].value, demand)


def _shortened_to(case: _Case) -> int | None:
    notice = _demand(case)
    return None if notice is None else notice.data["days"]


def _notices(command: CheckOut, case: _Case) -> tuple[Refusal, ...]:
    overflow = _overflows(command, case)
    notices = [*told_at_check_out(case.item), *(r for r in case.refusals if r.class_ == "notice")]
    if overflow is not None:
        notices.append(refuse("loan.overflow", days=overflow))
    if (shortened := _demand(case)) is not None:
        notices.append(shortened)
    return tuple(notices)


def _renewal(loan_id: int, command: CheckOut) -> Renew:
    return Renew(loan_id=loan_id, at=command.at, override=command.override, reason=command.reason)


def _write(
    context: Context, command: CheckOut, case: _Case, due: datetime, policy: dict[str, Any], overridden: list[str]
) -> tuple[int, int]:
    """The loan, and the row of the journal that tells of it."""
    session, item, place = context.session, case.item, case.place
    if case.facts.transfer_id is not None:
        transfer = transfer_by_id(session, case.facts.transfer_id)
        assert transfer is not None
        end_by_loan(context, item, transfer, place.id)
    values = {
        "item_id": item.id,
        "patron_id": case.patron.id,
        "org_id": place.id,
        "checked_out_at": context.now,
        "due_at": due,
        "renewals": 0,
        "policy": policy,
        "limit_in_force": case.resolved["max_loans"].value,
        "overrides": overridden or None,
    }
    placed = placement(context, item, status="on_loan", location_id=place.id)
    loan_id: int = write_together(session, *placed, _OPEN_LOAN.of(values))
    if case.facts.concerns_holds:
        settle_loan(context, case.facts, item, patron_id=case.patron.id, org_id=place.id, loan_id=loan_id)
    _charge_rental(context, case, loan_id)
    if item.awaits_processing:
        for tell in hooks.LENT:
            tell(context, item.id, loan_id, case.patron.id)
    data = {"loan": loan_id, "due_at": due.isoformat(), **_told(context, command, case)}
    if overridden:
        data["overrides"] = overridden
    by_right = [code for code in overridden if code != _OVERFLOWING or "overflow" not in data]
    subjects = {"item_id": item.id, "bib_id": item.bib_id, "patron_id": case.patron.id}
    entry_id = context.record("checked_out", org_id=place.id, data=data, **subjects)
    if by_right:
        record_override(context, loan_id, by_right, command.reason, org_id=place.id, **subjects)
    return loan_id, entry_id


def _told(context: Context, command: CheckOut, case: _Case) -> dict[str, Any]:
    """What the journal keeps: with it a decision is told again, and asked anew of other policies."""
    item, facts, patron = case.item, case.facts, case.patron
    data: dict[str, Any] = {
        **told_of(context, item, category=patron.category, home_id=patron.home_id, card_until=patron.expires_on),
        "limit": case.resolved["max_loans"].value,
        "open_loans": facts.open_loans + 1,
        "overdue": facts.overdue_loans,
    }
    has_demand = case.resolved["high_demand"].value is not None
    was_elsewhere = any(r.class_ == "notice" for r in case.refusals)  # where and what the book was believed to be
    told: dict[str, Any] = {
        "waiting": facts.waiting if has_demand else None,
        "copies": facts.copies if has_demand else None,
        "out_of": {limit.about: limit.open for limit in case.narrow} or None,
        "acquired_on": item.acquired_on.isoformat() if item.acquired_on is not None else None,
        "by_hand": True if command.due_at is not None else None,
        "from": context.tree.by_id[item.location_id].code if was_elsewhere else None,
        "before": item.status if was_elsewhere else None,
        "overflow": _overflows(command, case),
    }
    return data | {name: value for name, value in told.items() if value is not None}


def _charge_rental(context: Context, case: _Case, loan_id: int) -> None:
    """What the loan itself costs, where the policies say so."""
    fen = fen_of(case.resolved["rental_fee"].value)
    if fen:
        charge(
            context,
            patron_id=case.patron.id,
            org_id=case.place.id,
            fen=fen,
            cause="rental",
            loan_id=loan_id,
            item_id=case.item.id,
            why={"policy": terms.describe({"rental_fee": case.resolved["rental_fee"]})},
        )
