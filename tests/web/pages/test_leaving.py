"""Merging, closing, erasing and exporting by pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from branches.access import Caller
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import day
from tests.pages import Visitor, visit


@pytest.fixture
def hub(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def test_likely_duplicates_are_looked_at_side_by_side_and_merged(hub: Visitor, desk: Desk) -> None:
    for card in ("A1", "A2"):
        desk.add_patron(card, name="李小红", birth_on=day("1990-01-01"))
    desk.check_out(patron="A1")
    assert "/patrons/duplicates" in hub.get("/patrons").links()
    listed = hub.get("/patrons/duplicates").text
    assert ("李**" in listed, "李小红" in listed, "1990" in listed) == (True, False, False)
    assert "扫一下要留下的证" in hub.get("/patrons/A1/merge").text
    page = hub.get("/patrons/A1/merge", into="A2")
    assert "合并不能撤销" in page.text
    assert ("李小红" in page.text, "1990" in page.text) == (True, True)
    done = hub.send("/patrons/A1/merge", page.values("/patrons/A1/merge"))
    assert done.address == "/patrons/A2"
    assert "转入在借 1 册" in hub.open(done).text
    assert "没有发现重复的读者" in hub.get("/patrons/duplicates").text
    assert "同一位读者" in hub.send("/patrons/A1/merge", {"into": "A2"}).text


def test_closing_is_refused_with_the_reason_and_can_be_taken_back(hub: Visitor, desk: Desk) -> None:
    desk.check_out()
    refused = hub.send("/patrons/P0001/closure")
    assert (refused.status, "还有 1 册书没有还" in refused.text) == (409, True)
    desk.check_in()
    assert "已注销" in hub.open(hub.send("/patrons/P0001/closure")).text
    assert "账户已恢复" in hub.open(hub.send("/patrons/P0001/reopening")).text


def test_a_reader_downloads_their_data_and_asks_for_erasure(client: FlaskClient, desk: Desk) -> None:
    reader = visit(client, desk, Caller(kind="patron", id=desk.preview().patron.id))
    assert reader.get("/me/export").response.mimetype == "application/zip"
    assert "15 天内办理" in reader.open(reader.send("/me/erasure")).text
    hub = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    assert "要求删除资料" in hub.get("/patrons/P0001").text
    assert hub.get("/patrons/P0001/export").response.mimetype == "application/zip"
    assert "资料已删除" in hub.open(hub.send("/patrons/P0001/erasure")).text
    assert "张三丰" not in hub.get("/patrons/P0001").text
