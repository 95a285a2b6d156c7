"""Taking an import back: what nobody built on goes or is as it was, the rest stays with a reason, and the right file can come after."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog.bibdata import BibData
from catalog.description import from_json
from catalog.import_models import ImportBatch
from catalog.invariants import INVARIANTS
from catalog.models import Bib, BibIdentifier, BibVersion, Item, SourceRecord
from catalog.queries.undoing import list_remainders
from catalog.service.bibs import BibService
from catalog.service.imports import undoing
from catalog.service.imports.undoing import ask_for_undo, look_at_undo, undo_next, undo_now
from circ.commands import CheckOut
from circ.service import CirculationService
from kernel.db import Database
from kernel.errors import Conflict
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from tests.catalog.service.imports.loading import counts, holding, import_bytes, put_batch_back, record, report, rows
from tests.factories import County, make_context, make_patron
from web.wiring import connect


@pytest.fixture(autouse=True)
def sound(database: Database, county: County) -> object:
    """After every undoing what the doctor asks of this room holds."""
    yield
    with database.reading() as session:
        assert {one.code: list(one.find(session)) for one in INVARIANTS} == {one.code: [] for one in INVARIANTS}


def undo(database: Database, batch_id: int) -> dict[str, int]:
    """Ask for it and do it; the counts that are not nought."""
    with database.transaction() as session:
        ask_for_undo(make_context(session, channel="cli"), batch_id)
    undo_now(database, batch_id)
    with database.reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        assert batch.status == "undone"
        return {name: number for name, number in (batch.undo_counts or {}).items() if number}


def left(database: Database, batch_id: int) -> list[tuple[str, str | None]]:
    with database.reading() as session:
        return [(row.code, row.barcode) for row in list_remainders(session, batch_id)]


def description(database: Database, bib_id: int) -> BibData:
    with database.reading() as session:
        return from_json(session.get_one(Bib, bib_id).data)


def test_titles_and_copies_that_nobody_touched_are_gone_and_the_file_can_come_again(
    database: Database, tmp_path: Path
) -> None:
    data = record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"))) + record(
        "A2", "西游记", holding(("a", "CG"), ("b", "002"))
    )
    first = import_bytes(database, tmp_path, data)
    old = {bib_id for (bib_id,) in rows(database, Bib.id)}
    assert undo(database, first.id) == {"titles_removed": 2, "copies_removed": 2}
    for table in (Bib.id, BibIdentifier.bib_id, SourceRecord.id, Item.id, BibVersion.bib_id):
        assert rows(database, table) == []
    assert {key for (key,) in rows(database, OutboxEntry.key)} == old
    again = import_bytes(database, tmp_path, data)
    assert counts(again) == {"read": 2, "created": 2, "items_created": 2}
    assert old.isdisjoint(bib_id for (bib_id,) in rows(database, Bib.id)), "an id is never given twice"


def test_the_journal_goes_on_telling_of_what_was_taken_out(database: Database, tmp_path: Path) -> None:
    found = import_bytes(database, tmp_path, record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"))))
    undo(database, found.id)
    with database.reading() as session:
        told = session.scalars(select(JournalEntry).where(JournalEntry.act == "undone").order_by(JournalEntry.id)).all()
        assert [(one.data or {}).get("barcode") or (one.data or {}).get("title") for one in told] == [
            "001",
            "红楼梦",
            None,
        ]


def test_a_title_that_an_import_updated_says_again_what_it_said(database: Database, tmp_path: Path) -> None:
    before = record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"), ("s", "I242.4/15")))
    import_bytes(database, tmp_path, before)
    [(bib_id,)] = rows(database, Bib.id)
    was = description(database, int(str(bib_id)))
    changed = record(
        "A1", "红楼梦 新版", holding(("a", "CG"), ("b", "001"), ("s", "I242.4/99")), holding(("a", "LX"), ("b", "009"))
    )
    second = import_bytes(database, tmp_path, changed)
    assert counts(second) == {"read": 1, "updated": 1, "items_created": 1, "items_updated": 1}
    with database.reading() as session:
        foreseen = look_at_undo(make_context(session), second.id).counts
    done = {"titles_restored": 1, "copies_removed": 1, "copies_corrected": 1}
    assert +Counter(foreseen) == done
    assert undo(database, second.id) == done
    assert description(database, int(str(bib_id))) == was
    assert rows(database, SourceRecord.raw, SourceRecord.is_current) == [(before, True)]
    assert rows(database, Item.barcode, Item.call_number) == [("001", "I242.4/15")]
    assert rows(database, BibVersion.version, BibVersion.cause) == [(1, "import"), (2, "undo")]
    third = import_bytes(database, tmp_path, changed)
    assert counts(third)["updated"] == 1


def test_a_copy_that_was_lent_stays_with_its_title(database: Database, county: County, tmp_path: Path) -> None:
    data = record("A1", "红楼梦", holding(("a", "CG"), ("b", "001")), holding(("a", "CG"), ("b", "002")))
    found = import_bytes(database, tmp_path, data)
    with database.transaction() as session:
        connect()
        make_patron(session, county.branch)
        CirculationService(make_context(session)).check_out(CheckOut(patron="P0001", item="001", at="CG"))
    assert undo(database, found.id) == {"titles_kept": 1, "copies_removed": 1, "copies_kept": 1}
    assert left(database, found.id) == [("item.has_history", "001"), ("bib.has_copies", None)]
    assert rows(database, Item.barcode) == [("001",)]
    again = import_bytes(database, tmp_path, data)
    assert counts(again) == {"read": 1, "updated": 1, "items_created": 1}, "the copy that went comes back with its file"


def test_a_title_changed_by_hand_since_keeps_what_the_librarian_wrote(database: Database, tmp_path: Path) -> None:
    found = import_bytes(database, tmp_path, record("A1", "红楼梦"))
    [(bib_id,)] = rows(database, Bib.id)
    with database.transaction() as session:
        BibService(make_context(session)).change(int(str(bib_id)), {"title": "石头记"}, expected_version=1)
    assert undo(database, found.id) == {"titles_kept": 1}
    assert left(database, found.id) == [("bib.changed_by_hand", None)]
    assert description(database, int(str(bib_id))).title == "石头记"


def test_a_later_import_of_the_same_record_stands(database: Database, tmp_path: Path) -> None:
    first = import_bytes(database, tmp_path, record("A1", "红楼梦"))
    import_bytes(database, tmp_path, record("A1", "红楼梦 修订"))
    assert undo(database, first.id) == {"titles_kept": 1}
    assert left(database, first.id) == [("bib.imported_again", None)]
    assert rows(database, Bib.title) == [("红楼梦 修订",)]


def test_undo_goes_on_where_it_died_and_is_done_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "TITLES_AT_ONCE", 2)
    data = b"".join(record(f"A{n}", f"书名第{n}种" * 3, holding(("a", "CG"), ("b", f"00{n}"))) for n in range(5))
    found = import_bytes(database, tmp_path, data)
    made = found.created
    with database.transaction() as session:
        ask_for_undo(make_context(session), found.id)
        ask_for_undo(make_context(session), found.id)
    turns = iter([False, True])
    assert undo_now(database, found.id, is_stopping=lambda: next(turns)) == 2
    assert len(rows(database, Bib.id)) == made - 2
    assert undo_next(database, lambda: False) == made - 2
    assert undo_next(database, lambda: False) == 0
    with database.reading() as session:
        batch = session.get_one(ImportBatch, found.id)
        assert (batch.status, (batch.undo_counts or {})["titles_removed"]) == ("undone", made)


def test_the_preview_says_what_will_happen_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    found = import_bytes(database, tmp_path, record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"))))
    with database.transaction() as session:
        plan = look_at_undo(make_context(session), found.id)
    assert (plan.titles, plan.looked_at, plan.left) == (1, 1, ())
    assert plan.counts == {
        "titles_removed": 1,
        "titles_restored": 0,
        "titles_kept": 0,
        "copies_removed": 1,
        "copies_kept": 0,
        "copies_corrected": 0,
    }
    assert report(database, found.id).status == "done"
    assert undo(database, found.id) == {"titles_removed": 1, "copies_removed": 1}


def test_an_import_that_still_runs_cannot_be_undone(database: Database, tmp_path: Path) -> None:
    found = import_bytes(database, tmp_path, record("A1", "红楼梦"))
    put_batch_back(database, found.id, status="running")
    with pytest.raises(Conflict) as refused, database.transaction() as session:
        ask_for_undo(make_context(session), found.id)
    assert refused.value.code == "import.not_ended"
