"""`tongjie import`: a bar for eyes, lines for logs, and a report that a script can read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from branches.terminal import Terminal
from catalog.cli import import_files
from kernel.db import Database
from kernel.errors import DomainError
from tests.catalog.marc.marcbytes import book
from tests.catalog.service.imports.loading import holding, record
from tests.factories import County, make_settings, make_unit


@pytest.fixture
def terminal(database: Database, data_dir: Path, county: County) -> Iterator[Terminal]:
    opened = Terminal(load=lambda: make_settings(data_dir, database), language="en")
    yield opened
    opened.close()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.iso"
    path.write_bytes(
        record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"))) + record("A2", "三国演义") + book("A3")[:150]
    )
    return path


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.iso"
    path.write_bytes(b"<!DOCTYPE html><html></html>")
    return path


def run(terminal: Terminal, *arguments: str | Path) -> Result:
    return CliRunner().invoke(import_files, [str(one) for one in arguments], obj=terminal, catch_exceptions=False)


def test_the_last_line_is_the_report_and_rejected_records_are_no_failure(terminal: Terminal, good: Path) -> None:
    done = run(terminal, good, "--json", "--org", "ZG")
    assert done.exit_code == 0
    report = json.loads(done.stdout.splitlines()[-1])
    assert {name: report[name] for name in ("status", "read", "created", "rejected", "items_created", "merged", "review")} == {
        "status": "done", "read": 3, "created": 2, "rejected": 1, "items_created": 1, "merged": 0, "review": 0,
    }  # fmt: skip
    (error,) = report["errors"]
    assert (error["record"], error["code"], error["tag"]) == (3, "record.cut", None)
    assert error["offset"] > 0


def test_the_only_hub_takes_the_copies_when_no_unit_is_named(terminal: Terminal, good: Path) -> None:
    done = run(terminal, good, "--json")
    assert json.loads(done.stdout.splitlines()[-1])["org"] == "ZG"


def test_of_several_hubs_one_must_be_named(terminal: Terminal, database: Database, county: County, good: Path) -> None:
    with database.transaction() as session:
        make_unit(session, "Z2", "hub", county.network)
    with pytest.raises(DomainError, match=r"import\.org"):
        run(terminal, good)


def test_a_file_that_is_no_marc_exits_2_and_says_what_it_is(terminal: Terminal, page: Path) -> None:
    done = run(terminal, page)
    assert done.exit_code == 2
    assert "a web page" in done.stdout
    assert json.loads(run(terminal, page, "--json").stdout.splitlines()[-1])["code"] == "import.not_marc"


def test_one_bad_file_among_good_ones_does_not_keep_them_out(terminal: Terminal, page: Path, good: Path) -> None:
    done = run(terminal, page, good)
    assert done.exit_code == 2
    assert "created 2" in done.stdout


def test_a_person_is_told_what_was_done_and_what_was_wrong(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "more.iso"
    path.write_bytes(record("A1", "红楼梦", holding(("a", "TSG"), ("b", "001"))) + b"\r\n" + book("A3")[:150])
    said = run(terminal, path).stdout
    assert "read 2, created 1, updated 0, merged 0, unchanged 0, for review 0, kept aside 1" in said
    assert "1: copies of a library code nobody knows, given to the importing unit" in said
    assert "record 2: The record is cut off" in said


def test_progress_is_told_in_plain_lines_where_there_is_no_terminal(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "many.iso"
    path.write_bytes(b"".join(book(f"M{n}", f"第{n}种书") for n in range(450)))
    done = run(terminal, path)
    lines = [line for line in done.stderr.splitlines() if "records read" in line]
    assert len(lines) == 3
    assert lines[-1].startswith("many.iso: 100 %, 450 records read")
    assert "\x1b" not in done.stderr


def test_the_same_source_named_again_updates_and_another_does_not(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "one.iso"
    path.write_bytes(record("A1", "红楼梦"))
    run(terminal, path, "--source", "NLC")
    path.write_bytes(record("A1", "红楼梦：校注本"))
    assert "updated 1" in run(terminal, path, "--source", "NLC").stdout
    assert "merged 1" in run(terminal, path, "--source", "CALIS").stdout  # no update, though of the same number
