"""Policies over HTTP."""

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


def test_what_was_read_can_be_sent_back_changed(admin: ApiUser) -> None:
    read = admin.get("/policies")
    rows = [*read.json["rows"], {"setting": "loan_days", "value": 7, "org": "CG", "note": "小馆"}]
    saved = admin.put("/policies", {"version": read.json["version"], "rows": rows}, If_Match=read.headers["ETag"])
    assert saved.status_code == 200
    assert saved.json["version"] == read.json["version"] + 1
    assert saved.json["rows"][:-1] == read.json["rows"]
    again = admin.get("/policies")
    assert (again.json, again.headers["ETag"]) == (saved.json, saved.headers["ETag"])


def test_what_was_read_and_sent_back_as_it_was_makes_no_version(admin: ApiUser) -> None:
    read = admin.get("/policies")
    body = {"version": read.json["version"], "rows": read.json["rows"]}
    saved = admin.put("/policies", body, If_Match=read.headers["ETag"])
    assert (saved.status_code, saved.json, saved.headers["ETag"]) == (200, read.json, read.headers["ETag"])
    twice = [*read.json["rows"], read.json["rows"][0]]
    assert admin.put("/policies", {**body, "rows": twice}, If_Match=read.headers["ETag"]).status_code == 422


def test_a_change_needs_the_version_it_was_made_from(admin: ApiUser) -> None:
    read = admin.get("/policies")
    body = {"rows": []}
    missing = admin.put("/policies", body)
    assert (missing.status_code, missing.json["code"]) == (428, "if_match.missing")
    assert admin.put("/policies", body, If_Match=read.headers["ETag"]).status_code == 200
    stale = admin.put("/policies", body, If_Match=read.headers["ETag"])
    assert (stale.status_code, stale.json["code"]) == (412, "record.stale")
    assert admin.put("/policies", body, If_Match='"not a version"').status_code == 412


def test_wrong_rows_are_named_all_at_once_and_nothing_is_saved(admin: ApiUser) -> None:
    read = admin.get("/policies")
    rows = [
        {"setting": "loan_days", "value": "x"},
        {"setting": "nonsense", "value": 1},
        {"setting": "lend", "value": True},
    ]
    answer = admin.put("/policies", {"rows": rows}, If_Match=read.headers["ETag"])
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"rows.0.value", "rows.1.setting"}
    assert admin.get("/policies").json == read.json


def test_explain_tells_value_source_and_what_was_considered(admin: ApiUser) -> None:
    settings = admin.get("/policies/explain", org="LX", category="adult", item_type="reference").json["settings"]
    assert (settings["loan_days"]["value"], settings["loan_days"]["source"]) == (30, "row")
    assert settings["loan_days"]["row"]["setting"] == "loan_days"
    assert len(settings["loan_days"]["considered"]) == 1
    assert settings["days_mode"] == {
        "value": "datedue", "source": "default", "required": False, "row": None, "considered": []
    }  # fmt: skip
    assert admin.get("/policies/explain", org="NOWHERE").status_code == 404
    assert admin.get("/policies/explain", category="alien").json["code"] == "category.not_found"
    assert admin.get("/policies/explain", nonsense="1").status_code == 422


def test_every_version_can_be_read_again(admin: ApiUser) -> None:
    for days in (20, 21):
        etag = admin.get("/policies").headers["ETag"]
        admin.put("/policies", {"rows": [{"setting": "loan_days", "value": days}]}, If_Match=etag)
    versions = admin.get("/policies/versions", limit="1").json
    assert [v["saved_by"] for v in versions["items"]] == ["root"]
    older = admin.get("/policies/versions", cursor=versions["next"]).json["items"][0]["version"]
    assert admin.get(f"/policies/versions/{older}").json["rows"][0]["value"] == 20
    assert admin.get(f"/policies/versions/{2**63}").status_code == 404


def test_what_changed_is_told_and_an_earlier_version_put_back(admin: ApiUser) -> None:
    rows = [{"setting": "loan_days", "value": 20}, {"setting": "renewals", "value": 2}]
    etag = admin.get("/policies").headers["ETag"]
    first = admin.put("/policies", {"rows": rows, "note": "试行"}, If_Match=etag)
    second = admin.put("/policies", {"rows": [rows[0] | {"value": 30}]}, If_Match=first.headers["ETag"])
    version = first.json["version"]
    told = admin.get(f"/policies/versions/{version + 1}/changes").json
    assert (told["since"], [c["kind"] for c in told["changes"]]) == (version, ["changed", "removed"])
    assert (told["changes"][0]["before"]["value"], told["changes"][0]["after"]["value"]) == (20, 30)
    assert told["changes"][1]["after"] is None
    back = admin.get(f"/policies/versions/{version}/changes", since=str(version + 1)).json
    assert [c["kind"] for c in back["changes"]] == ["changed", "added"]
    assert admin.get("/policies/versions/99/changes").status_code == 404
    assert admin.get(f"/policies/versions/{version}/changes", since="99").status_code == 404
    path = f"/policies/versions/{version}/restoration"
    assert admin.post(path).status_code == 428
    assert admin.post(path, If_Match=first.headers["ETag"]).status_code == 412
    restored = admin.post(path, {"note": "还是这样"}, If_Match=second.headers["ETag"])
    assert (restored.status_code, restored.json["version"]) == (200, version + 2)
    assert [row["value"] for row in restored.json["rows"]] == [20, 2]
    assert [v["note"] for v in admin.get("/policies/versions", limit="3").json["items"]] == ["还是这样", "", "试行"]
