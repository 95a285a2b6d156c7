"""Who may do what where: every route of setting up, for 9 roles, readers and nobody, at the own, a child, a sibling and the parent unit.

The table below is written from the rights agreed for the network, not from the program's own. A route of these blueprints without a
row fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from branches import passwords
from branches.access import Caller
from branches.models import StaffUser
from branches.reference import POLICIES
from kernel.db import Database
from patrons.models import Block, Card, Consent, Patron
from tests.conftest import Furnished
from tests.factories import (
    NOW,
    PASSWORD,
    PIN,
    ApiUser,
    make_county,
    make_patron,
    make_settings,
    make_token,
    make_unit,
    make_user,
)

BLUEPRINTS: Final = (
    "own.",
    "org_units.",
    "policies.",
    "users.",
    "journal.",
    "patron_categories.",
    "patrons.",
    "patron_imports.",
    "item_types.",
)
ROLES: Final = (
    "sysadmin",
    "hub_librarian",
    "branch_librarian",
    "volunteer",
    "shop_clerk",
    "returns_clerk",
    "self_check",
    "purchaser",
    "manager",
)
PLACES: Final = {"own": "CG", "child": "LX", "sibling": "DG", "parent": "ZG"}  # every role is held at CG
ANYWHERE: Final = frozenset(PLACES)
BELOW: Final = frozenset({"own", "child"})
OWN: Final = frozenset({"own"})
NOWHERE: Final[frozenset[str]] = frozenset()

Reach = Mapping[str, frozenset[str]]

EVERYONE: Final[Reach] = dict.fromkeys(ROLES, ANYWHERE)
SETTINGS_READ: Final[Reach] = dict.fromkeys(
    ("sysadmin", "hub_librarian", "branch_librarian", "purchaser", "manager"), ANYWHERE
)
ADMIN_ONLY: Final[Reach] = {"sysadmin": ANYWHERE}
ADMIN_AND_HUB_BELOW: Final[Reach] = {"sysadmin": ANYWHERE, "hub_librarian": BELOW}
READERS: Final[Reach] = {"hub_librarian": BELOW, "branch_librarian": BELOW}
BLOCKS: Final[Reach] = {"hub_librarian": BELOW}

ENDING_LOGINS: Final = ("own.log_out", "own.change_password")

numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A county with somebody of every role at CG, and at every place a reader (card `R-CG`) and a volunteer (`at.cg`)."""

    database: Database
    client: FlaskClient
    tokens: Mapping[str, str | None]
    unit_ids: Mapping[str, int]
    reader_ids: Mapping[str, int]
    policy_version: int = 0

    def user(self, name: str) -> ApiUser:
        return ApiUser(self.client, self.tokens[name])

    def reader_etag(self, org: str) -> str:
        with self.database.reading() as session:
            return f'"{session.get_one(Patron, self.reader_ids[org]).version}"'

    def policy_etag(self) -> str:
        with self.database.reading() as session:
            return f'"{POLICIES.version(session)}"'

    def block_reader(self, org: str) -> int:
        with self.database.transaction() as session:
            values = {"scope": "network", "reason": "欠费", "created_at": NOW, "created_by": "test"}
            block = Block(patron_id=self.reader_ids[org], org_id=self.unit_ids[org], **values)
            session.add(block)
            session.flush()
            return block.id

    def card_in_use(self, org: str) -> str:
        """The reader's card, which may have been reported lost before."""
        card = f"R-{org}"
        with self.database.transaction() as session:
            session.execute(update(Card).where(Card.patron_id == self.reader_ids[org]).values(status="ended"))
            session.execute(update(Card).where(Card.barcode == card).values(status="active"))
        return card

    def card_of_child(self, org: str) -> str:
        with self.database.transaction() as session:
            session.execute(
                update(Patron).where(Patron.id == self.reader_ids[org]).values(birth_on=date(NOW.year - 8, 1, 1))
            )
        return f"R-{org}"

    def card_with_consent(self, org: str) -> str:
        card = self.card_of_child(org)
        given = {"subject": "record", "given_by": "guardian", "channel": "desk", "given_at": NOW}
        with self.database.transaction() as session:
            known = (
                Consent.patron_id == self.reader_ids[org],
                Consent.subject == "record",
                Consent.withdrawn_at.is_(None),
            )
            if session.scalar(select(Consent.id).where(*known)) is None:
                session.add(Consent(patron_id=self.reader_ids[org], **given))
        return card

    def log_in_again(self, role: str) -> ApiUser:
        """A new login with the first password, for an act that ends both."""
        with self.database.transaction() as session:
            user_id = session.scalars(select(StaffUser.id).where(StaffUser.username == login_of(role))).one()
            hashed = passwords.hash_password(PASSWORD)
            session.execute(update(StaffUser).where(StaffUser.id == user_id).values(password_hash=hashed))
            return ApiUser(self.client, make_token(session, Caller(kind="staff", id=user_id)))


