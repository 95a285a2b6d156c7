"""What branches ask for, through the API: the shapes of the contract, the lists of both sides, and many who answer at once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.circ.test_concurrency import at_once, outcomes, posting
from tests.desk import Desk
from tests.factories import ApiUser, make_token, make_user


def user(desk: Desk, app: Flask, role: str, org_id: int) -> ApiUser:
    name = f"{role.split('_')[0]}{org_id}"
    token = desk.write(lambda s: make_token(s, make_user(s, name, (role, org_id))))
    return ApiUser(app.test_client(), token)


@pytest.fixture
def hub(desk: Desk, app: Flask) -> ApiUser:
    return user(desk, app, "hub_librarian", desk.county.hub)


@pytest.fixture
def branch(desk: Desk, app: Flask) -> ApiUser:
    return user(desk, app, "branch_librarian", desk.county.branch)


def ask(asker: ApiUser, desk: Desk, **more: Any) -> dict[str, Any]:
    body = {"bib": desk.item().bib_id, "to": "CG", "reason": "request"} | more
    response = asker.post("/transfers", body)
    assert response.status_code == 201, response.get_json()
    answer: dict[str, Any] = response.get_json()
    return answer


def test_from_asking_to_the_shelf(desk: Desk, hub: ApiUser, branch: ApiUser) -> None:
    asked = ask(branch, desk, copies=2, note="读书会", needed_by="2026-12-01", keep_until="2026-12-31")
    (line,) = asked["requests"]
    assert (asked["unfilled"], line["status"], line["item"], line["proposed"]) == (1, "requested", None, "B0001")
    assert (line["from"], line["to"], line["reason"], line["note"]) == ("ZG", "CG", "request", "读书会")
    listed = hub.get("/transfers/to-answer", at="ZG").get_json()["items"]
    assert [one["id"] for one in listed] == [line["id"]]
    approved = hub.post(f"/transfers/{line['id']}/approval", {"items": ["B0001"]}).get_json()
    assert (approved["status"], approved["item"], approved["held"]) == ("approved", "B0001", [])
    assert hub.post(f"/transfers/{line['id']}/dispatch").get_json()["status"] == "dispatched"
    received = branch.post(f"/transfers/{line['id']}/receipt").get_json()
    assert (received["next"]["action"], received["item"]["home"], received["item"]["owner"]) == ("shelve", "CG", "ZG")
    told = branch.get(f"/transfer-requests/{asked['request']}").get_json()
    assert (told["copies"], told["received"], told["open"], told["unfilled"]) == (2, 1, 0, 1)
    assert told["transfers"][0]["status"] == "received"


def test_a_no_is_told_to_the_one_who_asked(desk: Desk, hub: ApiUser, branch: ApiUser) -> None:
    line = ask(branch, desk)["requests"][0]
    refused = hub.post(f"/transfers/{line['id']}/refusal", {"reason": "正在展览", "pass_on": True}).get_json()
    assert (refused["status"], refused["cancel_reason"]) == ("refused", "nobody")
    (told,) = branch.get("/transfer-requests", to="CG").get_json()["items"]
    (no,) = told["transfers"][0]["refusals"]
    assert (no["org"], no["reason"]) == ("ZG", "正在展览")


def test_by_criteria_and_by_the_copy(desk: Desk, hub: ApiUser) -> None:
    desk.add_item("R0001", item_type="reference")
    body = {"criteria": {"type": "reference", "count": 5}, "to": "CG", "reason": "request"}
    found = hub.post("/transfers", body).get_json()
    assert ([one["proposed"] for one in found["requests"]], found["unfilled"]) == (["R0001"], 4)
    named = hub.post("/transfers", {"item": "B0001", "to": "CG", "reason": "request"}).get_json()
    assert named["requests"][0]["item"] == "B0001"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"to": "CG"}, 422, "transfer.item"),
        ({"to": "CG", "item": "B0001", "bib": 1}, 422, "transfer.item"),
        ({"to": "CG", "bib": 1, "copies": 0}, 422, None),
        ({"to": "CG", "bib": 1, "reason": "hold"}, 422, None),
        ({"to": "CG", "criteria": {"count": 3}}, 422, "transfer.criteria"),
        ({"to": "CG", "criteria": {"class": "I", "count": 3}, "copies": 2}, 422, "transfer.copies"),
        ({"to": "CG", "criteria": {"audience": "cats", "count": 3}}, 422, None),
        ({"to": "CG", "bib": 99}, 404, "bib.not_found"),
        ({"to": "CG", "item": "B9"}, 404, "item.not_found"),
        ({"to": "NO", "item": "B0001"}, 404, "org.not_found"),
        ({"to": "ZG", "item": "B0001"}, 409, "refused"),
    ],
)
def test_what_is_wrong_is_said(desk: Desk, hub: ApiUser, body: dict[str, Any], status: int, code: str | None) -> None:
    response = hub.post("/transfers", body)
    assert response.status_code == status, response.get_json()
    assert code is None or response.get_json()["code"] == code
    assert desk.transfers() == []


def test_the_lists_of_others_are_not_seen(desk: Desk, app: Flask, branch: ApiUser) -> None:
    asked = ask(branch, desk)
    stranger = user(desk, app, "volunteer", desk.county.point)
    assert stranger.get(f"/transfer-requests/{asked['request']}").status_code == 404
    assert stranger.get("/transfer-requests").get_json()["items"] == []
    assert stranger.get("/transfers/to-answer", at="ZG").get_json()["items"] == []


def test_pages_of_requests(desk: Desk, hub: ApiUser) -> None:
    for barcode in ("B0001", "C1", "C2"):
        if barcode != "B0001":
            desk.add_item(barcode)
        desk.ask(item=barcode)
    first = hub.get("/transfer-requests", limit="2").get_json()
    assert [one["id"] for one in first["items"]] == [3, 2]
    rest = hub.get("/transfer-requests", limit="2", cursor=first["next"]).get_json()
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([1], None)


def test_what_did_not_arrive_is_given_up(desk: Desk, hub: ApiUser, branch: ApiUser) -> None:
    line = ask(branch, desk)["requests"][0]
    path = f"/transfers/{line['id']}"
    hub.post(f"{path}/approval")
    hub.post(f"{path}/dispatch")
    assert branch.post(f"{path}/loss", {"reason": "箱子里没有"}).get_json()["status"] == "missing"
    assert hub.get("/items/B0001").get_json()["status"] == "missing"
    assert branch.post(f"{path}/receipt").get_json()["next"]["action"] == "shelve"


# --- at once --------------------------------------------------------------------------------------------------------


def test_two_who_answer_at_once_answer_once(desk: Desk, app: Flask, hub: ApiUser, branch: ApiUser) -> None:
    path = f"/transfers/{ask(branch, desk)['requests'][0]['id']}"
    told = outcomes(
        at_once(app, hub, [posting(f"{path}/approval")] * 6 + [posting(f"{path}/refusal", {"reason": "不行"})] * 6)
    )
    assert told["200"] == 1
    assert told["200"] + told["transfer.state"] == 12


def test_one_copy_is_asked_for_once_by_many(desk: Desk, app: Flask, hub: ApiUser) -> None:
    body = {"bib": desk.item().bib_id, "to": "CG", "reason": "request"}
    told = outcomes(at_once(app, hub, [posting("/transfers", body)] * 12))
    assert (told["201"], told["transfer.no_copy"]) == (1, 11)


def test_lent_refused_called_off_and_approved_at_once_leave_one_truth(
    desk: Desk, app: Flask, hub: ApiUser, branch: ApiUser
) -> None:
    path = f"/transfers/{ask(branch, desk)['requests'][0]['id']}"
    desk.more_copies(desk.county.other_point)
    acts = [
        posting(f"{path}/approval"),
        posting(f"{path}/refusal", {"reason": "不行"}),
        posting(f"{path}/cancellation", {"reason": "不要了"}),
        posting("/loans", {"item": "B0001", "patron": "P0001", "at": "ZG"}),
        posting("/holds", {"bib": desk.item().bib_id, "patron": "P0001", "pickup": "LX"}),
        posting("/jobs/follow-requests"),
    ]
    answers = at_once(app, hub, acts * 2)
    assert all(answer.status_code < 500 for answer in answers), outcomes(answers)
