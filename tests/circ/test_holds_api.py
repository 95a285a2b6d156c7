"""Holds over HTTP: the shapes of the contract, and who may do what. Both databases."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.circ.test_api import log_in, log_in_reader, problem
from tests.desk import Desk
from tests.factories import ApiUser


@pytest.fixture
def hub(desk: Desk, client: FlaskClient) -> ApiUser:
    return log_in(desk, client, ("hub_librarian", desk.county.hub))


@pytest.fixture
def reader(desk: Desk, client: FlaskClient) -> ApiUser:
    return log_in_reader(desk, client, desk.preview().patron.id)


def test_a_reader_places_looks_at_and_calls_off_a_hold(desk: Desk, reader: ApiUser) -> None:
    bib_id = desk.item().bib_id
    placed = reader.post("/holds", {"bib": bib_id, "pickup": "LX", "expires_on": "2026-12-31"})
    assert placed.status_code == 201
    hold = placed.get_json()
    expected = {"status": "targeted", "position": 1, "pickup": "LX", "item": "B0001", "patron": "P0001", "bib": bib_id}
    assert hold.items() >= (expected | {"title": "平凡的世界", "location": "ZG", "expires_on": "2026-12-31"}).items()
    assert reader.get("/me/holds").get_json() == {"items": [hold], "next": None}
    assert reader.get(f"/holds/{hold['id']}").get_json() == hold
    assert reader.get("/me").get_json()["open_holds"] == 1
    gone = reader.delete(f"/holds/{hold['id']}").get_json()
    assert (gone["status"], gone["end_reason"], gone["patron"], gone["position"]) == ("cancelled", "reader", None, None)
    assert reader.get("/me/holds").get_json()["items"] == []


def test_a_hold_is_changed(desk: Desk, reader: ApiUser, hub: ApiUser) -> None:
    path = f"/holds/{reader.post('/holds', {'item': 'B0001', 'pickup': 'LX'}).get_json()['id']}"
    assert reader.patch(path, {"pickup": "XC"}).get_json()["pickup"] == "XC"
    assert reader.post(f"{path}/suspension", {"until": "2026-12-01"}).get_json()["suspended_until"] == "2026-12-01"
    assert reader.delete(f"{path}/suspension").get_json()["status"] == "targeted"
    problem(reader.patch(path, {"position": 1}), 403, "auth.forbidden")
    assert hub.patch(path, {"position": 1}).get_json()["position"] == 1
    problem(reader.patch(path, {"pickup": "ZG", "position": 1}), 422, "hold.change")
    problem(reader.patch(path, {}), 422, "hold.change")
    assert hub.get("/items/B0001").get_json()["hold"] == int(path.rpartition("/")[2])


def test_refusals_come_all_at_once(desk: Desk, hub: ApiUser) -> None:
    desk.policy("max_holds", 0)
    body = problem(hub.post("/holds", {"bib": desk.item().bib_id, "patron": "P0001", "pickup": "QX"}), 409, "refused")
    assert [r["code"] for r in body["refusals"]] == ["hold.limit", "hold.pickup_refused"]
    assert body["refusals"][0]["override"] == "hold.override"


def test_what_was_named_must_be_there(hub: ApiUser, desk: Desk) -> None:
    asked = {"patron": "P0001", "pickup": "CG"}
    problem(hub.post("/holds", asked), 422, "hold.what")
    problem(hub.post("/holds", asked | {"bib": 999}), 404, "bib.not_found")
    problem(hub.post("/holds", asked | {"item": "X"}), 404, "item.not_found")
    problem(hub.post("/holds", {"bib": desk.item().bib_id, "pickup": "CG"}), 422, "patron.missing")
    problem(hub.get("/holds/999"), 404, "hold.not_found")


def test_the_lists_of_a_library(desk: Desk, hub: ApiUser) -> None:
    hold = hub.post("/holds", {"bib": desk.item().bib_id, "patron": "P0001", "pickup": "CG"}).get_json()
    pulled = hub.get("/pull-list", at="ZG").get_json()["items"]
    assert [(row["id"], row["item"], row["patron"]) for row in pulled] == [(hold["id"], "B0001", None)]
    assert hub.get("/pull-list", at="LX").get_json()["items"] == []
    sent = hub.post("/check-ins", {"item": "B0001", "at": "ZG"}).get_json()["next"]
    assert (sent["action"], sent["to"], sent["hold"]) == ("transfer", "CG", hold["id"])
    assert hub.post(f"/transfers/{sent['transfer']}/receipt").get_json()["next"]["action"] == "hold_shelf"
    shelf = hub.get("/hold-shelf", at="ZG").get_json()["items"]
    assert [(row["id"], row["patron"], row["shelf_until"]) for row in shelf] == [(hold["id"], "P0001", "2026-11-30")]
    assert [row["id"] for row in hub.get("/holds", pickup="CG", status="ready").get_json()["items"]] == [hold["id"]]
    assert hub.get("/holds", bib=str(desk.item().bib_id), limit="1").get_json()["next"] is None


def test_a_program_hears_why_no_library_can_fill_a_hold(desk: Desk, hub: ApiUser) -> None:
    hub.post("/holds", {"bib": desk.item().bib_id, "patron": "P0001", "pickup": "CG"})
    (held,) = hub.get("/holds").get_json()["items"]
    assert "why" not in held
    (held,) = hub.get("/holds", why="true").get_json()["items"]
    assert held["why"] == []
    desk.set_item("B0001", status="lost")
    (held,) = hub.get("/holds", why="true").get_json()["items"]
    assert [reason["code"] for reason in held["why"]] == ["hold.no_holdable_item"]
    assert held["why"][0]["message"]


def test_a_copy_not_found_passes_on(desk: Desk, hub: ApiUser) -> None:
    desk.add_item("B0002", desk.county.point, bib_id=desk.item().bib_id)
    hold = hub.post("/holds", {"bib": desk.item().bib_id, "patron": "P0001", "pickup": "ZG"}).get_json()
    assert hub.post(f"/holds/{hold['id']}/miss").get_json()["item"] == "B0002"
    other = log_in(desk, hub.client, ("volunteer", desk.county.other_point), username="li")
    problem(other.post(f"/holds/{hold['id']}/miss"), 404, "hold.not_found")


def test_staff_see_and_touch_holds_of_their_own_units_only(desk: Desk, hub: ApiUser, client: FlaskClient) -> None:
    hold = hub.post("/holds", {"bib": desk.item().bib_id, "patron": "P0001", "pickup": "ZG"}).get_json()
    volunteer = log_in(desk, client, ("volunteer", desk.county.point), username="zhao")
    problem(volunteer.get(f"/holds/{hold['id']}"), 404, "hold.not_found")
    problem(volunteer.delete(f"/holds/{hold['id']}"), 404, "hold.not_found")
    assert volunteer.get("/holds").get_json()["items"] == []
    clerk = log_in(desk, client, ("shop_clerk", desk.county.point), username="qian")
    problem(clerk.get(f"/holds/{hold['id']}"), 403, "auth.forbidden")
    problem(clerk.post("/holds", {"bib": 1, "patron": "P0001", "pickup": "LX"}), 403, "auth.forbidden")


def test_looking_at_what_a_reader_waits_for_is_remembered(desk: Desk, hub: ApiUser) -> None:
    hub.post("/holds", {"bib": desk.item().bib_id, "patron": "P0001", "pickup": "ZG"})
    assert len(hub.get("/patrons/P0001/holds").get_json()["items"]) == 1
    entry = desk.journal()[-1]
    assert (entry.act, entry.data) == ("person_viewed", {"what": "holds"})


def test_jobs_expire_and_target(desk: Desk, client: FlaskClient) -> None:
    desk.hold()
    admin = log_in(desk, client, ("sysadmin", desk.county.network))
    for name in ("target-holds", "expire-holds"):
        assert admin.post(f"/jobs/{name}").get_json() == {"job": name, "done": 0, "failed": 0}


def test_a_lent_copy_is_called_back(desk: Desk, hub: ApiUser, client: FlaskClient) -> None:
    desk.policy("loan_days", 60)
    loan = desk.check_out()
    desk.add_patron("P0002")
    hold = desk.hold("P0002", pickup="ZG")
    told = hub.post(f"/holds/{hold.id}/recall", {})
    assert told.status_code == 200
    assert told.get_json()["recalled_due_at"] == "2026-12-07T23:59:00+08:00"
    (open_loan,) = hub.get("/loans", item="B0001").get_json()["items"]
    assert (open_loan["id"], open_loan["due_at"]) == (loan.id, "2026-12-07T23:59:00+08:00")
    assert open_loan["recalled_at"] is not None
    body = problem(hub.post(f"/holds/{hold.id}/recall", {}), 409, "refused")
    assert [r["code"] for r in body["refusals"]] == ["hold.recalled"]
    problem(hub.post("/holds/999/recall", {}), 404, "hold.not_found")
    reader = log_in_reader(desk, client, desk.preview().patron.id)
    problem(reader.post(f"/holds/{hold.id}/recall", {}), 403, "auth.forbidden")
