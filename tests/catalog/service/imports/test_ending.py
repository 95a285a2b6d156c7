"""Who ends a batch, and what an import leaves to others: two processes may be at one file, and a librarian at one copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from catalog.models import Item
from catalog.service.imports import running
from catalog.service.imports.copies import CopyLoader
from kernel.db import Database
from kernel.journal import JournalEntry
from tests.catalog.service.imports.loading import counts, holding, import_bytes, queue, record, report
from tests.factories import County


def test_a_batch_that_another_worker_ended_stays_ended(database: Database, county: County, tmp_path: Path) -> None:
    path = tmp_path / "many.mrc"
    path.write_bytes(b"".join(record(f"M{n}", f"第{n}种书") for n in range(3)))
    import_id = queue(database, path, is_upload=True)

    def other_ends_it(step: running.Progress) -> None:
        if step.offset == step.size:
            running.run_now(database, import_id)

    running.run_now(database, import_id, on_progress=other_ends_it)
    assert not path.exists()
    running.run_now(database, import_id)  # a third comes late, and the file is gone
    found = report(database, import_id)
    assert (found.status, found.code, counts(found)) == ("done", None, {"read": 3, "created": 3})
    with database.reading() as session:
        assert list(session.scalars(select(JournalEntry.act))).count("import_run") == 1


def test_what_a_record_is_silent_about_is_not_written_over_what_somebody_changes_meanwhile(
    database: Database, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_bytes(database, tmp_path, record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"), ("s", "I242.4/15"))))
    insert = CopyLoader._insert

    def somebody_sets_the_price(loader: CopyLoader, new: list[dict[str, object]]) -> list[dict[str, object]]:
        loader._session.execute(update(Item).values(price_fen=5900))
        return insert(loader, new)

    monkeypatch.setattr(CopyLoader, "_insert", somebody_sets_the_price)
    moved = record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"), ("s", "I242.4/16")))
    assert counts(import_bytes(database, tmp_path, moved)) == {"read": 1, "updated": 1, "items_updated": 1}
    with database.reading() as session:
        assert session.execute(select(Item.call_number, Item.price_fen)).one() == ("I242.4/16", 5900)
