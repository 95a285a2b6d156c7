"""HTTP routes of this room, one file a subject. Each shows three steps: schema in, one service call, schema out."""

from __future__ import annotations

from catalog.api import (
    bibs,
    bulk,
    callnumbers,
    documents,
    exports,
    imports,
    item_types,
    items,
    labels,
    marc,
    reviews,
    sources,
)

BLUEPRINTS = (
    marc.blueprint,
    bibs.blueprint,
    items.blueprint,
    bulk.blueprint,
    callnumbers.blueprint,
    labels.blueprint,
    documents.blueprint,
    item_types.blueprint,
    imports.blueprint,
    reviews.blueprint,
    sources.blueprint,
    exports.blueprint,
)
