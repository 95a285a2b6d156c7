"""What readers want a unit to buy, as one ranked list, and what of it is put aside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from branches.context import Context
from branches.tree import Unit
from kernel.clock import local_day
from kernel.db import rows_changed, table_of
from kernel.errors import Invalid, NotFound
from kernel.i18n import Text
from kernel.writes import insert_into
from purchasing.demand import NO_SUPPLY, Aside, Ranked, Supply, Wanted, gather, is_aside, points_of, rank
from purchasing.demand_models import DemandAside
from purchasing.policies import most_holds_per_copy
from purchasing.queries.demand import asides_of, refused_and_missed, suggested, supply_of, unmet

LOOKS_BACK: Final = timedelta(days=180)  # what was searched for or refused longer ago is no demand any more
MOST_LINES: Final = 2_000
LONGEST_REASON: Final = 200
_asides = table_of(DemandAside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The list of a unit, and what it put aside, each with the reason."""

    unit: Unit
    lines: tuple[Ranked, ...]
    aside: tuple[tuple[Ranked, Aside], ...]


class DemandService:
    """Reading the list takes the right to see orders, putting aside the right to order."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def of_unit(self, org: str) -> Demand:
        """What is wanted at a unit and below it, as far as the caller may see."""
        context = self._context
        unit = context.tree.unit(org)
        context.caller.require_at("order.read", unit.id, context.tree)
        wanted = self._gather(unit)
        supply = supply_of(self._session, wanted)
        wanted = [one for one in (_still_wanted(one, supply[one.key]) for one in wanted) if one.counts]
        asides = asides_of(self._session, unit.id)
        put = {one.key: found for one in wanted if (found := is_aside(one, asides)) is not None}
        lines = rank([one for one in wanted if one.key not in put], supply)
        aside = rank([one for one in wanted if one.key in put], supply)
        return Demand(unit=unit, lines=tuple(lines), aside=tuple((row, put[row.wanted.key]) for row in aside))

    def find(self, unit: Unit, key: str) -> tuple[Wanted, Supply]:
        """One title of a unit's list, put aside or not. Raises NotFound where nobody wants it (any more)."""
        wanted = next((one for one in self._gather(unit) if key in one.keys), None)
        if wanted is None:
            raise NotFound("demand", key)
        return wanted, supply_of(self._session, [wanted]).get(wanted.key, NO_SUPPLY)

    def put_aside(self, org: str, key: str, reason: str) -> Aside:
        """Take a title off a unit's list until somebody asks for it anew."""
        unit, reason = self._writable(org), reason.strip()
        if not reason:
            message = Text("请写明不买的原因。", "Say why it is not bought.")
            raise Invalid("demand.reason", message, {"reason": [message]})
        wanted, _ = self.find(unit, key)
        context = self._context
        values = {
            "title": (wanted.title or wanted.isbn or wanted.key)[:300],
            "reason": reason,
            "at": context.now,
            "author": context.caller.author,
        }
        statement = insert_into(self._session, _asides).values(org_id=unit.id, key=wanted.key, **values)
        self._session.execute(statement.on_conflict_do_update(index_elements=["org_id", "key"], set_=values))
        data = {"key": wanted.key, "title": values["title"], "reason": reason}
        context.record("demand_put_aside", org_id=unit.id, data=data)
        return asides_of(self._session, unit.id)[wanted.key]

    def take_back(self, org: str, key: str) -> None:
        """Put a title on the list again. Raises NotFound where it was not put aside."""
        unit = self._writable(org)
        where = (_asides.c.org_id == unit.id, _asides.c.key == key)
        if not rows_changed(self._session.execute(delete(_asides).where(*where))):
            raise NotFound("demand", key)
        self._context.record("demand_taken_back", org_id=unit.id, data={"key": key})

    # --- parts

    def _writable(self, org: str) -> Unit:
        context = self._context
        unit = context.tree.unit(org)
        context.caller.require_at("order.write", unit.id, context.tree)
        return unit

    def _gather(self, unit: Unit) -> Sequence[Wanted]:
        """The titles with the most points, before it is asked what there is of them."""
        context, session = self._context, self._session
        units = context.tree.subtree(unit.id)
        per_copy = most_holds_per_copy(context.policies, context.tree, org_id=unit.id)
        askings = suggested(session, units) + unmet(session, units, per_copy, local_day(context.now))
        askings += refused_and_missed(session, units, self._codes(units), context.now - LOOKS_BACK)
        wanted = gather(askings)
        wanted.sort(key=lambda one: (points_of(one.counts), one.last_at), reverse=True)
        return wanted[:MOST_LINES]

    def _codes(self, units: Collection[int]) -> frozenset[str]:
        return frozenset(self._context.tree.by_id[id_].code for id_ in units)


def _still_wanted(one: Wanted, supply: Supply) -> Wanted:
    """A search in vain is answered once the title is in the catalogue: from then on it is found, and a hold says that it is wanted."""
    if supply.bib_id is None or "missed" not in one.counts:
        return one
    return replace(one, counts={source: count for source, count in one.counts.items() if source != "missed"})
