"""Accounts by pages: charged, paid, let go, approved by another person, printed; and the reader's own."""

from __future__ import annotations

from functools import partial

import pytest
from flask.testing import FlaskClient

from circ.queries import ledger as queries
from tests.desk import Desk, offenders
from tests.desk import desk as desk
from tests.factories import make_user
from tests.pages import Visitor, visit

ACCOUNT = "/patrons/P0001/account"


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def charge(visitor: Visitor, amount: str = "30.00") -> None:
    sent = {"charge_amount": amount, "charge_reason": "工本费", "cause": "other", "item": ""}
    answer = visitor.send(f"{ACCOUNT}/charges", sent)
    assert answer.address == ACCOUNT


def entry_of(visitor: Visitor, act: str) -> str:
    """The address of the first entry on the page that offers this act."""
    return next(address for _, address in visitor.get(ACCOUNT).actions() if address.endswith(act))


def test_a_fee_is_charged_paid_and_printed(visitor: Visitor, desk: Desk) -> None:
    charge(visitor)
    page = visitor.get(ACCOUNT)
    assert "欠费 ¥30.00" in page.text
    assert page.values()["pay_amount"] == "30.00"  # what is owed stands there already
    answer = visitor.send(f"{ACCOUNT}/payments", {"pay_amount": "12.50", "pay_method": "cash"})
    shown = visitor.open(answer)
    assert "已收 12.50 元" in shown.text
    assert "欠费 ¥17.50" in shown.text
    receipt = visitor.get(next(link for link in shown.links() if link.endswith("/receipt")))
    assert "¥12.50" in receipt.text
    assert "还欠 ¥17.50" in receipt.text
    assert offenders(desk.database) == {}


def test_a_wrong_amount_comes_back_with_what_was_typed(visitor: Visitor) -> None:
    charge(visitor)
    answer = visitor.send(f"{ACCOUNT}/payments", {"pay_amount": "much", "pay_method": "cash"})
    assert answer.status == 422
    assert "金额请写成 68.00" in answer.text
    assert answer.values()["pay_amount"] == "much"
    assert visitor.send(f"{ACCOUNT}/payments", {"pay_amount": "0", "pay_method": "cash"}).status == 422


def test_another_person_approves_what_is_above_the_limit(visitor: Visitor, desk: Desk, client: FlaskClient) -> None:
    charge(visitor, "300.00")
    answer = visitor.send(entry_of(visitor, "/waiver"), {"amount": "", "reason": "困难家庭"})
    assert "等另一个人批准" in visitor.open(answer).text
    waiting = visitor.get("/patrons/approvals")
    assert "困难家庭" in waiting.text
    assert not [address for _, address in waiting.actions() if address.endswith("/confirmation")]  # not one's own
    other = visit(client, desk, desk.write(lambda s: make_user(s, "zhao", ("hub_librarian", desk.county.hub))))
    confirm = next(a for _, a in other.get("/patrons/approvals").actions() if a.endswith("/confirmation"))
    assert "已批准并入账" in other.open(other.send(confirm, {})).text
    assert "欠费 ¥0.00" in other.get(ACCOUNT).text
    assert offenders(desk.database) == {}


def test_a_payment_is_reversed_a_fee_refunded_and_credit_handed_out(visitor: Visitor, desk: Desk) -> None:
    charge(visitor)
    visitor.send(f"{ACCOUNT}/payments", {"pay_amount": "30", "pay_method": "wechat"})
    visitor.send(entry_of(visitor, "/reversal"), {"reason": "输错"})
    assert "欠费 ¥30.00" in visitor.get(ACCOUNT).text
    visitor.send(f"{ACCOUNT}/payments", {"pay_amount": "30", "pay_method": "cash"})
    visitor.send(entry_of(visitor, "/refund"), {"amount": "10", "reason": "误收"})
    assert "余额 ¥10.00" in visitor.get(ACCOUNT).text
    visitor.send(f"{ACCOUNT}/payouts", {"payout_reason": "读者要现金", "payout_method": "cash"})
    assert "欠费 ¥0.00" in visitor.get(ACCOUNT).text
    assert offenders(desk.database) == {}


