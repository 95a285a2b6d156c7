"""Real files: every one is taken in whole, the made-bad ones as their expectations say, and the table in the docs is true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.invariants import INVARIANTS
from catalog.marc import NotMarc, ReadRecord, bib_data, read_records
from catalog.marc.isbn import valid_isbns
from docs.tools import marc_files, marc_merges
from kernel.db import Database
from tests.catalog.marc.samples import FOLDER, ROOT, sample, sample_files
from tests.conftest import missing

MADE = "bad/made"
FILES = sample_files() or ["(none)"]
EXPECTED = [name for name in FILES if name.startswith(MADE)] or [f"{MADE}/(none)"]


def results(name: str) -> list[Any]:
    with sample(name).open("rb") as stream:
        return list(read_records(stream))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_damaged_on_purpose_is_read_as_expected(name: str) -> None:
    expected = json.loads(sample(f"{name}.expected.json").read_text(encoding="utf-8"))
    if expected["refuse"]:
        with pytest.raises(NotMarc):
            results(name)
        return
    found = results(name)
    read = [one for one in found if isinstance(one, ReadRecord)]
    assert len(found) == expected["records"]
    assert expected["must_read"] <= len(read) <= expected["may_read"]
    for one, says in zip(read, expected["sample"], strict=False):
        data = bib_data(one)
        assert one.format == "cnmarc"
        wanted = (says["id"], says["title"].strip(), says["publisher"], says["year"])
        assert (data.control_number, data.title, data.publisher, data.year_text) == wanted
        assert data.year == int(says["year"][:4])
        assert data.isbns == valid_isbns(says["isbns"])
        assert data.contributors[0].name == says["first_author"]
    for says in expected.get("isbn", []):
        assert bib_data(read[says["index"]]).isbns == (says["isbn13"],)


@pytest.mark.parametrize("name", FILES)
def test_every_record_of_a_real_file_comes_out_once_with_its_bytes(name: str) -> None:
    whole = sample(name).read_bytes()
    try:
        found = results(name)
    except NotMarc:
        return
    end = 0
    for number, one in enumerate(found, 1):
        assert one.number == number
        assert whole[one.offset : one.end] == one.raw
        assert one.offset >= end
        assert not whole[end : one.offset].strip(b"\r\n\t \x00\x1a\xef\xbb\xbf") or whole.lstrip(b"\xef\xbb\xbf")[
            :1
        ] in (b"<", b" ")
        end = one.end


def test_the_same_book_reads_the_same_in_three_encodings_and_two_containers() -> None:
    def said(name: str) -> list[Any]:
        return [bib_data(one) for one in results(f"cnmarc/{name}")]

    assert said("bnu_10.gb18030.iso") == said("bnu_10.utf8.iso") == said("bnu_10.xml")
    assert said("worksheets_15.gbk.iso") == said("worksheets_15.utf8.iso") == said("worksheets_15.xml")


def table() -> dict[str, list[str]]:
    """File -> its cells in docs/marc-files.md: yaz's count, then ours."""
    lines = (ROOT / "docs" / "marc-files.md").read_text(encoding="utf-8").splitlines()
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `"))
    return {row[0].strip("`"): row[1:] for row in cells}


def test_the_table_in_the_docs_is_true() -> None:
    if FILES == ["(none)"]:
        missing("no MARC test data (TONGJIE_TEST_DATA)")
    assert {name: cells[1:7] for name, cells in table().items()} == {
        name: [cell.strip() for cell in marc_files.row_of(sample(name), name).cells()] for name in FILES
    }


def test_what_the_docs_say_of_merging_is_true(database: Database) -> None:
    """All files one after another into one county, each a source of its own."""
    if FILES == ["(none)"]:
        missing("no MARC test data (TONGJIE_TEST_DATA)")
    marc_merges.found_county(database)
    files = marc_files.files_of(FOLDER)
    found = {name: outcome.cells() for name, outcome in marc_merges.import_all(database, files)}
    stated = table()
    assert {name: cells[7:] for name, cells in stated.items()} == found
    for name, (created, merged, review, known, reused, _) in found.items():
        assert int(stated[name][2]) == sum(map(int, (created, merged, review, known, reused))), name
    with database.reading() as session:
        assert {one.code: list(one.find(session)) for one in INVARIANTS} == {one.code: [] for one in INVARIANTS}


def test_every_kind_of_repair_is_told_in_the_docs() -> None:
    assert (ROOT / "docs" / "marc-files.md").read_text(encoding="utf-8").endswith(marc_files.kinds())


@pytest.mark.yaz
def test_we_find_every_record_that_yaz_finds(yaz_marcdump: str) -> None:
    """It may find fewer, where lengths lie, and finds one in anything that has five digits or none at all at its start."""
    if FILES == ["(none)"]:
        missing("no MARC test data (TONGJIE_TEST_DATA)")
    nested = {"marcxml/dnb_sru_samuelson.xml", "marcxml/loc_sru_samuelson.xml", "unimarc/bnf_sru_peter_49.xml"}
    for name, (yaz, read, *_) in table().items():
        assert marc_files.yaz_count(sample(name)) == yaz, name
        if yaz.isdigit() and int(read) and name not in nested and "sru" not in name:
            assert int(read) >= int(yaz), name


def test_the_samples_are_not_part_of_the_project() -> None:
    assert not list(Path(ROOT / "catalog").rglob("*.mrc"))
