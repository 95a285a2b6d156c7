"""Reads of titles and copies, as small values, one file a subject."""

from __future__ import annotations

from catalog.queries.items import ItemRow, barcodes_of, find_item, item_by_id, items_by_id

__all__ = ["ItemRow", "barcodes_of", "find_item", "item_by_id", "items_by_id"]
