"""An import by pages: upload, progress, report, and the records behind its numbers."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog.service.imports import run_next
from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Sheet, Visitor, visit

FIELD, SUBFIELD, RECORD = b"\x1e", b"\x1f", b"\x1d"


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def record(number: str, title: str, barcode: str) -> bytes:
    """A small CNMARC record with one copy in 905."""
    fields = [
        (b"001", number.encode()),
        (b"100", b"  " + SUBFIELD + b"a20260301d2026    em y0chiy0120    ea"),
        (b"200", b"1 " + SUBFIELD + b"a" + title.encode() + SUBFIELD + "f刘慈欣著".encode()),
        (b"905", b"  " + SUBFIELD + b"aZG" + SUBFIELD + b"b" + barcode.encode() + SUBFIELD + b"dI247.5"),
    ]
    directory, data = b"", b""
    for tag, body in fields:
        directory += tag + f"{len(body) + 1:04d}{len(data):05d}".encode()
        data += body + FIELD
    base = 24 + len(directory) + 1
    length = base + len(data) + 1
    return f"{length:05d}nam0 22{base:05d}   450 ".encode() + directory + FIELD + data + RECORD


GOOD = record("R1", "三体", "B0201") + record("R2", "黑暗森林", "B0202")


def upload(visitor: Visitor, content: bytes, **form: str) -> Sheet:
    file = (BytesIO(content), "books.iso")
    return visitor.send(
        "/imports", {"org": "ZG", "format": "auto", "file": file} | form, content_type="multipart/form-data"
    )


def work(desk: Desk) -> None:
    """What the worker does."""
    run_next(desk.database, lambda: False)


def numbers(sheet: Sheet) -> dict[str, str]:
    return {
        " ".join(one.xpath("./span[2]")[0].text_content().split()): one.xpath("./span[1]")[0].text_content()
        for one in sheet.html.xpath("//*[@class='counts']/*")
    }


def test_a_file_is_queued_and_the_page_shows_how_far_it_is(visitor: Visitor) -> None:
    answer = upload(visitor, GOOD)
    assert answer.address == "/imports/1"
    page = visitor.open(answer)
    assert "排队中" in page.text
    assert page.html.xpath("//meta[@http-equiv='refresh']")
    assert page.html.xpath("//progress")


def test_a_report_opens_its_records(visitor: Visitor, desk: Desk) -> None:
    answer = upload(visitor, GOOD + b"00040nam0 broken record" + RECORD)
    work(desk)
    page = visitor.open(answer)
    assert not page.html.xpath("//meta[@http-equiv='refresh']")
    assert numbers(page) == {"新书目": "2", "更新": "0", "没有变化": "0", "没能导入": "1", "新复本": "2"}
    created = visitor.get("/imports/1/created")
    assert "三体" in created.text
    assert "黑暗森林" in created.text
    items = visitor.get("/imports/1/items")
    assert "B0201" in items.text
    assert set(items.links()) >= {"/items/B0201", "/items/B0202"}
    assert visitor.get("/items/B0201").status == 200
    assert visitor.get("/imports/1/rejected").response.get_data() == b"00040nam0 broken record" + RECORD


def test_the_same_file_again_changes_nothing_and_says_so(visitor: Visitor, desk: Desk) -> None:
    upload(visitor, GOOD)
    work(desk)
    second = upload(visitor, GOOD)
    work(desk)
    assert numbers(visitor.open(second)) == {"新书目": "0", "更新": "0", "没有变化": "2", "没能导入": "0"}


def test_a_changed_record_counts_as_updated_and_is_listed(visitor: Visitor, desk: Desk) -> None:
    upload(visitor, GOOD)
    work(desk)
    answer = upload(visitor, record("R1", "三体", "B0201").replace("刘慈欣".encode(), "刘慈心".encode()))
    work(desk)
    assert numbers(visitor.open(answer))["更新"] == "1"
    updated = visitor.get("/imports/2/updated")
    assert "三体" in updated.text
    assert "黑暗森林" not in updated.text


def test_a_file_that_is_no_marc_is_told_so(visitor: Visitor, desk: Desk) -> None:
    answer = upload(visitor, b"<html><body>not a record</body></html>")
    work(desk)
    page = visitor.open(answer)
    assert "没有导入" in page.text
    assert "MARC" in page.text


def test_a_form_without_a_file_comes_back(visitor: Visitor) -> None:
    answer = visitor.send("/imports", {"org": "ZG", "format": "auto"}, content_type="multipart/form-data")
    assert answer.status == 422
    assert answer.html.xpath("//*[@id='wrong-file']")


def test_a_refused_upload_leaves_no_file_behind(visitor: Visitor, data_dir: Path) -> None:
    assert upload(visitor, GOOD, profile="unknown").status == 404
    assert not list((data_dir / "imports").glob("*"))


def test_imports_are_listed(visitor: Visitor) -> None:
    assert "还没有导入过" in visitor.get("/imports").text
    upload(visitor, GOOD)
    assert "books.iso" in visitor.get("/imports").text


def test_an_import_that_does_not_exist_is_not_found(visitor: Visitor) -> None:
    for path in ("/imports/9", "/imports/9/created", "/imports/9/rejected"):
        assert visitor.get(path).status == 404
