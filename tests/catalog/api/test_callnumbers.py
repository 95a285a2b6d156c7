"""Call numbers over HTTP: given once however often asked, checked, and noticed on copies."""

from __future__ import annotations

import pytest

from kernel.db import Database
from tests.factories import ApiUser, County, make_bib, make_item


@pytest.fixture
def bib_id(database: Database, county: County) -> int:
    with database.transaction() as session:
        return make_bib(session, class_number="I247.57")


def test_a_number_is_given_and_told_again(hub_librarian: ApiUser, branch_librarian: ApiUser, bib_id: int) -> None:
    answer = hub_librarian.post("/call-numbers", {"bib": bib_id, "scope": "ZG"}, Idempotency_Key="one")
    told = answer.get_json()
    assert answer.status_code == 201, answer.text
    assert told | {"allotted_at": ""} == {
        "call_number": "I247.57/1",
        "class": "I247.57",
        "book_number": "1",
        "scope": "QX",
        "new": True,
        "allotted_at": "",
        "allotted_by": "zg",
    }
    again = hub_librarian.post("/call-numbers", {"bib": bib_id, "scope": "ZG"}, Idempotency_Key="one")
    assert again.get_json() == told
    assert again.headers["Idempotent-Replay"] == "true"
    other = branch_librarian.post("/call-numbers", {"bib": bib_id, "scope": "LX", "volume": "下"}).get_json()
    assert (other["call_number"], other["new"], other["allotted_by"]) == ("I247.57/1:3", False, "zg")


def test_a_branch_takes_no_number_at_the_hub(branch_librarian: ApiUser, volunteer: ApiUser, bib_id: int) -> None:
    assert branch_librarian.post("/call-numbers", {"bib": bib_id, "scope": "ZG"}).status_code == 404
    assert volunteer.post("/call-numbers", {"bib": bib_id, "scope": "LX"}).status_code == 403


def test_what_cannot_be_counted_is_said(hub_librarian: ApiUser, database: Database, bib_id: int) -> None:
    with database.transaction() as session:
        unclassed = make_bib(session, "无类")
    answer = hub_librarian.post("/call-numbers", {"bib": unclassed, "scope": "ZG"})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "call_number.no_class")
    assert hub_librarian.post("/call-numbers", {"bib": bib_id, "scope": "NO"}).status_code == 404
    assert hub_librarian.post("/call-numbers", {"bib": 999, "scope": "ZG"}).status_code == 404


def test_a_number_of_ones_own_is_checked(
    hub_librarian: ApiUser, database: Database, county: County, bib_id: int
) -> None:
    with database.transaction() as session:
        make_item(session, county.point, "B1", make_bib(session, "人生"), call_number="I247.57/9")
    query = {"scope": "ZG", "bib": bib_id, "call_number": "Ｉ247.57／9"}
    told = hub_librarian.get("/call-numbers", **query).get_json()
    assert (told["call_number"], told["class"], told["book_number"]) == ("I247.57/9", "I247.57", "9")
    assert [(one["code"], one["class"]) for one in told["notices"]] == [("call_number.double", "notice")]
    assert "人生" in told["notices"][0]["message"]
    made = hub_librarian.post(
        "/items",
        {"bib": bib_id, "barcode": "B2", "home": "ZG", "item_type": "book", "call_number": "I247.57/9"},
    )
    assert made.status_code == 201
    assert [one["code"] for one in made.get_json()["notices"]] == ["call_number.double"]
