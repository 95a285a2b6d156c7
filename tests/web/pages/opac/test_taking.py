"""What readers and staff take along as files."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select

from catalog.models import Bib
from kernel.db import Database
from search.api import EXTENSION
from search.indexer import Indexer
from tests.catalog.marc.marcbytes import book
from tests.catalog.service.imports.loading import import_bytes
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib
from tests.pages import visit
from web.pages.opac import taking
from web.spreadsheet import write_sheet

CELLS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture
def found(app: Flask, desk: Desk) -> list[int]:
    """Three titles that a search for 科幻 finds."""
    titles = ("科幻一", "=科幻二()", "科幻三")
    ids = desk.write(lambda s: [make_bib(s, title, authors="刘慈欣", year=2001) for title in titles])
    desk.add_item("X1", bib_id=ids[0], call_number="I247.55/1")
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    return ids


def cells(body: bytes) -> list[list[str]]:
    with ZipFile(BytesIO(body)) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not sheet.findall(".//x:f", CELLS)
    return [["".join(cell.itertext()) for cell in row] for row in sheet.findall(".//x:row", CELLS)]


def test_a_search_goes_into_a_sheet_whose_cells_are_never_formulas(client: FlaskClient, found: list[int]) -> None:
    answer = client.get("/search/export.xlsx?q=科幻&sort=title")
    rows = cells(answer.data)
    assert rows[0][:2] == ["题名", "责任者"]
    assert {row[0] for row in rows[1:]} == {"科幻一", "=科幻二()", "科幻三"}
    first = next(row for row in rows if row[0] == "科幻一")
    assert first[1:] == ["刘慈欣", "2001", "I247.55/1", "1", "1", "城关总馆", f"http://localhost/bibs/{found[0]}"]


@pytest.mark.parametrize(
    ("form", "count"),
    [
        ("ris", lambda body: body.count(b"ER  - ")),
        ("bib", lambda body: body.count(b"@book{")),
        ("xml", lambda body: len(etree.fromstring(body))),
        ("mrc", lambda body: body.count(b"\x1d")),
    ],
)
def test_a_search_goes_into_other_programs(client: FlaskClient, found: list[int], form: str, count: Any) -> None:
    answer = client.get(f"/search/export.{form}?q=科幻")
    assert answer.status_code == 200
    assert count(answer.data) == 3


@pytest.mark.parametrize(("form", "encoding"), [("mrc", "utf-8"), ("gb18030.mrc", "gb18030")])
def test_marc_is_written_in_either_encoding_and_the_page_offers_both(
    client: FlaskClient, desk: Desk, found: list[int], form: str, encoding: str
) -> None:
    [link] = [link for link in visit(client, desk).get("/search", q="科幻").links() if f"/export.{form}?" in link]
    answer = client.get(link)
    assert "科幻一".encode(encoding) in answer.data
    assert answer.headers["Content-Disposition"] == f'attachment; filename="titles.{form}"'


def test_titles_that_came_in_two_encodings_go_out_in_one(
    client: FlaskClient, database: Database, tmp_path: Path, desk: Desk
) -> None:
    import_bytes(database, tmp_path, book("U1", title="甲种书", encoding="utf-8"))
    import_bytes(database, tmp_path, book("G1", title="乙种书", encoding="gb18030"))
    with database.reading() as session:
        ids = ",".join(map(str, session.scalars(select(Bib.id).where(Bib.title.in_(("甲种书", "乙种书"))))))
    for form, encoding in (("mrc", "utf-8"), ("gb18030.mrc", "gb18030")):
        body = client.get(f"/lists/export.{form}?ids={ids}").data.decode(encoding)
        assert "甲种书" in body
        assert "乙种书" in body


def test_a_search_goes_out_as_json_with_its_copies(client: FlaskClient, found: list[int]) -> None:
    answer = client.get("/search/export.json?q=科幻")
    titles = {title["id"]: title for title in answer.get_json()}
    assert set(titles) == set(found)
    assert titles[found[0]]["holdings"][0]["org"] == "ZG"
    assert titles[found[0]] == client.get(f"/api/v1/bibs/{found[0]}").get_json()
    assert client.get("/search/export.json?q=没有这本书").get_json() == []


def test_everybody_takes_so_many_and_staff_with_the_right_take_more(
    client: FlaskClient, desk: Desk, found: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "MOST_FOR_ALL", 2)
    rows = cells(client.get("/search/export.xlsx?q=科幻").data)
    assert len(rows) == 4
    assert rows[-1] == ["另有 1 种没有导出。"]
    assert "只有前 2 种" in visit(client, desk).get("/search", q="科幻").text
    librarian = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    assert len(cells(librarian.get("/search/export.xlsx", q="科幻").response.data)) == 4
    assert "另有" not in cells(librarian.get("/search/export.xlsx", q="科幻").response.data)[-1][0]


def test_the_list_of_a_device_is_exported_by_its_numbers(client: FlaskClient, found: list[int]) -> None:
    answer = client.get(f"/lists/export.ris?ids={found[2]},nonsense,{found[0]},99999999999999999999,{found[2]}")
    titles = [line for line in answer.get_data(as_text=True).splitlines() if line.startswith("TI")]
    assert titles == ["TI  - 科幻三", "TI  - 科幻一"]


def test_a_sheet_holds_what_cells_can_hold_and_leaves_no_file_behind(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", None)
    with write_sheet("表", [("甲", 9)], [["x" * 40_000], ["坏\x0b字"], ["@SUM(1)"], [None]]) as file:
        rows = cells(file.read())
    assert [len(row[0]) for row in rows[1:2]] == [32_000]
    assert rows[3] == ["@SUM(1)"]
    assert list(tmp_path.iterdir()) == []

    def broken() -> Any:
        yield ["一"]
        raise RuntimeError("the reader went away")

    with pytest.raises(RuntimeError):
        write_sheet("表", [("甲", 9)], broken())
    assert list(tmp_path.iterdir()) == []
