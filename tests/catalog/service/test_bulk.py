"""Many copies at once: all registered or none; each changed on its own, after a look that changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from branches.access import SYSTEM, Caller
from catalog.invariants import INVARIANTS
from catalog.models import Item
from catalog.service.bulk import BulkItemService, NewCopies, Row
from catalog.service.items import ItemChanges, ItemService, NewItem
from kernel.db import Database
from kernel.errors import Invalid
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from tests.factories import County, make_bib, make_context, make_item, make_user


def like(bib_id: int, **values: Any) -> NewItem:
    return NewItem(**{"bib": bib_id, "barcode": "", "home": "LX", "owner": "ZG", "item_type": "book"} | values)


def register(database: Database, barcodes: list[str], new: NewItem) -> int:
    made = database.run(lambda s: BulkItemService(make_context(s)).create(NewCopies(barcodes=barcodes, like=new)))
    return len(made)


def change(
    database: Database, barcodes: list[str], changes: ItemChanges, caller: Caller = SYSTEM, **rest: Any
) -> list[Row]:
    return database.run(lambda s: BulkItemService(make_context(s, caller)).change(barcodes, changes, **rest))


def look(database: Database, barcodes: list[str], changes: ItemChanges, caller: Caller = SYSTEM) -> list[Row]:
    with database.reading() as session:
        return BulkItemService(make_context(session, caller)).preview(barcodes, changes)


def outcomes(rows: list[Row]) -> list[tuple[str, str, str | None]]:
    return [(row.barcode, row.outcome, row.code) for row in rows]


@pytest.fixture
def three(database: Database, county: County) -> int:
    def stand(session: Any) -> int:
        bib_id = make_bib(session)
        for n, home in enumerate((county.hub, county.branch, county.point), start=1):
            make_item(session, home, f"B{n}", bib_id, call_number="I247.57/1")
        return bib_id

    return database.run(stand)


def test_a_run_of_copies_is_registered(database: Database, three: int) -> None:
    barcodes = [f"C{n:03d}" for n in range(120)]
    assert register(database, barcodes, like(three, call_number="I247.57/1", price_fen=6800)) == 120
    with database.reading() as session:
        made = session.scalars(select(Item).where(Item.barcode.like("C%"))).all()
        assert {(one.call_number, one.price_fen, one.shelf_key) for one in made} == {("I247.57/1", 6800, "I24757 11")}
        noted = select(func.count()).where(JournalEntry.act == "item_created", JournalEntry.bib_id == three)
        assert session.scalar(noted) == 120
        assert [name for one in INVARIANTS for name in one.find(session)] == []


def test_one_bad_barcode_and_none_is_registered(database: Database, three: int) -> None:
    with pytest.raises(Invalid, match="barcodes_refused") as refused:
        register(database, ["C1", "B2", "C/3", "C1"], like(three))
    named = [one.zh for one in refused.value.errors["barcodes"]]
    assert named == ["B2：已属于《平凡的世界》。", "C/3：不能作条码。", "C1：重复。"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Item)) == 3


def test_of_two_who_register_one_run_at_once_one_gets_all_of_it(database: Database, three: int) -> None:
    barcodes = [f"C{n}" for n in range(20)]

    def run(_number: int) -> int:
        try:
            return register(database, barcodes, like(three))
        except Exception:  # noqa: BLE001 - either answer of the database is right, as long as it is no half
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(run, range(4))) == [0, 0, 0, 20]


def test_a_look_changes_nothing_and_says_what_the_deed_does(database: Database, three: int) -> None:
    changes = ItemChanges(home="XC", call_number="Ｉ247.57/2", price_fen=100)
    seen = look(database, ["B1", "B2", "NO"], changes)
    assert outcomes(seen) == [("B1", "changed", None), ("B2", "changed", None), ("NO", "refused", "item.not_found")]
    assert seen[0].changes == {
        "call_number": ["I247.57/1", "I247.57/2"],
        "home": ["ZG", "XC"],
        "price_fen": [None, 100],
    }
    with database.reading() as session:
        assert {one.version for one in session.scalars(select(Item))} == {1}
        assert session.scalar(select(func.count()).select_from(JournalEntry)) == 0
    done = change(database, ["B1", "B2", "NO"], changes)
    assert [(r.barcode, r.outcome, r.changes) for r in done] == [(r.barcode, r.outcome, r.changes) for r in seen]
    again = change(database, ["B1"], changes)
    assert outcomes(again) == [("B1", "unchanged", None)]


def test_a_copy_changed_since_the_look_is_left_alone(database: Database, three: int) -> None:
    seen = look(database, ["B1", "B2"], ItemChanges(shelf="A"))
    database.run(lambda s: ItemService(make_context(s)).change("B1", {"note": "x"}, expected_version=1))
    done = change(database, ["B1", "B2"], ItemChanges(shelf="A"), versions={row.barcode: row.version for row in seen})
    assert outcomes(done) == [("B1", "refused", "record.stale"), ("B2", "changed", None)]


def test_only_what_may_be_changed_is(database: Database, county: County, three: int) -> None:
    caller = database.run(lambda s: make_user(s, "cg", ("branch_librarian", county.branch)))
    asked = ["B1", "B2", "B3"]
    expected = [("B1", "refused", "item.not_found"), ("B2", "changed", None), ("B3", "changed", None)]
    assert outcomes(look(database, asked, ItemChanges(note="旧"), caller)) == expected
    assert outcomes(change(database, asked, ItemChanges(note="旧"), caller)) == expected


def test_two_lists_at_once_do_not_block_each_other(database: Database, county: County) -> None:
    def stand(session: Any) -> None:
        for n in range(30):
            make_item(session, county.hub, f"B{n:02d}", make_bib(session, f"书{n}"))

    database.run(stand)
    forwards = [f"B{n:02d}" for n in range(30)]

    def run(number: int) -> list[Row]:
        listed = forwards if number % 2 else forwards[::-1]
        return change(database, listed, ItemChanges(note=str(number)))

    with ThreadPoolExecutor(4) as pool:
        for rows in pool.map(run, range(4)):
            assert {row.outcome for row in rows} == {"changed"}
    with database.reading() as session:
        assert {one.version for one in session.scalars(select(Item))} == {5}
        assert len({one.note for one in session.scalars(select(Item))}) == 1
        assert session.scalar(select(func.count()).select_from(OutboxEntry)) == 30


@pytest.mark.parametrize("changes", [{"price_fen": -1}, {"home": "QX"}, {"item_type": "none"}])
def test_a_change_that_does_not_hold_changes_nothing(database: Database, three: int, changes: ItemChanges) -> None:
    assert [row.outcome for row in change(database, ["B1"], changes)] == ["refused"]


def test_a_list_without_changes_is_a_slip(database: Database, three: int) -> None:
    with pytest.raises(Invalid, match="no_changes"):
        change(database, ["B1"], {})
