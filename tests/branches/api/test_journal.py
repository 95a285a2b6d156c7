"""The journal over HTTP: of one's units, by pages, and silent about who read what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from branches.access import Caller
from branches.context import Context
from kernel.db import Database
from kernel.journal import append
from tests.factories import (
    NOW,
    ApiUser,
    County,
    make_context,
    make_county,
    make_item,
    make_patron,
    make_token,
    make_unit,
    make_user,
)


@pytest.fixture
def county(database: Database) -> County:
    county = database.run(make_county)
    database.run(lambda s: _write_entries(s, county))
    return county


def _write_entries(session: Session, county: County) -> None:
    """A reader registered, looked at and lent a book at the branch; a book lent at a far hub."""
    far = make_unit(session, "H2", "hub", county.network)
    patron_id, item_id = make_patron(session, county.branch, "P1"), make_item(session, county.branch, "B1")
    here, there = {"org_id": county.branch}, {"org_id": far}

    def journal(second: int) -> Context:
        return make_context(session, now=NOW + timedelta(seconds=second))

    journal(0).record("settings_changed", data={"what": "a setting of no unit"})
    journal(1).record("patron_created", patron_id=patron_id, **here)
    journal(2).record("person_viewed", patron_id=patron_id, **here)
    journal(3).record("checked_out", item_id=item_id, patron_id=patron_id, **here)
    journal(4).record("checked_in", item_id=item_id, **there)


def _login(database: Database, client: FlaskClient, role: str, org_id: int) -> ApiUser:
    return ApiUser(client, database.run(lambda s: make_token(s, make_user(s, role, (role, org_id)))))


def _acts(user: ApiUser, **query: str) -> list[str]:
    answer = user.get("/journal", **query)
    assert answer.status_code == 200, answer.json
    return [entry["act"] for entry in answer.json["items"]]


def test_an_administrator_reads_everything_newest_first(
    database: Database, client: FlaskClient, county: County
) -> None:
    admin = _login(database, client, "sysadmin", county.network)
    acts = ["checked_in", "checked_out", "person_viewed", "patron_created", "settings_changed"]
    assert _acts(admin) == acts


def test_a_hub_librarian_reads_of_own_units_only(database: Database, client: FlaskClient, county: County) -> None:
    hub = _login(database, client, "hub_librarian", county.hub)
    assert _acts(hub) == ["checked_out", "person_viewed", "patron_created"]
    assert hub.get("/journal", org="H2").status_code == 404


def test_pages_join_without_gap_or_repeat(database: Database, client: FlaskClient, county: County) -> None:
    admin = _login(database, client, "sysadmin", county.network)
    seen: list[int] = []
    query: dict[str, Any] = {"limit": "2"}
    while True:
        page = admin.get("/journal", **query).json
        seen += [entry["id"] for entry in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 5


def test_no_entry_names_a_reader_together_with_a_copy(database: Database, client: FlaskClient, county: County) -> None:
    admin = _login(database, client, "sysadmin", county.network)
    entries = admin.get("/journal").json["items"]
    assert not [e for e in entries if e["patron"] and (e["item"] or e["bib"])]
    assert _acts(admin, patron="P1") == ["person_viewed", "patron_created"]
    assert _acts(admin, item="B1") == ["checked_in", "checked_out"]
    assert all(entry["patron"] is None for entry in admin.get("/journal", item="B1").json["items"])


def test_what_follows_from_a_return_names_no_reader_beside_the_book(
    database: Database, client: FlaskClient, county: County
) -> None:
    """A fine or a suspension stands at the instant of its return, by the same hand: together they would tell who had the book."""

    def return_late(session: Session) -> None:
        scan = make_context(session, now=NOW + timedelta(hours=1))
        told = {"loan": 7}
        scan.record("checked_in", item_id=1, bib_id=1, patron_id=1, org_id=county.branch, data=told)
        scan.record(
            "fee_charged", patron_id=1, org_id=county.branch, data={"entry": 9, "amount": "0.50", "cause": "overdue"}
        )
        scan.record("patron_blocked", patron_id=1, org_id=county.branch, data={"block": 4, "scope": "network"})
        later = make_context(session, now=NOW + timedelta(hours=2))
        later.record("fee_waived", patron_id=1, org_id=county.branch, data={"entry": 10, "about": 9})

    database.run(return_late)
    admin = _login(database, client, "sysadmin", county.network)
    waived, blocked, charged, _returned = admin.get("/journal", limit="4").json["items"]
    assert (waived["patron"], waived["data"]) == ("P1", {"entry": 10, "about": 9}), (
        "a person decided it, at another time"
    )
    assert (blocked["patron"], blocked["data"]) == (None, {"scope": "network"})
    assert (charged["patron"], charged["data"]) == (None, {"cause": "overdue"})
    assert _acts(admin, patron="P1") == ["fee_waived", "person_viewed", "patron_created"]


def test_what_was_forgotten_is_not_found_by_what_stands_beside_it(
    database: Database, client: FlaskClient, county: County
) -> None:
    """Forgetting takes reader, author and request from the row of the book; the one of the money keeps them."""

    def renew_late(session: Session) -> None:
        reader = make_context(session, Caller(kind="patron", id=1), now=NOW + timedelta(hours=1))
        reader.record("fee_charged", patron_id=1, org_id=county.branch, data={"entry": 9, "amount": "0.50"})
        append(session, "renewed", at=reader.now, author="patron", channel="test", item_id=1, org_id=county.branch)

    database.run(renew_late)
    admin = _login(database, client, "sysadmin", county.network)
    _renewed, charged = admin.get("/journal", limit="2").json["items"]
    assert (charged["patron"], charged["author"], charged["data"]) == (None, "patron", {})


def test_filters_by_act_author_and_time(database: Database, client: FlaskClient, county: County) -> None:
    admin = _login(database, client, "sysadmin", county.network)
    assert _acts(admin, act="checked_out") == ["checked_out"]
    assert len(_acts(admin, author="system")) == 5
    assert _acts(admin, author="li") == []
    assert _acts(admin, **{"from": "2026-11-23T10:31:00+08:00"}) == []
    assert len(_acts(admin, **{"from": "2026-11-23T10:30:00+08:00", "to": "2026-11-23T10:31:00+08:00"})) == 5


@pytest.mark.parametrize(
    "query",
    [
        {"act": "nonsense"}, {"limit": "0"}, {"limit": "-1"}, {"limit": "201"}, {"limit": "1e9"}, {"cursor": "x"},
        {"cursor": "InRleHQi"}, {"author": "patron:1"}, {"from": "yesterday"}, {"from": "2026-11-23T24:00:00+08:00"},
        {"sort": "id"},
    ],
)  # fmt: skip
def test_cannot_ask_what_is_not_on_the_list(
    database: Database, client: FlaskClient, county: County, query: dict[str, str]
) -> None:
    admin = _login(database, client, "sysadmin", county.network)
    assert admin.get("/journal", **query).status_code == 422


def test_an_unknown_copy_or_reader_is_not_found(database: Database, client: FlaskClient, county: County) -> None:
    admin = _login(database, client, "sysadmin", county.network)
    assert admin.get("/journal", item="B9").json["code"] == "item.not_found"
    assert admin.get("/journal", patron="P9").json["code"] == "patron.not_found"
