"""A county to measure on: one hub, twenty branches, readers, titles and copies, written as plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from branches.models import Grant, OrgUnit, PolicyRow, StaffUser
from branches.reference import CALENDARS, POLICIES, TREE
from branches.service import logins
from catalog.models import Bib, Item, ItemType
from kernel.clock import read_clock
from kernel.db import Database
from patrons.models import Card, Patron, PatronCategory
from web.demo.generator.libraries import Library

BRANCHES = 20
READERS = 2_000
ITEMS_PER_BIB = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """What a client needs to lend: a librarian's token and how many readers and copies there are."""

    token: str
    readers: int
    items: int

    def card(self, n: int) -> str:
        return f"R{n % self.readers:06}"

    def barcode(self, n: int) -> str:
        return f"B{n % self.items:07}"


def title(n: int) -> str:
    """What the title of copies 2n and 2n + 1 is called."""
    return f"第{n + 1}种书"


def build(database: Database, items: int) -> County:
    """Fill an empty database. All copies are at home in the hub; branches are there to take them back."""
    with database.transaction() as session:
        network, hub = _units(session)
        user = _librarian(session, hub)
        _rules(session)
        _readers(session, network, hub)
        _stock(session, network, hub, items)
        for reference in (TREE, CALENDARS, POLICIES):
            reference.changed(session)
        token, _ = logins.issue_token(session, "staff", user, read_clock(), timedelta(hours=12))
    return County(token=token, readers=READERS, items=items)


def _units(session: Session) -> tuple[int, int]:
    network = OrgUnit(code="QX", name="清溪县", kind="network", is_namespace=True)
    session.add(network)
    session.flush()
    hub = OrgUnit(code="ZG", name="清溪县图书馆", kind="hub", parent_id=network.id)
    session.add(hub)
    session.flush()
    for n in range(1, BRANCHES + 1):
        session.add(OrgUnit(code=f"F{n:02}", name=f"第{n}分馆", kind="branch", parent_id=hub.id))
    session.flush()
    return network.id, hub.id


def _librarian(session: Session, hub: int) -> int:
    user = StaffUser(username="bench", name="测速", password_hash="-", created_at=read_clock())
    session.add(user)
    session.flush()
    session.add(Grant(user_id=user.id, role="hub_librarian", org_id=hub))
    return user.id


def _rules(session: Session) -> None:
    """Some rows more than the one that decides, as a county has them."""
    session.add_all([PatronCategory(code="adult", name="成人"), PatronCategory(code="child", name="少儿")])
    session.add_all([ItemType(code="book", name="图书"), ItemType(code="new", name="新书", parent="book")])
    session.add_all(
        [
            PolicyRow(setting="loan_days", value=30),
            PolicyRow(setting="loan_days", value=14, item_type="new"),
            PolicyRow(setting="loan_days", value=21, category="child"),
            PolicyRow(setting="max_loans", value=10),
            PolicyRow(setting="max_loans", value=5, category="child"),
            PolicyRow(setting="max_overdue", value=0),
            PolicyRow(setting="days_mode", value="datedue", org="ZG"),
        ]
    )
    session.flush()


def _readers(session: Session, network: int, hub: int) -> None:
    now = read_clock()
    patrons = [
        {"id": n + 1, "name": f"读者{n}", "category": "adult", "home_id": hub, "created_at": now}
        for n in range(READERS)
    ]
    session.execute(insert(Patron), patrons)
    cards = [
        {"patron_id": n + 1, "namespace_id": network, "barcode": f"R{n:06}", "issued_at": now} for n in range(READERS)
    ]
    session.execute(insert(Card), cards)


def _stock(session: Session, network: int, hub: int, items: int) -> None:
    now = read_clock()
    times = {"created_at": now, "updated_at": now}
    bibs = [
        {"id": n + 1, "title": title(n), "authors": "某人", "data": {}, **times}
        for n in range(-(-items // ITEMS_PER_BIB))
    ]
    session.execute(insert(Bib), bibs)
    places = {"namespace_id": network, "owner_id": hub, "home_id": hub, "location_id": hub}
    rows = [
        {
            "bib_id": n // ITEMS_PER_BIB + 1,
            "barcode": f"B{n:07}",
            "item_type": "book",
            "created_at": now,
            **places,
        }
        for n in range(items)
    ]
    session.execute(insert(Item), rows)


def build_libraries(database: Database, libraries: Sequence[Library]) -> None:
    """The units that hold the copies of generated records, below one network."""
    with database.transaction() as session:
        network = OrgUnit(code="QX", name="清溪县", kind="network", is_namespace=True)
        session.add(network)
        session.flush()
        ids = {"": network.id}
        for library in libraries:
            unit = OrgUnit(code=library.code, name=library.name, kind=library.tier, parent_id=ids[library.parent])
            session.add(unit)
            session.flush()
            ids[library.code] = unit.id
        session.add(ItemType(code="book", name="图书"))
        session.flush()
        TREE.changed(session)
        CALENDARS.changed(session)
