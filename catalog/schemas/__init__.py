"""Shapes of this room on the wire, one file a subject."""

from __future__ import annotations

from catalog.schemas.bibs import BibChangesSchema, BibSchema, NewBibSchema, NewRecordQuerySchema
from catalog.schemas.item_types import ItemTypeChangesSchema, ItemTypePageSchema, ItemTypeSchema
from catalog.schemas.items import ItemChangesSchema, ItemSchema, NewItemSchema, WrittenItemSchema
from catalog.schemas.refusals import RefusalSchema

__all__ = [
    "BibChangesSchema",
    "BibSchema",
    "ItemChangesSchema",
    "ItemSchema",
    "ItemTypeChangesSchema",
    "ItemTypePageSchema",
    "ItemTypeSchema",
    "NewBibSchema",
    "NewItemSchema",
    "NewRecordQuerySchema",
    "RefusalSchema",
    "WrittenItemSchema",
]
