"""`doctor` is silent about a healthy county and names whoever breaks a promise."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from kernel.db import Database
from patrons.privacy import Vault
from search.engines import open_engine
from search.indexer import Indexer
from tests.factories import County, make_county, make_item, make_patron, make_user
from web.doctor import Finding, examine, offences

SECRET = "a secret for tests only"


@pytest.fixture
def county(database: Database, data_dir: Path) -> County:
    """A county in which everything holds, index included."""
    county = database.run(make_county)
    vault = Vault(SECRET)
    sealed = {"phone_encrypted": vault.seal("13812345678"), "phone_digest": vault.digest("13812345678")}
    database.run(lambda s: make_patron(s, county.branch, "P1", **sealed))
    database.run(lambda s: make_item(s, county.branch, "B1"))
    database.run(lambda s: make_user(s, "root", ("sysadmin", county.network)))
    Indexer(database, open_engine("", data_dir)).work()
    return county


def _broken(database: Database, data_dir: Path, secret: str = SECRET) -> dict[str, tuple[str, ...]]:
    findings = examine(database, open_engine("", data_dir), secret)
    return {finding.code: finding.offenders for finding in offences(findings)}


def _spoil(database: Database, *statements: str) -> None:
    """Write what the services never would, past the checks of the database where there are some."""
    with database.engine.execution_options(tongjie_write=True).connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=OFF")
            connection.commit()


def test_a_healthy_county_is_clean(database: Database, data_dir: Path, county: County) -> None:
    assert _broken(database, data_dir) == {}


@pytest.mark.parametrize(
    ("code", "statements"),
    [
        ("hours.no_overlap", ["INSERT INTO opening_hours (org_id, weekday, opens, closes) VALUES (2, 0, '09:00', '12:00'), (2, 0, '11:00', '13:00')"]),
        ("policy.valid", ["INSERT INTO policy_row (setting, value, note) VALUES ('nonsense', '1', '')"]),
        ("policy.valid", ["INSERT INTO policy_row (setting, value, note) VALUES ('loan_days', '\"x\"', '')"]),
        ("policy.valid", ["INSERT INTO policy_row (setting, value, note, category) VALUES ('loan_days', '5', '', 'alien')"]),
        ("policy.version_kept", ["INSERT INTO policy_version (version, saved_at, saved_by, rows) VALUES (99, CURRENT_TIMESTAMP, 'x', '[]')"]),
        ("grant.role_known", ["UPDATE staff_grant SET role = 'emperor'"]),
        ("token.owner", ["INSERT INTO token (digest, kind, subject_id, created_at, expires_at) VALUES ('x', 'staff', 999, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)"]),
        ("idempotency.answered", ["INSERT INTO idempotency_key (caller, key, digest, created_at) VALUES ('staff:1', 'k', 'd', CURRENT_TIMESTAMP)"]),
        ("patron.has_card", ["DELETE FROM card"]),
        ("patron.phone_whole", ["UPDATE patron SET phone_digest = NULL"]),
    ],
)  # fmt: skip
def test_names_what_is_broken(
    database: Database, data_dir: Path, county: County, code: str, statements: list[str]
) -> None:
    _spoil(database, *statements, "UPDATE reference_version SET version = version + 1")
    broken = _broken(database, data_dir)
    assert list(broken) == [code]
    assert all(broken[code])


def test_units_in_a_circle_are_found(database: Database, data_dir: Path, county: County) -> None:
    _spoil(
        database,
        f"UPDATE org_unit SET parent_id = {county.point} WHERE id = {county.hub}",
        "UPDATE reference_version SET version = version + 1",
    )
    assert set(_broken(database, data_dir)["org.one_tree"]) == {"ZG", "CG", "LX", "XC"}


def test_another_secret_is_noticed_before_a_phone_is_needed(database: Database, data_dir: Path, county: County) -> None:
    assert list(_broken(database, data_dir, "another secret")) == ["patron.phone_opens"]


def test_a_dangling_reference_is_found_on_sqlite(database: Database, data_dir: Path, county: County) -> None:
    if not database.is_sqlite:
        return  # PostgreSQL cannot be talked into one
    with database.engine.execution_options(tongjie_write=True).connect() as connection:
        raw = connection.connection.cursor()
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("UPDATE patron SET home_id = 999")
        raw.execute("PRAGMA foreign_keys=ON")
    assert "storage.sound" in _broken(database, data_dir)


def test_a_finding_shows_itself_in_two_languages(database: Database, data_dir: Path, county: County) -> None:
    findings = examine(database, open_engine("", data_dir), SECRET)
    assert len({finding.code for finding in findings}) == len(findings)
    assert all(_is_told(finding) for finding in findings)


def _is_told(finding: Finding) -> bool:
    promise = finding.as_json()["promise"]
    return bool(promise["zh"]) and promise["en"].isascii()
