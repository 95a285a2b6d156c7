"""Doubtful records by pages: side by side, with why, one act each, and the next one at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from catalog.models import Bib
from tests.catalog.marc.marcbytes import cnmarc_fields, iso, sub
from tests.catalog.service.imports.loading import counts, holding, import_bytes, record, report
from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Visitor, visit
from web.pages.reviews import compared

TITLE = 2  # the desk has one already


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def other_edition(number: str) -> bytes:
    fields = [field for field in cnmarc_fields(number) if field[0] != "210"]
    imprint = ("210", sub("  ", ("a", "上海"), ("c", "上海古籍出版社"), ("d", "2008")))
    return iso([*fields, imprint, holding(("a", "ZG"), ("b", f"X{number}"))])


@pytest.fixture
def asked(desk: Desk, tmp_path: Path) -> int:
    """An import of two doubtful records beside one title."""
    import_bytes(desk.database, tmp_path, record("A1"), source="NLC")
    found = import_bytes(desk.database, tmp_path, other_edition("B1") + other_edition("B2"), source="SHOP")
    assert counts(found) == {"read": 2, "review": 2}
    return found.id


def test_the_report_leads_to_the_queue_and_the_queue_to_the_first_record(visitor: Visitor, asked: int) -> None:
    report_page = visitor.get(f"/imports/{asked}")
    assert f"/imports/reviews?import={asked}" in set(report_page.links())
    assert "有 2 条拿不准" in report_page.text
    queue = visitor.get("/imports/reviews", **{"import": str(asked)})
    assert "红楼梦" in queue.text
    assert f"/imports/reviews/1?import={asked}" in set(queue.links())


def test_both_records_stand_side_by_side_with_what_differs_marked_and_said(visitor: Visitor, asked: int) -> None:
    sheet = visitor.get("/imports/reviews/1")
    rows = {
        row.xpath("string(th/span[1])"): [
            " ".join(cell.text_content().split()) for cell in row.xpath("td | th/span[2]")
        ]
        for row in sheet.html.xpath("//tbody/tr")
    }
    assert rows["出版者"] == ["不同-3", "上海古籍出版社", "人民文学出版社"]
    assert rows["语种"] == ["一致", "中文", "中文"]
    assert rows["题名"] == ["一致+8", "红楼梦", "红楼梦"]
    assert [one.text for one in sheet.html.xpath("//mark[@class='other']")][:1] == ["上海古籍"]
    assert {one.get("data-key") for one in sheet.html.xpath("//*[@data-key]")} == {"m", "k", "c", "n"}


def test_a_decision_leads_on_to_the_next_record_and_then_to_the_queue(visitor: Visitor, desk: Desk, asked: int) -> None:
    merged = visitor.send(f"/imports/reviews/1?import={asked}", {"decision": "merge", "into": str(TITLE)})
    assert (merged.status, merged.address) == (303, "/imports/reviews/2")
    assert "有 1 条拿不准" in visitor.get(f"/imports/{asked}").text
    kept = visitor.send("/imports/reviews/2", {"decision": "keep_apart"})
    assert (kept.status, kept.address) == (303, "/imports/reviews")
    assert "拿不准" not in visitor.get(f"/imports/{asked}").text
    assert "没有待审的记录" in visitor.get("/imports/reviews").text
    found = report(desk.database, asked)
    assert counts(found) == {"read": 2, "created": 1, "merged": 1, "items_created": 2}
    for what, bib in (("merged", TITLE), ("created", TITLE + 1)):
        assert f"/bibs/{bib}" in set(visitor.get(f"/imports/{asked}/{what}").links())
    copies = visitor.get(f"/imports/{asked}/items")
    assert "XB1" in copies.text  # with those that came in when somebody decided
    assert "XB2" in copies.text


def test_who_comes_second_sees_who_decided(visitor: Visitor, asked: int) -> None:
    visitor.send("/imports/reviews/1", {"decision": "merge", "into": str(TITLE)})
    late = visitor.send("/imports/reviews/1", {"decision": "keep_apart"})
    assert late.status == 409
    assert "这条记录已经处理" in late.text
    assert not late.html.xpath("//*[@data-key='m']")


def test_a_record_is_corrected_in_the_form_that_it_fills(visitor: Visitor, desk: Desk, asked: int) -> None:
    form = visitor.get("/imports/reviews/1/correct").values()
    assert (form["title"], form["publisher"], form["isbn"]) == ("红楼梦", "上海古籍出版社", "9787020002207")
    wrong = visitor.send("/imports/reviews/1/correct", form | {"isbn": "9787020002208"})
    assert (wrong.status, wrong.values()["isbn"]) == (422, "9787020002208")
    done = visitor.send("/imports/reviews/1/correct", form | {"edition": "3版", "isbn": "9787532500987"})
    assert (done.status, done.address) == (303, "/imports/reviews/2")
    bib_id = desk.read(lambda session: session.scalar(select(func.max(Bib.id))))
    assert "3版" in visitor.get(f"/bibs/{bib_id}").text


def test_a_record_that_is_not_there(visitor: Visitor) -> None:
    assert visitor.get("/imports/reviews/9").status == 404
    assert visitor.get("/imports/reviews/9/correct").status == 404


def test_texts_are_compared_piece_by_piece() -> None:
    assert compared("2版", "第2版") == ([("2版", False)], [("第", True), ("2版", False)])
    assert compared("史記", "史记") == ([("史記", False)], [("史记", False)])
    assert compared("", "第2版") == ([], [("第2版", False)])


def test_long_texts_are_compared_as_far_as_a_person_would_look() -> None:
    one, other = "甲乙" * 100_000, "乙甲甲" * 100_000
    left, right = compared(one, other)
    assert "".join(piece for piece, _ in left) == one
    assert "".join(piece for piece, _ in right) == other


def test_an_import_that_no_database_can_number_is_passed_over(visitor: Visitor, asked: int) -> None:
    for address in ("/imports/reviews", "/imports/reviews/1", "/imports/reviews/1/correct"):
        assert visitor.get(address, **{"import": "9" * 30}).status == 200
