"""Past acts judged anew by a set of policies: what it would have decided, and what changes from one set to another. Pure.

The same rules decide as at the desk. What the journal does not know of an act (debts, blocks, who waited for a renewed book) is left out on
both sides, so that a difference is the policies' alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from branches.calendar import Calendars
from branches.policy import PolicyBook, Question, Resolved
from branches.tree import OrgTree, Unit
from catalog.reference import ItemTypes
from circ import return_rules, rules, terms
from circ.due import due_by
from circ.hold_rules import HoldCounts, Wish, check_counts

ACTS: Final = {"checked_out": "check_out", "renewed": "renewal", "hold_placed": "hold", "checked_in": "return"}
_NAMES: Final = {
    "checked_out": terms.CHECK_OUT,
    "renewed": terms.RENEWAL,
    "hold_placed": terms.HOLD,
    "checked_in": terms.RETURN,
}
_CRITERIA_OF_COPIES: Final = ("patron_org", "item_org", "category", "item_type")
_NEEDED: Final = {
    "checked_out": (*_CRITERIA_OF_COPIES, "open_loans"),
    "renewed": (*_CRITERIA_OF_COPIES, "from", "renewals"),
    "hold_placed": ("category", "patron_org", "open_holds", "placed_today"),
    "checked_in": ("item_org", "item_type", "lent_at"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAct:
    """A row of the journal."""

    id: int
    act: str
    at: datetime
    org_id: int
    item_id: int | None
    bib_id: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What policies say of an act: the refusals that stand, else when it is due or where the book goes (a code)."""

    refusals: tuple[str, ...] = ()
    due_at: datetime | None = None
    goes_to: str | None = None


class Unknown(Exception):
    """An act that cannot be judged: `reason` is `facts_missing` or `unit_gone`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is as it is today, whatever the day of the act: units, their calendars, the item types."""

    tree: OrgTree
    types: ItemTypes
    calendars: Calendars

    def unit(self, code: str | None) -> Unit:
        unit = self.tree.by_code.get(code) if code is not None else None
        if unit is None:
            raise Unknown("unit_gone")
        return unit


def difference(act: str, before: Verdict, after: Verdict) -> str | None:
    """The kind of change between two verdicts, such as `check_out.refused`; None where both decide alike."""
    subject = ACTS[act]
    if set(after.refusals) - set(before.refusals):
        return f"{subject}.refused"
    if set(before.refusals) - set(after.refusals):
        return f"{subject}.allowed"
    if before.due_at is not None and after.due_at is not None and before.due_at != after.due_at:
        return f"{subject}.due_earlier" if after.due_at < before.due_at else f"{subject}.due_later"
    return f"{subject}.goes_elsewhere" if before.goes_to != after.goes_to else None


@dataclass(slots=True, kw_only=True)
class Judge:
    """One set of policies. What it says for the same criteria is found once."""

    book: PolicyBook
    around: Surroundings
    _found: dict[tuple[Any, ...], dict[str, Resolved]] = field(default_factory=dict)

    def resolve(self, past: PastAct) -> dict[str, Resolved]:
        """The settings that speak of an act. Raises Unknown where the journal keeps too little of it."""
        data = past.data
        if any(name not in data for name in _NEEDED[past.act]):
            raise Unknown("facts_missing")
        asked = tuple(data.get(name) for name in _CRITERIA_OF_COPIES)
        key = (past.act, past.org_id, *asked)
        if key not in self._found:
            self._found[key] = terms.resolve(self.book, _NAMES[past.act], self._question(past))
        return self._found[key]

    def _question(self, past: PastAct) -> Question:
        data, tree = past.data, self.around.tree
        if past.org_id not in tree.by_id:
            raise Unknown("unit_gone")

        def chain(code: str | None) -> tuple[str, ...]:
            return () if code is None else tree.codes(self.around.unit(code).id)

        return Question(
            org=tree.codes(past.org_id),
            item_org=chain(data.get("item_org")),
            patron_org=chain(data.get("patron_org")),
            category=(data["category"],) if data.get("category") else (),
            item_type=self.around.types.chain(data["item_type"]) if data.get("item_type") else (),
        )

    def judge(self, past: PastAct) -> Verdict:
        """Raises Unknown where it cannot be told."""
        resolved = self.resolve(past)
        if past.act == "checked_out":
            return _judge_check_out(past, resolved, self.around)
        if past.act == "renewed":
            return _judge_renewal(past, resolved, self.around)
        if past.act == "hold_placed":
            return _judge_hold(past, resolved)
        return _judge_return(past, resolved, self.around)


def says_the_same(one: Mapping[str, Resolved], other: Mapping[str, Resolved]) -> bool:
    """Whether two sets of settings have the same values: then they decide alike, whatever the act."""
    return all(setting.value == other[name].value for name, setting in one.items())


