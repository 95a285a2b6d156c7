"""Units over HTTP."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kernel.db import Database
from tests.factories import ApiUser, make_county, make_token, make_user


@pytest.fixture
def admin(database: Database, client: FlaskClient) -> ApiUser:
    county = database.run(make_county)
    token = database.run(lambda s: make_token(s, make_user(s, "root", ("sysadmin", county.network))))
    return ApiUser(client, token)


def test_can_add_read_and_change_a_unit(admin: ApiUser) -> None:
    body = {"code": "DZ", "name": "大庄书屋", "kind": "point", "parent": "CG", "location": {"lat": 30.1, "lon": 120.2}}
    assert admin.post("/org-units", body).status_code == 201
    found = admin.get("/org-units/DZ")
    assert found.json == body | {
        "address": None,
        "phone": None,
        "namespace": False,
        "shelf_list": False,
        "closed": False,
    }
    changed = admin.patch("/org-units/DZ", {"name": "大庄图书室", "location": None}, If_Match=found.headers["ETag"])
    assert changed.status_code == 200
    assert (changed.json["name"], changed.json["location"]) == ("大庄图书室", None)
    stale = admin.patch("/org-units/DZ", {"name": "又改"}, If_Match=found.headers["ETag"])
    assert (stale.status_code, stale.json["code"]) == (412, "record.stale")


def test_lists_units_by_pages_parents_first(admin: ApiUser) -> None:
    first = admin.get("/org-units", limit="3").json
    second = admin.get("/org-units", limit="3", cursor=first["next"]).json
    assert [unit["code"] for unit in first["items"] + second["items"]] == ["QX", "ZG", "CG", "LX", "XC"]
    assert second["next"] is None


def test_hours_are_replaced_and_say_where_they_come_from(admin: ApiUser) -> None:
    weekly = {"mon": [["09:00", "17:30"]], "sat": [["09:00", "11:30"], ["13:00", "17:00"]]}
    closures = [{"from": "2026-11-30", "to": "2026-12-01", "reason": "盘点"}]
    assert admin.put("/org-units/CG/hours", {"weekly": weekly, "closures": closures}).status_code == 200
    inherited = admin.get("/org-units/LX/hours").json
    assert (inherited["weekly"], inherited["in_force_from"]) == (None, "CG")
    assert inherited["in_force"]["sat"] == weekly["sat"]
    days = admin.get("/org-units/LX/open-days", **{"from": "2026-11-23", "to": "2026-12-07"}).json
    assert days == {"days": ["2026-11-23", "2026-11-28", "2026-12-05", "2026-12-07"]}


def test_distances_are_replaced(admin: ApiUser) -> None:
    assert admin.put("/org-units/CG/distances", [{"to": "LX", "km": 7.5}]).status_code == 200
    assert admin.get("/org-units/LX/distances").json["items"] == [{"to": "CG", "km": 7.5}]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/org-units/CG/hours", {"weekly": {"mon": [["9:00", "17:30"]]}}, "weekly.mon"),
        ("/org-units/CG/hours", {"weekly": {"mon": [["09:00", "24:00"]]}}, "weekly.mon"),
        ("/org-units/CG/hours", {"weekly": {"mon": [["18:00", "09:00"]]}}, "weekly.mon"),
        ("/org-units/CG/hours", {"weekly": {"monday": []}}, "weekly.monday"),
        ("/org-units/CG/hours", {"closures": [{"from": "2026-12-02", "to": "2026-12-01"}]}, "closures.0.to"),
        ("/org-units/CG/hours", {"closures": [{"from": "0000-00-00", "to": "2026-12-01"}]}, "closures.0.from"),
        ("/org-units/CG/distances", [{"to": "LX", "km": "7"}], "0.km"),
        ("/org-units/CG/distances", [{"to": "LX", "km": -1}], "0.km"),
        ("/org-units/CG/distances", [{"to": "CG", "km": 1}], "to"),
    ],
)
def test_says_which_field_does_not_hold(admin: ApiUser, path: str, body: object, field: str) -> None:
    answer = admin.put(path, body)
    assert answer.status_code == 422
    assert any(name.startswith(field) for name in answer.json["errors"]), answer.json
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("code", ["NOWHERE", "%2e%2e", "..", "0", "-1", "%00", str(2**63)])
def test_an_unknown_unit_is_not_found(admin: ApiUser, code: str) -> None:
    assert admin.get(f"/org-units/{code}/hours").status_code == 404
