"""The tree of org units as a value: ancestors, subtrees, nearness. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from math import asin, cos, radians, sin, sqrt
from typing import Final

from kernel.errors import NotFound
from kernel.i18n import Text

KINDS: Final[dict[str, Text]] = {
    "network": Text("总分馆网络", "network"),
    "hub": Text("总馆", "hub library"),
    "branch": Text("分馆", "branch"),
    "point": Text("服务点", "service point"),
    "selfservice": Text("24小时自助馆", "24-hour library"),
    "mobile": Text("流动图书车", "book bus"),
    "shop": Text("合作书店", "partner bookshop"),
    "store": Text("密集书库", "store"),
}
LENDING_KINDS: Final = frozenset({"hub", "branch", "point", "selfservice", "mobile", "shop"})

# A step up or down the tree counts as this many kilometres where nothing better is known.
KM_A_STEP: Final = 15.0
EARTH_RADIUS_KM: Final = 6371.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    is_namespace: bool = False
    keeps_shelf_list: bool = False
    is_closed: bool = False
    lat: float | None = None
    lon: float | None = None


class OrgTree:
    """All units, found by id or code, in an order in which parents come before children."""

    def __init__(self, units: Iterable[Unit], distances: Iterable[tuple[int, int, float]] = ()) -> None:
        self.by_id: dict[int, Unit] = {unit.id: unit for unit in units}
        self.by_code: dict[str, Unit] = {unit.code: unit for unit in self.by_id.values()}
        self._paths: dict[int, tuple[int, ...]] = {}
        self._subtrees: dict[int, frozenset[int]] = {}
        self._distances = {(a, b): km for a, b, km in distances} | {(b, a): km for a, b, km in distances}

    @cached_property
    def root(self) -> Unit | None:
        return next((unit for unit in self.by_id.values() if unit.parent_id is None), None)

    @cached_property
    def in_order(self) -> tuple[Unit, ...]:
        """Depth first, children by code: how a list of units is shown."""
        children: dict[int | None, list[Unit]] = {}
        for unit in self.by_id.values():
            children.setdefault(unit.parent_id, []).append(unit)
        ordered: list[Unit] = []
        pending = sorted(children.get(None, []), key=lambda u: u.code, reverse=True)
        while pending:
            unit = pending.pop()
            ordered.append(unit)
            pending += sorted(children.get(unit.id, []), key=lambda u: u.code, reverse=True)
        return tuple(ordered)

    def unit(self, code: str) -> Unit:
        """The unit with a code; raises NotFound."""
        try:
            return self.by_code[code]
        except KeyError:
            raise NotFound("org", code) from None

    def path(self, org_id: int) -> tuple[int, ...]:
        """The unit itself, its parent, … up to the network."""
        path = self._paths.get(org_id)
        if path is None:
            unit = self.by_id[org_id]
            path = (org_id,) if unit.parent_id is None else (org_id, *self.path(unit.parent_id))
            self._paths[org_id] = path
        return path

    def codes(self, org_id: int) -> tuple[str, ...]:
        """The same by their codes: the chain that policies are asked with."""
        return tuple(self.by_id[step].code for step in self.path(org_id))

    def depth(self, org_id: int) -> int:
        return len(self.path(org_id)) - 1

    def is_within(self, org_id: int, ancestor_id: int) -> bool:
        """Whether a unit is the other one or lies below it."""
        return ancestor_id in self.path(org_id)

    def subtree(self, org_id: int) -> frozenset[int]:
        """The unit and all below it."""
        found = self._subtrees.get(org_id)
        if found is None:
            found = frozenset(other for other in self.by_id if self.is_within(other, org_id))
            self._subtrees[org_id] = found
        return found

    def namespace(self, org_id: int) -> int:
        """The nearest unit upwards within which barcodes are unique; at last the network."""
        path = self.path(org_id)
        return next((other for other in path if self.by_id[other].is_namespace), path[-1])

    def shelf_list(self, org_id: int) -> int:
        """The nearest unit upwards that keeps a shelf list, within which book numbers are counted; at last the network."""
        path = self.path(org_id)
        return next((other for other in path if self.by_id[other].keeps_shelf_list), path[-1])

    def on_shelf_list(self, scope_id: int) -> frozenset[int]:
        """The units whose books are counted in a shelf list: the subtree without those below that keep one of their own."""
        return frozenset(other for other in self.subtree(scope_id) if self.shelf_list(other) == scope_id)

    def known_km(self, a: int, b: int) -> float | None:
        """How far two units are apart: as measured, else in a straight line; None where nobody knows."""
        if a == b:
            return 0.0
        measured = self._distances.get((a, b))
        if measured is not None:
            return measured
        one, other = self.by_id[a], self.by_id[b]
        if None not in (one.lat, one.lon, other.lat, other.lon):
            return _great_circle_km(one, other)
        return None

    def distance_km(self, a: int, b: int) -> float:
        """How far two units are apart: as known, else by steps in the tree, good for an order and not for telling anybody."""
        known = self.known_km(a, b)
        if known is not None:
            return known
        shared = len(set(self.path(a)) & set(self.path(b)))
        return KM_A_STEP * (len(self.path(a)) + len(self.path(b)) - 2 * shared)

    def by_nearness(self, from_id: int | None) -> Callable[[int], tuple[float, int]]:
        """A key for sorting units: the one to count from first, then the nearer ones, else as the tree has them."""
        order = {unit.id: place for place, unit in enumerate(self.in_order)}
        if from_id is None:
            return lambda org_id: (0.0, order[org_id])
        return lambda org_id: (self.distance_km(from_id, org_id), order[org_id])


def _great_circle_km(a: Unit, b: Unit) -> float:
    """Haversine formula; units have places."""
    lat1, lon1, lat2, lon2 = (radians(x or 0.0) for x in (a.lat, a.lon, b.lat, b.lon))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(h))
