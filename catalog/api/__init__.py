"""HTTP routes of this room, one file a subject. Each shows three steps: schema in, one service call, schema out."""

from __future__ import annotations

from catalog.api import (
    apart,
    bibs,
    bulk,
    callnumbers,
    classes,
    documents,
    exports,
    headings,
    imports,
    item_types,
    items,
    labels,
    marc,
    reviews,
    sources,
    undoing,
    versions,
)

BLUEPRINTS = (
    marc.blueprint,
    bibs.blueprint,
    versions.blueprint,
    apart.blueprint,
    items.blueprint,
    bulk.blueprint,
    callnumbers.blueprint,
    classes.blueprint,
    labels.blueprint,
    documents.blueprint,
    headings.blueprint,
    item_types.blueprint,
    imports.blueprint,
    reviews.blueprint,
    sources.blueprint,
    undoing.blueprint,
    exports.blueprint,
)