def test_a_payment_whose_credit_was_handed_out_offers_no_reversal(visitor: Visitor, desk: Desk) -> None:
    charge(visitor)
    visitor.send(f"{ACCOUNT}/payments", {"pay_amount": "40", "pay_method": "cash"})
    assert entry_of(visitor, "/reversal")
    visitor.send(f"{ACCOUNT}/payouts", {"payout_reason": "读者要现金", "payout_method": "cash"})
    assert not [address for _, address in visitor.get(ACCOUNT).actions() if address.endswith("/reversal")]


def test_what_is_open_and_old_receipts_are_there_however_long_the_account(
    visitor: Visitor, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.send(f"{ACCOUNT}/deposits", {"deposit_amount": "100", "deposit_method": "cash"})
    receipt = next(link for link in visitor.get(ACCOUNT).links() if link.endswith("/receipt"))
    for amount in ("1.00", "2.00", "3.00", "4.00"):
        charge(visitor, amount)
    monkeypatch.setattr(queries, "entries_of", partial(queries.entries_of, limit=3))
    monkeypatch.setattr(queries, "NEWEST", 3)
    page = visitor.get(ACCOUNT)
    assert page.values()["pay_amount"] == "10.00"
    assert visitor.get(receipt).status == 200
    following = visitor.get(next(link for link in page.links() if "cursor=" in link))
    assert receipt in following.links()
    assert not [link for link in following.links() if "cursor=" in link]
    own = visit(client, desk, desk.reading(desk.preview().patron.id).caller).get("/me/account")
    assert all(f"¥{fen}.00" in own.text for fen in (1, 2, 3, 4))


def test_a_large_deposit_asks_for_a_second_person_and_the_closing_waits(visitor: Visitor) -> None:
    visitor.send(f"{ACCOUNT}/deposits", {"deposit_amount": "300", "deposit_method": "cash"})
    answer = visitor.send(f"{ACCOUNT}/deposit-returns", {"return_method": "cash", "return_reason": "搬家"})
    shown = visitor.open(answer)
    assert "300.00 元超过一人可定的数额" in shown.text
    assert "退押金 ¥300.00 · 搬家" in shown.text
    refused = visitor.send("/patrons/P0001/closure", {})
    assert refused.status == 409
    assert "还有押金 300.00 元" in refused.text


def test_a_deposit_is_taken_and_given_back(visitor: Visitor, desk: Desk) -> None:
    visitor.send(f"{ACCOUNT}/deposits", {"deposit_amount": "100", "deposit_method": "cash"})
    assert "现有 ¥100.00" in visitor.get(ACCOUNT).text
    visitor.send(f"{ACCOUNT}/deposit-returns", {"return_method": "cash"})
    assert "现有 ¥0.00" in visitor.get(ACCOUNT).text
    assert offenders(desk.database) == {}


def test_an_entry_of_another_reader_is_not_touched_from_this_page(visitor: Visitor, desk: Desk) -> None:
    charge(visitor)
    desk.add_patron("P0002")
    address = entry_of(visitor, "/waiver").replace("P0001", "P0002")
    assert visitor.send(address, {"amount": "", "reason": "x"}).status == 404
    assert "欠费 ¥30.00" in visitor.get(ACCOUNT).text


def test_a_reader_sees_what_is_owed_and_why(visitor: Visitor, desk: Desk, client: FlaskClient) -> None:
    desk.policy("fine", [{"from_day": 1, "to_day": None, "per_day": "0.10"}])
    desk.check_out()
    desk.later(days=35).check_in()
    reader = visit(client, desk, desk.reading(desk.preview().patron.id).caller)
    page = reader.get("/me/account")
    assert "¥0.50" in page.text
    assert "晚 5 天" in page.text
    assert "按城关总馆的日历" in page.text
    assert "欠费 ¥0.50" in reader.get("/me").text


def test_nothing_is_not_waived(desk: Desk, client: FlaskClient) -> None:
    hub = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)
    hub.send(
        "/patrons/P0001/account/charges",
        {"charge_amount": "5.00", "cause": "other", "charge_reason": "工本费", "item": ""},
    )
    page = hub.send("/patrons/P0001/account/fees/1/waiver", {"amount": "0", "reason": "首次"})
    assert page.status == 422
    assert "金额要大于 0。" in page.text
