"""What is said of copies, through the whole application: API and page of the copy, with the rights of the table."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.factories import ApiUser


def user_at(desk: Desk, client: FlaskClient, role: str, unit: int, name: str = "wang") -> ApiUser:
    return desk.staffed((role, unit), username=name).over_http(client)


@pytest.fixture
def hub(desk: Desk, client: FlaskClient) -> ApiUser:
    return user_at(desk, client, "hub_librarian", desk.county.hub)


def test_a_loan_lost_and_found_by_a_check_in(desk: Desk, hub: ApiUser) -> None:
    hub.post("/loans", {"patron": "P0001", "item": "B0001", "at": "ZG"})
    said = hub.post("/items/B0001/status", {"act": "lost", "at": "ZG", "reason": "搬家时丢失"})
    assert said.status_code == 200, said.get_json()
    answer = said.get_json()
    assert (answer["status"], answer["loan"]["status"]) == ("lost", "lost")
    assert answer["act"] == desk.journal()[-1].id
    listed = hub.get("/loans", status="lost").get_json()["items"]
    assert [(one["item"], one["patron"], one["status"]) for one in listed] == [("B0001", "P0001", "lost")]
    returned = hub.post("/check-ins", {"item": "B0001", "at": "ZG"}).get_json()
    assert [notice["code"] for notice in returned["notices"]] == ["item.lost"]
    assert returned["loan"]["status"] == "returned"


def test_an_act_that_does_not_fit_names_those_that_do(desk: Desk, hub: ApiUser) -> None:
    refused = hub.post("/items/B0001/status", {"act": "repaired"})
    assert refused.status_code == 409
    refusal = refused.get_json()["refusals"][0]
    assert (refusal["code"], refusal["class"]) == ("item.status_move", "impossible")
    assert refusal["data"]["allowed"] == ["missing", "lost", "in_repair", "withdrawn", "damaged"]
    assert hub.post("/items/B0001/status", {"act": "stolen"}).status_code == 422


@pytest.mark.parametrize(("role", "status"), [("volunteer", 403), ("sysadmin", 403), ("branch_librarian", 404)])
def test_who_may_not_say_what_the_hubs_copies_are(desk: Desk, client: FlaskClient, role: str, status: int) -> None:
    user = user_at(desk, client, role, desk.county.branch)
    assert user.post("/items/B0001/status", {"act": "missing"}).status_code == status


def test_said_twice_with_one_key_is_said_once(desk: Desk, hub: ApiUser) -> None:
    for _ in range(2):
        assert hub.post("/items/B0001/status", {"act": "missing"}, Idempotency_Key="said-1").status_code == 200
    assert desk.acts().count("status_changed") == 1


def test_a_cart_of_books_is_answered_line_by_line(desk: Desk, hub: ApiUser) -> None:
    hub.post("/loans", {"patron": "P0001", "item": "B0001", "at": "ZG"})
    answer = hub.post("/check-ins/batch", {"items": ["B0001", "NONE"], "at": "CG"})
    assert answer.status_code == 200, answer.get_json()
    told = answer.get_json()
    assert (told["done"], told["failed"]) == (1, 1)
    good, bad = told["lines"]
    assert (good["result"]["next"]["action"], good["error"]) == ("transfer", None)
    assert (bad["item"], bad["result"], bad["error"]["code"]) == ("NONE", None, "item.not_found")
    assert hub.post("/check-ins/batch", {"items": [], "at": "CG"}).status_code == 422


def test_a_use_in_the_library_is_counted(desk: Desk, hub: ApiUser) -> None:
    used = hub.post("/items/B0001/uses", {"at": "ZG"})
    assert (used.status_code, used.get_json()["act"]) == (201, desk.journal()[-1].id)
    assert hub.get("/items/B0001/history").get_json()["items"][0]["act"] == "used_in_house"


def test_what_belongs_to_a_copy_is_kept_with_it(desk: Desk, hub: ApiUser) -> None:
    etag = hub.get("/items/B0001").headers["ETag"]
    changes = {"accessories": "光盘1张", "check_out_note": "清点", "check_in_note": None}
    changed = hub.ask("PATCH", "/items/B0001", json=changes, headers={"If-Match": etag})
    assert changed.status_code == 200, changed.get_json()
    shown = hub.get("/items/B0001").get_json()
    assert {name: shown[name] for name in changes} == changes
    lent = hub.post("/loans", {"patron": "P0001", "item": "B0001", "at": "ZG"}).get_json()
    assert [notice["code"] for notice in lent["notices"]] == ["item.note", "item.accessories"]


def test_an_act_is_undone_by_the_number_that_its_answer_gave(desk: Desk, hub: ApiUser) -> None:
    lent = hub.post("/loans", {"patron": "P0001", "item": "B0001", "at": "ZG"}).get_json()
    undone = hub.post(f"/acts/{lent['act']}/undo")
    assert undone.status_code == 200, undone.get_json()
    assert (undone.get_json()["act"], undone.get_json()["status"]) == ("checked_out", "available")
    again = hub.post(f"/acts/{lent['act']}/undo")
    assert (again.status_code, again.get_json()["refusals"][0]["code"]) == (409, "undo.done")
    absent = hub.post("/acts/999999/undo")
    assert (absent.status_code, absent.get_json()["code"]) == (404, "act.not_found")


def test_no_entry_of_another_kind_is_told_apart_from_none(desk: Desk, client: FlaskClient, hub: ApiUser) -> None:
    """Somebody who may not see an act learns nothing of it."""
    lent = hub.post("/loans", {"patron": "P0001", "item": "B0001", "at": "ZG"}).get_json()
    other = user_at(desk, client, "volunteer", desk.county.point, "li")
    foreign, absent = other.post(f"/acts/{lent['act']}/undo"), other.post("/acts/999999/undo")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.get_json()["code"] == absent.get_json()["code"]
