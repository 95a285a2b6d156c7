"""The demo county of Qingxi (清溪县): a made-up network with its units, hours, types, policies, staff and readers. Plain data.

Nothing here is a real place or person. Staff have no passwords here: each county gets its own when it is built.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from branches.calendar import WEEKDAYS
from web.demo.resources import rows

NETWORK = "QX"

Week = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    from_on: date
    to_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit before it exists. `barcode_prefix` opens the barcodes of what it owns."""

    code: str
    name: str
    kind: str
    parent: str | None
    lat: float
    lon: float
    address: str
    barcode_prefix: str
    week: Week
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An item type or a patron category."""

    code: str
    name: str
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy row; a criterion that is None is open."""

    org: str | None
    item_org: str | None
    patron_org: str | None
    category: str | None
    item_type: str | None
    setting: str
    value: Any
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    role: str
    org: str
    username: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A reader as of the day the county is built: `age` in years, `expires_in_days` below zero for an expired card."""

    card: str
    name: str
    category: str
    home: str
    age: int
    birthday: tuple[int, int]
    expires_in_days: int
    guardian: str | None = None
    block: str | None = None

    def birth_on(self, today: date) -> date:
        had_birthday = (today.month, today.day) >= self.birthday
        return date(today.year - self.age - (0 if had_birthday else 1), *self.birthday)

    def expires_on(self, today: date) -> date:
        return today + timedelta(days=self.expires_in_days)


@cache
def units() -> tuple[Unit, ...]:
    """All units, each after its parent."""
    weeks = {name: _week(openings) for name, *openings in rows("county", "hours.txt")}
    closures: dict[str, list[Closure]] = {}
    for code, from_on, to_on, reason in rows("county", "closures.txt"):
        closure = Closure(from_on=date.fromisoformat(from_on), to_on=date.fromisoformat(to_on), reason=reason)
        closures.setdefault(code, []).append(closure)
    return tuple(
        Unit(
            code=code,
            name=name,
            kind=kind,
            parent=parent or None,
            lat=float(lat),
            lon=float(lon),
            address=address,
            barcode_prefix=prefix,
            week=weeks[week],
            closures=tuple(closures.get(code, ())),
        )
        for code, name, kind, parent, lat, lon, address, prefix, week in rows("county", "units.txt")
    )


def _week(openings: list[str]) -> Week:
    """`tue-sun 09:00-12:00 14:00-18:30`: days and the openings of each of them."""
    week: dict[str, tuple[tuple[str, str], ...]] = {}
    for opening in openings:
        days, *spans = opening.split(" ")
        for day in _days(days):
            week[day] = tuple(_span(span) for span in spans)
    return week


def _days(text: str) -> Iterator[str]:
    first, _, last = text.partition("-")
    yield from WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1]


def _span(text: str) -> tuple[str, str]:
    opens, _, closes = text.partition("-")
    return opens, closes


def item_types() -> tuple[Named, ...]:
    """All item types, each after its parent."""
    return tuple(Named(code=c, name=n, parent=p or None) for c, n, p in rows("county", "types.txt"))


def patron_categories() -> tuple[Named, ...]:
    return tuple(Named(code=code, name=name) for code, name in rows("county", "categories.txt"))


def policies() -> tuple[Policy, ...]:
    return tuple(
        Policy(
            org=org or None,
            item_org=item_org or None,
            patron_org=patron_org or None,
            category=category or None,
            item_type=item_type or None,
            setting=setting,
            value=json.loads(value),
            note=note,
        )
        for org, item_org, patron_org, category, item_type, setting, value, note in rows("county", "policies.txt")
    )


def staff() -> tuple[StaffMember, ...]:
    """One member of staff for each role."""
    return tuple(StaffMember(role=r, org=o, username=u, name=n) for r, o, u, n in rows("county", "staff.txt"))


def readers() -> tuple[Reader, ...]:
    """All readers, guardians before their children."""
    return tuple(
        Reader(
            card=card,
            name=name,
            category=category,
            home=home,
            age=int(age),
            birthday=_birthday(birthday),
            expires_in_days=int(expires),
            guardian=guardian or None,
            block=block or None,
        )
        for card, name, category, home, age, birthday, expires, guardian, block in rows("county", "readers.txt")
    )


def _birthday(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)
