"""A reader's own pages about what is remembered and who looked; the same choice at the desk."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from branches.access import Caller
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import day
from tests.pages import Visitor, visit


@pytest.fixture
def reader(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, Caller(kind="patron", id=desk.preview().patron.id))


def test_the_choice_is_a_click_away_and_keeping_asks_for_consent(reader: Visitor) -> None:
    assert "/me/privacy" in reader.get("/me").links()
    form = reader.get("/me/privacy").values("/me/privacy/history")
    assert form["history"] == "days"
    refused = reader.send("/me/privacy/history", {"history": "keep"})
    assert refused.status == 422
    assert "要先表示同意" in refused.text
    assert "一直保留" in reader.open(reader.send("/me/privacy/history", {"history": "keep", "agrees": "1"})).text
    assert reader.get("/me/privacy").values("/me/privacy/history")["history"] == "keep"


def test_a_reader_sees_what_was_read_and_forgets_it(reader: Visitor, desk: Desk) -> None:
    assert "系统不记得您还过什么书" in reader.get("/me/history").text
    desk.check_out()
    desk.later(days=1).check_in()
    assert "《平凡的世界》" in reader.get("/me/history").text
    forgotten = reader.open(reader.send("/me/history"))
    assert "已忘记 1 次借阅" in forgotten.text
    assert "《平凡的世界》" not in forgotten.text


def test_a_look_of_staff_is_shown_to_the_reader(client: FlaskClient, desk: Desk) -> None:
    librarian = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    librarian.get("/patrons/P0001")
    reader = visit(client, desk, Caller(kind="patron", id=desk.preview().patron.id))
    page = reader.get("/me/privacy").text
    assert "城关总馆" in page
    assert "读者资料" in page
    assert "wang" not in page


def test_the_desk_notes_a_choice_and_sees_no_history(client: FlaskClient, desk: Desk) -> None:
    desk.check_out()
    desk.later(days=1).check_in()
    librarian = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    assert librarian.send("/patrons/P0001/history", {"history": "keep"}).status == 422
    page = librarian.open(librarian.send("/patrons/P0001/history", {"history": "keep", "agrees": "1"}))
    assert "一直保留" in page.text
    assert "平凡的世界" not in page.text


def test_a_guardian_chooses_for_a_child_and_the_child_only_less(client: FlaskClient, desk: Desk) -> None:
    parent_id = desk.preview().patron.id
    child_id = desk.add_patron("C1", guardian_id=parent_id, birth_on=day("2016-05-01"))
    parent = visit(client, desk, Caller(kind="patron", id=parent_id))
    form = parent.get("/me/family/C1").values("/me/privacy/history")
    assert parent.send("/me/privacy/history", form | {"history": "keep", "agrees": "1"}).address == "/me/family/C1"
    child = visit(client, desk, Caller(kind="patron", id=child_id))
    assert "请监护人" in child.get("/me/privacy").text
    assert child.send("/me/privacy/history", {"history": "forget"}).address == "/me/privacy"
