"""Records of several sources meet: one title where they surely are one, a librarian's question where they may be, and its answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from catalog.import_models import ImportReview, ImportSource
from catalog.invariants import INVARIANTS
from catalog.models import Bib, BibIdentifier, BibVersion, Item, SourceRecord
from catalog.service.bibs import BibService
from catalog.service.imports import candidates, run_now
from catalog.service.imports.reviews import Decided, ReviewService
from kernel.db import Database
from kernel.errors import Conflict
from tests.catalog.marc.marcbytes import RawField, cnmarc_fields, iso, sub
from tests.catalog.service.imports.loading import counts, holding, import_bytes, queue, record, report, rows
from tests.factories import County, make_context


@pytest.fixture(autouse=True)
def sound(database: Database, county: County) -> object:
    """After every import and decision what the doctor asks of this room holds."""
    yield
    with database.reading() as session:
        assert {one.code: list(one.find(session)) for one in INVARIANTS} == {one.code: [] for one in INVARIANTS}


def without(fields: list[RawField], *tags: str) -> list[RawField]:
    return [field for field in fields if field[0] not in tags]


def other_edition(*more: RawField) -> bytes:
    """The same novel as it came out elsewhere: what tells editions apart differs."""
    fields = without(cnmarc_fields("B1"), "210")
    return iso([*fields, ("210", sub("  ", ("a", "上海"), ("c", "上海古籍出版社"), ("d", "2008"))), *more])


def decide(database: Database, decision: str, **values: object) -> Decided:
    with database.transaction() as session:
        review_id = session.scalars(select(ImportReview.id).order_by(ImportReview.id.desc())).first()
        assert review_id is not None
        return ReviewService(make_context(session)).decide(review_id, decision, **values)  # type: ignore[arg-type]


def prefer(database: Database, source: str, priority: int) -> None:
    with database.transaction() as session:
        session.add(ImportSource(code=source, name=source, priority=priority))


def test_one_book_of_two_sources_is_one_title_with_the_copies_of_both(database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"))), source="NLC")
    found = import_bytes(database, tmp_path, record("B7", "紅樓夢", holding(("a", "LX"), ("b", "002"))), source="CALIS")
    assert counts(found) == {"read": 1, "merged": 1, "items_created": 1}
    assert rows(database, Bib.title) == [("红楼梦",)]
    assert len(rows(database, Item.id)) == 2
    assert rows(database, SourceRecord.source, SourceRecord.is_current) == [("NLC", True), ("CALIS", True)]


def test_a_title_that_goes_while_it_is_looked_for_is_looked_for_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_bytes(database, tmp_path, record("A1"), source="NLC")
    columns = (BibIdentifier.bib_id, BibIdentifier.kind, BibIdentifier.value)
    there = [dict(zip(("bib_id", "kind", "value"), row, strict=True)) for row in rows(database, *columns)]
    load_targets, looked = candidates._load_targets, []

    def load(session: Session, bib_ids: set[int]) -> dict[int, candidates.Target]:
        """Between the two statements somebody else's act takes the title out of the way of the first one."""
        looked.append(set(bib_ids))
        if len(looked) > 1:
            return load_targets(session, bib_ids)
        session.execute(delete(BibIdentifier))
        return {}

    monkeypatch.setattr(candidates, "_load_targets", load)
    found = import_bytes(database, tmp_path, record("B7"), source="CALIS")
    assert counts(found) == {"read": 1, "created": 1}
    assert [len(ids) for ids in looked] == [1, 0]
    with database.transaction() as session:
        session.execute(insert(BibIdentifier), there)


def test_twice_in_one_file_under_two_numbers_is_one_title(database: Database, tmp_path: Path) -> None:
    found = import_bytes(database, tmp_path, record("A1") + record("A2") + record("A3", "三国演义"))
    assert counts(found) == {"read": 3, "created": 2, "merged": 1}


def test_the_source_of_the_higher_priority_describes_the_title(database: Database, tmp_path: Path) -> None:
    prefer(database, "NLC", 90)
    more = ("606", sub("0 ", ("a", "章回小说")))
    rare = ("330", sub("  ", ("a", "四大名著之一。")))
    import_bytes(database, tmp_path, record("B1", "紅樓夢", more, rare), source="VENDOR")
    found = import_bytes(
        database, tmp_path, record("A1", "红楼梦", ("606", sub("0 ", ("a", "长篇小说")))), source="NLC"
    )
    assert counts(found) == {"read": 1, "merged": 1}
    ((title, data, version),) = rows(database, Bib.title, Bib.data, Bib.version)
    assert (title, version) == ("红楼梦", 2)
    assert data["subjects"] == ["长篇小说", "章回小说"]
    assert data["abstract"] == "四大名著之一。"
    ((before, cause),) = rows(database, BibVersion.data, BibVersion.cause)
    assert (before["title"], cause) == ("紅樓夢", "import")


