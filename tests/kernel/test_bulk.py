"""Many rows in one statement: what comes back is what was given, and what the table forbids is refused as everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Table, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from catalog.models import Bib, BibIdentifier, Item, SourceRecord
from kernel.bulk import insert_all, insert_rows
from kernel.db import Database, table_of
from kernel.journal import JournalEntry

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 9, 31, tzinfo=UTC)
_bibs, _records = table_of(Bib), table_of(SourceRecord)
_identifiers, _journal = table_of(BibIdentifier), table_of(JournalEntry)


def _bib(title: str, **values: Any) -> dict[str, Any]:
    return {
        "title": title,
        "year": None,
        "data": {"title": title},
        "created_at": NOW,
        "updated_at": NOW,
        "version": 1,
    } | values


def _entry(**values: Any) -> dict[str, Any]:
    return {"act": "visited", "at": NOW, "channel": "cli", "author": "test", "data": None, "bib_id": None} | values


def _insert(database: Database, table: Table, *rows: dict[str, Any]) -> None:
    with database.transaction() as session:
        insert_rows(session, table, rows)


def _read(database: Database, table: Table, *names: str) -> list[tuple[Any, ...]]:
    with database.reading() as session:
        key = next(iter(table.primary_key.columns))
        return [tuple(row) for row in session.execute(select(*(table.c[name] for name in names)).order_by(key))]


def test_values_of_every_kind_come_back_as_they_were(database: Database) -> None:
    odd = "\"'\\{},NULL\n%s ? :x 红楼梦 𠮷"
    rows = [
        _bib(odd, year=1982, data={"title": odd, "deep": [None, {"a": 1.5}]}, updated_at=LATER),
        _bib("NULL", data={}, year=None),
    ]
    _insert(database, _bibs, *rows)
    assert _read(database, _bibs, "title", "year", "data", "created_at", "updated_at") == [
        (odd, 1982, rows[0]["data"], NOW, LATER),
        ("NULL", None, {}, NOW, NOW),
    ]


def test_bytes_come_back_as_they_were(database: Database) -> None:
    raws = [bytes(range(256)), b"", b"\x1d\\x00"]
    with database.transaction() as session:
        ids = insert_all(session, _bibs, [_bib(str(n)) for n in range(len(raws))])
        rows = [
            {
                "bib_id": id_,
                "source": "s",
                "identity": str(id_),
                "format": "cnmarc",
                "container": "iso2709",
                "encoding": "utf-8",
                "digest": "",
                "raw": raw,
                "batch_id": None,
                "received_at": NOW,
            }
            for id_, raw in zip(ids, raws, strict=True)
        ]
        insert_rows(session, _records, rows)
    assert _read(database, _records, "raw", "is_current") == [(raw, True) for raw in raws]


@pytest.mark.parametrize("count", [1, 2, 700])
def test_ids_are_in_the_order_of_the_rows(database: Database, count: int) -> None:
    with database.transaction() as session:
        insert_all(session, _bibs, [_bib("before")])
        ids = insert_all(session, _bibs, [_bib(f"{n:04}") for n in range(count)])
    assert _read(database, _bibs, "id", "title")[1:] == [(id_, f"{n:04}") for n, id_ in enumerate(ids)]


def test_rows_that_are_alike_in_everything_are_all_written(database: Database) -> None:
    _insert(database, _journal, *[_entry()] * 3)
    assert _read(database, _journal, "act", "data") == [("visited", None)] * 3


def test_a_column_without_any_value_stays_empty(database: Database) -> None:
    _insert(database, _journal, _entry(bib_id=1), _entry(bib_id=2))
    assert _read(database, _journal, "bib_id", "item_id", "data") == [(1, None, None), (2, None, None)]


def test_nothing_is_written_for_no_rows(database: Database) -> None:
    _insert(database, _journal)
    with database.transaction() as session:
        assert insert_all(session, _bibs, []) == ()
    assert _read(database, _bibs, "id") == []


def test_a_row_that_the_table_forbids_takes_the_others_with_it(database: Database) -> None:
    with database.transaction() as session:
        (id_,) = insert_all(session, _bibs, [_bib("one")])
    values = ["9787020002207", "9787020002214", "9787020002207"]
    with pytest.raises(IntegrityError):
        _insert(database, _identifiers, *({"bib_id": id_, "kind": "isbn", "value": value} for value in values))
    assert _read(database, _identifiers, "value") == []


@pytest.mark.parametrize("others", [[], [_bib("other")]])
def test_a_value_that_is_too_long_is_refused_and_never_cut(database: Database, others: list[dict[str, Any]]) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite keeps no length")
    with pytest.raises(DBAPIError):
        _insert(database, _bibs, _bib("x" * 501), *others)


def test_a_default_that_the_program_works_out_has_to_be_given(database: Database) -> None:
    copy = {"bib_id": 1, "namespace_id": 1, "barcode": "1", "owner_id": 1, "home_id": 1, "location_id": 1}
    with pytest.raises(ValueError, match="shelf_key"):
        _insert(database, table_of(Item), copy)
