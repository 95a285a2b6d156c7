"""Headings over HTTP."""

from __future__ import annotations

from tests.factories import ApiUser

BODY = {"kind": "person", "name": "鲁迅", "variants": ["周树人"], "see_also": [], "note": None}


def test_headings_are_made_found_and_changed(
    hub_librarian: ApiUser, anyone: ApiUser, branch_librarian: ApiUser
) -> None:
    made = hub_librarian.post("/headings", BODY)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"'), made.text
    assert made.get_json() == BODY | {"id": made.get_json()["id"]}
    found = anyone.get("/headings", q="周").get_json()
    assert [one["name"] for one in found["items"]] == ["鲁迅"]
    address = f"/headings/{made.get_json()['id']}"
    assert branch_librarian.post("/headings", BODY | {"name": "老舍"}).status_code == 403
    assert hub_librarian.post("/headings", BODY).status_code == 409
    assert anyone.get("/headings/999").status_code == 404
    assert anyone.get(address).get_json()["variants"] == ["周树人"]


def test_headings_are_offered_to_whoever_types(hub_librarian: ApiUser, anyone: ApiUser) -> None:
    made = hub_librarian.post("/headings", BODY).get_json()
    offer = {"id": made["id"], "kind": "person", "name": "鲁迅", "by": "周树人", "note": None}
    assert anyone.get("/headings/offers", q="周", kind="person,body").get_json() == {"items": [offer]}
    assert anyone.get("/headings/offers", q="鲁").get_json() == {"items": [offer | {"by": None}]}
    assert anyone.get("/headings/offers", q="周", kind="subject").get_json() == {"items": []}
    for wrong in ({}, {"q": ""}, {"q": "周", "kind": "book"}, {"q": "周", "limit": 51}):
        assert anyone.get("/headings/offers", **wrong).status_code == 422
