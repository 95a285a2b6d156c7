"""Readers' accounts through the API, on both databases: shapes, money as strings, keys sent twice, many cashiers at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.desk import Desk, offenders
from tests.factories import ApiUser, make_token, make_user

PATIENCE = 60.0


def user(desk: Desk, app: Flask, name: str, role: str, org_id: int) -> ApiUser:
    caller = desk.write(lambda s: make_user(s, name, (role, org_id)))
    return ApiUser(app.test_client(), desk.write(lambda s: make_token(s, caller)))


@pytest.fixture
def hub(desk: Desk, app: Flask) -> ApiUser:
    return user(desk, app, "wang", "hub_librarian", desk.county.hub)


@pytest.fixture
def branch(desk: Desk, app: Flask) -> ApiUser:
    return user(desk, app, "li", "branch_librarian", desk.county.branch)


def charged(hub: ApiUser, amount: str = "30.00") -> int:
    answer = hub.post("/patrons/P0001/charges", {"amount": amount, "reason": "工本费", "item": "B0001"})
    assert answer.status_code == 201
    return int(answer.get_json()["id"])


def balance(hub: ApiUser) -> str:
    return str(hub.get("/patrons/P0001/account").get_json()["balance"])


def test_an_account_tells_what_is_owed_and_why(hub: ApiUser) -> None:
    fee = charged(hub, "5.00")
    paid = hub.post("/patrons/P0001/payments", {"amount": "2.50", "method": "cash"})
    assert paid.status_code == 201
    assert {name: paid.get_json()[name] for name in ("kind", "amount", "balance", "settles")} == {
        "kind": "payment",
        "amount": "-2.50",
        "balance": "2.50",
        "settles": [{"entry": fee, "amount": "2.50"}],
    }
    account = hub.get("/patrons/P0001/account").get_json()
    assert (account["balance"], account["deposit"]) == ("2.50", "0.00")
    newest, oldest = account["entries"]
    assert (newest["kind"], oldest["kind"]) == ("payment", "charge")
    wanted = {"id": fee, "amount": "5.00", "open": "2.50", "note": "工本费", "item": "B0001", "loan": None, "org": "ZG"}
    assert {name: oldest[name] for name in wanted} == wanted


def test_a_reader_sees_their_own_account_and_no_other(desk: Desk, app: Flask, hub: ApiUser) -> None:
    charged(hub)
    desk.add_patron("P0002")
    caller = desk.reading(desk.preview().patron.id).caller
    reader = ApiUser(app.test_client(), desk.write(lambda s: make_token(s, caller)))
    assert reader.get("/me/account").get_json()["balance"] == "30.00"
    assert reader.get("/patrons/P0002/account").status_code == 403


@pytest.mark.parametrize(
    "amount", ["0", "0.00", "-1.00", "0.001", "1e3", "NaN", "１.00", "", " 1", 1, 1.5, None, "99999999999.00"]
)
def test_an_amount_is_a_string_in_yuan_above_nought(hub: ApiUser, amount: Any) -> None:
    for path, more in (("charges", {"reason": "x"}), ("payments", {}), ("deposits", {})):
        assert hub.post(f"/patrons/P0001/{path}", {"amount": amount, **more}).status_code == 422
    assert balance(hub) == "0.00"


def test_what_a_branch_may_not_decide_waits_for_the_hub(hub: ApiUser, branch: ApiUser) -> None:
    fee = charged(hub)
    asked = branch.post(f"/fees/{fee}/waiver", {"reason": "困难家庭"})
    assert asked.status_code == 202
    body = asked.get_json()
    assert (body["status"], body["amount"], body["asked_by"]) == ("awaiting_approval", "30.00", "li")
    approval = body["approval"]
    assert [one["approval"] for one in hub.get("/approvals").get_json()["items"]] == [approval]
    assert branch.post(f"/approvals/{approval}/confirmation").status_code == 403
    done = hub.post(f"/approvals/{approval}/confirmation")
    assert (done.status_code, done.get_json()["kind"], done.get_json()["balance"]) == (201, "waiver", "0.00")
    assert hub.get("/approvals").get_json()["items"] == []


def test_a_large_deposit_waits_for_another_person_and_an_account_for_both(desk: Desk, app: Flask, hub: ApiUser) -> None:
    assert hub.post("/patrons/P0001/deposits", {"amount": "300.00"}).status_code == 201
    asked = hub.post("/patrons/P0001/deposit-returns", {"method": "cash", "reason": "搬家"})
    body = asked.get_json()
    assert (asked.status_code, body["act"], body["amount"], body["about"]) == (202, "deposit_return", "300.00", None)
    closed = hub.post("/patrons/P0001/closure", {})
    assert [refusal["code"] for refusal in closed.get_json()["refusals"]] == ["patron.has_deposit"]
    other = user(desk, app, "zhao", "hub_librarian", desk.county.hub)
    done = other.post(f"/approvals/{body['approval']}/confirmation").get_json()
    assert (done["kind"], done["amount"], done["deposit"]) == ("deposit_return", "-300.00", "0.00")
    assert hub.post("/patrons/P0001/closure", {}).status_code == 200


def test_a_payment_is_reversed_and_a_fee_refunded_by_their_numbers(hub: ApiUser) -> None:
    fee = charged(hub)
    paid = hub.post("/patrons/P0001/payments", {"amount": "30.00", "method": "wechat", "against": fee}).get_json()["id"]
    assert hub.post(f"/payments/{fee}/reversal", {"reason": "x"}).status_code == 404  # a fee is no payment
    assert hub.post(f"/payments/{paid}/reversal", {"reason": "输错"}).get_json()["balance"] == "30.00"
    again = hub.post("/patrons/P0001/payments", {"amount": "30.00", "method": "cash", "against": [fee]})
    assert again.get_json()["balance"] == "0.00"
    assert hub.post(f"/fees/{fee}/refund", {"reason": "误收", "amount": "10.00"}).get_json()["balance"] == "-10.00"
    assert hub.post("/patrons/P0001/payouts", {"reason": "退现金"}).get_json()["balance"] == "0.00"


def test_a_key_sent_twice_pays_once(hub: ApiUser) -> None:
    charged(hub)
    first, second = (
        hub.post("/patrons/P0001/payments", {"amount": "10.00", "method": "cash"}, Idempotency_Key="till-1")
        for _ in range(2)
    )
    assert first.get_json() == second.get_json()
    assert second.headers["Idempotent-Replay"] == "true"
    assert balance(hub) == "20.00"


def test_cashiers_at_once_settle_a_fee_once(desk: Desk, app: Flask, hub: ApiUser) -> None:
    fee = charged(hub, "10.00")
    answers = at_once(app, hub, "/patrons/P0001/payments", {"amount": "4.00", "method": "cash", "against": fee}, 6)
    assert sorted(answer.status_code for answer in answers).count(201) == 2  # the third would be more than is owed
    assert balance(hub) == "2.00"
    answers = at_once(app, hub, f"/fees/{fee}/waiver", {"reason": "零头"}, 6)
    assert [answer.status_code for answer in answers].count(201) == 1
    assert balance(hub) == "0.00"
    assert offenders(desk.database) == {}


def at_once(app: Flask, user: ApiUser, path: str, body: dict[str, Any], times: int) -> Sequence[TestResponse]:
    ready = Barrier(times)

    def ask(_n: int) -> TestResponse:
        own = replace(user, client=app.test_client())
        ready.wait(PATIENCE)
        while (answer := own.post(path, body)).status_code == 503:
            assert answer.get_json()["code"] == "database.busy"
        return answer

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(ask, range(times)))
