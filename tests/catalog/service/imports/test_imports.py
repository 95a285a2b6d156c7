"""Importing: every record of a file ends counted, in the catalogue or kept aside; nothing twice, nothing lost, nothing overwritten."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from branches.models import OrgUnit
from catalog.bibdata import BibData
from catalog.import_models import ImportProblem
from catalog.invariants import INVARIANTS
from catalog.marc import ReadRecord, read_one
from catalog.models import Bib, BibIdentifier, Item, SourceRecord
from catalog.profiles import save_profile
from catalog.queries.imports import rejected_bytes
from catalog.service.imports import run_next, running
from kernel.db import Database
from kernel.errors import NotFound
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from tests.catalog.marc.marcbytes import book, cnmarc_fields, iso, sub
from tests.catalog.marc.samples import sample
from tests.catalog.service.imports.loading import (
    counts,
    holding,
    import_bytes,
    put_batch_back,
    queue,
    record,
    report,
    rows,
)
from tests.factories import County, make_context, make_unit


@pytest.fixture(autouse=True)
def sound(database: Database, county: County) -> object:
    """After every import what the doctor asks of this room holds."""
    yield
    with database.reading() as session:
        assert {one.code: list(one.find(session)) for one in INVARIANTS} == {one.code: [] for one in INVARIANTS}


def test_a_record_with_two_copies_becomes_a_title_with_two_copies(database: Database, tmp_path: Path) -> None:
    data = record(
        "A1", "红楼梦", holding(("a", "CG"), ("b", "001"), ("s", "I242.4/15")), holding(("a", "LX"), ("b", "002"))
    )
    found = import_bytes(database, tmp_path, data)
    assert counts(found) == {"read": 1, "created": 1, "items_created": 2}
    assert (found.status, found.problems, found.repaired) == ("done", (), {})
    assert rows(database, Bib.title, Bib.authors, Bib.year, Bib.isbn) == [("红楼梦", "曹雪芹", 2008, "9787020002207")]
    assert [pair for pair in rows(database, BibIdentifier.kind, BibIdentifier.value) if pair[0] != "key"] == [
        ("isbn", "9787020002207")
    ]
    places = select(Item.barcode, OrgUnit.code, Item.call_number, Item.status).join(OrgUnit, OrgUnit.id == Item.home_id)
    with database.reading() as session:
        assert [tuple(row) for row in session.execute(places.order_by(Item.barcode))] == [
            ("001", "CG", "I242.4/15", "available"),
            ("002", "LX", None, "available"),
        ]
    assert rows(database, SourceRecord.raw, SourceRecord.source, SourceRecord.identity) == [(data, "NLC", "A1")]


def test_a_text_export_comes_in_like_any_file_and_the_report_says_what_it_was(
    database: Database, tmp_path: Path
) -> None:
    first = "001 T1\n200 1 ▼a红楼梦▼f曹雪芹著\n905   ▼aCG▼b001\n\n"
    text = first + "001 T2\n210   ▼c没有题名\n\n001 T3\n200 1 ▼a水浒传▼f施耐庵著\n"
    found = import_bytes(database, tmp_path, text.encode("gb18030"))
    assert counts(found) == {"read": 3, "created": 2, "rejected": 1, "items_created": 1}
    assert found.recognised == {"text cnmarc gb18030": 2}
    assert found.repaired["text.export"] == 2
    assert found.rejected_name == f"import-{found.id}-rejected.txt"
    assert counts(import_bytes(database, tmp_path, text.encode("gb18030"))) == {
        "read": 3,
        "unchanged": 2,
        "rejected": 1,
    }
    assert ("text", "gb18030", first.encode("gb18030")) in rows(
        database, SourceRecord.container, SourceRecord.encoding, SourceRecord.raw
    )


def test_the_index_and_the_journal_hear_of_every_title_and_copy(database: Database, tmp_path: Path) -> None:
    data = b"".join(record(f"A{n}", f"书{n}", holding(("a", "CG"), ("b", f"00{n}"))) for n in range(5))
    import_bytes(database, tmp_path, data)
    acts = [act for (act,) in rows(database, JournalEntry.act)]
    assert (acts.count("bib_created"), acts.count("item_created"), acts.count("import_run")) == (5, 5, 1)
    assert len(rows(database, OutboxEntry.key)) == 5


def test_the_same_file_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    data = (
        record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"))) + record("A2", "三国演义") + record(None, "水浒传")
    )
    import_bytes(database, tmp_path, data)
    before = rows(database, Bib.id, Bib.version), rows(database, Item.id, Item.version), rows(database, SourceRecord.id)
    again = import_bytes(database, tmp_path, data)
    assert counts(again) == {"read": 3, "unchanged": 3}
    assert before == (
        rows(database, Bib.id, Bib.version),
        rows(database, Item.id, Item.version),
        rows(database, SourceRecord.id),
    )


def test_a_changed_record_updates_its_title_and_keeps_the_older_one_as_a_version(
    database: Database, tmp_path: Path
) -> None:
    old, new = record("A1", "红楼梦"), record("A1", "红楼梦：校注本", holding(("a", "CG"), ("b", "009")))
    import_bytes(database, tmp_path, old)
    assert counts(import_bytes(database, tmp_path, new)) == {"read": 1, "updated": 1, "items_created": 1}
    assert rows(database, Bib.title, Bib.version) == [("红楼梦：校注本", 2)]
    with database.reading() as session:
        kept = session.execute(select(SourceRecord.raw, SourceRecord.is_current).order_by(SourceRecord.id)).all()
    assert [tuple(row) for row in kept] == [(old, False), (new, True)]


def test_a_reused_control_number_never_overwrites_another_book(database: Database, tmp_path: Path) -> None:
    stranger = record("A1", "养蜂技术手册")
    found = import_bytes(database, tmp_path, record("A1", "红楼梦") + stranger)
    assert counts(found) == {"read": 2, "created": 1, "rejected": 1}
    (problem,) = found.problems
    assert (problem.code, problem.tag, problem.control_number, problem.record) == (
        "import.control_number_reused",
        "001",
        "A1",
        2,
    )
    assert "红楼梦" in problem.message.zh
    assert rows(database, Bib.title) == [("红楼梦",)]
    with database.reading() as session:
        assert b"".join(rejected_bytes(session, found.id)) == stranger


def test_the_same_number_of_another_source_is_another_record(database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, record("A1", "红楼梦"))
    assert counts(import_bytes(database, tmp_path, record("A1", "养蜂技术手册"), source="CALIS")) == {
        "read": 1,
        "created": 1,
    }


def test_a_record_that_stands_twice_in_one_file_is_one_title(database: Database, tmp_path: Path) -> None:
    data = record("A1") + record(None, "水浒传") + record("A1") + record(None, "水浒传")
    assert counts(import_bytes(database, tmp_path, data)) == {"read": 4, "created": 2, "unchanged": 2}


def test_a_barcode_taken_by_another_title_is_refused_with_its_reason_and_the_title_comes_in(
    database: Database, tmp_path: Path
) -> None:
    data = record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"))) + record(
        "A2", "三国演义", holding(("a", "LX"), ("b", "001"))
    )
    found = import_bytes(database, tmp_path, data)
    assert counts(found) == {"read": 2, "created": 2, "items_created": 1}
    (problem,) = found.problems
    assert (problem.code, problem.is_record, problem.record, problem.tag) == ("item.barcode_taken", False, 2, "905")
    assert "001" in problem.message.zh
    assert "红楼梦" in problem.message.zh


def test_a_barcode_named_twice_in_one_record_is_one_copy_and_is_counted(database: Database, tmp_path: Path) -> None:
    found = import_bytes(database, tmp_path, record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"), ("b", "001"))))
    assert counts(found) == {"read": 1, "created": 1, "items_created": 1}
    assert found.repaired == {"item.repeated": 1}


@pytest.mark.parametrize("barcode", ["9" * 65, "CG:001", "001/2"])
def test_a_barcode_that_could_not_be_looked_up_is_refused_with_its_reason(
    database: Database, tmp_path: Path, barcode: str
) -> None:
    found = import_bytes(database, tmp_path, record("A1", "红楼梦", holding(("a", "CG"), ("b", barcode))))
    assert counts(found) == {"read": 1, "created": 1}
    assert [problem.code for problem in found.problems] == ["item.barcode_malformed"]


def test_copies_of_unknown_libraries_go_to_the_importing_unit_and_are_counted(
    database: Database, county: County, tmp_path: Path
) -> None:
    found = import_bytes(
        database, tmp_path, record("A1", "红楼梦", holding(("a", "TSG"), ("b", "001")), holding(("b", "002")))
    )
    assert counts(found) == {"read": 1, "created": 1, "items_created": 2}
    assert found.repaired == {"item.unknown_library": 2}
    assert rows(database, Item.home_id) == [(county.hub,), (county.hub,)]


def test_copies_without_a_barcode_are_counted(database: Database, tmp_path: Path) -> None:
    found = import_bytes(database, tmp_path, record("A1", "红楼梦", holding(("a", "CG"), ("f", "3"))))
    assert counts(found) == {"read": 1, "created": 1}
    assert found.repaired == {"item.no_barcode": 3}


def test_a_profile_says_what_the_codes_of_a_source_mean(database: Database, county: County, tmp_path: Path) -> None:
    with database.transaction() as session:
        save_profile(
            make_context(session), "lib", "某馆", {"libraries": {"TSG": "LX"}, "default_item_type": "reference"}
        )
    import_bytes(database, tmp_path, record("A1", "红楼梦", holding(("a", "TSG"), ("b", "001"))), profile="lib")
    assert rows(database, Item.home_id, Item.item_type) == [(county.point, "reference")]


def test_a_profile_that_does_not_exist_is_not_found(database: Database, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        import_bytes(database, tmp_path, record(), profile="nobody")


def test_the_price_and_call_number_of_a_known_copy_are_brought_up_to_date_and_its_place_is_not(
    database: Database, county: County, tmp_path: Path
) -> None:
    import_bytes(database, tmp_path, record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"), ("s", "I242/1"))))
    found = import_bytes(
        database, tmp_path, record("A1", "红楼梦", holding(("a", "LX"), ("b", "001"), ("s", "I242.4/1")))
    )
    assert counts(found) == {"read": 1, "updated": 1, "items_updated": 1}
    assert rows(database, Item.call_number, Item.home_id, Item.version) == [("I242.4/1", county.branch, 2)]


def test_the_same_barcode_in_two_namespaces_is_two_copies(database: Database, county: County, tmp_path: Path) -> None:
    with database.transaction() as session:
        make_unit(session, "OT", "hub", county.network, is_namespace=True)
    data = record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"))) + record(
        "A2", "三国演义", holding(("a", "OT"), ("b", "001"))
    )
    assert counts(import_bytes(database, tmp_path, data)) == {"read": 2, "created": 2, "items_created": 2}


def test_bad_records_are_kept_byte_for_byte_and_the_batch_goes_on(database: Database, tmp_path: Path) -> None:
    bad = book("B1")[:24] + b"20x000500000" + book("B1")[36:]
    cut = book("C1")[:200]
    data = record("A1") + bad + record("A2", "三国演义") + cut
    found = import_bytes(database, tmp_path, data)
    assert counts(found) == {"read": 4, "created": 2, "rejected": 2}
    assert [(one.record, one.offset, one.code, one.tag) for one in found.problems] == [
        (2, len(record("A1")), "record.tag", "20x"),
        (4, len(data) - 200, "record.cut", None),
    ]
    with database.reading() as session:
        assert b"".join(rejected_bytes(session, found.id)) == bad + cut


def test_repairs_are_counted_by_kind(database: Database, tmp_path: Path) -> None:
    data = record("A1") + b"\r\n" + record("A2", "三国演义") + b"\r\n" + record("A3", "１９８４") + b"\r\n"
    assert import_bytes(database, tmp_path, data).repaired == {"frame.separator": 2, "text.full_width": 1}


def test_a_file_that_is_no_marc_fails_before_anything_is_changed(database: Database, tmp_path: Path) -> None:
    found = import_bytes(database, tmp_path, b"<html><body>404</body></html>")
    assert (found.status, found.code, counts(found)) == ("failed", "import.not_marc", {})
    (problem,) = found.problems
    assert (problem.code, problem.record, problem.is_record) == ("import.not_marc", 0, False)
    assert "网页" in problem.message.zh
    assert rows(database, Bib.id) == []


def test_a_file_that_is_gone_fails_with_a_code(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "gone.mrc"
    path.write_bytes(record())
    import_id = queue(database, path)
    path.unlink()
    running.run_now(database, import_id)
    assert (report(database, import_id).status, report(database, import_id).code) == ("failed", "import.file_gone")


MANY = b"".join(record(f"M{n}", f"第{n}种书", holding(("a", "CG"), ("b", f"M{n:04d}"))) for n in range(23))


def test_a_run_that_died_goes_on_behind_its_last_chunk(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 5)
    path = tmp_path / "many.mrc"
    path.write_bytes(MANY)
    import_id = queue(database, path)

    def die(step: running.Progress) -> None:
        if step.read == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.run_now(database, import_id, on_progress=die)
    half = report(database, import_id)
    assert (half.status, half.read, half.offset) == ("running", 10, len(MANY[: half.offset]))
    assert run_next(database, lambda: False) == 0  # its worker may still be alive
    put_batch_back(database, import_id, progress_at=half.created_at - running.STALE * 100)
    assert run_next(database, lambda: False) == 13
    found = report(database, import_id)
    assert (found.status, counts(found)) == ("done", {"read": 23, "created": 23, "items_created": 23})
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Item)) == 23
        assert b"".join(session.scalars(select(SourceRecord.raw).order_by(SourceRecord.id))) == MANY


def test_a_worker_that_was_thought_dead_does_not_load_a_chunk_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 5)
    path = tmp_path / "many.mrc"
    path.write_bytes(MANY)
    import_id = queue(database, path)

    def other_takes_over(step: running.Progress) -> None:
        if step.read == 5:
            running.run_now(database, import_id)

    running.run_now(database, import_id, on_progress=other_takes_over)
    found = report(database, import_id)
    assert (found.status, counts(found)) == ("done", {"read": 23, "created": 23, "items_created": 23})


def test_the_worker_takes_queued_imports_in_their_order(database: Database, tmp_path: Path) -> None:
    first, second = tmp_path / "1.mrc", tmp_path / "2.mrc"
    first.write_bytes(record("A1", "红楼梦"))
    second.write_bytes(record("A1", "红楼梦：校注本"))
    queued = [queue(database, path, starts_now=False) for path in (first, second)]
    assert [run_next(database, lambda: False) for _ in range(3)] == [1, 1, 0]
    assert [counts(report(database, import_id)) for import_id in queued] == [
        {"read": 1, "created": 1},
        {"read": 1, "updated": 1},
    ]


def test_a_stored_record_reads_as_it_did(database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, book("G1", encoding="gb18030"))
    ((raw, container, encoding),) = rows(database, SourceRecord.raw, SourceRecord.container, SourceRecord.encoding)
    again = read_one(raw, container, declared=encoding)
    assert (again.raw, encoding) == (book("G1", encoding="gb18030"), "gb18030")


def test_what_the_database_cannot_take_is_kept_aside_and_the_rest_comes_in(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that gets past every check and still breaks its chunk must not stop the batch, now or for ever."""
    from catalog.service.imports import titles

    columns = titles.description.columns
    monkeypatch.setattr(
        titles.description,
        "columns",
        lambda data: columns(data) | ({"title": None} if data.title == "三国演义" else {}),
    )
    found = import_bytes(database, tmp_path, record("A1") + record("A2", "三国演义") + record("A3", "水浒传"))
    assert (found.status, counts(found)) == ("done", {"read": 3, "created": 2, "rejected": 1})
    (problem,) = found.problems
    assert (problem.code, problem.control_number, problem.record) == ("import.not_stored", "A2", 2)
    with database.reading() as session:
        assert session.scalar(select(ImportProblem.raw)) == record("A2", "三国演义")