def login_of(role: str) -> str:
    return f"r.{role.replace('_', '')}"


Ask = Callable[[Scene, ApiUser, str], TestResponse]


@dataclass(frozen=True)
class Route:
    """How a route is asked at a unit, and who may do it where. `outside`: the answer where the right is held, but not there;
    `readers`: what a reader is answered."""

    ask: Ask
    allowed: Reach
    outside: int = 404
    readers: int = 403
    public: bool = False


def _import_reader(scene: Scene, user: ApiUser, org: str) -> TestResponse:
    """A table of one reader. Where the right does not reach, the row is refused and the report says so: told here as 409."""
    table = f"barcode,name,category,home\nT{next(numbers)},李四,adult,{org}\n".encode()
    answer = user.ask(
        "POST", "/patrons/imports", data={"file": (BytesIO(table), "a.csv")}, content_type="multipart/form-data"
    )
    if answer.status_code == 200 and not answer.json["written"]:
        answer.status_code = 409
    return answer


def _replace_policies(scene: Scene, user: ApiUser, org: str) -> TestResponse:
    """Keep the rows of others and set one of this unit anew."""
    kept = [row for row in scene.user("sysadmin").get("/policies").json["rows"] if row["org"] != org]
    row = {"setting": "lend", "value": True, "org": org, "note": f"no. {next(numbers)}"}
    return user.put("/policies", {"rows": [*kept, row]}, If_Match=scene.policy_etag())


def _restore_policies(scene: Scene, user: ApiUser, org: str) -> TestResponse:
    """Put the newest version back, which changes no row: whose rows may be changed, saving them says."""
    newest = scene.user("sysadmin").get("/policies/versions").json["items"][0]["version"]
    return user.post(f"/policies/versions/{newest}/restoration", If_Match=scene.policy_etag())


