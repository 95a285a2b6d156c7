"""The reference data of this room, cached per process: the item types and their parents, the classes and their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import models
from catalog.classes import ClassTable
from kernel.reference import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemType:
    code: str
    name: str
    parent: str | None


class ItemTypes:
    """All item types by code."""

    def __init__(self, types: Mapping[str, ItemType]) -> None:
        self.by_code = dict(types)

    def chain(self, code: str) -> tuple[str, ...]:
        """The type, its parent, …: nearest first, as policies match them."""
        found: list[str] = []
        step: str | None = code
        while step is not None and step not in found:
            found.append(step)
            known = self.by_code.get(step)
            step = known.parent if known else None
        return tuple(found)

    def name(self, code: str) -> str:
        """What people call it; the code of a type that is no longer known."""
        known = self.by_code.get(code)
        return known.name if known else code


def _load(session: Session) -> ItemTypes:
    t = models.ItemType
    rows = [ItemType(**row._mapping) for row in session.execute(select(t.code, t.name, t.parent).order_by(t.code))]
    return ItemTypes({row.code: row for row in rows})


ITEM_TYPES: Reference[ItemTypes] = Reference("item_type", _load)


def _load_classes(session: Session) -> ClassTable:
    c = models.ClassLabel
    return ClassTable(
        {code: (label, parent) for code, label, parent in session.execute(select(c.code, c.label, c.parent))}
    )


CLASSES: Reference[ClassTable] = Reference("class_label", _load_classes)