def test_a_lesser_source_never_writes_over_a_better_one(database: Database, tmp_path: Path) -> None:
    prefer(database, "NLC", 90)
    import_bytes(database, tmp_path, record("A1", "红楼梦"), source="NLC")
    import_bytes(database, tmp_path, record("B1", "紅樓夢"), source="VENDOR")
    newer = record("B1", "紅樓夢：繡像本")
    assert counts(import_bytes(database, tmp_path, newer, source="VENDOR")) == {"read": 1, "updated": 1}
    assert rows(database, Bib.title) == [("红楼梦",)]


def test_what_a_cataloguer_changed_no_delivery_changes_back(database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, record("A1", "红楼梦"))
    with database.transaction() as session:
        bib_id = session.scalars(select(Bib.id)).one()
        BibService(make_context(session)).change(bib_id, {"title": "石头记"}, expected_version=1)
    assert counts(import_bytes(database, tmp_path, record("A1", "红楼梦：校注本"))) == {"read": 1, "updated": 1}
    assert rows(database, Bib.title) == [("石头记",)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((("h", "上册"),), (("h", "下册"),)),
        ((("h", "第一卷"),), (("h", "第2卷"),)),
    ],
)
def test_volumes_under_one_isbn_stay_apart(
    database: Database, tmp_path: Path, first: tuple[tuple[str, str], ...], second: tuple[tuple[str, str], ...]
) -> None:
    def volume(number: str, part: tuple[tuple[str, str], ...]) -> bytes:
        fields = without(cnmarc_fields(number), "200")
        return iso([*fields, ("200", sub("1 ", ("a", "红楼梦"), *part, ("f", "曹雪芹著")))])

    found = import_bytes(database, tmp_path, volume("A1", first) + volume("A2", second))
    assert counts(found) == {"read": 2, "created": 2}


def test_an_isbn_used_for_another_book_merges_nothing(database: Database, tmp_path: Path) -> None:
    found = import_bytes(database, tmp_path, record("A1", "红楼梦") + record("A2", "养猪技术问答"))
    assert counts(found) == {"read": 2, "created": 2}


def test_another_publisher_is_asked_about_once(database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, record("A1"))
    assert counts(import_bytes(database, tmp_path, other_edition(), source="CALIS")) == {"read": 1, "review": 1}
    assert counts(import_bytes(database, tmp_path, other_edition(), source="CALIS")) == {"read": 1, "review": 1}
    ((candidates, status),) = rows(database, ImportReview.candidates, ImportReview.status)
    assert status == "open"
    ((best,),) = [candidates]
    assert ["publisher", "differs"] in [reason[:2] for reason in best["reasons"]]
    assert len(rows(database, Bib.id)) == 1


@pytest.mark.parametrize(("decision", "titles", "counted"), [("merge", 1, "merged"), ("keep_apart", 2, "created")])
def test_a_decision_loads_the_record_and_is_remembered(
    database: Database, tmp_path: Path, decision: str, titles: int, counted: str
) -> None:
    import_bytes(database, tmp_path, record("A1"))
    data = other_edition(holding(("a", "LX"), ("b", "B01")))
    asked = import_bytes(database, tmp_path, data, source="CALIS")
    decided = decide(database, decision)
    assert decided.items_created == 1
    assert counts(report(database, asked.id)) == {"read": 1, counted: 1, "items_created": 1}
    assert len(rows(database, Bib.id)) == titles
    assert rows(database, Item.bib_id) == [(decided.bib_id,)]
    assert counts(import_bytes(database, tmp_path, data, source="CALIS")) == {"read": 1, "unchanged": 1}
    with pytest.raises(Conflict, match=r"review\.decided"):
        decide(database, decision)


def test_a_record_can_be_corrected_before_it_comes_in(database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, record("A1"))
    import_bytes(database, tmp_path, other_edition(), source="CALIS")
    decided = decide(database, "correct", corrected={"title": "红楼梦：程乙本"})
    assert (decided.status, rows(database, Bib.title)) == ("corrected", [("红楼梦",), ("红楼梦：程乙本",)])


def test_two_workers_with_one_new_book_make_one_title(database: Database, tmp_path: Path) -> None:
    paths = []
    for number in range(4):
        path = tmp_path / f"{number}.mrc"
        path.write_bytes(b"".join(record(f"S{number}-{n}", f"丛书{n}") for n in range(20)))
        paths.append(path)
    batches = [queue(database, path, source=f"S{number}") for number, path in enumerate(paths)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda batch: run_now(database, batch), batches))
    assert len(rows(database, Bib.id)) == 20
    assert sum(report(database, batch).merged for batch in batches) == 60


def test_a_library_changes_only_copies_of_its_own(database: Database, tmp_path: Path) -> None:
    old, new = (record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"), ("s", call))) for call in ("I1/1", "I2/2"))
    import_bytes(database, tmp_path, old)
    found = import_bytes(database, tmp_path, new, org="LX", source="LX")
    assert (counts(found), found.repaired) == ({"read": 1, "merged": 1}, {"item.of_another_library": 1})
    assert rows(database, Item.call_number) == [("I1/1",)]
    assert counts(import_bytes(database, tmp_path, new)) == {"read": 1, "updated": 1, "items_updated": 1}
    assert rows(database, Item.call_number) == [("I2/2",)]
