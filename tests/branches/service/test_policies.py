"""Policies replaced as a whole: checked, versioned, and only within one's own units."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from branches.access import SYSTEM, Caller
from branches.models import PolicyVersion
from branches.policy import PolicyBook
from branches.service.policies import NewRow, PolicyService
from kernel.db import Database
from kernel.errors import Invalid, NotFound, Refused, Stale
from tests.factories import NOW, make_context, make_county, make_user
from web.wiring import connect

connect()


def _book(database: Database) -> PolicyBook:
    with database.reading() as session:
        return make_context(session).policies


def _replace(database: Database, rows: list[NewRow], caller: Caller = SYSTEM, version: int | None = None) -> PolicyBook:
    expected = _book(database).version if version is None else version
    return database.run(lambda s: PolicyService(make_context(s, caller)).replace(rows, expected_version=expected))


def _row(setting: str, value: Any, **criteria: str) -> NewRow:
    return NewRow(setting=setting, value=value, **criteria)  # type: ignore[arg-type]


def test_a_saved_version_is_kept_with_who_and_when(database: Database) -> None:
    database.run(make_county)
    book = _replace(database, [_row("loan_days", 20), _row("loan_days", 7, org="CG", item_type="reference")])
    with database.reading() as session:
        kept = session.get_one(PolicyVersion, book.version)
    assert (kept.saved_by, kept.saved_at) == ("system", NOW)
    assert [row["value"] for row in kept.rows] == [20, 7]
    assert _book(database).version == book.version


def test_a_row_that_stays_keeps_its_number_and_no_number_is_used_again(database: Database) -> None:
    database.run(make_county)
    first = _replace(database, [_row("loan_days", 20), _row("renewals", 2)])
    second = _replace(database, [_row("loan_days", 20)])
    third = _replace(database, [_row("loan_days", 20), _row("renewals", 2)])
    numbers = {(r.setting, n): r.id for n, book in enumerate((first, second, third)) for r in book.rows}
    assert numbers["loan_days", 0] == numbers["loan_days", 2]
    assert numbers["renewals", 2] > numbers["renewals", 0]


def test_cannot_save_over_a_newer_version(database: Database) -> None:
    database.run(make_county)
    before = _book(database).version
    _replace(database, [_row("loan_days", 20)])
    with pytest.raises(Stale):
        _replace(database, [_row("loan_days", 21)], version=before)
    assert [r.value for r in _book(database).rows] == [20]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (_row("no_such_setting", 1), "rows.0.setting"),
        (_row("loan_days", "thirty"), "rows.0.value"),
        (_row("loan_days", True), "rows.0.value"),
        (_row("loan_days", 30, org="NOWHERE"), "rows.0.org"),
        (_row("loan_days", 30, category="alien"), "rows.0.category"),
        (_row("loan_days", 30, item_type="scroll"), "rows.0.item_type"),
    ],
)
def test_cannot_save_a_row_that_names_what_is_not_there(database: Database, row: NewRow, field: str) -> None:
    database.run(make_county)
    before = _book(database)
    with pytest.raises(Invalid) as caught:
        _replace(database, [row])
    assert list(caught.value.errors) == [field]
    assert _book(database).rows == before.rows


def test_cannot_say_one_thing_twice(database: Database) -> None:
    database.run(make_county)
    with pytest.raises(Invalid) as caught:
        _replace(database, [_row("loan_days", 20, org="CG"), _row("loan_days", 21, org="CG")])
    assert set(caught.value.errors) == {"rows.0", "rows.1"}


def test_a_hub_librarian_changes_rows_of_own_units_only(database: Database) -> None:
    county = database.run(make_county)
    hub = database.run(lambda s: make_user(s, "li", ("hub_librarian", county.hub)))
    kept = [NewRow(setting=r.setting, value=r.value) for r in _book(database).rows]
    book = _replace(database, [*kept, _row("loan_days", 14, org="CG")], hub)
    assert len(book.rows) == len(kept) + 1
    with pytest.raises(Refused) as caught:
        _replace(database, [_row("loan_days", 14, org="CG")], hub)
    assert {r.data["setting"] for r in caught.value.refusals} == {"loan_days", "renewals", "max_loans"}


def test_explain_names_the_row_that_decides(database: Database) -> None:
    database.run(make_county)
    _replace(database, [_row("loan_days", 20), _row("loan_days", 7, org="CG"), _row("loan_days", 9, item_type="book")])
    criteria = {"org": "LX", "item_type": "reference"}
    with database.reading() as session:
        settings = PolicyService(make_context(session)).explain(criteria)
    assert (settings["loan_days"].value, len(settings["loan_days"].considered)) == (7, 3)
    assert settings["days_mode"].source == "default"


@pytest.mark.parametrize("criteria", [{"org": "NOWHERE"}, {"category": "alien"}, {"item_type": "scroll"}])
def test_explain_knows_no_unknown_codes(database: Database, criteria: dict[str, str]) -> None:
    database.run(make_county)
    with pytest.raises(NotFound), database.reading() as session:
        PolicyService(make_context(session)).explain(criteria)


def test_every_version_stays_readable(database: Database) -> None:
    database.run(make_county)
    _replace(database, [_row("loan_days", 20)])
    _replace(database, [_row("loan_days", 21)])
    with database.reading() as session:
        versions = session.scalars(select(PolicyVersion).order_by(PolicyVersion.version)).all()
    assert [v.rows[0]["value"] for v in versions] == [20, 21]
