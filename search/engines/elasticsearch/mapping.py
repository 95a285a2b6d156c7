"""The declared fields as a mapping, and documents in it."""

from __future__ import annotations

from typing import Any

from search.fields import FIELDS, Field
from search.port import DEEPEST_HIT, HEADING
from search.written import ID, WEIGHT


def settings() -> dict[str, Any]:
    """One shard, so that scores and counts are those of the whole; made visible by a commit only."""
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "max_result_window": DEEPEST_HIT,
    }


def mapping() -> dict[str, Any]:
    """What a document says is never read back, so its source is not kept."""
    declared = {field.name: _property(field) for field in FIELDS}
    own = {ID: {"type": "long"}, WEIGHT: {"type": "double", "index": False}}
    return {"dynamic": "strict", "_source": {"enabled": False}, "properties": own | declared}


def _property(field: Field) -> dict[str, Any]:
    match field.type:
        case "text":
            return {"type": "text", "analyzer": "whitespace", "index_options": "positions"}
        case "keyword":
            return {"type": "keyword", "doc_values": field.facet or field.name == HEADING}
        case "number":
            return {"type": "long", "index": field.facet}
        case "sort_text":
            return {"type": "keyword", "index": False}
