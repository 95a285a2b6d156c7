"""HTTP routes of this room, one file a subject. Each shows three steps: schema in, one service call, schema out."""

from __future__ import annotations

from catalog.api import bibs, callnumbers, exports, imports, item_types, items, marc

BLUEPRINTS = (
    marc.blueprint,
    bibs.blueprint,
    items.blueprint,
    callnumbers.blueprint,
    item_types.blueprint,
    imports.blueprint,
    exports.blueprint,
)
