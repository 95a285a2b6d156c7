"""The journal over HTTP: of one's units, by pages, and silent about who read what."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kernel.db import Database
from tests.factories import (
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
    journal = make_context(session)
    journal.record("settings_changed", data={"what": "a setting of no unit"})
    journal.record("patron_created", patron_id=patron_id, **here)
    journal.record("person_viewed", patron_id=patron_id, **here)
    journal.record("checked_out", item_id=item_id, patron_id=patron_id, **here)
    journal.record("checked_in", item_id=item_id, **there)


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