TABLE: Final[dict[str, Route]] = {
    "own.log_in": Route(
        lambda s, u, org: u.post("/auth/token", {"username": login_of("volunteer"), "password": PASSWORD}),
        EVERYONE,
        readers=200,
        public=True,
    ),
    "own.log_out": Route(lambda s, u, org: u.delete("/auth/token"), EVERYONE, readers=204),
    "own.show_me": Route(lambda s, u, org: u.get("/me"), EVERYONE, readers=200),
    "own.change_password": Route(
        lambda s, u, org: u.put("/me/password", {"old": PASSWORD, "new": "seven unrelated nouns here"}), EVERYONE
    ),
    "own.change_pin": Route(lambda s, u, org: u.put("/me/pin", {"old": PIN, "new": "719305"}), {}, readers=204),
    "own.run_job": Route(lambda s, u, org: u.post("/jobs/retention"), ADMIN_ONLY),
    "org_units.list_units": Route(lambda s, u, org: u.get("/org-units"), EVERYONE),
    "org_units.show_unit": Route(lambda s, u, org: u.get(f"/org-units/{org}"), EVERYONE),
    "org_units.show_hours": Route(lambda s, u, org: u.get(f"/org-units/{org}/hours"), EVERYONE),
    "org_units.open_days": Route(
        lambda s, u, org: u.get(f"/org-units/{org}/open-days", **{"from": "2026-11-23", "to": "2026-11-30"}), EVERYONE
    ),
    "org_units.show_distances": Route(lambda s, u, org: u.get(f"/org-units/{org}/distances"), EVERYONE),
    "org_units.create_unit": Route(
        lambda s, u, org: u.post(
            "/org-units", {"code": f"N{next(numbers)}", "name": "新馆", "kind": "point", "parent": org}
        ),
        ADMIN_AND_HUB_BELOW,
    ),
    "org_units.change_unit": Route(
        lambda s, u, org: u.patch(f"/org-units/{org}", {"phone": "62345678"}), ADMIN_AND_HUB_BELOW
    ),
    "org_units.set_hours": Route(
        lambda s, u, org: u.put(f"/org-units/{org}/hours", {"weekly": {"mon": [["09:00", "17:00"]]}}),
        {"sysadmin": ANYWHERE, "hub_librarian": BELOW, "branch_librarian": OWN},
    ),
    "org_units.set_distances": Route(
        lambda s, u, org: u.put(f"/org-units/{org}/distances", [{"to": "XC", "km": 5}]), ADMIN_AND_HUB_BELOW
    ),
    "policies.show_policies": Route(lambda s, u, org: u.get("/policies"), SETTINGS_READ),
    "policies.explain": Route(lambda s, u, org: u.get("/policies/explain", org=org), SETTINGS_READ),
    "policies.list_versions": Route(lambda s, u, org: u.get("/policies/versions"), SETTINGS_READ),
    "policies.show_version": Route(lambda s, u, org: u.get(f"/policies/versions/{s.policy_version}"), SETTINGS_READ),
    "policies.show_changes": Route(
        lambda s, u, org: u.get(f"/policies/versions/{s.policy_version}/changes"), SETTINGS_READ
    ),
    "policies.restore_version": Route(_restore_policies, {"sysadmin": ANYWHERE, "hub_librarian": ANYWHERE}),
    "policies.replace_policies": Route(_replace_policies, ADMIN_AND_HUB_BELOW, outside=409),
    "users.list_users": Route(lambda s, u, org: u.get("/users"), {"sysadmin": ANYWHERE, "hub_librarian": ANYWHERE}),
    "users.create_user": Route(
        lambda s, u, org: u.post(
            "/users", {"username": f"n{next(numbers)}x", "password": "nine odd words apart", "name": "新"}
        ),
        {"sysadmin": ANYWHERE, "hub_librarian": ANYWHERE},
    ),
    "users.show_user": Route(lambda s, u, org: u.get(f"/users/at.{org.lower()}"), ADMIN_AND_HUB_BELOW),
    "users.change_user": Route(
        lambda s, u, org: u.patch(f"/users/at.{org.lower()}", {"name": "改名"}), ADMIN_AND_HUB_BELOW
    ),
    "users.set_grants": Route(
        lambda s, u, org: u.put(
            f"/users/at.{org.lower()}/grants", [{"role": "volunteer", "org": org}, {"role": "manager", "org": org}]
        ),
        ADMIN_AND_HUB_BELOW,
    ),
    "users.reset_password": Route(
        lambda s, u, org: u.put(f"/users/at.{org.lower()}/password", {"password": "nine odd words apart"}),
        ADMIN_AND_HUB_BELOW,
    ),
    "journal.show_journal": Route(
        lambda s, u, org: u.get("/journal", org=org),
        {"sysadmin": ANYWHERE, "hub_librarian": BELOW, "manager": BELOW},
    ),
    "patron_categories.list_categories": Route(lambda s, u, org: u.get("/patron-categories"), SETTINGS_READ),
    "patron_categories.create_category": Route(
        lambda s, u, org: u.post("/patron-categories", {"code": f"c{next(numbers)}", "name": "类"}), ADMIN_ONLY
    ),
    "patron_categories.rename_category": Route(
        lambda s, u, org: u.patch("/patron-categories/adult", {"name": "成年"}), ADMIN_ONLY
    ),
    "item_types.list_item_types": Route(lambda s, u, org: u.get("/item-types"), SETTINGS_READ),
    "item_types.create_item_type": Route(
        lambda s, u, org: u.post("/item-types", {"code": f"t{next(numbers)}", "name": "型"}), ADMIN_ONLY
    ),
    "item_types.rename_item_type": Route(lambda s, u, org: u.patch("/item-types/book", {"name": "书"}), ADMIN_ONLY),
    "patrons.register": Route(
        lambda s, u, org: u.post(
            "/patrons", {"barcode": f"X{next(numbers)}", "name": "李四", "category": "adult", "home": org}
        ),
        READERS,
    ),
    "patron_imports.import_readers": Route(_import_reader, READERS, outside=409),
    "patrons.search": Route(
        lambda s, u, org: u.post("/patrons/search", {"name": "张"}),
        {"hub_librarian": ANYWHERE, "branch_librarian": ANYWHERE},
    ),
    "patrons.show": Route(lambda s, u, org: u.get(f"/patrons/R-{org}"), READERS),
    "patrons.change": Route(
        lambda s, u, org: u.patch(f"/patrons/R-{org}", {"name": "李四"}, If_Match=s.reader_etag(org)),
        READERS,
    ),
    "patrons.set_pin": Route(lambda s, u, org: u.put(f"/patrons/R-{org}/pin", {"pin": "719305"}), READERS),
    "patrons.replace_card": Route(
        lambda s, u, org: u.post(f"/patrons/R-{org}/cards", {"barcode": f"Y{next(numbers)}", "reason": "damaged"}),
        READERS,
    ),
    "patrons.report_loss": Route(lambda s, u, org: u.post(f"/patrons/{s.card_in_use(org)}/loss"), READERS),
    "patrons.note_consent": Route(lambda s, u, org: u.post(f"/patrons/{s.card_of_child(org)}/consents"), READERS),
    "patrons.note_withdrawal": Route(
        lambda s, u, org: u.delete(f"/patrons/{s.card_with_consent(org)}/consents"), READERS
    ),
    "patrons.renew_cards": Route(
        lambda s, u, org: u.post("/patrons/renewals", {"cards": [f"R-{org}"], "expires_on": "2030-12-31"}),
        {"hub_librarian": ANYWHERE, "branch_librarian": ANYWHERE},
    ),
    "patrons.expiring": Route(lambda s, u, org: u.get("/patrons/expiring", until="2030-12-31", at=org), READERS),
    "patrons.block": Route(
        lambda s, u, org: u.post(f"/patrons/R-{org}/blocks", {"reason": "欠费", "scope": "network"}), BLOCKS
    ),
    "patrons.unblock": Route(lambda s, u, org: u.delete(f"/patrons/R-{org}/blocks/{s.block_reader(org)}"), BLOCKS),
}


