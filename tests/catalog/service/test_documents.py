"""Copies leave the stock or change their owner by numbered lists: never deleted, never while a reader has them, and undone line by line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branches.access import SYSTEM, Caller
from catalog.invariants import INVARIANTS
from catalog.models import Item, StockDocument
from catalog.queries.documents import lines_of
from catalog.service.bulk import Row
from catalog.service.documents import DocumentAsked, Made, StockDocumentService
from catalog.service.items import ItemService
from kernel.db import Database
from kernel.errors import Conflict, Invalid, NotFound
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import County, make_bib, make_context, make_item, make_unit, make_user
from web.wiring import connect


@pytest.fixture
def three(database: Database, county: County) -> County:
    def stand(session: Session) -> None:
        bib_id = make_bib(session)
        for n, home in enumerate((county.hub, county.branch, county.point), start=1):
            make_item(session, home, f"B{n}", bib_id, call_number=f"I247.57/{n}", price_fen=1000 * n)

    database.run(stand)
    return county


def withdrawal(*barcodes: str, **values: Any) -> DocumentAsked:
    return DocumentAsked(**{"kind": "withdrawal", "at": "ZG", "barcodes": barcodes, "reason": "破损"} | values)


def handover(*barcodes: str, **values: Any) -> DocumentAsked:
    return DocumentAsked(
        **{"kind": "handover", "at": "ZG", "to": "XC", "barcodes": barcodes, "reason": "支援"} | values
    )


def make(database: Database, asked: DocumentAsked, caller: Caller = SYSTEM) -> Made:
    return database.run(lambda s: StockDocumentService(make_context(s, caller)).make(asked))


def undo(database: Database, made: Made, *barcodes: str) -> list[Row]:
    assert made.document is not None
    document_id = made.document.id
    return database.run(lambda s: StockDocumentService(make_context(s)).undo(document_id, barcodes or None))


def outcomes(rows: list[Row]) -> list[tuple[str, str, str | None]]:
    return [(row.barcode, row.outcome, row.code) for row in rows]


def items(database: Database) -> dict[str, Item]:
    with database.reading() as session:
        return {one.barcode: one for one in session.scalars(select(Item))}


def broken(database: Database) -> list[str]:
    with database.reading() as session:
        return [f"{one.code} {name}" for one in INVARIANTS for name in one.find(session)]


def test_a_withdrawal_takes_copies_from_search_and_shelf_and_keeps_them(database: Database, three: County) -> None:
    made = make(database, withdrawal("B1", "B2", "NO"))
    assert outcomes(made.rows) == [
        ("B1", "changed", None),
        ("B2", "changed", None),
        ("NO", "refused", "item.not_found"),
    ]
    assert made.document is not None
    assert (made.document.number, made.document.copies, made.document.author) == ("TJ2026-0001", 2, "system")
    assert {barcode: one.status for barcode, one in items(database).items()} == {
        "B1": "withdrawn",
        "B2": "withdrawn",
        "B3": "available",
    }
    with database.reading() as session:
        noted = session.scalars(select(JournalEntry).where(JournalEntry.act == "status_changed")).all()
        assert [one.data for one in noted] == [
            {"before": "available", "after": "withdrawn", "document": "TJ2026-0001", "reason": "破损"}
        ] * 2
        assert session.scalars(select(OutboxEntry.version)).one() >= 3
    assert broken(database) == []


def test_a_look_writes_nothing(database: Database, three: County) -> None:
    with database.reading() as session:
        made = StockDocumentService(make_context(session)).preview(withdrawal("B1", "NO"))
    assert made.document is None
    assert outcomes(made.rows) == [("B1", "changed", None), ("NO", "refused", "item.not_found")]
    assert items(database)["B1"].status == "available"


def test_a_withdrawal_is_undone_line_by_line(database: Database, three: County) -> None:
    with database.transaction() as session:
        session.execute(update(Item).where(Item.barcode == "B2").values(status="missing"))
    made = make(database, withdrawal("B1", "B2"))
    assert outcomes(undo(database, made, "B2")) == [("B2", "changed", None)]
    assert outcomes(undo(database, made, "B2", "B3")) == [
        ("B2", "refused", "document.not_listed"),
        ("B3", "refused", "document.not_listed"),
    ]
    assert outcomes(undo(database, made)) == [("B1", "changed", None)]
    assert {one.status for one in items(database).values()} == {"available", "missing"}
    with database.reading() as session:
        assert made.document is not None
        assert all(line.undone_at for line in lines_of(session, made.document.id))


@pytest.mark.parametrize("status", ["on_loan", "in_transit", "on_hold_shelf"])
def test_a_tied_copy_is_not_withdrawn(database: Database, three: County, status: str) -> None:
    with database.transaction() as session:
        session.execute(update(Item).where(Item.barcode == "B1").values(status=status))
    made = make(database, withdrawal("B1"))
    assert made.document is None
    assert outcomes(made.rows) == [("B1", "refused", "item.tied")]
    assert items(database)["B1"].status == status


def test_a_copy_with_an_open_loan_is_tied_whatever_its_status_says(desk: Desk) -> None:
    connect()
    desk.check_out()
    desk.write(lambda s: s.execute(update(Item).where(Item.barcode == "B0001").values(status="lost")))
    made = desk.write(lambda s: StockDocumentService(make_context(s)).make(withdrawal("B0001")))
    assert outcomes(made.rows) == [("B0001", "refused", "item.tied")]
    desk.write(lambda s: s.execute(update(Item).where(Item.barcode == "B0001").values(status="on_loan")))


def test_lists_are_numbered_in_turn_and_a_number_is_not_used_twice(database: Database, three: County) -> None:
    first = make(database, withdrawal("B1"))
    with pytest.raises(Conflict, match="number_taken"):
        make(database, withdrawal("B2", number="TJ2026-0001"))
    own = make(database, withdrawal("B2", number="甲-7"))
    third = make(database, withdrawal("B3"))
    numbers = [made.document.number for made in (first, own, third) if made.document]
    assert numbers == ["TJ2026-0001", "甲-7", "TJ2026-0002"]


def test_lists_of_one_moment_have_different_numbers(database: Database, three: County) -> None:
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(lambda barcode: make(database, withdrawal(barcode)), ("B1", "B2", "B3")))
    assert len({one.document.number for one in made if one.document}) == 3


def test_a_copy_stands_on_one_list_however_many_want_it(database: Database, three: County) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _n: make(database, withdrawal("B1")), range(4)))
    assert sorted(one.rows[0].outcome for one in made) == ["changed", "refused", "refused", "refused"]


def test_a_handover_changes_the_owner_and_is_told_on_both_sides(database: Database, three: County) -> None:
    made = make(database, handover("B1", "B2", moves_home=True))
    assert made.document is not None
    assert made.document.number == "HB2026-0001"
    moved = items(database)
    assert {(one.owner_id, one.home_id) for one in (moved["B1"], moved["B2"])} == {(three.other_point,) * 2}
    with database.reading() as session:
        told = session.execute(
            select(JournalEntry.act, JournalEntry.org_id).where(
                JournalEntry.act.in_(("item_handed_over", "item_taken_over"))
            )
        ).all()
    assert sorted(told) == sorted(
        [
            ("item_handed_over", three.hub),
            ("item_taken_over", three.other_point),
            ("item_handed_over", three.branch),
            ("item_taken_over", three.other_point),
        ]
    )
    assert broken(database) == []
    assert outcomes(make(database, handover("B1")).rows) == [("B1", "unchanged", None)]


def test_a_handover_is_undone_unless_the_copy_went_on(database: Database, three: County) -> None:
    made = make(database, handover("B1", "B2"))
    database.run(lambda s: ItemService(make_context(s)).change("B2", {"owner": "LX"}, expected_version=2))
    assert outcomes(undo(database, made)) == [("B1", "changed", None), ("B2", "refused", "document.moved_on")]
    assert items(database)["B1"].owner_id == three.hub
    assert broken(database) == []


def test_undoing_a_handover_gives_the_home_back_too_where_the_list_changed_it(
    database: Database, three: County
) -> None:
    homes = {barcode: one.home_id for barcode, one in items(database).items()}
    made = make(database, handover("B1", "B2", "B3", moves_home=True))
    database.run(lambda s: ItemService(make_context(s)).change("B3", {"home": "LX"}, expected_version=2))
    moved_on = items(database)["B3"].home_id
    undo(database, made)
    back = items(database)
    assert (back["B1"].home_id, back["B2"].home_id, back["B3"].home_id) == (homes["B1"], homes["B2"], moved_on)
    assert back["B1"].owner_id == three.hub

    kept = make(database, handover("B1"))
    database.run(lambda s: ItemService(make_context(s)).change("B1", {"home": "LX"}, expected_version=4))
    undo(database, kept)
    assert items(database)["B1"].home_id == moved_on
    assert broken(database) == []


def test_a_barcode_does_not_leave_its_namespace(database: Database, three: County) -> None:
    database.run(lambda s: make_unit(s, "OT", "hub", three.network, is_namespace=True))
    assert outcomes(make(database, handover("B1", to="OT")).rows) == [("B1", "refused", "item.namespace")]


def test_only_on_both_sides_where_one_may(database: Database, three: County) -> None:
    caller = database.run(lambda s: make_user(s, "cg", ("branch_librarian", three.branch)))
    with pytest.raises(NotFound):
        make(database, withdrawal("B2"), caller)
    rows = make(database, withdrawal("B1", "B2", at="CG"), caller).rows
    assert outcomes(rows) == [("B1", "refused", "item.not_found"), ("B2", "changed", None)]
    assert outcomes(make(database, handover("B3", at="CG", to="ZG"), caller).rows)[0][1:] == (
        "refused",
        "org.not_found",
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (withdrawal("B1", reason=" "), "document.reason"),
        (withdrawal("B1", to="XC"), "document.taker"),
        (handover("B1", to=None), "document.taker"),
        (withdrawal(), "item.too_many"),
    ],
)
def test_what_a_list_needs(database: Database, three: County, asked: DocumentAsked, code: str) -> None:
    with pytest.raises(Invalid) as wrong:
        make(database, asked)
    assert wrong.value.code == code
    with database.reading() as session:
        assert session.scalars(select(StockDocument)).all() == []