def _judge_check_out(past: PastAct, resolved: dict[str, Resolved], around: Surroundings) -> Verdict:
    data, place = past.data, around.tree.by_id[past.org_id]
    home, card_until = around.unit(data["item_org"]), _day(data.get("card_until"))
    refusals = rules.decide_check_out(
        rules.PatronFacts(
            id=0,
            is_active=True,
            expires_on=card_until,
            open_loans=data["open_loans"] - 1,
            overdue_loans=data.get("overdue", 0),
            narrow=terms.narrow_limits(
                resolved,
                around.types,
                item_type=data["item_type"],
                home=home,
                out_of=(data.get("out_of") or {}).get,  # as far as the journal counted by them
            ),
        ),
        rules.ItemFacts(
            status="available",
            location_id=place.id,
            location_name=place.name,
            home_id=home.id,
            home_name=home.name,
            came_on=_day(data.get("acquired_on")),
        ),
        rules.PlaceFacts(org_id=place.id, name=place.name, kind=place.kind, path=tuple(around.tree.path(place.id))),
        terms.check_out_terms(resolved),
        past.at,
    )
    codes = {r.code for r in refusals if r.class_ != "notice"}
    overflow = resolved["overflow_days"].value if "overflow" in data else None
    if overflow is not None:
        codes.discard("patron.loan_limit")
    if codes - set(data.get("overrides", ())):
        return Verdict(refusals=tuple(sorted(codes)))
    demand = rules.Demand(waiting=data.get("waiting", 0), copies=data.get("copies", 0))
    shorter = rules.decide_demand(resolved["high_demand"].value, demand)
    length = terms.loan_length(resolved, card_until, shorter.data["days"] if shorter else None, overflow)
    due_at = None if data.get("by_hand") else due_by(past.at, length, around.calendars, place.id)
    return Verdict(refusals=tuple(sorted(codes)), due_at=due_at)


def _judge_renewal(past: PastAct, resolved: dict[str, Resolved], around: Surroundings) -> Verdict:
    data = past.data
    due_at, card_until = datetime.fromisoformat(data["from"]), _day(data.get("card_until"))
    new_due_at = terms.renewed_until(
        resolved, due_at, past.at, card_until=card_until, calendars=around.calendars, org_id=past.org_id
    )
    refusals = rules.decide_renewal(
        rules.PatronFacts(id=0, is_active=True, expires_on=card_until),
        rules.RenewalFacts(is_open=True, renewals=data["renewals"] - 1, due_at=due_at, new_due_at=new_due_at),
        terms.renewal_terms(resolved),
        past.at,
    )
    codes = tuple(sorted({r.code for r in refusals}))
    stands = set(codes) - set(data.get("overrides", ()))
    return Verdict(refusals=codes, due_at=None if stands else max(new_due_at, due_at))


def _judge_hold(past: PastAct, resolved: dict[str, Resolved]) -> Verdict:
    data = past.data
    counts = HoldCounts(
        open_holds=data["open_holds"], placed_today=data["placed_today"], no_shows=data.get("no_shows", 0)
    )
    refusals = check_counts(counts, terms.hold_terms(resolved), Wish())
    return Verdict(refusals=tuple(sorted({r.code for r in refusals})))


def _judge_return(past: PastAct, resolved: dict[str, Resolved], around: Surroundings) -> Verdict:
    """Where a book goes that nobody waits for."""
    home, issuing = around.unit(past.data["item_org"]), around.unit(past.data["lent_at"])
    here = around.tree.by_id[past.org_id]
    accept = resolved["accept_returns"].value
    refusals = return_rules.check_return(here.id, home.id, home.name, issuing.id, issuing.name, accept)
    if refusals:
        return Verdict(refusals=tuple(r.code for r in refusals))
    facts = return_rules.ReturnFacts(
        here_id=here.id,
        home_id=home.id,
        home_is_closed=home.is_closed,
        status="on_loan",
        issued_at_id=issuing.id,
        issued_is_closed=issuing.is_closed,
        transfer_to_id=None,
        is_idle_here=False,
    )
    step = return_rules.next_step(facts, terms.way_home(resolved, around.tree, here_id=here.id, home_id=home.id))
    return Verdict(goes_to=here.code if step.to_id is None else around.tree.by_id[step.to_id].code)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


class Memory:
    """What a loan's check-out told of it, for later acts on it of which the journal keeps less."""

    _KEPT: Final[tuple[str, ...]] = (*_CRITERIA_OF_COPIES, "card_until", "due_at")

    def __init__(self) -> None:
        self._loans: dict[int, dict[str, Any]] = {}

    def complete(self, past: PastAct) -> Mapping[str, Any]:
        """The act's facts with what was learnt before; learns from it in turn."""
        loan, data = past.data.get("loan"), past.data
        if loan is None or past.act == "hold_placed":
            return data
        known = self._loans.get(loan, {})
        earlier: dict[str, Any] = {name: known[name] for name in self._KEPT if name in known}
        if "due_at" in earlier:
            earlier["from"] = earlier.pop("due_at")
        if past.act == "checked_in":
            self._loans.pop(loan, None)
        else:
            self._loans[loan] = known | _only(data, self._KEPT)
        return data if past.act == "checked_out" else {**earlier, **data}


def _only(data: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: data[name] for name in names if name in data}
