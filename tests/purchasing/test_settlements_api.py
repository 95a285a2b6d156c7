"""Settling over HTTP: shapes, both sides' rights, files, and that nothing of another shop is seen."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from purchasing.programmes import Rules
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import ApiUser, make_unit
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops

INVOICE: dict[str, Any] = {
    "number": "FP-1101",
    "date": "2026-11-23",
    "lines": [{"isbn": "978-7-02-000220-7", "title": "红楼梦", "copies": 1, "price": "60.00"}],
}


@pytest.fixture
def clerk(client: FlaskClient, desk: Desk, shops: Shops) -> ApiUser:
    shops.programme(rules=Rules(cancel_minutes=100_000))
    return desk.over_http(client, shops.clerk)


@pytest.fixture
def purchaser(client: FlaskClient, desk: Desk) -> ApiUser:
    return desk.as_role("purchaser", desk.county.hub).over_http(client)


def test_a_settlement_over_the_api(clerk: ApiUser, purchaser: ApiUser, shops: Shops) -> None:
    selection = shops.choose(ISBN).selection
    made = purchaser.post("/settlements", {"shop": "XH", "period": "2026-11"})
    assert made.status_code == 201
    told = made.get_json()
    assert (told["status"], told["total"], told["differences"], told["open"]) == ("draft", "59.70", [], 0)
    (line,) = told["lines"]
    assert (line["selection"], line["item"], line["cost"], line["chosen_on"]) == (
        selection.id,
        "NX000001",
        "59.70",
        "2026-11-23",
    )
    address = f"/settlements/{told['id']}"
    compared = clerk.post(f"{address}/invoice", INVOICE).get_json()
    (difference,) = compared["differences"]
    assert (difference["n"], difference["kind"], difference["options"][0]) == (1, "price", "accept")
    assert compared["invoice"] == {"number": "FP-1101", "date": "2026-11-23", "total": "60.00"}
    unseen = clerk.post(f"{address}/confirmation", {})
    assert (unseen.status_code, set(unseen.get_json()["errors"])) == (422, {"version"})
    early = clerk.post(f"{address}/confirmation", {"version": compared["version"]})
    assert (early.status_code, early.get_json()["code"]) == (409, "settlement.differences")
    clerk_decides = clerk.post(f"{address}/lines/1/resolution", {"resolution": "accept"})
    assert clerk_decides.status_code == 403
    resolved = purchaser.post(f"{address}/lines/1/resolution", {"resolution": "accept"}).get_json()
    assert (resolved["total"], resolved["open"]) == ("60.00", 0)
    (share,) = resolved["funds"]
    assert (share["fund"], share["org"], share["more"], share["agreed_by"]) == ("F1", "ZG", "0.30", None)
    assert clerk.get(address).get_json()["funds"] == []
    assert clerk.post(f"{address}/agreements", {"fund": "F1", "version": resolved["version"]}).status_code == 403
    assert set(purchaser.post(f"{address}/agreements", {"fund": "F1"}).get_json()["errors"]) == {"version"}
    agreed = purchaser.post(f"{address}/agreements", {"fund": "F1", "version": resolved["version"]}).get_json()
    assert agreed["funds"][0]["agreed_at"] is not None
    assert clerk.post(f"{address}/confirmation", {"version": resolved["version"]}).get_json()["status"] == "draft"
    frozen = purchaser.post(f"{address}/confirmation", {"version": resolved["version"]}).get_json()
    assert (frozen["status"], frozen["shop_side"]["by"], frozen["library"]["by"]) == (
        "frozen",
        "clerk",
        purchaser.get(address).get_json()["library"]["by"],
    )
    payment = {"paid_on": "2026-11-23", "reference": "电汇 0012"}
    assert purchaser.post(f"{address}/payment", payment).get_json()["status"] == "paid"
    assert purchaser.post(f"{address}/payment", payment).get_json()["code"] == "settlement.paid"
    assert clerk.post(f"/selections/{selection.id}/cancellation", {"reason": "x"}).get_json()["refusals"][0][
        "code"
    ] == ("purchase.settled")


def test_a_confirmation_sent_again_confirms_once(clerk: ApiUser, purchaser: ApiUser, shops: Shops) -> None:
    shops.choose(ISBN)
    address = f"/settlements/{purchaser.post('/settlements', {'shop': 'XH', 'period': '2026-11'}).get_json()['id']}"
    first = clerk.post(f"{address}/confirmation", {"version": 1}, Idempotency_Key="once")
    again = clerk.post(f"{address}/confirmation", {"version": 1}, Idempotency_Key="once")
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.get_json() == first.get_json()


def test_the_list_finds_by_shop_period_and_status(clerk: ApiUser, purchaser: ApiUser, shops: Shops) -> None:
    for period in ("2026-10", "2026-11", "2026-09-01..2026-10-15"):
        purchaser.post("/settlements", {"shop": "XH", "period": period})
    listed = lambda **asked: [one["period"] for one in clerk.get("/settlements", **asked).get_json()["items"]]  # noqa: E731
    assert listed() == ["2026-09-01..2026-10-15", "2026-11", "2026-10"]
    assert listed(period="2026-10") == ["2026-09-01..2026-10-15", "2026-10"]
    assert listed(shop="XH", status="frozen") == []
    page = clerk.get("/settlements", limit=2).get_json()
    assert len(page["items"]) == 2
    assert [one["period"] for one in clerk.get("/settlements", cursor=page["next"]).get_json()["items"]] == ["2026-10"]


@pytest.mark.parametrize("period", ["2026-13", "11", "2026-11-30..2026-11-01", "2026-01-01..2027-06-01", 202611])
def test_a_period_that_is_none_is_refused(purchaser: ApiUser, shops: Shops, period: Any) -> None:
    answer = purchaser.post("/settlements", {"shop": "XH", "period": period})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["period"])


def test_another_shops_settlement_is_answered_as_absent(
    client: FlaskClient, clerk: ApiUser, purchaser: ApiUser, shops: Shops, desk: Desk
) -> None:
    other = desk.write(lambda s: make_unit(s, "YD", "shop", desk.county.hub, name="阅读书店"))
    stranger = desk.as_role("shop_clerk", other).over_http(client)
    branch = desk.as_role("branch_librarian", desk.county.branch).over_http(client)
    settlement = purchaser.post("/settlements", {"shop": "XH", "period": "2026-11"}).get_json()["id"]
    absent = stranger.get(f"/settlements/{settlement + 1}").get_json()
    assert stranger.get(f"/settlements/{settlement}").get_json()["code"] == absent["code"] == "settlement.not_found"
    assert stranger.get("/settlements").get_json()["items"] == []
    for path, body in (("confirmation", {"version": 1}), ("invoice", INVOICE)):
        answer = stranger.post(f"/settlements/{settlement}/{path}", body)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "settlement.not_found")
    assert branch.get(f"/settlements/{settlement}").status_code == 403
    assert clerk.post("/settlements", {"shop": "XH", "period": "2026-11"}).status_code == 403
    assert clerk.post(f"/settlements/{settlement}/discarding", {"reason": "x"}).status_code == 403
    assert (
        clerk.post(f"/settlements/{settlement}/payment", {"paid_on": "2026-11-23", "reference": "x"}).status_code == 403
    )


def test_an_invoice_is_uploaded_as_a_table(clerk: ApiUser, purchaser: ApiUser, shops: Shops) -> None:
    shops.choose(ISBN)
    settlement = purchaser.post("/settlements", {"shop": "XH", "period": "2026-11"}).get_json()["id"]
    good = "书号,书名,数量,单价\n9787020002207,红楼梦,1,59.70\n合计,,1,59.70\n"
    answer = _upload(clerk, settlement, good)
    assert (answer.status_code, answer.get_json()["open"]) == (200, 0)
    bad = _upload(clerk, settlement, "书号,书名,数量,单价\n9.78702E+12,,1,59.70\n")
    assert (bad.status_code, bad.get_json()["code"]) == (422, "invoice.rows")
    assert clerk.get(f"/settlements/{settlement}").get_json()["invoice"]["total"] == "59.70"
    none = clerk.ask("POST", f"/settlements/{settlement}/invoice-file", data={"number": "1", "date": "2026-11-23"})
    assert none.get_json()["code"] == "invoice.no_file"


def _upload(clerk: ApiUser, settlement: int, table: str) -> Any:
    data = {"number": "FP-2", "date": "2026-11-23", "file": (BytesIO(table.encode()), "invoice.csv")}
    return clerk.ask("POST", f"/settlements/{settlement}/invoice-file", data=data)


def test_an_invoice_line_names_a_book(clerk: ApiUser, purchaser: ApiUser, shops: Shops) -> None:
    settlement = purchaser.post("/settlements", {"shop": "XH", "period": "2026-11"}).get_json()["id"]
    for line in ({"price": "1.00"}, {"isbn": OTHER_ISBN[:-1] + "1", "price": "1.00"}, {"isbn": OTHER_ISBN, "price": 1}):
        answer = clerk.post(f"/settlements/{settlement}/invoice", INVOICE | {"lines": [line]})
        assert answer.status_code == 422


def test_five_thousand_copies_are_settled(purchaser: ApiUser, clerk: ApiUser, shops: Shops) -> None:
    shops.choose(ISBN)
    settlement = purchaser.post("/settlements", {"shop": "XH", "period": "2026-11"}).get_json()["id"]
    lines = [{"isbn": ISBN, "price": "59.70"} for _ in range(5000)]
    answer = clerk.post(f"/settlements/{settlement}/invoice", INVOICE | {"lines": lines})
    told = answer.get_json()
    assert (answer.status_code, len(told["lines"]), told["open"], told["total"]) == (200, 5000, 4999, "59.70")


@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63])
def test_a_line_that_cannot_be_is_answered_as_absent(purchaser: ApiUser, shops: Shops, number: int) -> None:
    settlement = purchaser.post("/settlements", {"shop": "XH", "period": "2026-11"}).get_json()["id"]
    answer = purchaser.post(f"/settlements/{settlement}/lines/{number}/resolution", {"resolution": "keep"})
    assert answer.status_code == 404
