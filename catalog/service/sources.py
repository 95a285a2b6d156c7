"""Whose records come in, how far each source is believed, and how its files are read.

A source is known by its name alone until somebody gives it a row; until then it has the middle priority and no profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from branches.context import Context
from catalog.import_models import ImportBatch, ImportProfile, ImportSource
from catalog.merging import DEFAULT_PRIORITY
from kernel.errors import Invalid, NotFound
from kernel.i18n import Text

HIGHEST_PRIORITY: Final = 100
LONGEST_SOURCE: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source of records. `is_set_up`: somebody gave it a name or a priority; else it is known from its files only.

    `redescribe_asked_at` is set while its titles are being described anew; `redescribe_seen` and `redescribe_changed` count them, then
    and afterwards."""

    code: str
    name: str = ""
    priority: int = DEFAULT_PRIORITY
    profile: str | None = None
    is_set_up: bool = False
    redescribe_asked_at: datetime | None = None
    redescribe_seen: int = 0
    redescribe_changed: int = 0


class SourceService:
    """Sources of records. Whoever imports may set them up."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def all(self) -> list[Source]:
        """Those that were set up and those that sent a file, the most trusted first."""
        found = {row.code: _shown(row) for row in self._session.scalars(select(ImportSource))}
        for code in self._session.scalars(select(ImportBatch.source).distinct()):
            found.setdefault(code, Source(code=code))
        return sorted(found.values(), key=lambda one: (-one.priority, one.code))

    def find(self, code: str) -> Source:
        """A source that was set up or sent a file; raises NotFound."""
        row = self._session.get(ImportSource, code)
        if row is not None:
            return _shown(row)
        if self._session.scalar(select(ImportBatch.id).where(ImportBatch.source == code).limit(1)) is None:
            raise NotFound("source", code)
        return Source(code=code)

    def save(self, source: Source) -> Source:
        """Set up a source or change it. Another priority counts from the next record on that a title gets;
        `catalog.service.describing_anew` makes it count for all."""
        _check(source)
        if source.profile is not None and self._session.get(ImportProfile, source.profile) is None:
            raise NotFound("profile", source.profile)
        row = self._session.get(ImportSource, source.code)
        if row is None:
            row = ImportSource(code=source.code, version=0)
            self._session.add(row)
        row.name, row.priority, row.profile = source.name, source.priority, source.profile
        row.version += 1
        self._session.flush()
        told = {"what": "import_source", "source": row.code, "priority": row.priority, "version": row.version}
        self._context.record("settings_changed", data=told)
        return _shown(row)


def _check(source: Source) -> None:
    if not 0 <= source.priority <= HIGHEST_PRIORITY:
        detail = Text("优先级为0到100的整数。", "A priority is a whole number from 0 to 100.")
        raise Invalid("source.priority", detail, {"priority": [detail]})
    if (
        not 0 < len(source.code) <= LONGEST_SOURCE
        or source.code != source.code.strip()
        or "/" in source.code
        or not source.code.isprintable()
    ):
        detail = Text(
            "来源的代码不能空着，首尾不能有空格，也不能含斜线。",
            "A source's code is not empty, has no blanks at its ends and no slash.",
        )
        raise Invalid("source.code", detail, {"code": [detail]})


def _shown(row: ImportSource) -> Source:
    return Source(
        code=row.code,
        name=row.name,
        priority=row.priority,
        profile=row.profile,
        is_set_up=True,
        redescribe_asked_at=row.redescribe_asked_at,
        redescribe_seen=row.redescribe_seen,
        redescribe_changed=row.redescribe_changed,
    )
