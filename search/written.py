"""A document as it is handed to an engine: one JSON text, checked against the declared fields, since engines know a field by its name.

The text is written where the document is made, in the processes of a rebuild, and read by the engine itself; in between nobody looks
into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from json import JSONEncoder
from typing import Any

from search.fields import FIELDS, FieldType
from search.port import IndexDoc, WrittenDoc

ID = "id"
WEIGHT = "weight"

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NAMES: Mapping[FieldType, frozenset[str]] = {
    type_: frozenset(field.name for field in FIELDS if field.type == type_)
    for type_ in ("text", "keyword", "number", "sort_text")
}


class UnknownField(ValueError):
    """tantivy would drop such a value in silence, and Elasticsearch would take a keyword for a text."""


def write_down(doc: IndexDoc) -> WrittenDoc:
    """Raises UnknownField for a value without a declared field of its type."""
    values: dict[str, Any] = {ID: doc.id, WEIGHT: float(doc.weight)}
    values |= _checked("text", doc.text)
    values |= _checked("keyword", {name: found for name, found in doc.keywords.items() if found})
    values |= _checked("number", doc.numbers)
    values |= _checked("sort_text", doc.sort_texts)
    return WrittenDoc(doc.id, doc.version, _encode(values))


def _checked(type_: FieldType, values: Mapping[str, Any]) -> Mapping[str, Any]:
    unknown = values.keys() - _NAMES[type_]
    if unknown:
        raise UnknownField(f"no {type_} field is called {min(unknown)}")
    return values