def test_a_slip_of_the_program_over_one_record_costs_only_that_record(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalog.service.imports import chunk

    bib_data = chunk.bib_data

    def slip(read: ReadRecord) -> BibData:
        data = bib_data(read)
        if data.title == "三国演义":
            raise ZeroDivisionError
        return data

    monkeypatch.setattr(chunk, "bib_data", slip)
    found = import_bytes(database, tmp_path, record("A1") + record("A2", "三国演义") + record("A3", "水浒传"))
    assert counts(found) == {"read": 3, "created": 2, "rejected": 1}
    assert [(problem.code, problem.record) for problem in found.problems] == [("import.not_described", 2)]


def test_text_of_every_kind_is_stored(database: Database, tmp_path: Path) -> None:
    hostile = "<script>alert('1')</script> \U00020087 𠮷 'x'; DROP TABLE bib; -- %s {title} \\"
    import_bytes(database, tmp_path, record("A1", hostile))
    ((title, data),) = rows(database, Bib.title, Bib.data)
    assert title == hostile
    assert json.loads(json.dumps(data))["title"] == hostile


def test_a_long_title_is_cut_in_lists_and_whole_in_the_description(database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, record("A1", "长" * 900))
    ((title, data),) = rows(database, Bib.title, Bib.data)
    assert (len(title), len(data["title"])) == (500, 900)


@pytest.mark.parametrize(
    "name", ["cnmarc/bnu_10.gb18030.iso", "cnmarc/worksheets_15.xml", "bad/pymarc_bad_records.mrc"]
)
def test_real_files_come_in_whole_and_again_change_nothing(database: Database, tmp_path: Path, name: str) -> None:
    data = sample(name).read_bytes()
    first = counts(import_bytes(database, tmp_path, data))
    again = counts(import_bytes(database, tmp_path, data))
    assert first["read"] == again["read"]
    assert first.get("rejected", 0) == again.get("rejected", 0)
    assert again.get("review", 0) == first.get("review", 0)  # they still wait
    assert again.get("unchanged", 0) == again["read"] - again.get("rejected", 0) - again.get("review", 0)


def test_marcxml_keeps_its_bytes_too(database: Database, tmp_path: Path) -> None:
    one = b"<record><leader>00000nam0 2200000   450 </leader><controlfield tag='001'>X1</controlfield>"
    one += "<datafield tag='200' ind1='1' ind2=' '><subfield code='a'>红楼梦</subfield></datafield></record>".encode()
    import_bytes(database, tmp_path, b"<collection>" + one + b"</collection>")
    assert rows(database, SourceRecord.raw, SourceRecord.container) == [(one, "marcxml")]


def test_a_record_changed_only_in_its_copies_is_an_update(database: Database, tmp_path: Path) -> None:
    fields = cnmarc_fields("A1")
    import_bytes(database, tmp_path, iso([*fields, ("905", sub("  ", ("a", "CG"), ("b", "001")))]))
    found = import_bytes(
        database, tmp_path, iso([*fields, ("905", sub("  ", ("a", "CG"), ("b", "001"), ("b", "002")))])
    )
    assert counts(found) == {"read": 1, "updated": 1, "items_created": 1}


def test_two_imports_of_one_source_at_the_same_time_make_each_title_and_copy_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 7)
    path = tmp_path / "many.mrc"
    path.write_bytes(MANY)
    batches = [queue(database, path) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda import_id: running.run_now(database, import_id), batches))
    found = [report(database, import_id) for import_id in batches]
    assert [(one.status, one.read, one.rejected) for one in found] == [("done", 23, 0)] * 3
    assert sum(one.created for one in found) == 23
    assert sum(one.items_created for one in found) == 23
    assert sum(one.unchanged for one in found) == 46
