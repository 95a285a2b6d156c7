"""Small builders: each test makes only what it asserts about. They write rows directly, so that they rest on no service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from branches import passwords
from branches.access import SYSTEM, Caller
from branches.context import Context
from branches.models import Grant, OrgUnit, PolicyRow, StaffUser
from branches.reference import CALENDARS, POLICIES, TREE
from branches.service import logins
from catalog.bibdata import BibData, Contributor
from catalog.description import columns, identifiers
from catalog.models import Bib, BibIdentifier, Item, ItemType
from kernel import outbox
from kernel.clock import read_clock
from kernel.db import Database
from patrons.models import Card, Patron, PatronCategory
from web.settings import Settings

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # a Monday, 10:30 in the network's zone
PASSWORD = "four unrelated words here"
PIN = "482913"


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """The ids of a small network: QX > hub ZG > branch CG > points LX and XC, all of which lend for 30 days."""

    network: int
    hub: int
    branch: int
    point: int
    other_point: int


def make_county(session: Session) -> County:
    network = make_unit(session, "QX", "network", name="测试县")
    hub = make_unit(session, "ZG", "hub", network, name="城关总馆")
    branch = make_unit(session, "CG", "branch", hub, name="城关分馆")
    point = make_unit(session, "LX", "point", branch, name="李村书屋")
    other_point = make_unit(session, "XC", "point", branch, name="新村书屋")
    session.add_all([PatronCategory(code="adult", name="成人"), PatronCategory(code="child", name="少儿")])
    session.add(ItemType(code="book", name="图书"))
    session.flush()
    session.add(ItemType(code="reference", name="工具书", parent="book"))
    make_policy(session, "loan_days", 30)
    make_policy(session, "renewals", 1)
    make_policy(session, "max_loans", 10)
    session.flush()
    return County(network=network, hub=hub, branch=branch, point=point, other_point=other_point)


def make_unit(session: Session, code: str, kind: str, parent_id: int | None = None, **values: Any) -> int:
    unit = OrgUnit(code=code, kind=kind, parent_id=parent_id, **{"name": f"{code} 馆"} | values)
    session.add(unit)
    session.flush()
    TREE.changed(session)
    CALENDARS.changed(session)
    return unit.id


def make_policy(session: Session, setting: str, value: Any, **criteria: str) -> int:
    """A policy row; criteria are codes: org, item_org, patron_org, category, item_type."""
    row = PolicyRow(setting=setting, value=value, **criteria)
    session.add(row)
    session.flush()
    POLICIES.changed(session)
    return row.id


def make_patron(session: Session, home_id: int, barcode: str = "P0001", **values: Any) -> int:
    """A reader with an active card; `namespace_id` is where the card number is unique (else the network)."""
    card = {"barcode": barcode, "namespace_id": values.pop("namespace_id", None) or _root(session)}
    pin = values.pop("pin", None)
    defaults = {"name": "张三丰", "category": "adult", "created_at": NOW, "pin_hash": _pin_hash(pin) if pin else None}
    patron = Patron(home_id=home_id, **defaults | values)
    session.add(patron)
    session.flush()
    session.add(Card(patron_id=patron.id, issued_at=NOW, **card))
    session.flush()
    return patron.id


def make_bib(session: Session, title: str = "平凡的世界", **values: Any) -> int:
    """A title whose description agrees with its columns; `authors` are names divided by `; `."""
    names = values.get("authors", "路遥")
    data = BibData(
        format="cnmarc",
        title=title,
        contributors=tuple(Contributor(name=name, main=True) for name in names.split("; ") if name),
        isbns=(values["isbn"],) if values.get("isbn") else (),
        **{name: values[name] for name in ("publisher", "year", "class_number", "language", "kind") if name in values},
    )
    bib = Bib(**{**columns(data), "created_at": NOW, "updated_at": NOW} | values)
    session.add(bib)
    session.flush()
    session.add_all(BibIdentifier(bib_id=bib.id, kind=kind, value=value) for kind, value in identifiers(data))
    session.flush()
    outbox.enqueue(session, "bib", [bib.id], at=NOW)
    return bib.id


def make_item(session: Session, home_id: int, barcode: str = "B0001", bib_id: int | None = None, **values: Any) -> int:
    """A copy on the shelf of its home; `namespace_id` is where its barcode is unique (else the network)."""
    defaults = {
        "namespace_id": _root(session),
        "owner_id": home_id,
        "location_id": home_id,
        "item_type": "book",
        "created_at": NOW,
    }
    item = Item(bib_id=bib_id or make_bib(session), home_id=home_id, barcode=barcode, **defaults | values)
    session.add(item)
    session.flush()
    return item.id


def make_user(session: Session, username: str, *grants: tuple[str, int]) -> Caller:
    """A member of staff with roles at units, whose password is `PASSWORD`."""
    user = StaffUser(username=username, name="馆员", password_hash=_password_hash(), created_at=NOW)
    session.add(user)
    session.flush()
    session.add_all(Grant(user_id=user.id, role=role, org_id=org_id) for role, org_id in grants)
    session.flush()
    return Caller(kind="staff", id=user.id, name=user.name, username=username, grants=grants)


def make_token(session: Session, caller: Caller) -> str:
    """A login of a member of staff or a reader; tokens keep the real clock."""
    assert caller.kind in ("staff", "patron")
    kind: logins.TokenKind = "staff" if caller.kind == "staff" else "patron"
    return logins.issue_token(session, kind, caller.id, read_clock(), timedelta(hours=1))[0]


def make_context(session: Session, caller: Caller = SYSTEM, *, now: datetime = NOW, channel: str = "test") -> Context:
    return Context(session=session, now=now, caller=caller, channel=channel)


def make_settings(data_dir: Path, database: Database) -> Settings:
    return Settings(
        data_dir=data_dir,
        database_url=database.url.render_as_string(hide_password=False),
        search_url="",
        secret_key="a secret for tests only",
        base_url="",
        test_clock=True,
        rate_limits=True,
        max_upload_mb=16,
    )


@dataclass(frozen=True)
class ApiUser:
    """One who calls the API: sends the token, the test clock's time and a fresh key for every POST."""

    client: FlaskClient
    token: str | None = None
    now: datetime = NOW
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: str) -> TestResponse:
        return self.ask("GET", path, query_string=query)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.ask("POST", path, json={} if body is None else body, headers=headers)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.ask("PUT", path, json=body, headers=headers)

    def patch(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.ask("PATCH", path, json=body, headers=headers)

    def delete(self, path: str) -> TestResponse:
        return self.ask("DELETE", path)

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        """Header names may be written with underscores: `If_Match`."""
        given = {name.replace("_", "-"): value for name, value in (options.pop("headers", None) or {}).items()}
        headers = {"X-Now": self.now.isoformat(), "Accept-Language": "en", **self.headers}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if method == "POST":
            headers["Idempotency-Key"] = uuid4().hex
        return self.client.open(f"/api/v1{path}", method=method, headers=headers | given, **options)


def day(text: str) -> date:
    return date.fromisoformat(text)


def _root(session: Session) -> int:
    return session.scalars(select(OrgUnit.id).where(OrgUnit.parent_id.is_(None))).one()


@cache
def _password_hash() -> str:
    return passwords.hash_password(PASSWORD)


@cache
def _pin_hash(pin: str) -> str:
    return passwords.hash_pin(pin)
