"""Which copies a request may be asked for, by the policies for the unit that asks; and the taking of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from branches.context import Context
from branches.tree import LENDING_KINDS, Unit
from catalog.reference import ITEM_TYPES
from circ import terms
from circ.queries import hold_queues as hold_queries
from circ.queries import requests as queries
from circ.request_rules import (
    Candidate,
    Sending,
    different_titles_first,
    in_order_of_asking,
    is_forbidden,
)
from circ.rules import near_until
from circ.service.asked import question_of
from kernel.clock import local_day
from transit.queries import requests as transit_queries

UNITS_AT_ONCE: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Copies that could be sent, nearest first, and those that the policies keep back."""

    fit: list[Candidate] = field(default_factory=list)
    forbidden: list[Candidate] = field(default_factory=list)
    not_lent: list[Candidate] = field(default_factory=list)


class Finder:
    """Looks for copies for one unit. What the policies say is asked once for each kind of copy and place."""

    def __init__(self, context: Context, to: Unit) -> None:
        self._context = context
        self._to = to
        self._known: dict[tuple[int, int, str], Sending] = {}

    def of_title(self, bib_id: int, within: Collection[int] | None = None, *, volume: str | None = None) -> Found:
        return self.sort_out(queries.candidates_of_title(self._context.session, bib_id, volume), within)

    def like(
        self,
        criteria: Mapping[str, Any],
        wanted: int,
        asked_for: Collection[int] = (),
        within: Collection[int] | None = None,
        instead_of: int = 0,
    ) -> Found:
        """Of the nearest libraries as many as are wanted, each of another title as long as there are some."""
        found, titles = Found(), set(asked_for)
        types = types_below(self._context, criteria["type"]) if "type" in criteria else None
        for units in self._units_in_turn(within):
            more = queries.candidates_like(
                self._context.session, criteria, types, at=units, to_id=self._to.id, instead_of=instead_of
            )
            sorted_ = self.sort_out(more, within)
            found.fit.extend(sorted_.fit)
            found.forbidden.extend(sorted_.forbidden)
            found.not_lent.extend(sorted_.not_lent)
            if len({one.bib_id for one in found.fit} - titles) >= wanted:
                break
        return Found(fit=different_titles_first(found.fit, titles), forbidden=found.forbidden, not_lent=found.not_lent)

    def sort_out(self, candidates: Iterable[Candidate], within: Collection[int] | None = None) -> Found:
        found = Found()
        for one in self._in_order([one for one in candidates if self._is_elsewhere(one, within)]):
            sending = self._sending(one)
            is_lent = sending.is_lent and not self._stays_near(one, sending)
            kept_back = found.not_lent if not is_lent else found.forbidden if sending.is_forbidden else found.fit
            kept_back.append(one)
        return found

    def _stays_near(self, one: Candidate, sending: Sending) -> bool:
        last_day = near_until(one.acquired_on, sending.near_days)
        is_new = last_day is not None and local_day(self._context.now) <= last_day
        return is_new and not self._context.tree.is_within(self._to.id, one.home_id)

    def _units_in_turn(self, within: Collection[int] | None) -> Iterator[Sequence[int]]:
        """Those that may be asked, a handful at a time, the nearer ones first."""
        by_id, near = self._context.tree.by_id, self._context.tree.by_nearness(self._to.id)
        asked = (unit for unit in (within if within is not None else by_id) if self._may_be_asked(unit))
        units = sorted(asked, key=lambda unit: (self._is_below(unit), near(unit)))
        for start in range(0, len(units), UNITS_AT_ONCE):
            yield units[start : start + UNITS_AT_ONCE]

    def _is_elsewhere(self, one: Candidate, within: Collection[int] | None) -> bool:
        return self._may_be_asked(one.location_id) and (within is None or one.location_id in within)

    def _may_be_asked(self, unit_id: int) -> bool:
        unit = self._context.tree.by_id[unit_id]
        return unit.id != self._to.id and not unit.is_closed and unit.kind != "network"

    def _in_order(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        if len(candidates) < 2:
            return list(candidates)
        load = transit_queries.load_of_requests(self._context.session)
        nearest = in_order_of_asking(self._to.id, candidates, self._context.tree.distance_km, load)
        return sorted(nearest, key=lambda one: self._is_below(one.location_id))

    def _is_below(self, unit_id: int) -> bool:
        """The unit's own points come last: what they have is there already, and little."""
        return self._context.tree.is_within(unit_id, self._to.id)

    def _sending(self, one: Candidate) -> Sending:
        key = (one.location_id, one.home_id, one.item_type)
        if key not in self._known:
            self._known[key] = self._ask_policies(*key)
        return self._known[key]

    def _ask_policies(self, from_id: int, home_id: int, item_type: str) -> Sending:
        """The unit that asks is where such a copy would be lent. A store lends nothing, and may have everything."""
        question = question_of(
            self._context,
            org_id=self._to.id,
            item_org_id=home_id,
            patron_org_id=None,
            category=None,
            item_type=item_type,
        )
        resolved = terms.resolve(self._context.policies, terms.SENDING, question)
        is_lent = resolved["lend"].value and isinstance(resolved["loan_days"].value, int)
        return Sending(
            is_lent=is_lent or self._to.kind not in LENDING_KINDS,
            is_forbidden=is_forbidden(
                resolved["transfer_limits"].value,
                from_=self._context.tree.codes(from_id),
                to=question.org,
                types=question.item_type,
            ),
            near_days=resolved["local_only_days"].value,
        )


def take(context: Context, candidates: Iterable[Candidate], count: int) -> list[Candidate]:
    """Lock copies that are really free, as many as are wanted, in this order. Never waits."""
    taken: list[Candidate] = []
    left = iter(candidates)
    while wanted := list(islice(left, count - len(taken))):
        free = hold_queries.take_idle(context.session, [one.id for one in wanted])
        # Asked again under the lock: who asked for one of them a moment ago held the lock, too.
        free -= queries.asked_among(context.session, free)
        taken += [one for one in wanted if one.id in free]
    return taken


def types_below(context: Context, code: str) -> frozenset[str]:
    """An item type and all that stand below it."""
    types = ITEM_TYPES.get(context.session)
    return frozenset(one for one in types.by_code if code in types.chain(one))