@pytest.fixture
def app(furnished: Furnished, database: Database, data_dir: Path) -> Flask:
    """The application without its brake: everybody asks everything."""
    return furnished(replace(make_settings(data_dir, database), rate_limits=False), database)


@pytest.fixture
def scene(database: Database, client: FlaskClient) -> Scene:
    county = database.run(make_county)
    tokens: dict[str, str | None] = {"anonymous": None}
    with database.transaction() as session:
        sibling = make_unit(session, "DG", "branch", county.hub)
        unit_ids = {"CG": county.branch, "LX": county.point, "DG": sibling, "ZG": county.hub}
        reader_ids = {code: _people(session, code, org_id) for code, org_id in unit_ids.items()}
        for role in ROLES:
            tokens[role] = make_token(session, make_user(session, login_of(role), (role, county.branch)))
        tokens["reader"] = make_token(session, Caller(kind="patron", id=reader_ids["CG"]))
    scene = Scene(database=database, client=client, tokens=tokens, unit_ids=unit_ids, reader_ids=reader_ids)
    saved = scene.user("sysadmin").put("/policies", {"rows": []}, If_Match=scene.policy_etag())
    return replace(scene, policy_version=saved.json["version"])


def _people(session: Session, code: str, org_id: int) -> int:
    make_user(session, f"at.{code.lower()}", ("volunteer", org_id))
    return make_patron(session, org_id, f"R-{code}", pin=PIN)


def test_every_route_has_a_row(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith(BLUEPRINTS)}
    assert endpoints == set(TABLE)


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_only_those_who_may_do_it_where_they_may(scene: Scene, endpoint: str) -> None:
    wrong = []
    for role, place in _cells(TABLE[endpoint], scene.database):
        expected = _expected(TABLE[endpoint], role, place)
        user = scene.log_in_again(role) if endpoint in ENDING_LOGINS else scene.user(role)
        answer = TABLE[endpoint].ask(scene, user, PLACES[place])
        got = "2xx" if answer.status_code // 100 == 2 else str(answer.status_code)
        if got != expected:
            wrong.append(f"{role}, {place}: {got} instead of {expected} {answer.json}")
    assert wrong == []


def _cells(route: Route, database: Database) -> list[tuple[str, str]]:
    """Every role at every place; on PostgreSQL one of each answer, since rights are told from grants and tree, whatever the database."""
    cells = [(role, place) for role in ROLES for place in PLACES]
    if database.is_sqlite:
        return cells
    return list({_expected(route, *cell): cell for cell in reversed(cells)}.values())


def _expected(route: Route, role: str, place: str) -> str:
    reach = route.allowed.get(role, NOWHERE)
    if place in reach:
        return "2xx"
    return str(route.outside if reach else 403)


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_readers_and_strangers_are_kept_out(scene: Scene, endpoint: str) -> None:
    route = TABLE[endpoint]
    assert route.ask(scene, scene.user("anonymous"), "CG").status_code == (200 if route.public else 401)
    assert route.ask(scene, scene.user("reader"), "CG").status_code == route.readers


@pytest.mark.parametrize(("outside", "absent"), [("/patrons/R-DG", "/patrons/R-XX"), ("/users/at.dg", "/users/at.xx")])
def test_what_lies_outside_answers_like_what_does_not_exist(scene: Scene, outside: str, absent: str) -> None:
    hub = scene.user("hub_librarian")
    there, nowhere = hub.get(outside), hub.get(absent)
    assert there.status_code == nowhere.status_code == 404
    assert there.get_data(as_text=True).replace(outside[-4:], "*") == nowhere.get_data(as_text=True).replace(
        absent[-4:], "*"
    )
