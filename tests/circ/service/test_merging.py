"""Merging two titles by hand: everything that hung on the one hangs on the other, nothing is lost, and old addresses lead on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import insert, select

from catalog.description import from_json
from catalog.entering import BibFields
from catalog.invariants import INVARIANTS
from catalog.models import Bib, BibRedirect, BibVersion, Item, SourceRecord
from catalog.queries.bibs import BibMerged, find_bib
from catalog.service.bibs import BibService
from circ.service.merging import merge_titles
from kernel.db import Database
from kernel.errors import Conflict, DomainError, NotFound
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from patrons.models import ReaderList, ReaderListEntry
from tests.factories import NOW, County, make_bib, make_context, make_county, make_item, make_patron
from transit.models import Transfer


@pytest.fixture
def county(database: Database) -> County:
    with database.transaction() as session:
        return make_county(session)


@pytest.fixture(autouse=True)
def sound(database: Database) -> object:
    yield
    with database.reading() as session:
        assert {one.code: list(one.find(session)) for one in INVARIANTS} == {one.code: [] for one in INVARIANTS}


def make(database: Database, **fields: object) -> int:
    with database.transaction() as session:
        entered: BibFields = {"title": "平凡的世界", **fields}  # type: ignore[typeddict-item]
        return BibService(make_context(session)).create(entered, not_these=None).id


def merge(database: Database, bib_id: int, into_id: int) -> int:
    with database.transaction() as session:
        return merge_titles(make_context(session), bib_id, into_id).copies


def test_copies_records_transfers_and_lists_go_along(database: Database, county: County) -> None:
    one, other = make(database, authors="路遥著"), make(database, authors="路遥著")
    with database.transaction() as session:
        item = make_item(session, county.branch, "B1", one)
        make_item(session, county.branch, "B2", other)
        values = {"from_id": county.branch, "to_id": county.point, "reason": "rotation", "requested_at": NOW}
        session.execute(insert(Transfer).values(item_id=item, bib_id=one, status="approved", **values))
        lists = ReaderList(patron_id=make_patron(session, county.hub), name="想读", created_at=NOW)
        session.add(lists)
        session.flush()
        session.add_all(ReaderListEntry(list_id=lists.id, bib_id=bib, added_at=NOW) for bib in (one, other))
    assert merge(database, one, other) == 1
    with database.reading() as session:
        assert session.scalars(select(Item.bib_id)).all() == [other, other]
        assert session.scalars(select(SourceRecord.bib_id)).all() == [other, other]
        assert session.scalars(select(Transfer.bib_id)).all() == [other]
        assert session.scalars(select(ReaderListEntry.bib_id)).all() == [other]
        assert session.scalars(select(OutboxEntry.key).order_by(OutboxEntry.key)).all() == [one, other]
        told = session.scalars(select(JournalEntry).where(JournalEntry.act == "bib_merged")).one()
        assert (told.bib_id, told.data) == (
            other,
            {"from": one, "title": "平凡的世界", "version": 1, "copies": 1, "records": [1]},
        )


def test_what_a_reader_noted_about_either_title_stays(database: Database, county: County) -> None:
    one, other = make(database), make(database)
    noted = {"甲": ("等下册", "借给母亲"), "乙": ("等下册", "等下册"), "丙": ("很长" * 250, "短"), "丁": ("", "短")}
    with database.transaction() as session:
        patron = make_patron(session, county.hub)
        for name, notes in noted.items():
            kept = ReaderList(patron_id=patron, name=name, created_at=NOW)
            session.add(kept)
            session.flush()
            session.add_all(
                ReaderListEntry(list_id=kept.id, bib_id=bib, note=note, added_at=NOW)
                for bib, note in zip((other, one), notes, strict=True)
            )
    merge(database, one, other)
    with database.reading() as session:
        rows = session.execute(
            select(ReaderList.name, ReaderListEntry.bib_id, ReaderListEntry.note)
            .join(ReaderListEntry, ReaderListEntry.list_id == ReaderList.id)
            .order_by(ReaderList.id)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("甲", other, "等下册\n借给母亲"),
        ("乙", other, "等下册"),
        ("丙", other, "很长" * 250),
        ("丁", other, "短"),
    ]


def test_the_old_title_leads_on_for_ever_and_its_last_words_are_kept(database: Database, county: County) -> None:
    first, second, third = make(database, title="甲本"), make(database), make(database)
    merge(database, first, second)
    merge(database, second, third)
    with database.reading() as session:
        for old in (first, second):
            with pytest.raises(BibMerged) as merged:
                find_bib(session, old)
            assert (merged.value.code, merged.value.data) == ("bib.merged", {"merged_into": third})
        kept = session.scalars(select(BibVersion).where(BibVersion.bib_id == first)).one()
        assert (kept.version, kept.cause, from_json(kept.data).title) == (1, "merge", "甲本")
        assert session.scalars(select(BibRedirect.into_id).distinct()).all() == [third]


def test_what_was_typed_for_the_title_that_goes_does_not_speak_over_the_other(
    database: Database, county: County
) -> None:
    goes = make(database, title="平凡的世畀", publisher="误")
    with database.transaction() as session:
        stays = make_bib(session, "平凡的世界", publisher="人民文学出版社")
    merge(database, goes, stays)
    with database.reading() as session:
        assert find_bib(session, stays).data.publisher == "人民文学出版社"
        assert session.scalars(select(Bib.id)).all() == [stays]


def test_two_merges_that_cross_lose_nothing(database: Database, county: County) -> None:
    one, other = make(database), make(database)
    with database.transaction() as session:
        make_item(session, county.branch, "B1", one)
        make_item(session, county.branch, "B2", other)
    ready = Barrier(2)

    def cross(pair: tuple[int, int]) -> str:
        ready.wait()
        try:
            merge(database, *pair)
        except DomainError as error:
            return error.code
        return "merged"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(cross, [(one, other), (other, one)]))
    assert sorted(said) == ["bib.merged", "merged"]
    with database.reading() as session:
        [stays] = session.scalars(select(Bib.id)).all()
        assert session.scalars(select(Item.bib_id)).all() == [stays, stays]


def test_a_title_cannot_be_merged_into_itself_or_into_nothing(database: Database, county: County) -> None:
    one = make(database)
    with pytest.raises(Conflict):
        merge(database, one, one)
    with pytest.raises(NotFound):
        merge(database, one, one + 999)
