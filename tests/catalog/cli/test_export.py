"""`tongjie export`: what came in goes out again, byte for byte or in the encoding that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from branches.terminal import Terminal
from catalog.cli import export_titles
from catalog.entering import BibFields
from catalog.marc import Field, MarcRecord, ReadRecord, bib_data, read_records, to_iso2709, to_marcxml
from catalog.service import exporting
from catalog.service.bibs import BibService
from kernel.db import Database
from kernel.errors import NotFound
from tests.factories import County, make_context, make_item, make_settings


def record(number: str, title: str) -> MarcRecord:
    title_field = Field("200", "1 ", (("a", title), ("f", "曹雪芹著")))
    return MarcRecord("00000nam0 2200000   450 ", [Field("001", value=number), title_field])


IN_GB18030 = to_iso2709(record("1", "红楼梦"), "cnmarc", "gb18030")
IN_UTF8 = to_iso2709(record("2", "石头记"), "cnmarc")
IN_XML = to_marcxml(record("3", "金玉缘"), declaration=False).strip()


@pytest.fixture
def terminal(database: Database, data_dir: Path, county: County) -> Iterator[Terminal]:
    """A catalogue of four titles: three that came as records, one typed in; the second is at home at a point."""
    with database.transaction() as session:
        bibs = BibService(make_context(session))
        bibs.create_from_record(IN_GB18030, "iso2709")
        held = bibs.create_from_record(IN_UTF8, "iso2709").id
        bibs.create_from_record(IN_XML, "marcxml")
        bibs.create(BibFields(title="平凡的世界", authors="路遥著"))
        make_item(session, county.point, "B1", held)
        make_item(session, county.hub, "B2", held, status="withdrawn")
    opened = Terminal(load=lambda: make_settings(data_dir, database), language="en")
    yield opened
    opened.close()


def export(terminal: Terminal, *arguments: str) -> Result:
    return CliRunner().invoke(export_titles, list(arguments), obj=terminal, catch_exceptions=False)


def titles(written: bytes) -> list[str]:
    return [bib_data(read).title for read in read_records(BytesIO(written)) if isinstance(read, ReadRecord)]


def test_records_go_out_byte_for_byte_unless_an_encoding_is_asked_for(terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "out.mrc"
    done = export(terminal, str(out))
    assert (done.exit_code, done.stdout) == (0, "")
    assert "4 titles exported." in done.stderr
    written = out.read_bytes()
    assert written.startswith(IN_GB18030 + IN_UTF8)
    assert titles(written) == ["红楼梦", "石头记", "金玉缘", "平凡的世界"]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.mrc"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_all_records_are_written_in_the_encoding_asked_for(terminal: Terminal, tmp_path: Path, encoding: str) -> None:
    out = tmp_path / "out.mrc"
    assert export(terminal, str(out), "--encoding", encoding).exit_code == 0
    text = out.read_bytes().decode(encoding)
    assert all(title in text for title in ("红楼梦", "石头记", "金玉缘", "平凡的世界"))
    assert len(titles(out.read_bytes())) == 4


def test_marcxml_is_one_well_formed_collection(terminal: Terminal) -> None:
    done = export(terminal, "-", "--format", "marcxml")
    assert done.exit_code == 0
    root = etree.fromstring(done.stdout_bytes)
    assert [child.tag for child in root] == ["{http://www.loc.gov/MARC21/slim}record"] * 4
    assert IN_XML in done.stdout_bytes
    assert titles(done.stdout_bytes) == ["红楼梦", "石头记", "金玉缘", "平凡的世界"]


@pytest.mark.parametrize(("org", "expected"), [("LX", ["石头记"]), ("CG", ["石头记"]), ("XC", [])])
def test_can_export_what_one_unit_and_those_below_hold(terminal: Terminal, org: str, expected: list[str]) -> None:
    done = export(terminal, "-", "--org", org)
    assert done.stdout_bytes == b"".join(IN_UTF8 for _ in expected)
    assert f"{len(expected)} titles exported." in done.stderr


def test_withdrawn_copies_do_not_count(terminal: Terminal, database: Database, county: County) -> None:
    with database.transaction() as session:
        lost = BibService(make_context(session)).create(BibFields(title="旧书"))
        make_item(session, county.other_point, "B9", lost.id, status="withdrawn")
    assert export(terminal, "-", "--org", "XC").stdout_bytes == b""


def test_titles_of_all_batches_come_once(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "BATCH", 1)
    assert titles(export(terminal, "-").stdout_bytes) == ["红楼梦", "石头记", "金玉缘", "平凡的世界"]


def test_record_that_iso2709_cannot_hold_is_named_and_the_exit_code_tells(
    terminal: Terminal, database: Database
) -> None:
    with database.transaction() as session:
        bib_id = BibService(make_context(session)).create(BibFields(title="长书", abstract="长" * 9000)).id
    done = export(terminal, "-")
    assert done.exit_code == 1
    assert f"Title {bib_id}: Field 330 has" in done.stderr
    assert "1 were left out." in done.stderr
    assert len(titles(done.stdout_bytes)) == 4
    assert export(terminal, "-", "--format", "marcxml").exit_code == 0


def test_broken_export_leaves_no_file_that_looks_whole(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> bytes:
        raise OSError("no space left on device")

    monkeypatch.setattr(exporting, "as_iso2709", fail)
    with pytest.raises(OSError, match="no space"):
        export(terminal, str(tmp_path / "out.mrc"))
    assert not (tmp_path / "out.mrc").exists()


def test_record_that_came_without_its_end_does_not_swallow_the_next(terminal: Terminal, database: Database) -> None:
    cut = to_iso2709(record("4", "无尾"), "cnmarc")[:-1]
    with database.transaction() as session:
        BibService(make_context(session)).create_from_record(cut, "iso2709")
        BibService(make_context(session)).create(BibFields(title="后一条"))
    assert titles(export(terminal, "-").stdout_bytes)[-2:] == ["无尾", "后一条"]


def test_unknown_unit_and_impossible_encoding_are_refused(terminal: Terminal) -> None:
    with pytest.raises(NotFound):
        export(terminal, "-", "--org", "NO")
    assert export(terminal, "-", "--format", "marcxml", "--encoding", "gb18030").exit_code == 2
