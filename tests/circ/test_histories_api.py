"""A reader's history over HTTP: the reader's alone."""

from __future__ import annotations

from flask.testing import FlaskClient

from branches.access import Caller
from tests.desk import Desk
from tests.factories import ApiUser, make_token


def test_a_reader_chooses_reads_and_forgets(client: FlaskClient, desk: Desk) -> None:
    reader = Caller(kind="patron", id=desk.preview().patron.id)
    api = desk.over_http(client, reader)
    refused = api.put("/me/history", {"history": "keep"})
    assert (refused.status_code, refused.json["code"]) == (422, "history.consent")
    assert api.put("/me/history", {"history": "keep", "agrees": True}).status_code == 200
    assert api.get("/me").json["history"] == "keep"
    desk.check_out()
    desk.later(days=1).check_in()
    [row] = api.get("/me/history").json["items"]
    assert (row["item"], row["title"], row["at"]) == ("B0001", "平凡的世界", "ZG")
    assert api.delete("/me/history").json == {"loans": 1, "holds": 0}
    assert api.get("/me/history").json == {"items": [], "next": None}


def test_staff_choose_for_a_reader_and_are_shown_to_them_as_having_looked(client: FlaskClient, desk: Desk) -> None:
    api = desk.staffed(("hub_librarian", desk.county.hub)).over_http(client)
    assert api.put("/patrons/P0001/history", {"history": "forget"}).json["history"] == "forget"
    assert api.put("/patrons/P0001/history", {"history": "keep"}).status_code == 422
    assert api.get("/me/history").status_code == 403
    api.get("/patrons/P0001")
    reader = desk.over_http(client, Caller(kind="patron", id=desk.preview().patron.id))
    assert [look["what"] for look in reader.get("/me/looks").json["items"]] == ["profile"]


def test_the_job_forgets(client: FlaskClient, desk: Desk) -> None:
    desk.check_out()
    desk.later(days=1).check_in()
    admin = desk.staffed(("sysadmin", desk.county.network)).caller
    token = desk.write(lambda s: make_token(s, admin))
    assert ApiUser(client, token, desk.later(days=32).now).post("/jobs/retention").json["done"] >= 1
    assert [e.act for e in desk.journal() if e.patron_id is not None] == []
