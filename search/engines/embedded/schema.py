"""The declared fields as a tantivy schema, and documents in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tantivy import Index, Schema, SchemaBuilder

from search.fields import FIELDS
from search.port import EngineUnavailable, WrittenDoc
from search.written import ID, WEIGHT

VERSION = "version"


@cache
def schema() -> Schema:
    """`id` is signed: deleting by a term of an unsigned field deletes nothing, in silence (tantivy-py
    0.27).
    """
    builder = SchemaBuilder()
    builder.add_integer_field(ID, indexed=True, fast=True)
    builder.add_integer_field(VERSION, fast=True)
    builder.add_float_field(WEIGHT, fast=True)
    for field in FIELDS:
        match field.type:
            case "text":
                builder.add_text_field(field.name, tokenizer_name="whitespace", index_option="position")
            case "keyword":
                builder.add_text_field(field.name, tokenizer_name="raw", index_option="basic", fast=field.facet)
            case "number":
                builder.add_integer_field(field.name, indexed=field.facet, fast=True)
            case "sort_text":
                builder.add_text_field(field.name, tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


def open_index(path: Path) -> Index:
    """An index that is there: tantivy's own way to open would make a new and empty one of a broken one."""
    try:
        return Index.open(str(path))
    except (OSError, ValueError) as error:
        raise EngineUnavailable(str(error)) from error


def to_json(doc: WrittenDoc) -> str:
    """The JSON that tantivy reads, which keeps the version among the values."""
    return f'{{"{VERSION}":{doc.version},{doc.body[1:]}'
