"""The desk by plain forms: every scan is answered in one sentence, and a scan sent twice is done once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from branches.models import OrgUnit
from branches.reference import TREE
from tests.desk import Desk, add_hub, offenders
from tests.desk import desk as desk
from tests.factories import make_unit
from tests.pages import Sheet, Visitor, visit
from web.pages.desk.place import COOKIE


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    """A librarian of the hub, at work there."""
    visitor = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    visitor.client.set_cookie(COOKIE, "ZG")
    return visitor


def scan(visitor: Visitor, text: str, before: Sheet | None = None, **more: Any) -> Sheet:
    """Scan at the desk as it stands after the scan before."""
    state = {} if before is None else {name: state_of(before, name) for name in ("mode", "reader")}
    return visitor.send("/desk/scan", state | {"scan": text} | more)


def state_of(sheet: Sheet, name: str) -> str:
    return str(sheet.html.xpath(f"//*[@data-part='state']/input[@name='{name}']/@value")[0])


def said(sheet: Sheet) -> str:
    return " ".join(" ".join(sheet.html.xpath("//*[@data-part='said']//text()")).split())


def tone(sheet: Sheet) -> str:
    return str(sheet.html.xpath("//*[@data-part='said']/@data-tone")[0])


def locks(sheet: Sheet) -> bool:
    return bool(sheet.html.xpath("//*[@data-part='said'][@data-locks]"))


def test_a_card_then_a_book_is_a_loan(visitor: Visitor, desk: Desk) -> None:
    card = scan(visitor, "P0001")
    assert "张**：可以借书，已借 0 册，还可借 10 册。" in said(card)
    lent = scan(visitor, "B0001", card)
    assert "借出：《平凡的世界》，12月23日（周三）前归还。" in said(lent)
    assert (tone(lent), locks(lent)) == ("good", False)
    assert desk.open_loans() == 1
    assert "person_viewed" in desk.acts()
    assert "1 / 10 册在借" in lent.text


def test_a_book_before_any_card_asks_for_the_card(visitor: Visitor, desk: Desk) -> None:
    answer = scan(visitor, "B0001")
    assert "请先扫读者证" in said(answer)
    assert (tone(answer), locks(answer), desk.open_loans()) == ("stop", True, 0)


def test_a_return_says_where_the_book_goes(visitor: Visitor, desk: Desk) -> None:
    desk.add_item("B0002", desk.county.branch)
    desk.check_out("B0002", at="CG")
    answer = scan(visitor, "B0002", mode="return")
    assert "请放入调拨筐 → 城关分馆" in said(answer)
    assert tone(answer) == "send"
    assert desk.transfers() == ["approved"]
    assert any("/slip" in link for link in answer.links())


def test_a_late_return_says_how_late(visitor: Visitor, desk: Desk) -> None:
    desk.check_out()
    answer = scan(visitor.later(desk.later(days=33).now), "B0001", mode="return")
    assert "晚了 3 天归还。" in said(answer)


def test_a_fine_leads_to_its_account_for_who_may_see_it(client: FlaskClient, visitor: Visitor, desk: Desk) -> None:
    """The book may come back without its reader's card, while another reader's lies at the desk."""
    desk.policy("fine", [{"from_day": 1, "to_day": None, "per_day": "0.10"}])
    desk.check_out()
    late = desk.later(days=33).now
    answer = scan(visitor.later(late), "B0001", mode="return")
    assert "P0001" not in said(answer)
    (link,) = [link for link in answer.links() if "/patrons/fees/" in link]
    assert visitor.get(link).address == "/patrons/P0001/account"
    assert visitor.get("/patrons/fees/9999").status == 404
    stranger = visit(client, desk, desk.staffed(("volunteer", desk.county.point), username="zhao").caller)
    assert stranger.get(link).status == 404


def test_looking_up_changes_nothing(visitor: Visitor, desk: Desk) -> None:
    before = len(desk.journal())
    answer = scan(visitor, "B0001", mode="look")
    assert "《平凡的世界》：在架" in said(answer)
    assert "所属馆：城关总馆" in said(answer)
    assert len(desk.journal()) == before


@pytest.mark.parametrize("mode", ["lend", "return", "look"])
def test_an_unknown_code_stops_the_line(visitor: Visitor, mode: str) -> None:
    answer = scan(visitor, "X9", mode=mode)
    assert "「X9」" in said(answer)
    assert "请核对后再试" in said(answer)
    assert (tone(answer), locks(answer)) == ("stop", True)


def test_full_width_digits_of_an_input_method_are_the_same_code(visitor: Visitor) -> None:
    assert "可以借书" in said(scan(visitor, "Ｐ０００１ "))


def test_a_scan_sent_twice_is_done_once_and_answered_twice(visitor: Visitor, desk: Desk) -> None:
    card = scan(visitor, "P0001")
    first = scan(visitor, "B0001", card, key="a1b2c3d4e5f6")
    second = scan(visitor, "B0001", card, key="a1b2c3d4e5f6")
    assert said(first) == said(second)
    assert desk.acts().count("checked_out") == 1


def test_a_refusal_can_be_lifted_with_a_reason_by_who_may(visitor: Visitor, desk: Desk) -> None:
    desk.policy("max_loans", 0)
    card = scan(visitor, "P0001")
    refused = scan(visitor, "B0001", card)
    assert "本证已借满 0 册" in said(refused)
    assert locks(refused)
    form = refused.html.xpath("//*[@data-part='said']//form")[0]
    assert form.xpath(".//input[@name='override']/@value") == ["patron.loan_limit"]
    lifted = scan(visitor, "B0001", card, override="patron.loan_limit", reason="主管同意")
    assert "借出" in said(lifted)
    lift = next(entry for entry in desk.journal() if entry.act == "overridden")
    assert (lift.data or {})["why"] == "主管同意"


def test_a_full_card_is_offered_a_short_loan_by_whoever_stands_at_the_desk(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("volunteer", desk.county.point)).caller)
    desk.policy("max_loans", 0)
    card = scan(visitor, "P0001")
    assert "短借" not in said(scan(visitor, "B0001", card))
    desk.policy("overflow_days", 2)
    refused = scan(visitor, "B0001", card)
    assert "也可以短借 2 天" in said(refused)
    [form] = refused.html.xpath("//*[@data-part='said']//form[.//input[@name='overflow']]")
    assert " ".join(form.text_content().split()) == "短借 2 天 F7"
    lent = scan(visitor, "B0001", card, overflow="1")
    assert "11月25日（周三）前归还" in said(lent)
    assert "只短借 2 天" in said(lent)
    assert desk.acts().count("overridden") == 0


def test_what_nobody_can_lift_sends_for_no_help(client: FlaskClient, desk: Desk) -> None:
    desk.add_patron("P0002")
    desk.check_out(patron="P0002")
    visitor = visit(client, desk, desk.staffed(("volunteer", desk.county.point)).caller)
    refused = scan(visitor, "B0001", scan(visitor, "P0001"))
    assert "请先办理归还" in said(refused)
    assert "权限" not in said(refused)


def test_who_may_not_lift_a_refusal_is_shown_no_button(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("volunteer", desk.county.point)).caller)
    desk.policy("max_loans", 0)
    refused = scan(visitor, "B0001", scan(visitor, "P0001"))
    assert "您的权限不能越过这个限制；可请分馆馆员或总馆馆员授权。" in said(refused)
    assert not refused.html.xpath("//input[@name='override']")
    forced = scan(visitor, "B0001", scan(visitor, "P0001"), override="patron.loan_limit", reason="因为")
    assert "不能办理" in said(forced)
    assert desk.open_loans() == 0


def test_all_reasons_are_told_at_once(visitor: Visitor, desk: Desk) -> None:
    desk.policy("max_loans", 0)
    desk.add_patron("P0003", expires_on=date(2026, 1, 1))
    refused = scan(visitor, "B0001", scan(visitor, "P0003"))
    assert "到期" in said(refused)
    assert "借满" in said(refused)


def test_the_same_book_again_offers_to_renew(visitor: Visitor, desk: Desk) -> None:
    card = scan(visitor, "P0001")
    scan(visitor, "B0001", card)
    again = scan(visitor, "B0001", card)
    assert "要续借吗" in said(again)
    assert not again.html.xpath("//input[@name='reason']")
    renewed = scan(visitor, "B0001", card, override="item.on_loan_same_patron")
    assert "续借：《平凡的世界》" in said(renewed)


def test_one_of_several_bearers_of_a_number_is_chosen(client: FlaskClient, desk: Desk) -> None:
    other = add_hub(desk, "HB")
    desk.add_item("B0001", other, namespace_id=other, bib_id=desk.item().bib_id)
    visitor = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    visitor.client.set_cookie(COOKIE, "ZG")
    own = scan(visitor, "B0001", mode="look")
    assert "所属馆：城关总馆" in said(own)
    chosen = scan(visitor, "HB:B0001", mode="look")
    assert "所属馆：HB 馆" in said(chosen)


def test_a_unit_code_offers_to_work_there(visitor: Visitor, desk: Desk) -> None:
    answer = scan(visitor, "CG")
    assert "要改在这里工作吗" in said(answer)
    moved = visitor.send("/desk/place", {"unit": "CG"})
    assert moved.address == "/desk"
    assert "城关分馆" in visitor.open(moved).text


def test_the_reader_on_the_screen_cannot_be_made_up(visitor: Visitor, desk: Desk) -> None:
    """Only a card that was scanned, and so noted in the journal, is shown; nobody types one into the form."""
    forged = scan(visitor, "", reader="P0001")
    assert "还没有读者" in forged.text
    card = scan(visitor, "P0001")
    other = Visitor(visitor.client.application.test_client(), visitor.now)
    taken = visit(other.client, desk, desk.staffed(("volunteer", desk.county.point), username="li").caller)
    stolen = taken.send("/desk/scan", {"reader": state_of(card, "reader"), "scan": ""})
    assert "还没有读者" in stolen.text


def test_switching_what_the_desk_does_keeps_the_reader(visitor: Visitor) -> None:
    card = scan(visitor, "P0001")
    switched = visitor.send("/desk/scan", {"mode": "lend", "switch": "return", "reader": state_of(card, "reader")})
    assert state_of(switched, "mode") == "return"
    assert "P0001" in switched.text
    left = visitor.send("/desk/scan", {"mode": "return", "reader": state_of(card, "reader"), "leave": "1"})
    assert "还没有读者" in left.text


def test_staff_see_of_a_reader_what_their_rights_allow(client: FlaskClient, desk: Desk) -> None:
    desk.check_out(at="CG")
    hub = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    hub.client.set_cookie(COOKIE, "ZG")
    shown = scan(hub, "P0001")
    assert "张三丰" in shown.text
    assert "《平凡的世界》" in shown.text
    assert any("/patrons/" in link for link in shown.links())
    point = visit(client, desk, desk.staffed(("volunteer", desk.county.point), username="li").caller)
    masked = scan(point, "P0001")
    assert "张三丰" not in masked.text
    assert "张**" in masked.text
    assert "《平凡的世界》" not in masked.text
    assert not any("/patrons/" in link for link in masked.links())


def test_the_script_gets_only_the_parts_that_change(visitor: Visitor) -> None:
    answer = Visitor(visitor.client, visitor.now, {"X-Parts": "1"}).send("/desk/scan", {"scan": "P0001"})
    assert "<html" not in answer.response.get_data(as_text=True)
    assert set(answer.html.xpath("//@data-part")) == {"state", "modes", "options", "reader", "said", "recent"}


def test_what_was_done_here_today_is_listed(visitor: Visitor, desk: Desk) -> None:
    desk.add_item("B0002", desk.county.branch)
    scan(visitor, "B0001", scan(visitor, "P0001"))
    answer = scan(visitor, "B0002", mode="return")
    lines = [" ".join(line.text_content().split()) for line in answer.html.xpath("//ol[contains(@class,'recent')]/li")]
    assert lines[0].startswith("《平凡的世界》 收到 → 城关分馆")
    assert "借出" in lines[1]


def test_a_village_desk_has_three_buttons_and_no_menu(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("volunteer", desk.county.point)).caller)
    page = visitor.get("/desk/village")
    assert page.html.xpath("//button[@name='switch']/@value") == ["lend", "return", "look"]
    assert not page.html.xpath("//header//nav")
    answer = visitor.send("/desk/scan", {"scan": "P0001", "view": "village"})
    assert "可以借书" in said(answer)
    assert not answer.html.xpath("//header//nav")


def test_the_receipt_lists_what_is_out(visitor: Visitor, desk: Desk) -> None:
    lent = scan(visitor, "B0001", scan(visitor, "P0001"))
    receipt = visitor.send("/desk/receipt", {"reader": state_of(lent, "reader")})
    assert "《平凡的世界》" in receipt.text
    assert "应还 12月23日（周三）" in receipt.text


def test_the_desk_speaks_english(visitor: Visitor) -> None:
    visitor = visitor.in_english()
    lent = scan(visitor, "B0001", scan(visitor, "P0001"))
    assert "Lent" in said(lent)
    assert "due Wed" in said(lent)


def test_who_has_no_unit_to_lend_at_is_told_so(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk, desk.staffed(("self_check", desk.county.point)).caller)

    def close(session: Session) -> None:
        session.execute(update(OrgUnit).where(OrgUnit.id == desk.county.point).values(is_closed=True))
        TREE.changed(session)

    desk.write(close)
    answer = visitor.get("/desk")
    assert answer.address == "/desk/place"
    assert "没有可以借还的馆点" in visitor.open(answer).text


def test_a_returns_clerk_of_a_shop_takes_back_and_does_nothing_else(client: FlaskClient, desk: Desk) -> None:
    shop = desk.write(lambda s: make_unit(s, "XH", "shop", desk.county.hub, name="新华书店"))
    desk.check_out()
    visitor = visit(client, desk, desk.staffed(("returns_clerk", shop)).caller)
    page = visitor.get("/desk")
    assert page.html.xpath("//button[@name='switch']/@value") == ["return"]
    assert not page.html.xpath("//*[@data-part='reader']")
    for mode in ("return", "lend", "look"):
        card = scan(visitor, "P0001", mode=mode)
        assert (tone(card), state_of(card, "mode"), state_of(card, "reader")) == ("stop", "return", "")
        assert "张" not in said(card)
    assert "person_viewed" not in desk.acts()
    back = scan(visitor, "B0001", card)
    assert "请放入调拨筐" in said(back)
    assert desk.open_loans() == 0
    assert visitor.get(back.html.xpath("//*[@data-part='said']//a[@data-slip]/@href")[0]).status == 200
    (entry,) = back.html.xpath("//button[@name='undo']/@value")
    assert "撤销" in said(visitor.send("/desk/scan", {"undo": entry}))
    assert desk.open_loans() == 1
    assert offenders(desk.database) == {}


def test_the_desk_says_what_lies_ready_for_the_reader(visitor: Visitor, desk: Desk) -> None:
    desk.hold(pickup="ZG")
    assert "到了，请取给读者" not in scan(visitor, "P0001").text
    after = scan(visitor, "B0001", mode="return")
    (slip,) = after.html.xpath("//*[@data-part='said']//a[@data-slip]/@href")
    assert slip == "/desk/holds/1/slip"
    ready = scan(visitor, "P0001")
    assert "预约的 1 册到了，请取给读者" in ready.text
    assert "B0001" in " ".join(ready.html.xpath("//*[@data-part='reader']//text()"))
