"""Demo logins: strong, told once in a file only its owner can read, and new again when that file is gone."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from branches import passwords
from branches.access import SYSTEM
from branches.context import Context
from branches.rights import ROLES
from kernel.db import Database
from patrons.models import Patron
from patrons.privacy import Vault
from web import signing, wiring
from web.demo import county
from web.demo.founding.network import set_up_network
from web.demo.founding.people import Login, make_people, read_logins, write_logins

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
VAULT = Vault("a secret key of the test, long enough")


@pytest.fixture
def database_url() -> str:
    """Hashing dozens of secrets is what these tests pay for: one kind of database is enough, the test of the whole county has both."""
    return "sqlite"


@pytest.fixture
def populated(database: Database) -> tuple[Database, list[Login]]:
    wiring.connect()
    database.run(lambda session: set_up_network(context(session)))
    return database, database.run(lambda session: make_people(context(session), VAULT))


def context(session: object) -> Context:
    return Context(session=session, now=NOW, caller=SYSTEM, channel="cli")  # type: ignore[arg-type]


def log_in(database: Database, login: Login) -> str:
    found = signing.log_in(
        database, name=login.username, secret=login.password, address="127.0.0.1", now=NOW, channel="api"
    )
    return found.kind


def test_can_log_in_with_every_login(populated: tuple[Database, list[Login]]) -> None:
    database, logins = populated
    assert {login.role for login in logins} == {*ROLES, "reader"}
    assert {log_in(database, login) for login in logins} == {"staff", "patron"}
    assert all(len(login.password) >= passwords.STAFF_SHORTEST for login in logins if login.role != "reader")


def test_readers_are_as_the_county_says(populated: tuple[Database, list[Login]]) -> None:
    database, _ = populated
    with database.reading() as session:
        rows = {patron.name: patron for patron in session.query(Patron)}
    assert len(rows) == len(county.readers())
    assert rows["王一诺"].guardian_id == rows["王思远"].id
    assert rows["赵国庆"].expires_on is not None
    assert rows["赵国庆"].expires_on < NOW.date()
    assert min(patron.created_at for patron in rows.values()) < min(NOW, max(p.created_at for p in rows.values()))


def test_secrets_are_new_when_made_again(populated: tuple[Database, list[Login]]) -> None:
    database, before = populated
    after = database.run(lambda session: make_people(context(session), VAULT))
    assert [login.username for login in after] == [login.username for login in before]
    assert not {login.password for login in after} & {login.password for login in before}
    assert {log_in(database, login) for login in after} == {"staff", "patron"}


def test_logins_are_written_for_the_owner_alone(tmp_path: Path) -> None:
    logins = [Login(role="reader", org="ZG", username="1", password="482913")]
    path = write_logins(tmp_path, logins)
    assert path.name == "demo-logins.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_logins(tmp_path) == logins
    assert [file.name for file in tmp_path.iterdir()] == ["demo-logins.json"]
