"""The routes of the demand list and of orders, as outside programs use them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import ApiUser, make_patron, make_unit
from tests.purchasing.buying import ISBN, OTHER_ISBN, Buying
from tests.purchasing.buying import buying as buying


@pytest.fixture
def buyer(client: FlaskClient, desk: Desk, buying: Buying) -> ApiUser:
    return desk.over_http(client, buying.caller)


LINE = {"isbn": ISBN, "title": "红楼梦", "author": "曹雪芹", "price": "50.00", "copies": [{"unit": "ZG", "count": 2}]}


def new_order(buyer: ApiUser, *lines: dict[str, Any]) -> Any:
    body = {"org": "ZG", "supplier": "XHS", "funds": [{"fund": "F1"}], "lines": list(lines) or [LINE]}
    answer = buyer.post("/orders", body)
    assert answer.status_code == 201, answer.json
    return answer.json


def test_from_suggestion_to_invoice(buyer: ApiUser, buying: Buying, desk: Desk) -> None:
    reader = desk.write(lambda s: make_patron(s, desk.county.branch, "P0002"))
    suggestion = buying.suggest(reader, isbn=ISBN, author="曹雪芹")
    wanted = buyer.get("/demand", org="ZG").json["items"][0]
    assert (wanted["rank"], wanted["points"], wanted["why"]) == (1, 3, "suggestions: 1")
    assert wanted["counts"] == {"suggestions": 1, "holds": 0, "refused": 0, "missed": 0}
    order = new_order(buyer, {"demand": wanted["key"], "price": "50.00", "copies": [{"unit": "CG", "count": 1}]})
    assert (order["status"], order["total"], order["lines"][0]["title"]) == ("draft", "40.00", "红楼梦")
    assert buyer.get("/demand").json["items"][0]["in_draft"] == 1
    placed = buyer.post(f"/orders/{order['id']}/placement").json
    assert (placed["status"], placed["funds"][0]["left"]) == ("ordered", "960.00")
    books = [{"isbn": ISBN, "barcode": "N0001"}]
    received = buyer.post(f"/orders/{order['id']}/receipt", {"books": books}).json
    assert received["order"]["status"] == "received"
    assert received["copies"] == [
        {
            "barcode": "N0001", "title": "红楼梦", "line": 1, "unit": "CG", "extra": False, "waiting": 0, "first_pickup": None,
        }
    ]  # fmt: skip
    bill = {"number": "FP1", "date": "2026-11-23", "lines": [{"line": 1, "price": "38.00", "copies": 1}]}
    refused = buyer.post(f"/orders/{order['id']}/invoice", bill)
    assert (refused.status_code, [one["code"] for one in refused.json["refusals"]]) == (409, ["invoice.price"])
    assert refused.json["refusals"][0]["override"] == "order.write"
    done = buyer.post(f"/orders/{order['id']}/invoice", bill | {"override": ["invoice.price"]}).json
    assert done["invoices"][0]["differences"] == [{"line": 1, "what": "price", "ours": "40.00", "theirs": "38.00"}]
    assert done["funds"][0]["left"] == "962.00"
    assert buying.suggestion(suggestion.id).status == "bought"
    assert buyer.get(f"/orders/{order['id']}").json == done


def test_the_same_request_again_gives_the_first_answer(buyer: ApiUser, buying: Buying) -> None:
    order = new_order(buyer)
    first = buyer.post(f"/orders/{order['id']}/placement", Idempotency_Key="place-once")
    again = buyer.post(f"/orders/{order['id']}/placement", Idempotency_Key="place-once")
    assert (again.status_code, again.json) == (200, first.json)
    assert again.headers["Idempotent-Replay"] == "true"
    assert buying.money().spent_fen == 8000
    receipt = {"books": [{"isbn": ISBN, "barcode": "N0001"}]}
    answers = [
        buyer.post(f"/orders/{order['id']}/receipt", receipt, Idempotency_Key="receive-once").json for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert buying.order(order["id"]).status == "partly_received"


def test_suppliers_are_entered_and_changed(buyer: ApiUser) -> None:
    made = buyer.post("/suppliers", {"code": "DD", "name": "当当", "pays_percent": 75, "delivery_days": 3})
    assert (made.status_code, made.json["pays_percent"]) == (201, 75)
    assert buyer.post("/suppliers", {"code": "DD", "name": "又一家"}).json["code"] == "supplier.code_taken"
    assert buyer.patch("/suppliers/DD", {"pays_percent": 70, "active": False}).json["active"] is False
    body = {"org": "ZG", "supplier": "DD", "funds": [{"fund": "F1"}]}
    assert buyer.post("/orders", body).json["code"] == "supplier.inactive"
    assert [one["code"] for one in buyer.get("/suppliers").json["items"]] == ["DD", "XHS"]


@pytest.mark.parametrize(
    "change",
    [
        {"price": "0.00"}, {"price": 50}, {"price": "-1"}, {"copies": []}, {"copies": [{"unit": "ZG", "count": 0}]},
        {"copies": [{"unit": "ZG", "count": 1}, {"unit": "ZG", "count": 1}]}, {"year": 99}, {"isbn": "123"}, {"owner": "QX"},
        {"copies": [{"unit": "QX", "count": 1}]},
    ],
)  # fmt: skip
def test_a_line_that_does_not_hold_is_refused_whole(buyer: ApiUser, change: dict[str, Any]) -> None:
    body = {"org": "ZG", "supplier": "XHS", "funds": [{"fund": "F1"}], "lines": [LINE | change]}
    assert buyer.post("/orders", body).status_code == 422
    assert buyer.get("/orders").json["items"] == []


def test_lists_go_on_by_cursor(buyer: ApiUser, buying: Buying, desk: Desk) -> None:
    reader = desk.write(lambda s: make_patron(s, desk.county.branch, "P0002"))
    for title in ("甲书", "乙书", "丙书"):
        buying.suggest(reader, title)
        new_order(buyer)
    first = buyer.get("/demand", limit="2").json
    rest = buyer.get("/demand", limit="2", cursor=first["next"]).json
    assert [row["rank"] for row in first["items"] + rest["items"]] == [1, 2, 3]
    assert rest["next"] is None
    orders = buyer.get("/orders", limit="2").json
    assert len(orders["items"] + buyer.get("/orders", limit="2", cursor=orders["next"]).json["items"]) == 3


def test_a_title_is_put_aside_and_taken_back(buyer: ApiUser, buying: Buying, desk: Desk) -> None:
    reader = desk.write(lambda s: make_patron(s, desk.county.branch, "P0002"))
    buying.suggest(reader, "三体")
    key = buyer.get("/demand", org="ZG").json["items"][0]["key"]
    put = buyer.post("/demand/aside", {"org": "ZG", "key": key, "reason": "馆藏已足"})
    assert (put.status_code, put.json["reason"]) == (201, "馆藏已足")
    assert buyer.get("/demand", org="ZG").json["items"] == []
    assert buyer.get("/demand", org="ZG", aside="true").json["items"][0]["aside_reason"] == "馆藏已足"
    assert buyer.ask("DELETE", "/demand/aside", query_string={"org": "ZG", "key": key}).status_code == 204
    assert len(buyer.get("/demand", org="ZG").json["items"]) == 1


def test_no_answer_names_a_reader(buyer: ApiUser, buying: Buying, desk: Desk) -> None:
    reader = desk.write(lambda s: make_patron(s, desk.county.branch, "P0002", name="欧阳无名"))
    buying.suggest(reader, "三体", reason="欧阳无名想看")
    text = buyer.get("/demand", org="ZG").text
    assert "P0002" not in text
    assert "无名" not in text


@pytest.mark.parametrize(
    ("role", "reads", "orders"),
    [
        ("hub_librarian", True, True), ("purchaser", True, True), ("branch_librarian", True, False), ("manager", True, False),
        ("volunteer", False, False), ("shop_clerk", False, False), ("self_check", False, False), ("sysadmin", False, False),
    ],
)  # fmt: skip
def test_who_may_read_and_who_may_order(
    client: FlaskClient, buying: Buying, desk: Desk, role: str, reads: bool, orders: bool
) -> None:
    at = desk.write(lambda s: make_unit(s, "XH", "shop", desk.county.hub)) if role == "shop_clerk" else desk.county.hub
    asked = desk.staffed((role, at), username="asked").over_http(client)
    body = {"org": "ZG", "supplier": "XHS", "funds": [{"fund": "F1"}]}
    assert asked.get("/demand", org="ZG").status_code == (200 if reads else 403)
    assert asked.get("/orders").status_code == (200 if reads else 403)
    assert asked.post("/orders", body).status_code == (201 if orders else 403)
    assert asked.post("/suppliers", {"code": "DD", "name": "当当"}).status_code == (201 if orders else 403)


def test_what_lies_elsewhere_is_answered_as_absent(
    client: FlaskClient, buyer: ApiUser, buying: Buying, desk: Desk
) -> None:
    order = new_order(buyer)
    other = desk.as_role("purchaser", desk.county.branch).over_http(client)
    absent = other.get("/orders/999999").json
    for answer in (
        other.get(f"/orders/{order['id']}"),
        other.post(f"/orders/{order['id']}/placement"),
        other.post(f"/orders/{order['id']}/cancellation", {"reason": "不要了"}),
        other.post(f"/orders/{order['id']}/receipt", {"wrong": [{"title": "三体"}]}),
        other.post(f"/orders/{order['id']}/lines", LINE),
        other.delete(f"/orders/{order['id']}/lines/1"),
        other.get("/demand", org="ZG"),
    ):
        assert answer.status_code == 404
    assert other.get(f"/orders/{order['id']}").json["code"] == absent["code"]
    assert other.get("/orders").json["items"] == []


def test_a_second_person_approves_above_the_limit(
    client: FlaskClient, buyer: ApiUser, buying: Buying, desk: Desk
) -> None:
    desk.policy("order_limit", "50.00")
    order = new_order(buyer, LINE, LINE | {"isbn": OTHER_ISBN, "title": "三体"})
    assert buyer.post(f"/orders/{order['id']}/placement").json["status"] == "waiting"
    assert buyer.post(f"/orders/{order['id']}/approval", {"sent_in": "x"}).status_code == 403
    hub = desk.staffed(("hub_librarian", desk.county.hub), username="approver").over_http(client)
    assert set(hub.post(f"/orders/{order['id']}/approval", {}).json["errors"]) == {"sent_in"}
    assert hub.post(f"/orders/{order['id']}/approval", {"sent_in": "x"}).json["code"] == "order.changed"
    sent_in = hub.get(f"/orders/{order['id']}").json["sent_in"]
    approved = hub.post(f"/orders/{order['id']}/approval", {"sent_in": sent_in}).json
    assert (approved["status"], approved["approved_by"]) == ("ordered", "approver")
    more = {"total": "200.00"}
    assert buyer.post(f"/orders/{order['id']}/approved-total", more).status_code == 403
    totals = [
        approved["approved_total"],
        hub.post(f"/orders/{order['id']}/approved-total", more).json["approved_total"],
    ]
    assert totals == [approved["total"], "200.00"]
