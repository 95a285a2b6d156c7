"""A copy as staff see it, and its history, in which no reader stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from branches.access import Caller
from tests.desk import Desk
from tests.factories import ApiUser, make_token, make_unit

LogIn = Callable[..., ApiUser]


@pytest.fixture
def log_in(desk: Desk, client: FlaskClient) -> LogIn:
    """Someone with roles at units, at the API."""

    def make(*grants: tuple[str, int]) -> ApiUser:
        name = "-".join(f"{role}-{org_id}" for role, org_id in grants)
        return desk.staffed(*grants, username=name).over_http(client)

    return make


def test_idle_copy_is_shown_with_nothing_open(desk: Desk, log_in: LogIn) -> None:
    desk.set_item(call_number="I247.57/1", price_fen=6800, shelf="二楼", volume="上")
    answer = log_in(("volunteer", desk.county.point)).get("/items/B0001")
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert answer.get_json() == {
        "barcode": "B0001",
        "bib": 1,
        "title": "平凡的世界",
        "volume": "上",
        "item_type": "book",
        "status": "available",
        "owner": "ZG",
        "home": "ZG",
        "location": "ZG",
        "call_number": "I247.57/1",
        "shelf": "二楼",
        "price": "68.00",
        "acquired_on": None,
        "note": None,
        "check_out_note": None,
        "check_in_note": None,
        "accessories": None,
        "is_damaged": False,
        "loan": None,
        "transfer": None,
        "hold": None,
        "uses": 0,
    }


def test_copy_that_is_out_names_its_reader_only_to_those_who_may_see_loans(desk: Desk, log_in: LogIn) -> None:
    desk.check_out(at="LX")
    county = desk.county
    may = {
        "hub": log_in(("hub_librarian", county.hub)),
        "where it was lent": log_in(("branch_librarian", county.point)),
        "where the reader is at home": log_in(("branch_librarian", county.branch)),
        "elsewhere": log_in(("branch_librarian", county.other_point)),
        "volunteer": log_in(("volunteer", county.point)),
        "machine": log_in(("self_check", county.point)),
    }
    shown = {who: user.get("/items/B0001").get_json() for who, user in may.items()}
    assert {who: item["loan"]["patron"] for who, item in shown.items()} == {
        "hub": "P0001",
        "where it was lent": "P0001",
        "where the reader is at home": "P0001",
        "elsewhere": None,
        "volunteer": None,
        "machine": None,
    }
    for item in shown.values():
        assert (item["status"], item["location"], item["loan"]["at"]) == ("on_loan", "LX", "LX")
        assert item["loan"]["due_at"] == "2026-12-23T23:59:00+08:00"


def test_copy_on_its_way_shows_the_transfer(desk: Desk, log_in: LogIn) -> None:
    desk.check_out(at="LX")
    transfer_id = desk.check_in(at="LX").transfer_id
    shown = log_in(("volunteer", desk.county.point)).get("/items/B0001").get_json()
    transfer = shown["transfer"]
    assert (shown["status"], shown["location"], shown["loan"]) == ("in_transit", "LX", None)
    assert (transfer["id"], transfer["from"], transfer["to"], transfer["status"]) == (
        transfer_id,
        "LX",
        "ZG",
        "approved",
    )


def test_etag_of_a_copy_is_what_a_change_must_name(desk: Desk, log_in: LogIn) -> None:
    hub = log_in(("hub_librarian", desk.county.hub))
    etag = hub.get("/items/B0001").headers["ETag"]
    desk.check_out(at="LX")
    assert hub.patch("/items/B0001", {"note": "签名本"}, If_Match=etag).status_code == 200
    assert hub.get("/items/B0001").get_json()["note"] == "签名本"
    assert hub.patch("/items/B0001", {"note": "x"}, If_Match=etag).status_code == 412


def test_bare_barcode_means_the_copy_of_ones_own_namespace(desk: Desk, log_in: LogIn) -> None:
    other = desk.write(lambda s: make_unit(s, "ZG2", "hub", desk.county.network, is_namespace=True))
    desk.add_item("B0001", other, namespace_id=other)
    third = desk.write(lambda s: make_unit(s, "ZG3", "hub", desk.county.network))
    stranger = log_in(("self_check", third))
    assert stranger.get("/items/B0001").get_json()["home"] == "ZG"
    assert stranger.get("/items/ZG2:B0001").get_json()["home"] == "ZG2"
    assert stranger.get("/items/B0001", at="ZG2").get_json()["home"] == "ZG2"
    assert log_in(("volunteer", other)).get("/items/B0001").get_json()["home"] == "ZG2"


def test_ambiguous_barcode_names_the_candidates(desk: Desk, log_in: LogIn) -> None:
    hubs = {code: desk.write(lambda s, c=code: make_unit(s, c, "hub", 1, is_namespace=True)) for code in ("ZG2", "ZG3")}
    for hub_id in hubs.values():
        desk.add_item("SAME", hub_id, namespace_id=hub_id)
    answer = log_in(("volunteer", desk.county.point)).get("/items/SAME")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "item.ambiguous")
    assert answer.get_json()["data"]["candidates"] == [
        {"barcode": "SAME", "org": code, "title": "平凡的世界"} for code in hubs
    ]


@pytest.mark.parametrize(("path", "code"), [("/items/NONE", "item.not_found"), ("/items/NO:B0001", "org.not_found")])
def test_unknown_copy_is_not_found(desk: Desk, log_in: LogIn, path: str, code: str) -> None:
    answer = log_in(("volunteer", desk.county.point)).get(path)
    assert (answer.status_code, answer.get_json()["code"]) == (404, code)


def test_copy_is_shown_only_to_staff_with_the_right(desk: Desk, log_in: LogIn) -> None:
    user = log_in(("shop_clerk", desk.county.point))
    foreign, absent = user.get("/items/B0001"), user.get("/items/B0002")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.get_json()["detail"].replace("B0001", "B0002") == absent.get_json()["detail"]
    reader = desk.write(lambda s: make_token(s, Caller(kind="patron", id=1)))
    assert ApiUser(user.client, reader).get("/items/B0001").status_code == 403
    assert ApiUser(user.client).get("/items/B0001").status_code == 401
    desk.set_item(location_id=desk.county.point)
    assert user.get("/items/B0001").status_code == 200


# --- history ---------------------------------------------------------------------------------------------------------


def test_history_tells_what_happened_and_never_to_whom(desk: Desk, log_in: LogIn) -> None:
    desk.policy("renewals", 5)
    lent = desk.check_out(at="LX")
    desk.later(days=20).reading(1).renew(lent.id)
    back = desk.later(days=25).check_in(at="CG")
    desk.later(days=26).dispatch(back.transfer_id)
    desk.later(days=27).receive(back.transfer_id)
    answer = log_in(("hub_librarian", desk.county.hub)).get("/items/B0001/history")
    assert answer.status_code == 200
    entries = answer.get_json()["items"]
    assert [(e["act"], e["org"], e["author"]) for e in entries] == [
        ("transfer_received", "ZG", "system"),
        ("transfer_dispatched", "CG", "system"),
        ("transfer_approved", "CG", "system"),
        ("checked_in", "CG", "system"),
        ("renewed", "LX", "patron"),
        ("checked_out", "LX", "system"),
    ]
    assert entries[3]["data"] == {"lent_at": "LX", "item_type": "book"}
    told = {name for entry in entries for name in entry["data"]}
    assert told.isdisjoint({"patron", "patron_org", "category", "limit", "open_loans", "overrides", "loan"})
    assert "P0001" not in answer.text
    assert "张三丰" not in answer.text


def test_history_comes_in_pages(desk: Desk, log_in: LogIn) -> None:
    for _ in range(3):
        desk.check_out(at="ZG")
        desk.check_in(at="ZG")
    hub = log_in(("hub_librarian", desk.county.hub))
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = hub.get("/items/B0001/history", limit="4", **({"cursor": cursor} if cursor else {})).get_json()
        seen += [entry["id"] for entry in page["items"]]
        cursor = page["next"]
    assert len(seen) == 6
    assert seen == sorted(set(seen), reverse=True)


def test_history_is_for_those_with_the_right_at_one_of_its_places(desk: Desk, log_in: LogIn) -> None:
    path = "/items/B0001/history"
    branch = log_in(("branch_librarian", desk.county.branch))
    assert branch.get(path).status_code == 404
    desk.check_in(at="LX")
    assert branch.get(path).status_code == 200
    assert log_in(("volunteer", desk.county.point)).get(path).status_code == 403
    assert branch.get(path, limit="0").status_code == 422
    assert branch.get(path, cursor="x").status_code == 422


def test_what_was_undone_is_marked_and_a_use_that_was_undone_counts_for_nothing(desk: Desk, log_in: LogIn) -> None:
    hub = log_in(("hub_librarian", desk.county.hub))
    hub.post("/items/B0001/uses", {"at": "ZG"})
    act = hub.post("/items/B0001/uses", {"at": "ZG"}).get_json()["act"]
    assert hub.get("/items/B0001").get_json()["uses"] == 2
    assert hub.post(f"/acts/{act}/undo").status_code == 200
    assert hub.get("/items/B0001").get_json()["uses"] == 1
    told = [(entry["act"], entry["is_undone"]) for entry in hub.get("/items/B0001/history").get_json()["items"]]
    assert told == [("undone", False), ("used_in_house", True), ("used_in_house", False)]
