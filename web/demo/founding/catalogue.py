"""Imports the demo's files as an administrator does: a profile for each kind of material, then file by file.

A file that is in already is passed over; one whose import died is taken up again behind its last chunk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from branches.access import SYSTEM
from branches.context import Context
from catalog.import_models import ImportBatch, ImportProfile
from catalog.profiles import save_profile
from catalog.service.imports import NewImport, queue_import, run_now
from kernel.db import Database
from kernel.i18n import Text
from web.demo.founding.progress import Steps
from web.demo.marc import DemoFile, write_files

FILES_FOLDER = "demo-files"
_IMPORTING_UNIT = "ZG"
_CLASSICS_SOURCE, _SUPPLIER_SOURCE = "qingxi", "supplier"
_NEW_BOOKS_DAYS_AGO = 20
_TITLE = Text("导入{title}", "Importing {file}")


def import_catalogue(
    database: Database, folder: Path, *, founded: datetime, now: datetime, generated: int, steps: Steps
) -> None:
    """Write the files and import them: the classics the day after the county was founded, the new books lately."""
    for file in write_files(folder / FILES_FOLDER, generated=generated):
        is_new = file.path.name.startswith("new-")
        arrived_at = now - timedelta(days=_NEW_BOOKS_DAYS_AGO) if is_new else founded + timedelta(days=1)
        _Delivery(database=database, file=file, arrived_at=arrived_at, steps=steps).take_in()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivery:
    """A file and when it came."""

    database: Database
    file: DemoFile
    arrived_at: datetime
    steps: Steps

    def take_in(self) -> None:
        batch_id = self.database.run(self._open_batch)
        if batch_id is None:
            return
        title = _TITLE.format(title=self.file.title, file=self.file.path.name)
        with self.steps.step(title, self.file.records) as advance:
            run_now(
                self.database,
                batch_id,
                on_progress=lambda progress: advance(progress.read),
                clock=lambda: self.arrived_at,
            )

    def _open_batch(self, session: Session) -> int | None:
        """A new batch for the file, or the one that is not done yet; None where the file is in."""
        context = Context(session=session, now=self.arrived_at, caller=SYSTEM, channel="cli")
        name = self.file.path.name
        known = select(ImportBatch.id, ImportBatch.status).where(ImportBatch.filename == name)
        last = session.execute(known.order_by(ImportBatch.id.desc()).limit(1)).first()
        if last is not None:
            return None if last.status == "done" else last.id
        source = _SUPPLIER_SOURCE if name.startswith("new-") else _CLASSICS_SOURCE
        new = NewImport(
            path=self.file.path,
            filename=name,
            org=_IMPORTING_UNIT,
            format=self.file.format,
            profile=self._profile(context),
            source=source,
        )
        return queue_import(context, new, starts_now=True)

    def _profile(self, context: Context) -> str | None:
        """The profile that gives the copies of this file their type; None where the copies name it themselves."""
        item_type = self.file.item_type
        if item_type is None:
            return None
        if context.session.get(ImportProfile, item_type) is None:
            save_profile(context, item_type, self.file.title, {"tag": "905", "default_item_type": item_type})
        return item_type
