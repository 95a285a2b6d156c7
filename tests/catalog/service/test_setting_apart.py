"""A record of another book that was merged into a title is set apart again, with what belongs to it and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import insert, select, update

from catalog.import_models import ImportBatch, ImportReview
from catalog.models import Bib, BibIdentifier, BibRedirect, BibVersion, Item, SourceRecord
from catalog.queries.bibs import BibMerged, find_bib
from catalog.queries.versions import list_versions
from catalog.service.bibs import BibService
from catalog.service.imports.reviews import ReviewService
from catalog.service.imports.undoing import ask_for_undo, undo_now
from catalog.service.setting_apart import Plan, SetApart, lines_that_may_go, plan, set_apart
from circ.commands import CheckOut
from circ.service import CirculationService
from circ.service.merging import merge_titles
from kernel.db import Database
from kernel.errors import Conflict, DomainError, NotFound, Stale
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from patrons.models import ReaderList, ReaderListEntry
from tests.catalog.service.imports.loading import counts, holding, import_bytes, record, rows
from tests.catalog.service.imports.test_merging import other_edition
from tests.factories import NOW, County, make_context, make_county, make_item, make_patron
from transit.models import Transfer
from web.rooms import INVARIANTS
from web.wiring import connect


@pytest.fixture
def county(database: Database) -> County:
    connect()
    with database.transaction() as session:
        return make_county(session)


@pytest.fixture(autouse=True)
def sound(database: Database, county: County) -> object:
    """After every story all that the doctor asks holds."""
    yield
    with database.reading() as session:
        assert {one.code: list(one.find(session)) for one in INVARIANTS} == {one.code: [] for one in INVARIANTS}


RIGHT = record("A1", "红楼梦", holding(("a", "CG"), ("b", "001")))
WRONG = record("B7", "红楼梦", holding(("a", "LX"), ("b", "002"), ("a", "CG"), ("b", "003")))


def import_both(database: Database, folder: Path) -> tuple[int, int, int]:
    """One title of two sources; its id, and those of the right and the wrong record."""
    import_bytes(database, folder, RIGHT, source="NLC")
    import_bytes(database, folder, WRONG, source="CALIS")
    ((bib_id,),) = rows(database, Bib.id)
    right, wrong = (id_ for (id_,) in rows(database, SourceRecord.id))
    return bib_id, right, wrong


def separate(database: Database, bib_id: int, *record_ids: int, copies: Collection[int] | None = None) -> SetApart:
    with database.transaction() as session:
        version = find_bib(session, bib_id).version
        return set_apart(make_context(session), bib_id, record_ids, expected_version=version, item_ids=copies)


def planned(database: Database, bib_id: int, *record_ids: int) -> Plan:
    with database.reading() as session:
        return plan(make_context(session), find_bib(session, bib_id), record_ids)


def titles_of_copies(database: Database) -> dict[str, int]:
    return dict(rows(database, Item.barcode, Item.bib_id))


def make(database: Database, title: str, **fields: object) -> int:
    with database.transaction() as session:
        return BibService(make_context(session)).create({"title": title, **fields}).id  # type: ignore[typeddict-item]


def merge(database: Database, bib_id: int, into_id: int) -> None:
    with database.transaction() as session:
        later = make_context(session, now=NOW + timedelta(seconds=bib_id))
        merge_titles(later, bib_id, into_id)


def test_the_record_goes_with_the_copies_that_it_brought_and_no_others(
    database: Database, county: County, tmp_path: Path
) -> None:
    bib_id, right, wrong = import_both(database, tmp_path)
    with database.transaction() as session:
        make_item(session, county.branch, "H1", bib_id)
    looked = planned(database, bib_id, wrong)
    assert {copy.barcode for copy in looked.copies if copy.id in looked.along} == {"002", "003"}
    done = separate(database, bib_id, wrong)
    assert (done.has_returned, done.copies) == (False, 2)
    assert titles_of_copies(database) == {
        "001": bib_id,
        "002": done.apart_id,
        "003": done.apart_id,
        "H1": bib_id,
    }
    assert rows(database, SourceRecord.id, SourceRecord.bib_id) == [(right, bib_id), (wrong, done.apart_id)]
    with database.reading() as session:
        keys = set(session.scalars(select(OutboxEntry.key)))
        assert {bib_id, done.apart_id} <= keys
        told = session.scalars(select(JournalEntry).where(JournalEntry.act == "bib_set_apart")).one()
        assert (told.bib_id, (told.data or {})["to"], (told.data or {})["copies"]) == (bib_id, done.apart_id, 2)


def test_both_titles_say_what_was_shown_before(database: Database, tmp_path: Path) -> None:
    note = ("330", b"  \x1fa" + "讲的是另一本书。".encode())
    import_bytes(database, tmp_path, record("A1"), source="NLC")
    import_bytes(database, tmp_path, record("B7", "紅樓夢", note), source="CALIS")
    ((bib_id,),) = rows(database, Bib.id)
    wrong = rows(database, SourceRecord.id)[1][0]
    looked = planned(database, bib_id, wrong)
    assert (looked.stays.abstract, looked.goes.abstract) == (None, "讲的是另一本书。")
    done = separate(database, bib_id, wrong)
    with database.reading() as session:
        assert find_bib(session, bib_id).data == looked.stays
        assert find_bib(session, done.apart_id).data == looked.goes
        assert [row.cause for row in list_versions(session, bib_id)] == ["apart", "import", "import"]
        assert [row.cause for row in list_versions(session, done.apart_id)] == ["apart"]
        assert session.scalars(select(BibIdentifier.bib_id).where(BibIdentifier.kind == "isbn")).all() != []


def test_the_next_delivery_of_either_leaves_them_apart(database: Database, tmp_path: Path) -> None:
    bib_id, _, wrong = import_both(database, tmp_path)
    done = separate(database, bib_id, wrong)
    assert counts(import_bytes(database, tmp_path, WRONG, source="CALIS")) == {"read": 1, "unchanged": 1}
    assert counts(import_bytes(database, tmp_path, RIGHT, source="NLC")) == {"read": 1, "unchanged": 1}
    newer = record("B7", "红楼梦", holding(("a", "LX"), ("b", "002"), ("s", "I242.4/9")))
    assert counts(import_bytes(database, tmp_path, newer, source="CALIS")) == {
        "read": 1,
        "updated": 1,
        "items_updated": 1,
    }
    assert rows(database, SourceRecord.bib_id) == [(bib_id,), (done.apart_id,), (done.apart_id,)]


def test_older_versions_of_a_record_go_with_it(database: Database, tmp_path: Path) -> None:
    bib_id, _, _ = import_both(database, tmp_path)
    newer = record("B7", "红楼梦", holding(("a", "LX"), ("b", "004")))
    import_bytes(database, tmp_path, newer, source="CALIS")
    latest = rows(database, SourceRecord.id)[-1][0]
    done = separate(database, bib_id, latest)
    assert rows(database, SourceRecord.bib_id) == [(bib_id,), (done.apart_id,), (done.apart_id,)]
    found = titles_of_copies(database)
    assert {barcode for barcode, of in found.items() if of == done.apart_id} == {"002", "003", "004"}


def test_copies_go_as_the_librarian_ticks_them(database: Database, tmp_path: Path) -> None:
    bib_id, _, wrong = import_both(database, tmp_path)
    ids = {barcode: id_ for id_, barcode in rows(database, Item.id, Item.barcode)}
    done = separate(database, bib_id, wrong, copies=[ids["001"], ids["002"]])
    assert titles_of_copies(database) == {"001": done.apart_id, "002": done.apart_id, "003": bib_id}
    merge(database, done.apart_id, bib_id)
    with pytest.raises(Conflict) as refused:
        separate(database, bib_id, wrong, copies=[999])
    assert refused.value.code == "apart.copy_gone"


def test_what_hangs_on_a_copy_follows_it_and_what_readers_made_of_the_title_stays(
    database: Database, county: County, tmp_path: Path
) -> None:
    bib_id, _, wrong = import_both(database, tmp_path)
    ids = {barcode: id_ for id_, barcode in rows(database, Item.id, Item.barcode)}
    with database.transaction() as session:
        patron = make_patron(session, county.hub)
        kept = ReaderList(patron_id=patron, name="想读", created_at=NOW)
        session.add(kept)
        session.flush()
        session.add(ReaderListEntry(list_id=kept.id, bib_id=bib_id, added_at=NOW))
        values = {"from_id": county.branch, "to_id": county.point, "reason": "rotation", "requested_at": NOW}
        for barcode in ("001", "003"):
            session.execute(insert(Transfer).values(item_id=ids[barcode], bib_id=bib_id, status="approved", **values))
            session.execute(update(Item).where(Item.barcode == barcode).values(status="in_transit"))
    with database.transaction() as session:
        CirculationService(make_context(session)).check_out(CheckOut(patron="P0001", item="002", at="LX"))
    done = separate(database, bib_id, wrong)
    assert rows(database, Transfer.bib_id) == [(bib_id,), (done.apart_id,)]
    assert rows(database, ReaderListEntry.bib_id) == [(bib_id,)]
    with database.reading() as session:
        lent = session.get_one(Item, ids["002"])
        assert (lent.status, lent.bib_id) == ("on_loan", done.apart_id)


def test_a_title_merged_by_hand_comes_back_under_its_number(database: Database, county: County, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, RIGHT, source="NLC")
    other = record("B7", "石头记考证", holding(("a", "LX"), ("b", "002")))
    import_bytes(database, tmp_path, other, source="CALIS")
    stays, goes = (id_ for (id_,) in rows(database, Bib.id))
    with database.transaction() as session:
        before = find_bib(session, goes)
        make_item(session, county.branch, "H1", goes)
    merge(database, goes, stays)
    wrong = rows(database, SourceRecord.id)[1][0]
    assert planned(database, stays, wrong).returns == goes
    done = separate(database, stays, wrong)
    assert (done.apart_id, done.has_returned, done.copies) == (goes, True, 2)
    assert titles_of_copies(database) == {"001": stays, "002": goes, "H1": goes}
    assert rows(database, BibRedirect.bib_id) == []
    with database.reading() as session:
        back = find_bib(session, goes)
        assert (back.data, back.version) == (before.data, before.version + 1)
        assert [row.cause for row in list_versions(session, goes)] == ["apart", "import"]
    merge(database, goes, stays)
    with database.reading() as session, pytest.raises(BibMerged):
        find_bib(session, goes)
    assert separate(database, stays, wrong).apart_id == goes


def test_of_a_chain_of_merges_each_title_comes_back_for_its_own_records(database: Database, tmp_path: Path) -> None:
    for number, title, source in (("A", "甲骨文字典", "S1"), ("B", "金文编", "S2"), ("C", "说文解字", "S3")):
        import_bytes(database, tmp_path, record(number, title), source=source)
    first, second, third = (id_ for (id_,) in rows(database, Bib.id))
    merge(database, first, second)
    merge(database, second, third)
    a, b, _ = (id_ for (id_,) in rows(database, SourceRecord.id))
    assert planned(database, third, a).returns == first
    done = separate(database, third, a, b)
    assert done.apart_id == second
    assert rows(database, BibRedirect.bib_id, BibRedirect.into_id) == [(first, second)]
    assert separate(database, second, a).apart_id == first
    assert rows(database, BibRedirect.bib_id) == []
    with database.reading() as session:
        assert [find_bib(session, id_).data.title for id_ in (first, second, third)] == [
            "甲骨文字典",
            "金文编",
            "说文解字",
        ]


def test_what_was_typed_for_a_merged_title_speaks_for_it_again(database: Database, tmp_path: Path) -> None:
    stays = make(database, "平凡的世界", publisher="人民文学出版社")
    goes = make(database, "人生", publisher="中国青年出版社")
    merge(database, goes, stays)
    with database.reading() as session:
        lines = lines_that_may_go(make_context(session), stays)
    assert [line.last.identity for line in lines] == [f"bib:{goes}"]
    done = separate(database, stays, lines[0].last.id)
    assert done.apart_id == goes
    with database.reading() as session:
        assert find_bib(session, goes).data.title == "人生"
        assert find_bib(session, stays).data.publisher == "人民文学出版社"
    assert all(current for (current,) in rows(database, SourceRecord.is_current))


def test_a_title_described_by_hand_goes_on_saying_what_was_typed(database: Database, tmp_path: Path) -> None:
    bib_id, _, wrong = import_both(database, tmp_path)
    with database.transaction() as session:
        version = find_bib(session, bib_id).version
        BibService(make_context(session)).change(bib_id, {"title": "红楼梦（校注）"}, expected_version=version)
    form = rows(database, SourceRecord.id)[-1][0]
    with pytest.raises(Conflict) as refused:
        separate(database, bib_id, form)
    assert refused.value.code == "apart.by_hand"
    done = separate(database, bib_id, wrong)
    with database.reading() as session:
        assert find_bib(session, bib_id).data.title == "红楼梦（校注）"
        assert find_bib(session, done.apart_id).data.title == "红楼梦"


def test_at_least_one_record_stays(database: Database, tmp_path: Path) -> None:
    bib_id, right, wrong = import_both(database, tmp_path)
    for chosen, code in (((right, wrong), "apart.only_one"), ((), "apart.none_chosen")):
        with pytest.raises(Conflict) as refused:
            separate(database, bib_id, *chosen)
        assert refused.value.code == code
    with pytest.raises(NotFound):
        separate(database, bib_id, 999)
    done = separate(database, bib_id, wrong)
    with pytest.raises(Conflict) as moved:
        separate(database, bib_id, wrong)
    assert (moved.value.code, moved.value.data) == ("apart.elsewhere", {"bib": done.apart_id})


def test_the_decision_on_a_doubtful_record_follows_it(database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, RIGHT, source="NLC")
    import_bytes(database, tmp_path, other_edition(holding(("a", "LX"), ("b", "002"))), source="CALIS")
    with database.transaction() as session:
        review = session.scalars(select(ImportReview.id)).one()
        bib_id = ReviewService(make_context(session)).decide(review, "merge").bib_id
    wrong = rows(database, SourceRecord.id)[-1][0]
    done = separate(database, bib_id, wrong)
    assert rows(database, ImportReview.bib_id) == [(done.apart_id,)]
    assert titles_of_copies(database) == {"001": bib_id, "002": done.apart_id}


def test_an_import_can_still_be_taken_back_whole(database: Database, tmp_path: Path) -> None:
    bib_id, _, wrong = import_both(database, tmp_path)
    separate(database, bib_id, wrong)
    batch = rows(database, ImportBatch.id)[-1][0]
    with database.transaction() as session:
        ask_for_undo(make_context(session, channel="cli"), batch)
    undo_now(database, batch)
    assert rows(database, Bib.id) == [(bib_id,)]
    assert titles_of_copies(database) == {"001": bib_id}
    assert {of for (of,) in rows(database, BibVersion.bib_id)} <= {bib_id}


def test_whoever_looked_before_somebody_else_changed_the_title_looks_again(database: Database, tmp_path: Path) -> None:
    bib_id, _, wrong = import_both(database, tmp_path)
    with database.transaction() as session, pytest.raises(Stale):
        set_apart(make_context(session), bib_id, [wrong], expected_version=999)


def test_of_two_at_once_one_makes_the_title_and_the_other_hears_of_it(database: Database, tmp_path: Path) -> None:
    bib_id, _, wrong = import_both(database, tmp_path)
    ready = Barrier(2)

    def work(_: int) -> str:
        ready.wait()
        try:
            with database.transaction() as session:
                version = find_bib(session, bib_id).version
                set_apart(make_context(session), bib_id, [wrong], expected_version=version)
        except DomainError as error:
            return error.code
        return "apart"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == ["apart", "apart.elsewhere"]
    assert len(rows(database, Bib.id)) == 2
