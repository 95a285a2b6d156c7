"""Suggestions over HTTP: a reader's own, a unit's to answer, once however often a request is sent."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import ApiUser


@pytest.fixture
def reader(client: FlaskClient, desk: Desk) -> ApiUser:
    return desk.reading(desk.add_patron("P0002", desk.county.point)).over_http(client)


def test_from_a_reader_s_wish_to_the_library_s_word(client: FlaskClient, desk: Desk, reader: ApiUser) -> None:
    made = reader.post("/suggestions", {"title": "三体", "author": "刘慈欣", "reason": "想看"})
    assert made.status_code == 201
    told = made.get_json()
    assert (told["org"], told["status"], told["votes"]) == ("LX", "open", 1)
    librarian = desk.as_role("branch_librarian", desk.county.branch).over_http(client)
    assert [row["title"] for row in librarian.get("/suggestions", status="open").get_json()["items"]] == ["三体"]
    answered = librarian.post(f"/suggestions/{told['id']}/answer", {"status": "ordered", "answer": "下月到"})
    assert answered.get_json()["status"] == "ordered"
    assert reader.get("/suggestions").get_json()["items"][0]["answer"] == "下月到"


def test_a_request_sent_again_suggests_once(desk: Desk, reader: ApiUser) -> None:
    body = {"title": "三体"}
    first = reader.post("/suggestions", body, Idempotency_Key="k")
    again = reader.post("/suggestions", body, Idempotency_Key="k")
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.get_json() == first.get_json()
    assert desk.acts() == ["suggestion_made"]


def test_titles_that_the_libraries_seem_to_have_are_named_and_may_be_denied(desk: Desk, reader: ApiUser) -> None:
    bib_id = desk.item().bib_id
    refused = reader.post("/suggestions", {"title": "平凡的世界"})
    told = refused.get_json()
    assert (refused.status_code, told["code"], told["data"]) == (409, "suggestion.alike", {"bibs": [bib_id]})
    assert reader.post("/suggestions", {"title": "平凡的世界", "not_these": [bib_id]}).status_code == 201
    assert reader.post("/suggestions", {"title": "平凡的世界", "not_these": ["x"]}).status_code == 422


def test_a_vote_counts_once(client: FlaskClient, desk: Desk, reader: ApiUser) -> None:
    made = reader.post("/suggestions", {"title": "三体"}).get_json()["id"]
    caller = desk.reading(desk.add_patron("P0003")).caller
    other = desk.over_http(client, caller)
    assert other.post(f"/suggestions/{made}/votes").get_json()["votes"] == 2
    assert other.post(f"/suggestions/{made}/votes").get_json()["votes"] == 2
    assert other.post("/suggestions/999/votes").status_code == 404


def test_other_units_see_and_answer_nothing(client: FlaskClient, desk: Desk, reader: ApiUser) -> None:
    made = reader.post("/suggestions", {"title": "三体"}).get_json()["id"]
    elsewhere = desk.as_role("branch_librarian", desk.county.other_point).over_http(client)
    assert elsewhere.get("/suggestions").get_json()["items"] == []
    assert elsewhere.post(f"/suggestions/{made}/answer", {"status": "ordered"}).status_code == 404
    volunteer = desk.as_role("volunteer", desk.county.point).over_http(client)
    assert volunteer.get("/suggestions").status_code == 403
    assert volunteer.post("/suggestions", {"title": "三体"}).status_code == 403


def test_a_list_is_read_page_by_page(reader: ApiUser) -> None:
    for title in ("一", "二", "三"):
        reader.post("/suggestions", {"title": title})
    first = reader.get("/suggestions", limit="2").get_json()
    rest = reader.get("/suggestions", limit="2", cursor=first["next"]).get_json()
    assert [row["title"] for row in [*first["items"], *rest["items"]]] == ["三", "二", "一"]
    assert rest["next"] is None


def test_why_a_reader_wants_a_title_is_told_to_librarians_alone(
    client: FlaskClient, desk: Desk, reader: ApiUser
) -> None:
    made = reader.post("/suggestions", {"title": "癌症康复", "reason": "我正在治疗"}).get_json()["id"]
    caller = desk.reading(desk.add_patron("P0003")).caller
    other = desk.over_http(client, caller)
    assert "我正在治疗" not in other.post("/suggestions", {"title": "癌症康复"}).get_data(as_text=True)
    assert other.post(f"/suggestions/{made}/votes").get_json()["reason"] is None
    assert other.get("/suggestions").get_json()["items"][0]["reason"] is None
    librarian = desk.as_role("branch_librarian", desk.county.branch).over_http(client)
    assert librarian.get("/suggestions").get_json()["items"][0]["reason"] == "我正在治疗"
