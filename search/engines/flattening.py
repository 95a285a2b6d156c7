"""A document as one table from field to value, checked against the declared fields: engines know a field by its name alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from search.fields import FIELD_BY_NAME
from search.port import IndexDoc


class UnknownField(ValueError):
    """tantivy would drop such a value in silence, and Elasticsearch would take a keyword for a text."""


def flat_values(doc: IndexDoc) -> dict[str, Any]:
    """Raises UnknownField for a value without a declared field of its type."""
    return (
        _checked("text", doc.text.items())
        | _checked("keyword", ((name, list(found)) for name, found in doc.keywords.items() if found))
        | _checked("number", doc.numbers.items())
        | _checked("sort_text", doc.sort_texts.items())
    )


def _checked(type_: str, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(values)
    for name in found:
        field = FIELD_BY_NAME.get(name)
        if field is None or field.type != type_:
            raise UnknownField(f"no {type_} field is called {name}")
    return found
