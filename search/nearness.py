"""Where the copies of a title are, seen from one unit: page and API show what is worked out here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from branches.tree import OrgTree, Unit
from search.pages import Copies, HeldAt, Near
from search.queries import Holding


class Outlook:
    """The network as it lies round one unit; in the order of the tree where that is None."""

    def __init__(self, tree: OrgTree, unit: Unit | None) -> None:
        self._tree = tree
        self._unit = unit
        self._order = {one.id: place for place, one in enumerate(tree.in_order)}
        self._nearness = tree.by_nearness(unit.id if unit else None)
        self._below = tree.subtree(unit.id) if unit else frozenset()

    def held(self, holdings: Iterable[Holding]) -> tuple[HeldAt, ...]:
        """The units that hold it, in the order of the tree."""
        units = self._tree.by_id
        return tuple(
            HeldAt(
                org_id=held.org_id,
                code=units[held.org_id].code,
                name=units[held.org_id].name,
                total=held.total,
                available=held.available,
            )
            for held in sorted(holdings, key=lambda held: self._order[held.org_id])
        )

    def free(self, held: Iterable[HeldAt]) -> tuple[HeldAt, ...]:
        """Those with a copy in, the nearest first."""
        return tuple(sorted((one for one in held if one.available), key=lambda one: self._nearness(one.org_id)))

    def near(self, held: Sequence[HeldAt], free: Sequence[HeldAt]) -> Near | None:
        if self._unit is None:
            return None
        nearest = free[0] if free else None
        return Near(
            org=self._unit.code,
            here=_sum(one for one in held if self._unit.id == one.org_id),
            below=_sum(one for one in held if one.org_id in self._below),
            nearest=nearest,
            km=self._tree.known_km(self._unit.id, nearest.org_id) if nearest else None,
        )


def _sum(held: Iterable[HeldAt]) -> Copies:
    found = list(held)
    return Copies(total=sum(one.total for one in found), available=sum(one.available for one in found))
