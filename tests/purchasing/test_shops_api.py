"""Shops over HTTP: labels, terms, lists; a clerk sees the own shop alone, and the library gives labels and makes terms."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import ApiUser, make_unit
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops

LIST = f"ISBN,书名,定价,库存\n{ISBN},红楼梦,¥59.80,3\n9.787E+12,坏,1,\n{OTHER_ISBN},三体,23,\n"


@pytest.fixture
def clerk(client: FlaskClient, desk: Desk, shops: Shops) -> ApiUser:
    return desk.over_http(client, shops.clerk)


@pytest.fixture
def hub(client: FlaskClient, desk: Desk) -> ApiUser:
    return desk.staffed(("hub_librarian", desk.county.hub), username="hub").over_http(client)


def send(user: ApiUser, text: str = LIST, shop: str = "XH", key: str = "", **fields: str) -> TestResponse:
    data: dict[str, Any] = {"file": (io.BytesIO(text.encode()), "list.csv"), "replaces": "false", **fields}
    headers = {"Idempotency-Key": key} if key else {}
    return user.ask("POST", f"/shops/{shop}/price-lists", data=data, headers=headers)


def test_the_library_gives_a_shop_labels_and_sees_what_is_left(hub: ApiUser, clerk: ApiUser, shops: Shops) -> None:
    made = hub.post("/shops/XH/barcode-ranges", {"from": "NX100001", "to": "NX100010"})
    assert (made.status_code, made.get_json()["count"], made.get_json()["used"]) == (201, 10, 0)
    shops.choose(item_barcode="NX100004")
    listed = clerk.get("/shops/XH/barcode-ranges").get_json()
    assert [(one["from"], one["count"], one["left"]) for one in listed["items"]] == [
        ("NX000001", 99, 99),
        ("NX100001", 10, 9),
    ]
    assert listed["left"] == 108
    again = hub.post("/shops/XH/barcode-ranges", {"from": "NX100010", "to": "NX100020"})
    assert (again.status_code, again.get_json()["code"]) == (409, "shop.barcodes_overlap")
    pdf = hub.get(f"/shops/XH/barcode-ranges/{made.get_json()['id']}/labels")
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
    assert hub.get("/shops/XH/barcode-ranges/9999/labels").status_code == 404


def test_terms_are_read_and_changed_under_their_version(hub: ApiUser, clerk: ApiUser, shops: Shops) -> None:
    first = clerk.get("/shops/XH/terms")
    assert (first.get_json(), first.headers["ETag"]) == (
        {"pays_percent": 100, "stock_binds": False},
        '"100"',
    )
    changed = hub.put("/shops/XH/terms", {"pays_percent": 85}, If_Match='"100"')
    assert (changed.status_code, changed.get_json()["pays_percent"], changed.headers["ETag"]) == (200, 85, '"85"')
    assert hub.put("/shops/XH/terms", {"pays_percent": 80}, If_Match='"100"').status_code == 412
    assert hub.put("/shops/XH/terms", {"pays_percent": 80}).status_code == 428
    assert hub.put("/shops/XH/terms", {"pays_percent": 0}, If_Match='"85"').status_code == 422
    assert shops.choose(price_fen=10_000).selection.cost_fen == 8_500


def test_a_clerk_puts_a_list_up_looks_first_and_searches_it(clerk: ApiUser) -> None:
    looked = send(clerk, dry_run="true")
    report = looked.get_json()
    assert (looked.status_code, report["is_written"]) == (200, False)
    assert {name: n for name, n in report["counts"].items() if n} == {"new": 2, "refused": 1}
    example = {"isbn": ISBN, "title": "红楼梦", "before": None, "after": {"price": "59.80", "stock": 3}}
    assert report["examples"]["new"][0] == example
    assert (report["refused"][0]["line"], report["refused"][0]["title"]) == (3, "坏")
    assert "as text" in report["refused"][0]["reasons"][0]
    assert clerk.get("/shops/XH/offers").get_json()["items"] == []
    assert send(clerk).get_json()["is_written"]
    found = clerk.get("/shops/XH/offers", q="红楼").get_json()["items"]
    assert [(one["isbn"], one["price"], one["stock"]) for one in found] == [(ISBN, "59.80", 3)]
    page = clerk.get("/shops/XH/offers", limit="1").get_json()
    rest = clerk.get("/shops/XH/offers", limit="1", cursor=page["next"]).get_json()
    assert [page["items"][0]["isbn"], rest["items"][0]["isbn"], rest["next"]] == [ISBN, OTHER_ISBN, None]
    assert clerk.get("/shops/XH/offers", q="%").get_json()["items"] == []
    assert clerk.get("/shops/XH/offers", q="978-7-5366-9293-0").get_json()["items"][0]["title"] == "三体"


def test_a_list_sent_again_is_taken_once_and_books_leave_it(clerk: ApiUser) -> None:
    first, again = send(clerk, key="k"), send(clerk, key="k")
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.get_json() == first.get_json()
    replaced = send(clerk, f"ISBN,书名,定价\n{OTHER_ISBN},三体,23\n", replaces="true").get_json()
    assert (replaced["counts"]["removed"], replaced["counts"]["changed"]) == (1, 0)
    assert clerk.delete(f"/shops/XH/offers/{OTHER_ISBN}").status_code == 204
    assert clerk.delete(f"/shops/XH/offers/{OTHER_ISBN}").status_code == 404
    send(clerk)
    assert clerk.delete("/shops/XH/offers").get_json() == {"removed": 2}


def test_stock_is_counted_by_hand_and_binds_where_that_is_agreed(clerk: ApiUser, hub: ApiUser) -> None:
    send(clerk)
    assert clerk.put(f"/shops/XH/offers/{ISBN}/stock", {"stock": 0}).get_json() == {"stock": 0}
    assert clerk.put(f"/shops/XH/offers/{ISBN}/stock", {"stock": -1}).status_code == 422
    assert clerk.put("/shops/XH/offers/9787530209554/stock", {"stock": 1}).status_code == 404
    asked = {"patron": "P0001", "isbn": ISBN, "shop": "XH"}
    assert clerk.post("/selections/quote", asked).get_json()["book"]["stock"] == 0
    assert hub.put("/shops/XH/terms", {"pays_percent": 100, "stock_binds": True}, If_Match='"100"').status_code == 200
    refused = clerk.post("/selections/quote", asked).get_json()
    assert (refused["eligible"], [one["code"] for one in refused["refusals"]]) == (False, ["purchase.counted_out"])


def test_a_price_of_the_list_is_what_a_choice_costs(clerk: ApiUser) -> None:
    send(clerk)
    made = clerk.post("/selections", {"patron": "P0001", "isbn": OTHER_ISBN, "shop": "XH"}).get_json()
    assert (made["title"], made["price"]) == ("三体", "23.00")


@pytest.mark.parametrize(
    ("text", "code"),
    [("a,b\n1,2\n", "price_list.columns"), ("", "price_list.empty"), ("ISBN,书名,定价\n", "price_list.empty")],
)
def test_what_is_no_list_is_refused(clerk: ApiUser, text: str, code: str) -> None:
    refused = send(clerk, text)
    assert (refused.status_code, refused.get_json()["code"]) == (422, code)


def test_a_list_without_a_file_is_refused(clerk: ApiUser) -> None:
    refused = clerk.ask("POST", "/shops/XH/price-lists", data={"replaces": "false"}, content_type="multipart/form-data")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "price_list.no_file")


def test_whether_a_list_is_whole_has_to_be_said(clerk: ApiUser) -> None:
    data = {"file": (io.BytesIO(LIST.encode()), "list.csv")}
    refused = clerk.ask("POST", "/shops/XH/price-lists", data=data)
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["replaces"])


def test_another_shop_is_answered_as_absent_and_a_library_is_no_shop(clerk: ApiUser, desk: Desk) -> None:
    desk.write(lambda s: make_unit(s, "SB", "shop", desk.county.hub))
    for path in ("barcode-ranges", "terms", "offers"):
        foreign, absent = clerk.get(f"/shops/SB/{path}"), clerk.get(f"/shops/NOWHERE/{path}")
        assert (foreign.status_code, absent.status_code) == (404, 404)
        assert foreign.get_json()["code"] == absent.get_json()["code"]
    assert send(clerk, shop="SB").status_code == 404
    assert clerk.post("/shops/XH/barcode-ranges", {"from": "A1", "to": "A9"}).status_code == 403
    assert clerk.put("/shops/XH/terms", {"pays_percent": 100}, If_Match='"100"').status_code == 403


def test_a_library_is_no_shop(hub: ApiUser) -> None:
    refused = hub.get("/shops/ZG/terms")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "shop.not_a_shop")
