"""The journal by page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kernel import journal
from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Sheet, Visitor, visit
from web.pages import telling


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def entries(sheet: Sheet) -> list[str]:
    return [" ".join(row.text_content().split()) for row in sheet.html.xpath("//tbody/tr")]


def test_acts_are_told_in_words_newest_first_and_name_no_reader(visitor: Visitor, desk: Desk) -> None:
    desk.check_out()
    desk.check_in(at="CG")
    rows = entries(visitor.get("/journal"))
    assert "待发 → 城关总馆" in rows[0]
    assert "借出" in rows[-1]
    assert not any("P0001" in row for row in rows)


def test_the_journal_is_narrowed_and_paged_by_its_address(visitor: Visitor, desk: Desk) -> None:
    for _ in range(30):
        desk.check_out()
        desk.check_in()
    page = visitor.get("/journal", act="checked_out")
    assert len(entries(page)) == 30
    first = visitor.get("/journal", item="B0001")
    following = first.html.xpath("//a[@rel='next']/@href")[0]
    assert "item=B0001" in following
    assert (len(entries(first)), len(entries(visitor.get(following)))) == (50, 10)


def test_days_narrow_too(visitor: Visitor, desk: Desk) -> None:
    desk.check_out()
    assert len(entries(visitor.get("/journal", **{"from": "2026-11-23", "to": "2026-11-23"}))) == 1
    assert not entries(visitor.get("/journal", **{"from": "2026-11-24"}))
    wrong = visitor.get("/journal", **{"from": "soon"})
    assert wrong.html.xpath("//*[@id='wrong-from']")


def test_only_entries_of_ones_units_are_shown(client: FlaskClient, desk: Desk) -> None:
    desk.check_out(at="ZG")
    desk.check_in(at="CG")
    manager = visit(client, desk, desk.staffed(("manager", desk.county.branch), username="guan").caller)
    assert entries(manager.get("/journal"))
    assert not [row for row in entries(manager.get("/journal")) if "借出" in row]
    assert manager.get("/journal", org="ZG").status == 404
    assert (
        visit(client, desk, desk.staffed(("volunteer", desk.county.point), username="li").caller).get("/journal").status
        == 403
    )


def test_every_act_and_channel_has_a_name() -> None:
    """But for those of rooms that are not there yet."""
    later = {"visited"}
    assert journal.ACTS - telling.ACTS.keys() == later
    assert {"api", "desk", "opac", "web", "cli", "job"} <= telling.CHANNELS.keys()
