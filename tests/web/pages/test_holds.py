"""Holds on pages: a reader places and changes one; staff fetch, shelve, clear, and place one for a reader."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Sheet, Visitor, visit


@pytest.fixture
def reader(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.reading(desk.preview().patron.id).caller)


def visit_as(client: FlaskClient, desk: Desk, role: str, org_id: int) -> Visitor:
    return visit(client, desk, desk.staffed((role, org_id), username=f"{role.replace('_', '.')}{org_id}").caller)


def lines(sheet: Sheet) -> list[str]:
    return [" ".join(li.text_content().split()) for li in sheet.html.xpath("//main//ol[contains(@class,'todo')]/li")]


def hold_path(desk: Desk) -> str:
    return f"/bibs/{desk.item().bib_id}/hold"


# --- readers ------------------------------------------------------------------------------------------------------------


def test_the_title_leads_to_the_form(client: FlaskClient, desk: Desk) -> None:
    bib_id = desk.item().bib_id
    (link,) = visit(client, desk).get(f"/bibs/{bib_id}").html.xpath("//a[contains(., '预约')]/@href")
    assert link == f"/login?next=/bibs/{bib_id}/hold"
    desk.set_item(status="in_repair")
    assert not visit(client, desk).get(f"/bibs/{bib_id}").html.xpath("//a[contains(., '预约')]")


def test_a_reader_places_a_hold_and_sees_their_place(desk: Desk, reader: Visitor) -> None:
    desk.add_patron("P0002")
    desk.check_out(patron="P0002")
    page = reader.get(hold_path(desk))
    (chosen,) = page.html.xpath("//select[@name='pickup']/option[@selected]/@value")
    assert chosen == "CG"  # where the card is at home
    after = reader.open(reader.send(hold_path(desk), {"which": "any", "pickup": "LX"}))
    assert "已预约《平凡的世界》，排第 1 位，在 李村书屋 取书。" in after.text
    assert "第 1 位" in after.text
    assert "1 位读者在等" in reader.get(f"/bibs/{desk.item().bib_id}").text


def test_a_copy_on_the_shelf_is_promised(desk: Desk, reader: Visitor) -> None:
    after = reader.open(reader.send(hold_path(desk), {"which": "copy:QX:B0001", "pickup": "LX"}))
    assert "城关总馆 有在架的一册，会送到 李村书屋，大约11月30日（周一）到。" in after.text
    assert "只要 B0001" in " ".join(after.html.text_content().split())


def test_refusals_stand_beside_the_form(desk: Desk, reader: Visitor) -> None:
    reader.send(hold_path(desk), {"which": "any", "pickup": "LX"})
    again = reader.send(hold_path(desk), {"which": "any", "pickup": "LX"})
    assert again.status == 409
    assert "您已经预约了这本书" in again.text
    wrong = reader.send(hold_path(desk), {"which": "any", "pickup": "QX", "expires_on": "2020-01-01"})
    assert wrong.status == 422


def test_a_set_asks_which_volume(desk: Desk, reader: Visitor) -> None:
    bib_id = desk.item().bib_id
    desk.set_item(volume="上")
    desk.add_item("B0002", bib_id=bib_id, volume="下")
    offered = reader.get(hold_path(desk)).html.xpath("//select[@name='which']/option/@value")
    assert offered == ["", "volume:上", "volume:下", "copy:QX:B0001", "copy:QX:B0002"]
    after = reader.open(reader.send(hold_path(desk), {"which": "volume:下", "pickup": "LX"}))
    assert "《平凡的世界 下》" in after.text


def test_a_reader_changes_a_hold(desk: Desk, reader: Visitor) -> None:
    hold = desk.hold(pickup="LX")
    path = f"/me/holds/{hold.id}"
    assert "改到 新村书屋 取" in reader.open(reader.send(f"{path}/pickup", {"pickup": "XC"})).text
    assert "已暂停" in reader.open(reader.send(f"{path}/pause", {"until": "2026-12-01"})).text
    assert desk.held(hold.id).suspended_until is not None
    assert "继续排队" in reader.open(reader.send(f"{path}/resumption")).text
    beside = reader.send(f"{path}/pause", {"until": "2020-01-01"})
    assert (beside.status, "应在今天起的一年之内" in beside.text) == (422, True)
    after = reader.open(reader.send(f"{path}/cancellation"))
    assert "的预约已取消" in after.text
    assert "读者取消" in after.text
    assert reader.send(f"{path}/cancellation").status == 409


def test_a_reader_touches_nobody_elses_hold(desk: Desk, reader: Visitor) -> None:
    desk.add_patron("P0002")
    hold = desk.hold("P0002")
    assert reader.send(f"/me/holds/{hold.id}/cancellation").status == 404
    assert desk.held(hold.id).status == "targeted"


def test_what_is_ready_says_until_when(desk: Desk, reader: Visitor) -> None:
    desk.hold(pickup="ZG")
    desk.check_in(at="ZG")
    text = " ".join(reader.get("/me").html.text_content().split())
    assert "请到 城关总馆取书，保留到 11月30日（周一）" in text


# --- staff --------------------------------------------------------------------------------------------------------------


def test_staff_fetch_by_scanning(client: FlaskClient, desk: Desk) -> None:
    desk.set_item(call_number="I247.57/1")
    desk.hold()
    visitor = visit_as(client, desk, "hub_librarian", desk.county.hub)
    page = visitor.get("/desk/holds", at="ZG")
    (line,) = lines(page)
    assert "I247.57/1" in line
    assert "城关分馆" in line
    assert "P0001" not in page.text  # for whom is not the business of the one who fetches
    after = visitor.open(visitor.send("/desk/holds/scan", {"tab": "fetch", "at": "ZG", "scan": "B0001"}))
    assert "有人预约，请放入调拨筐 → 城关分馆。" in after.text
    assert lines(after) == []


def test_not_there_passes_on_and_is_remembered(client: FlaskClient, desk: Desk) -> None:
    desk.add_item("B0002", desk.county.point, bib_id=desk.item().bib_id)
    hold = desk.hold(pickup="ZG")
    visitor = visit_as(client, desk, "hub_librarian", desk.county.hub)
    form = {"tab": "fetch", "at": "ZG"}
    after = visitor.open(visitor.send(f"/desk/holds/{hold.id}/miss", form))
    assert "已转请 李村书屋 找《平凡的世界》。" in after.text
    assert "架上没找到的 1 册" in after.text
    assert "没有别的在架复本" in visitor.open(visitor.send(f"/desk/holds/{hold.id}/miss", form)).text


def test_the_hold_shelf_says_what_lies_there_and_what_must_go(client: FlaskClient, desk: Desk) -> None:
    desk.hold(pickup="ZG")
    desk.check_in(at="ZG")
    visitor = visit_as(client, desk, "hub_librarian", desk.county.hub)
    (line,) = lines(visitor.get("/desk/holds", tab="shelf", at="ZG"))
    assert "尾号 0001" in line
    assert "保留到 11月30日（周一）" in line
    desk.later(days=8).holding(lambda service: service.expire_due())
    page = visitor.get("/desk/holds", tab="shelf", at="ZG")
    assert "请撤下 1 册" in page.text
    assert lines(page) == []


def test_a_hold_no_library_can_fill_is_shown_with_the_reason(client: FlaskClient, desk: Desk) -> None:
    hold = desk.hold(pickup="ZG")
    desk.set_item(status="lost")
    visitor = visit_as(client, desk, "hub_librarian", desk.county.hub)
    page = visitor.get("/desk/holds", tab="queue", at="ZG")
    assert "1 个预约没有馆能满足" in page.text
    assert "全县没有可以预约的复本" in lines(page)[0]
    form = {"tab": "queue", "at": "ZG"}
    assert "的预约已取消" in visitor.open(visitor.send(f"/desk/holds/{hold.id}/cancellation", form)).text


def test_staff_place_a_hold_for_a_reader(client: FlaskClient, desk: Desk) -> None:
    bib_id = desk.item().bib_id
    visitor = visit_as(client, desk, "volunteer", desk.county.point)
    link = visitor.get(f"/bibs/{bib_id}").html.xpath("//a[contains(., '替读者预约')]/@href")
    assert link == [f"/desk/holds/new?bib={bib_id}"]
    page = visitor.get("/desk/holds/new", bib=str(bib_id))
    assert page.html.xpath("//select[@name='pickup']/option[@selected]/@value") == ["LX"]
    form = {"patron": "P0001", "which": "any", "pickup": "LX"}
    after = visitor.open(visitor.send(f"/desk/holds/new?bib={bib_id}", form))
    assert "已预约《平凡的世界》" in after.text
    assert "尾号 0001" in lines(after)[0]
    assert visitor.send(f"/desk/holds/new?bib={bib_id}", form).status == 409
    assert visitor.send(f"/desk/holds/new?bib={bib_id}", form | {"patron": "X"}).status == 404


def test_staff_pause_a_hold_move_it_and_have_it_elsewhere_for_a_reader(client: FlaskClient, desk: Desk) -> None:
    desk.check_out()
    for card in ("P0002", "P0003"):
        desk.add_patron(card)
        desk.hold(card, pickup="ZG")
    visitor = visit_as(client, desk, "hub_librarian", desk.county.hub)
    path = "/desk/holds/2"
    assert path in list(visitor.get("/desk/holds", tab="queue", at="ZG").links())
    form = {"pickup": "LX", "until": "2026-12-20", "position": "1"}
    after = visitor.open(visitor.send(path, form))
    assert "《平凡的世界》的预约已更改。" in after.text
    (line,) = lines(after)
    assert "第 1 位 · 尾号 0003" in line
    assert "在 李村书屋取书" in line
    assert "暂停到 12月20日（周日）" in line
    assert desk.acts()[-3:] == ["hold_changed"] * 3
    again = visitor.send(path, form)  # as it is: nothing more to tell
    assert (again.status, desk.acts().count("hold_changed")) == (303, 3)
    assert "第 1 位" in lines(visitor.open(visitor.send(path, form | {"until": ""})))[0]
    assert desk.held(2).suspended_until is None


def test_what_cannot_be_changed_about_a_hold_is_said_beside_the_field(client: FlaskClient, desk: Desk) -> None:
    desk.check_out()
    desk.add_patron("P0002")
    hold = desk.hold("P0002", pickup="ZG")
    path, form = f"/desk/holds/{hold.id}", {"pickup": "ZG", "until": "", "position": "1"}
    visitor = visit_as(client, desk, "hub_librarian", desk.county.hub)
    for wrong, said in (
        ({"position": "2"}, "位置应在 1 到 1 之间。"),
        ({"until": "2026-11-01"}, "暂停到哪天，应在今天起的一年之内。"),
        ({"pickup": "NOPE"}, "请从列表中选择。"),
    ):
        sheet = visitor.send(path, form | wrong)
        assert (sheet.status, said in sheet.text) == (422, True)
    desk.holding(lambda service: service.cancel(hold.id))
    assert visitor.get(path).status == 409
    assert visit_as(client, desk, "branch_librarian", desk.county.point).get(path).status == 404


def test_only_the_callers_own_units_are_shown(client: FlaskClient, desk: Desk) -> None:
    desk.hold(pickup="ZG")
    visitor = visit_as(client, desk, "volunteer", desk.county.point)
    assert lines(visitor.get("/desk/holds", tab="queue")) == []
    assert visitor.get("/desk/holds", at="ZG").status == 404
    assert visitor.send("/desk/holds/1/cancellation", {"tab": "queue"}).status == 404


def test_a_readers_profile_shows_what_they_wait_for(client: FlaskClient, desk: Desk) -> None:
    desk.hold(pickup="ZG")
    visitor = visit_as(client, desk, "hub_librarian", desk.county.hub)
    page = visitor.get("/patrons/P0001")
    assert "预约 1 个" in page.text
    assert "/desk/holds/1" in list(page.links())


def test_staff_call_a_lent_copy_back(client: FlaskClient, desk: Desk) -> None:
    desk.policy("loan_days", 60)
    desk.check_out()
    desk.add_patron("P0002")
    desk.hold("P0002", pickup="ZG")
    visitor = visit_as(client, desk, "hub_librarian", desk.county.hub)
    (line,) = lines(visitor.get("/desk/holds", tab="queue", at="ZG"))
    assert "催还" in line
    after = visitor.open(visitor.send("/desk/holds/1/recall", {"tab": "queue", "at": "ZG"}))
    assert "已催还一册《平凡的世界》，应于 12月7日（周一）前归还，其间不能续借。" in after.text
    (line,) = lines(after)
    assert "已催还，应于" in line
    assert "借出的书" not in line  # once is enough
    again = visitor.send("/desk/holds/1/recall", {"tab": "queue", "at": "ZG"})
    assert "已为这个预约催还一册" in again.text


def test_whoever_has_a_book_that_is_called_back_reads_it_on_their_page(desk: Desk, reader: Visitor) -> None:
    desk.policy("loan_days", 60)
    desk.check_out()
    desk.add_patron("P0002")
    hold = desk.hold("P0002")
    assert "已催还" not in reader.get("/me").text
    desk.holding(lambda service: service.recall(hold.id))
    assert "有人在等，已催还" in reader.get("/me").text


def test_a_slip_for_the_hold_shelf_names_nobody(client: FlaskClient, desk: Desk) -> None:
    desk.hold(pickup="ZG")
    visitor = visit_as(client, desk, "hub_librarian", desk.county.hub)
    assert visitor.get("/desk/holds/1/slip").status == 404  # nothing lies there yet
    desk.check_in(at="ZG")
    (link,) = visitor.get("/desk/holds", tab="shelf", at="ZG").html.xpath("//a[contains(., '预约条')]/@href")
    paper = visitor.get(link)
    assert "0001" in paper.text
    assert "P0001" not in paper.text
    assert "读者甲" not in paper.text
    volunteer = visit_as(client, desk, "volunteer", desk.county.point)
    assert volunteer.get(link).status == 404
