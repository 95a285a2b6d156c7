"""Policies replaced as a whole: checked, versioned, and only within one's own units."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select

from branches.access import SYSTEM, Caller
from branches.models import PolicyVersion
from branches.policy import PolicyBook
from branches.service.policies import NewRow, PolicyService
from catalog.models import ItemType
from catalog.reference import ITEM_TYPES
from kernel.db import Database
from kernel.errors import Invalid, NotFound, Refused, Stale
from kernel.journal import JournalEntry
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
        (_row("fine", [{"from_day": 1, "per_day": "0.10"}, {"from_day": 9, "per_day": 1}]), "rows.0.value.1.per_day"),
        (_row("suspension", {"days": 0}), "rows.0.value.days"),
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


# --- the way back ---------------------------------------------------------------------------------------------------------------


def _restore(database: Database, version: int, caller: Caller = SYSTEM, expected: int | None = None) -> PolicyBook:
    now = _book(database).version if expected is None else expected
    return database.run(lambda s: PolicyService(make_context(s, caller)).restore(version, expected_version=now))


def test_an_earlier_version_comes_back_as_a_new_one(database: Database) -> None:
    database.run(make_county)
    first = _replace(database, [_row("loan_days", 20), _row("renewals", 2, org="CG")])
    _replace(database, [_row("loan_days", 10)])
    restored = _restore(database, first.version)
    assert restored.version == first.version + 2
    assert [(r.setting, r.value, r.org) for r in restored.rows] == [("loan_days", 20, None), ("renewals", 2, "CG")]
    with database.reading() as session:
        kept = session.get_one(PolicyVersion, restored.version)
        entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert kept.note == f"← {first.version}"
    assert entry is not None
    assert (entry.data or {})["why"] == f"← {first.version}"


def test_a_version_that_speaks_of_what_is_gone_is_not_restored(database: Database) -> None:
    database.run(make_county)
    first = _replace(database, [_row("loan_days", 20, item_type="reference")])
    before = _replace(database, [_row("loan_days", 10)])
    database.run(lambda s: (s.execute(delete(ItemType).where(ItemType.code == "reference")), ITEM_TYPES.changed(s)))
    with pytest.raises(Invalid) as caught:
        _restore(database, first.version)
    assert caught.value.code == "policy.not_restorable"
    assert "reference" in caught.value.detail.en
    assert _book(database).version == before.version


def test_cannot_restore_over_a_newer_version_or_what_never_was(database: Database) -> None:
    database.run(make_county)
    first = _replace(database, [_row("loan_days", 20)])
    _replace(database, [_row("loan_days", 10)])
    with pytest.raises(Stale):
        _restore(database, first.version, expected=first.version)
    with pytest.raises(NotFound):
        _restore(database, 9_999)


def test_only_rows_of_one_s_own_units_are_restored(database: Database) -> None:
    county = database.run(make_county)
    librarian = database.run(lambda s: make_user(s, "li", ("hub_librarian", county.branch)))
    first = _replace(database, [_row("loan_days", 20), _row("renewals", 2, org="CG")])
    _replace(database, [_row("loan_days", 20)])
    assert len(_restore(database, first.version, librarian).rows) == 2
    _replace(database, [_row("loan_days", 10)])
    with pytest.raises(Refused):
        _restore(database, first.version, librarian)


def test_codes_that_a_value_names_must_exist(database: Database) -> None:
    database.run(make_county)
    with pytest.raises(Invalid) as caught:
        _replace(database, [_row("type_limits", {"book": 3, "scroll": 1})])
    assert [message.en for message in caught.value.errors["rows.0.value.scroll"]] == ["There is no “scroll”."]
    assert _replace(database, [_row("type_limits", {"book": 3, "reference": 1})]).rows
