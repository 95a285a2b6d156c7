"""Copies over HTTP: registered and changed where the caller may, under barcodes that are never given twice."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from branches.models import OrgUnit
from branches.reference import TREE
from catalog.models import Item
from kernel.db import Database
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from tests.factories import ApiUser, County, make_bib, make_item, make_unit


@pytest.fixture
def bib_id(database: Database, county: County) -> int:
    with database.transaction() as session:
        return make_bib(session)


def copy(bib_id: int, **fields: Any) -> dict[str, Any]:
    return {"bib": bib_id, "barcode": "B0001", "home": "LX", "owner": "ZG", "item_type": "book"} | fields


def test_can_register_a_copy(hub_librarian: ApiUser, database: Database, county: County, bib_id: int) -> None:
    answer = hub_librarian.post(
        "/items", copy(bib_id, price="68.00", call_number="I247.57/1", volume="上", acquired_on="2026-11-01")
    )
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"'), answer.text
    assert answer.get_json() == {
        "barcode": "B0001",
        "bib": bib_id,
        "title": "平凡的世界",
        "volume": "上",
        "item_type": "book",
        "status": "available",
        "owner": "ZG",
        "home": "LX",
        "location": "LX",
        "call_number": "I247.57/1",
        "shelf": None,
        "price": "68.00",
        "acquired_on": "2026-11-01",
        "note": None,
        "check_out_note": None,
        "check_in_note": None,
        "accessories": None,
        "is_damaged": False,
        "notices": [],
    }
    with database.reading() as session:
        entry = session.scalars(select(JournalEntry)).one()
        assert (entry.act, entry.org_id, entry.bib_id) == ("item_created", county.point, bib_id)
        assert session.get_one(OutboxEntry, ("bib", bib_id)).version == 2
        assert session.scalars(select(Item.namespace_id)).one() == county.network


def test_copy_without_an_owner_is_its_homes(hub_librarian: ApiUser, bib_id: int) -> None:
    body = copy(bib_id)
    del body["owner"]
    assert hub_librarian.post("/items", body).get_json()["owner"] == "LX"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"bib": 999}, 404, "bib.not_found"),
        ({"home": "NO"}, 404, "org.not_found"),
        ({"owner": "NO"}, 404, "org.not_found"),
        ({"item_type": "scroll"}, 404, "item_type.not_found"),
        ({"home": "QX"}, 422, "item.home"),
        ({"barcode": "A:1"}, 422, "item.barcode_malformed"),
        ({"barcode": "A/1"}, 422, "item.barcode_malformed"),
        ({"barcode": "A\n1"}, 422, "item.barcode_malformed"),
        ({"barcode": "００１"}, 422, "item.barcode_malformed"),
        ({"barcode": "9" * 65}, 422, "input.invalid"),
        ({"price": "-1.00"}, 422, "input.invalid"),
        ({"price": "30000000.00"}, 422, "item.price"),
        ({"bib": 2**63}, 422, "input.invalid"),
        ({"bib": True}, 422, "input.invalid"),
        ({"acquired_on": "2026-02-30"}, 422, "input.invalid"),
        ({"status": "lost"}, 422, "input.invalid"),
    ],
)
def test_cannot_register_what_does_not_hold(
    hub_librarian: ApiUser, database: Database, bib_id: int, fields: dict[str, Any], status: int, code: str
) -> None:
    answer = hub_librarian.post("/items", copy(bib_id, **fields))
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Item)) == 0


@pytest.mark.parametrize("field", ["home", "owner"])
def test_cannot_register_a_copy_for_a_closed_unit(
    hub_librarian: ApiUser, database: Database, county: County, bib_id: int, field: str
) -> None:
    with database.transaction() as session:
        session.get_one(OrgUnit, county.other_point).is_closed = True
        TREE.changed(session)
    answer = hub_librarian.post("/items", copy(bib_id, **{field: "XC"}))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "org.closed")
    assert list(answer.get_json()["errors"]) == [field]


def test_barcode_is_never_given_twice_not_even_that_of_a_withdrawn_copy(
    hub_librarian: ApiUser, database: Database, county: County, bib_id: int
) -> None:
    with database.transaction() as session:
        make_item(session, county.hub, "B0001", bib_id, status="withdrawn")
    answer = hub_librarian.post("/items", copy(bib_id))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "item.barcode_taken")


def test_same_barcode_may_stand_in_two_namespaces_and_is_then_ambiguous(
    hub_librarian: ApiUser, database: Database, county: County, bib_id: int
) -> None:
    with database.transaction() as session:
        other = make_unit(session, "ZG2", "branch", county.hub, is_namespace=True)
        third = make_unit(session, "ZG3", "branch", county.hub, is_namespace=True)
    for owner in ("ZG2", "ZG3"):
        assert hub_librarian.post("/items", copy(bib_id, owner=owner)).status_code == 201
    with database.reading() as session:
        assert set(session.scalars(select(Item.namespace_id))) == {other, third}
    asked = hub_librarian.patch("/items/B0001", {"note": "x"}, If_Match='"1"')
    assert (asked.status_code, asked.get_json()["code"]) == (409, "item.ambiguous")
    assert {c["org"] for c in asked.get_json()["data"]["candidates"]} == {"ZG2", "ZG3"}
    assert hub_librarian.patch("/items/ZG3:B0001", {"note": "x"}, If_Match='"1"').status_code == 200


def test_can_register_copies_only_where_the_right_is_held(
    branch_librarian: ApiUser, volunteer: ApiUser, anyone: ApiUser, bib_id: int
) -> None:
    assert branch_librarian.post("/items", copy(bib_id, owner="LX")).status_code == 201
    foreign = branch_librarian.post("/items", copy(bib_id, barcode="B2", owner="ZG"))
    assert (foreign.status_code, foreign.get_json()["code"]) == (404, "org.not_found")
    assert volunteer.post("/items", copy(bib_id, barcode="B2", owner="LX")).status_code == 403
    assert anyone.post("/items", copy(bib_id, barcode="B2", owner="LX")).status_code == 401


# --- changed ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def item_id(database: Database, county: County, bib_id: int) -> int:
    with database.transaction() as session:
        return make_item(session, county.hub, "B0001", bib_id, call_number="I247")


def test_can_change_a_copy(hub_librarian: ApiUser, database: Database, item_id: int, bib_id: int) -> None:
    changes = {
        "home": "XC",
        "owner": "CG",
        "item_type": "reference",
        "price": "12.5",
        "call_number": None,
        "note": "残页",
    }
    answer = hub_librarian.patch("/items/B0001", changes, If_Match='"1"')
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"'), answer.text
    changed = answer.get_json()
    assert {name: changed[name] for name in changes} == changes | {"price": "12.50"}
    assert (changed["status"], changed["location"]) == ("available", "ZG")
    with database.reading() as session:
        entry = session.scalars(select(JournalEntry)).one()
        assert (entry.act, entry.item_id) == ("item_changed", item_id)
        assert entry.data == {
            "changes": {
                "call_number": ["I247", None],
                "home": ["ZG", "XC"],
                "item_type": ["book", "reference"],
                "note": [None, "残页"],
                "owner": ["ZG", "CG"],
                "price_fen": [None, 1250],
            }
        }
        assert session.get_one(OutboxEntry, ("bib", bib_id)).version == 2


def test_cannot_change_a_copy_that_changed_meanwhile(hub_librarian: ApiUser, item_id: int) -> None:
    assert hub_librarian.patch("/items/B0001", {"note": "一"}, If_Match='"1"').status_code == 200
    assert hub_librarian.patch("/items/B0001", {"note": "二"}, If_Match='"1"').status_code == 412
    assert hub_librarian.patch("/items/B0001", {"note": "二"}).status_code == 428
    assert hub_librarian.patch("/items/B0001", {"note": "一"}, If_Match='"2"').headers["ETag"] == '"2"'


def test_cannot_change_what_circulation_decides(hub_librarian: ApiUser, item_id: int) -> None:
    for fields in ({"status": "available"}, {"location": "ZG"}, {"barcode": "B9"}, {"bib": 1}):
        assert hub_librarian.patch("/items/B0001", fields, If_Match='"1"').status_code == 422


def test_cannot_change_a_copy_of_another_unit(branch_librarian: ApiUser, item_id: int) -> None:
    foreign = branch_librarian.patch("/items/B0001", {"note": "x"}, If_Match='"1"')
    absent = branch_librarian.patch("/items/B0002", {"note": "x"}, If_Match='"1"')
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.get_json()["detail"].replace("B0001", "B0002") == absent.get_json()["detail"]


def test_cannot_give_a_copy_to_a_unit_where_the_right_is_not_held(
    branch_librarian: ApiUser, database: Database, county: County, bib_id: int
) -> None:
    with database.transaction() as session:
        make_item(session, county.point, "B7", bib_id)
    answer = branch_librarian.patch("/items/B7", {"owner": "ZG"}, If_Match='"1"')
    assert (answer.status_code, answer.get_json()["code"]) == (404, "org.not_found")


def test_copy_stays_in_its_namespace(hub_librarian: ApiUser, database: Database, county: County, item_id: int) -> None:
    with database.transaction() as session:
        make_unit(session, "ZG2", "branch", county.hub, is_namespace=True)
    answer = hub_librarian.patch("/items/B0001", {"owner": "ZG2"}, If_Match='"1"')
    assert (answer.status_code, answer.get_json()["code"]) == (409, "item.namespace")
