"""The pages of what units ask each other for: asked on one side, answered by a scan on the other, told to the one who asked."""

from __future__ import annotations

from datetime import date

from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.web.pages.test_transfers import lines, visit_as


def test_a_branch_asks_and_the_hub_answers_by_a_scan(client: FlaskClient, desk: Desk) -> None:
    county = desk.county
    branch = visit_as(client, desk, "branch_librarian", county.branch)
    bib_id = desk.item().bib_id
    form = branch.get("/transfers/requests/new", bib=str(bib_id)).values("/transfers/requests/new")
    told = branch.open(branch.send("/transfers/requests/new", form | {"to": "CG", "copies": "2", "note": "读书会用"}))
    assert "已申请：城关总馆 1 册。还有 1 册没有馆能提供。" in told.text
    assert "《平凡的世界》 · 2 册" in told.text
    hub = visit_as(client, desk, "hub_librarian", county.hub)
    page = hub.get("/transfers", tab="answer", at="ZG")
    assert "读书会用" in lines(page)[0]
    after = hub.open(hub.send("/transfers/scan", {"tab": "answer", "at": "ZG", "scan": "B0001"}))
    assert "《平凡的世界》请夹上调拨条，放入调拨筐 → 城关分馆。" in after.text
    assert desk.transfers() == ["approved"]
    slip = hub.get("/transfers/1/slip")
    assert "DB-1" in slip.text
    assert slip.html.xpath("//svg[@class='bars']/path/@d")
    hub.send("/transfers/scan", {"tab": "send", "at": "ZG", "scan": "DB-1"})
    assert desk.transfers() == ["dispatched"]
    assert hub.send("/transfers/scan", {"tab": "send", "at": "CG", "scan": "DB-1"}).status == 404
    hub.send("/transfers/scan", {"tab": "receive", "at": "CG", "scan": "DB-1"})
    assert (desk.transfers(), desk.item().home_id) == (["received"], county.branch)


def test_a_no_goes_on_and_the_asker_reads_why(client: FlaskClient, desk: Desk) -> None:
    desk.ask(to="CG", copies=1)
    hub = visit_as(client, desk, "hub_librarian", desk.county.hub)
    form = hub.get("/transfers", tab="answer", at="ZG").values("/transfers/1/refusal")
    assert hub.send("/transfers/1/refusal", form).status == 422
    told = hub.open(hub.send("/transfers/1/refusal", form | {"reason": "正在展览"}))
    assert "》已拒绝，申请的馆会看到原因。" in told.text
    asked = hub.get("/transfers", tab="asked", at="CG")
    assert "城关总馆：正在展览" in asked.text
    assert "没有别的馆能提供" in asked.text


def test_the_button_of_a_line_approves_it(client: FlaskClient, desk: Desk) -> None:
    desk.ask(to="CG")
    hub = visit_as(client, desk, "hub_librarian", desk.county.hub)
    page = hub.get("/transfers", tab="answer", at="ZG")
    hub.send("/transfers/1/approval", page.values("/transfers/1/approval"))
    assert desk.transfers() == ["approved"]
    late = hub.send("/transfers/1/approval", {"tab": "answer", "at": "ZG"})
    assert late.status == 409
    assert "待发" in late.text


def test_a_volunteer_sees_what_to_fetch_and_answers_nothing(client: FlaskClient, desk: Desk) -> None:
    desk.set_item(location_id=desk.county.point, home_id=desk.county.point)
    desk.ask(to="CG")
    volunteer = visit_as(client, desk, "volunteer", desk.county.point)
    page = volunteer.get("/transfers", tab="answer")
    assert len(lines(page)) == 1
    assert [action for _, action in page.actions() if "approval" in action or "requests" in action] == []
    assert volunteer.get("/transfers/requests/new").status == 403


def test_what_is_wrong_with_a_wish_stands_beside_its_field(client: FlaskClient, desk: Desk) -> None:
    hub = visit_as(client, desk, "hub_librarian", desk.county.hub)
    form = hub.get("/transfers/requests/new").values("/transfers/requests/new")
    nothing = hub.send("/transfers/requests/new", form | {"to": "CG", "copies": "3"})
    assert nothing.status == 422
    kind = form | {"to": "CG", "copies": "3", "class": "Z"}
    assert hub.send("/transfers/requests/new", kind).status == 409
    desk.policy("transfer_limits", [{"to": "CG"}])
    refused = hub.send("/transfers/requests/new", form | {"to": "CG", "item": "B0001"})
    assert "流通政策不许从 城关总馆 往这里调这类书" in refused.text
    assert "仍然申请" in refused.text
    lifted = form | {"to": "CG", "item": "B0001", "lift": "1", "why": "展览"}
    hub.send("/transfers/requests/new", lifted)
    assert desk.transfers() == ["requested"]


def test_what_is_late_is_listed_counted_and_given_up(client: FlaskClient, desk: Desk) -> None:
    early = desk.later(days=-30)
    (row,) = early.ask(to="CG")
    early.approve(row.id)
    early.dispatch(row.id)
    branch = visit_as(client, desk, "branch_librarian", desk.county.branch)
    assert "1 册逾期未到" in branch.get("/desk").text
    page = branch.get("/transfers", tab="late", at="CG")
    assert len(lines(page)) == 1
    form = page.values("/transfers/1/loss")
    branch.send("/transfers/1/loss", form | {"reason": "箱子里没有"})
    assert (desk.transfers(), desk.place()[0]) == (["missing"], "missing")
    assert lines(branch.get("/transfers", tab="late", at="CG")) == []


def test_copies_kept_for_a_time_are_listed_to_be_sent_back(client: FlaskClient, desk: Desk) -> None:
    (row,) = desk.ask(to="CG", keep_until=date(2026, 11, 30))
    desk.approve(row.id)
    desk.check_in(at="CG")
    desk.later(days=20).asking(lambda service: service.end_stays())
    branch = visit_as(client, desk, "branch_librarian", desk.county.branch)
    assert "该送回的 1 册" in branch.get("/transfers", tab="answer", at="CG").text


def test_a_volume_of_a_set_is_chosen_and_too_many_copies_are_refused(client: FlaskClient, desk: Desk) -> None:
    bib_id = desk.item().bib_id
    for barcode, volume in (("V1", "上册"), ("V2", "下册")):
        desk.add_item(barcode, bib_id=bib_id, volume=volume)
    hub = visit_as(client, desk, "hub_librarian", desk.county.hub)
    form = hub.get("/transfers/requests/new", bib=str(bib_id)).values("/transfers/requests/new")
    refused = hub.send("/transfers/requests/new", form | {"to": "CG", "copies": "51"})
    assert "一次最多申请 50 册" in refused.text
    hub.send("/transfers/requests/new", form | {"to": "CG", "volume": "下册"})
    asked = hub.get("/transfers", tab="asked", at="CG")
    assert "《平凡的世界 下册》" in asked.text
