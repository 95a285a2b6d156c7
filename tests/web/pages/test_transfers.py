"""Transfers as to-do lists: oldest first, one scan settles a line."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Sheet, Visitor, visit


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """Two books that came back at the point and belong to the branch."""
    for barcode in ("B0011", "B0012"):
        desk.add_item(barcode, desk.county.branch)
        desk.check_out(barcode, at="CG")
        desk.check_in(barcode, at="LX")
    return desk


def visit_as(client: FlaskClient, desk: Desk, role: str, org_id: int) -> Visitor:
    return visit(client, desk, desk.staffed((role, org_id), username=f"{role.replace('_', '.')}{org_id}").caller)


def lines(sheet: Sheet) -> list[str]:
    return [" ".join(li.text_content().split()) for li in sheet.html.xpath("//main//ol[contains(@class,'todo')]/li")]


def test_a_point_sends_by_scanning(client: FlaskClient, waiting: Desk) -> None:
    visitor = visit_as(client, waiting, "volunteer", waiting.county.point)
    page = visitor.get("/transfers")
    assert ["B0011" in line for line in lines(page)] == [True, False]
    assert "李村书屋" in lines(page)[0]
    assert "城关分馆" in lines(page)[0]
    answer = visitor.send("/transfers/scan", {"tab": "send", "at": "LX", "scan": "B0012"})
    after = visitor.open(answer)
    assert "《平凡的世界》已发出 → 城关分馆。" in after.text
    assert len(lines(after)) == 1
    assert waiting.transfers() == ["approved", "dispatched"]
    assert len(lines(visitor.get("/transfers", tab="way"))) == 1


def test_the_branch_receives_by_scanning_and_hears_where_to_put_it(client: FlaskClient, waiting: Desk) -> None:
    waiting.dispatch(1)
    visitor = visit_as(client, waiting, "branch_librarian", waiting.county.branch)
    page = visitor.get("/transfers", tab="receive", at="CG")
    assert ["还没有发出" in line for line in lines(page)] == [False, True]
    after = visitor.open(visitor.send("/transfers/scan", {"tab": "receive", "at": "CG", "scan": "B0011"}))
    assert "《平凡的世界》已收到。请上架。" in after.text
    assert waiting.transfers() == ["received", "approved"]


def test_a_book_that_does_not_wait_here_is_not_sent(client: FlaskClient, waiting: Desk) -> None:
    visitor = visit_as(client, waiting, "volunteer", waiting.county.point)
    answer = visitor.send("/transfers/scan", {"tab": "send", "at": "LX", "scan": "B0001"})
    assert answer.status == 409
    assert "没有在这里等待发出" in answer.text
    assert visitor.send("/transfers/scan", {"tab": "send", "at": "LX", "scan": "X"}).status == 404


def test_each_line_can_be_settled_by_its_button(client: FlaskClient, waiting: Desk) -> None:
    visitor = visit_as(client, waiting, "branch_librarian", waiting.county.branch)
    page = visitor.get("/transfers", tab="send", at="")
    dispatch = next(action for _, action in page.actions() if action.endswith("/dispatch"))
    visitor.send(dispatch, {"tab": "send"})
    receipt = dispatch.replace("dispatch", "receipt")
    assert receipt in [action for _, action in visitor.get("/transfers", tab="receive", at="").actions()]
    visitor.send(receipt, {"tab": "receive"})
    assert waiting.transfers() == ["received", "approved"]
    late = visitor.send(dispatch, {"tab": "send"})
    assert late.status == 409
    assert "已收" in late.text


def test_a_transfer_is_cancelled_with_a_reason(client: FlaskClient, waiting: Desk) -> None:
    visitor = visit_as(client, waiting, "branch_librarian", waiting.county.branch)
    form = visitor.get("/transfers", at="").values("/transfers/1/cancellation")
    assert visitor.send("/transfers/1/cancellation", form).status == 422
    assert "已取消" in visitor.open(visitor.send("/transfers/1/cancellation", form | {"reason": "弄错了"})).text
    assert waiting.place("B0011") == ("available", waiting.county.point)


def test_nobody_sees_or_settles_what_is_not_theirs(client: FlaskClient, waiting: Desk) -> None:
    visitor = visit_as(client, waiting, "volunteer", waiting.county.other_point)
    assert not lines(visitor.get("/transfers", at=""))
    assert visitor.get("/transfers", at="LX").status == 404
    assert visitor.get("/transfers/1/slip").status == 404
    assert visitor.send("/transfers/1/dispatch").status == 404
    assert visitor.send("/transfers/scan", {"tab": "send", "at": "LX", "scan": "B0011"}).status == 404
    assert waiting.transfers() == ["approved", "approved"]


def test_a_volunteer_is_offered_no_cancelling(client: FlaskClient, waiting: Desk) -> None:
    page = visit_as(client, waiting, "volunteer", waiting.county.point).get("/transfers")
    assert not [action for _, action in page.actions() if action.endswith("/cancellation")]
    assert [action for _, action in page.actions() if action.endswith("/dispatch")]


def test_a_slip_says_where_to_in_large(client: FlaskClient, waiting: Desk) -> None:
    slip = visit_as(client, waiting, "volunteer", waiting.county.point).get("/transfers/1/slip")
    assert slip.html.xpath("//*[@class='destination']/text()") == ["城关分馆"]
    assert "B0011" in slip.text


def test_an_empty_list_says_what_will_stand_there(client: FlaskClient, desk: Desk) -> None:
    page = visit_as(client, desk, "volunteer", desk.county.point).get("/transfers")
    assert "没有待发的书" in page.text
