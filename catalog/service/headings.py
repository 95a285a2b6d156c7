"""Controlled headings made, changed and taken from authority records; titles that carry a name are indexed anew when its forms change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import BinaryIO, Final

from sqlalchemy import delete, insert, select, update

from branches.context import Context
from catalog.headings import HeadingData, from_authority, heading_key, tidied
from catalog.marc import read_authorities
from catalog.models import Heading, HeadingVariant
from catalog.queries.headings import HeadingRow, find_heading, titles_carrying
from kernel import outbox
from kernel.errors import Conflict, Invalid, Stale
from kernel.i18n import Text

_NAMES_AT_ONCE: Final = 200
_CIRCULAR: Final = Text(
    "标目「{other}」的又作里已有「{name}」，两个标目不能互相参照。请只留一个作标目，或删去其中一处又作。",
    "“{name}” refers to the heading “{other}”, and two headings cannot refer to each other. Keep one of them, or take out one reference.",
)


class HeadingService:
    """The acts on headings. Whoever catalogues titles may do them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def create(self, data: HeadingData) -> HeadingRow:
        """A new heading; Conflict `heading.exists` names the one that has this name already, `heading.circular` one that refers to it and
        that it would refer to."""
        data = self._checked(data)
        heading_id = self._insert(data)
        self._index((data.name, *data.variants))
        return find_heading(self._session, heading_id)

    def change(self, heading_id: int, data: HeadingData, *, expected_version: int) -> HeadingRow:
        """Change a heading that nobody else changed since it was read."""
        data = self._checked(data, own_id=heading_id)
        before = find_heading(self._session, heading_id, lock=True)
        if before.version != expected_version:
            raise Stale()
        if _same(before, data):
            return before
        self._write(heading_id, data, before.version + 1)
        self._index({before.name, *before.variants, data.name, *data.variants})
        return find_heading(self._session, heading_id)

    def load(self, stream: BinaryIO) -> Counter[str]:
        """Take headings from a file of authority records; counts of created, updated, unchanged, skipped. Run again it changes nothing.

        A name that is known keeps its own variants and gains those of the record, but for those whose own headings refer to it.
        """
        self._context.caller.require("bib.write")
        counts: Counter[str] = Counter()
        names: set[str] = set()
        for record in read_authorities(stream):
            data = from_authority(record) if record is not None else None
            outcome = "skipped" if data is None else self._load_one(data)
            counts[outcome] += 1
            if data is not None and outcome != "unchanged":
                names |= {data.name, *data.variants}
        self._index(names)
        return counts

    def _load_one(self, data: HeadingData) -> str:
        data = self._without_circles(data)
        where = (Heading.kind == data.kind, Heading.key == heading_key(data.name))
        known = self._session.scalar(select(Heading.id).where(*where))
        if known is None:
            self._insert(data)
            return "created"
        before = find_heading(self._session, known, lock=True)
        merged = tidied(
            HeadingData(
                kind=data.kind,
                name=before.name,
                variants=(*before.variants, *data.variants),
                see_also=(*before.see_also, *data.see_also),
                note=before.note or data.note,
            )
        )
        if _same(before, merged):
            return "unchanged"
        self._write(known, merged, before.version + 1)
        return "updated"

    def _without_circles(self, data: HeadingData) -> HeadingData:
        """Without the variants whose headings refer to this one: what came first stands."""
        back = {heading_key(name) for _, name in self._referring_back(data, None)}
        return replace(data, variants=tuple(name for name in data.variants if heading_key(name) not in back))

    def _checked(self, data: HeadingData, own_id: int | None = None) -> HeadingData:
        self._context.caller.require("bib.write")
        data = tidied(data)
        if not heading_key(data.name):
            message = Text("请写明标目。", "Give the heading a name.")
            raise Invalid("heading.name", message, {"name": [message]})
        where = (Heading.kind == data.kind, Heading.key == heading_key(data.name))
        known = self._session.scalar(select(Heading.id).where(*where))
        if known is not None and known != own_id:
            message = Text("标目「{name}」已经有了。", "There is a heading “{name}” already.").format(name=data.name)
            raise Conflict("heading.exists", message, heading=known)
        for heading_id, name in self._referring_back(data, own_id):
            message = _CIRCULAR.format(name=data.name, other=name)
            raise Conflict("heading.circular", message, heading=heading_id)
        return data

    def _referring_back(self, data: HeadingData, own_id: int | None) -> list[tuple[int, str]]:
        """The headings that one of its variants names and that have its own name among theirs: each would refer to the other."""
        keys = [heading_key(name) for name in data.variants]
        asked = select(Heading.id, Heading.name).join(HeadingVariant, HeadingVariant.heading_id == Heading.id)
        asked = asked.where(
            Heading.kind == data.kind, Heading.key.in_(keys), HeadingVariant.key == heading_key(data.name)
        )
        rows = self._session.execute(asked.order_by(Heading.id).distinct()) if keys else ()
        return [(row.id, row.name) for row in rows if row.id != own_id]

    def _insert(self, data: HeadingData) -> int:
        values = {**_columns(data), "version": 1, "created_at": self._context.now}
        heading_id: int = self._session.execute(insert(Heading).values(values).returning(Heading.id)).scalar_one()
        self._set_variants(heading_id, data)
        self._record(heading_id, data)
        return heading_id

    def _write(self, heading_id: int, data: HeadingData, version: int) -> None:
        values = {**_columns(data), "version": version}
        self._session.execute(update(Heading).where(Heading.id == heading_id).values(values))
        self._session.execute(delete(HeadingVariant).where(HeadingVariant.heading_id == heading_id))
        self._set_variants(heading_id, data)
        self._record(heading_id, data)

    def _set_variants(self, heading_id: int, data: HeadingData) -> None:
        rows = [{"heading_id": heading_id, "key": heading_key(name), "name": name} for name in data.variants]
        if rows:
            self._session.execute(insert(HeadingVariant), rows)

    def _record(self, heading_id: int, data: HeadingData) -> None:
        told = {"heading": heading_id, "name": data.name, "variants": list(data.variants)}
        self._context.record("heading_changed", org_id=self._context.caller.own_unit(), data=told)

    def _index(self, names: Collection[str]) -> None:
        ordered = sorted(names)
        for start in range(0, len(ordered), _NAMES_AT_ONCE):
            found = titles_carrying(self._session, ordered[start : start + _NAMES_AT_ONCE])
            outbox.enqueue(self._session, "bib", found, at=self._context.now)


def _columns(data: HeadingData) -> dict[str, object]:
    return {
        "kind": data.kind,
        "name": data.name,
        "key": heading_key(data.name),
        "see_also": list(data.see_also),
        "note": data.note[:500] if data.note else None,
    }


def _same(row: HeadingRow, data: HeadingData) -> bool:
    said = (data.kind, data.name, sorted(data.variants), data.see_also, data.note)
    return (row.kind, row.name, sorted(row.variants), row.see_also, row.note) == said
