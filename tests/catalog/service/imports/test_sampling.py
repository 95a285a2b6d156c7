"""Looking at a file before it is loaded: somebody waits, so no more of it is read than twenty records need."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.service.imports import sampling
from catalog.service.imports.sampling import look_at_file
from kernel.db import Database
from tests.catalog.service.imports.loading import record
from tests.factories import County, make_context


def look(database: Database, path: Path) -> tuple[int, int]:
    with database.reading() as session:
        found = look_at_file(make_context(session), path)
    return found.read, found.rejected


def test_of_a_large_file_only_the_beginning_is_read(
    database: Database, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.mrc"
    one = record("A1", "红楼梦")
    path.write_bytes(one * 50)
    assert look(database, path) == (20, 0)
    monkeypatch.setattr(sampling, "MOST_BYTES", len(one) * 3 + len(one) // 2)
    assert look(database, path) == (3, 0), "the record that the limit cuts through is not called a bad one"


def test_a_record_that_the_limit_cuts_and_that_has_none_before_it_is_told_of(
    database: Database, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.mrc"
    one = record("A1", "红楼梦", ("330", b"  \x1fa" + "长".encode() * 500))
    path.write_bytes(one)
    monkeypatch.setattr(sampling, "MOST_BYTES", len(one) - 20)
    assert look(database, path) == (0, 1)
