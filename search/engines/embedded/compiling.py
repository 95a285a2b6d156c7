"""Query trees, filters and facets in tantivy's own terms. No query is ever written as a string."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tantivy import FieldType, Occur, Query, Schema

from search import port
from search.fields import FIELD_BY_NAME, Field, fields_of
from search.port import All, And, Bucket, FacetRequest, Leaf, Not, Or

TIE = 0.1
# Terms are counted per segment and cut there: at the default of ten times `size`, 13 of 31 facets came out
# wrong.
SEGMENT_SIZE = 10_000


def compile_request(
    request: port.SearchRequest, schema: Schema, *, without: str | None = None, is_loose: bool = False
) -> Query:
    """The query with its filters; the one on the field `without` left out. `is_loose`: any order will do for the tokens of a phrase, so
    that at least all matches are found, in a third of the time; scores are then without meaning."""
    required = [_compile(request.query, schema, is_loose=is_loose)]
    required += [_filter(f, schema) for f in request.filters if f.field != without]
    if request.years is not None and without != "year":
        required.append(_years(request.years, schema))
    return required[0] if len(required) == 1 else Query.boolean_query([(Occur.Must, q) for q in required])


def aggregation(facet: FacetRequest) -> dict[str, Any]:
    field = FIELD_BY_NAME[facet.field]
    if field.type == "number":
        return {"histogram": {"field": field.name, "interval": field.step, "min_doc_count": 1}}
    terms: dict[str, Any] = {"field": field.name, "size": facet.size, "segment_size": SEGMENT_SIZE}
    if facet.only:
        terms |= {"include": list(facet.only), "size": len(facet.only)}
    return {"terms": terms}


def buckets(facet: FacetRequest, answer: dict[str, Any]) -> tuple[Bucket, ...]:
    field = FIELD_BY_NAME[facet.field]
    if field.type == "number":
        starts = sorted(((int(b["key"]), b["doc_count"]) for b in answer["buckets"]), reverse=True)
        return tuple(Bucket(_step(start, field), count) for start, count in starts[: facet.size])
    found = [Bucket(b["key"], b["doc_count"]) for b in answer["buckets"]]
    return tuple(sorted(found, key=lambda bucket: (-bucket.count, bucket.value)))


def _step(start: int, field: Field) -> str:
    return f"{start}..{start + field.step - 1}"


def has_phrase(query: port.Query) -> bool:
    """Whether it finds more where it is loose."""
    match query:
        case Leaf():
            return query.mode == "phrase"
        case And(parts) | Or(parts):
            return any(has_phrase(part) for part in parts)
        case _:
            return False


def _compile(query: port.Query, schema: Schema, *, is_loose: bool = False) -> Query:
    match query:
        case All():
            # Inside a boolean query tantivy takes a bare "all" for no condition and forgets its score.
            return Query.const_score_query(Query.all_query(), 1.0)
        case Leaf():
            return _leaf(query, schema, is_loose=is_loose)
        case Or(parts):
            if not parts:
                return Query.empty_query()
            return Query.boolean_query([(Occur.Should, _compile(part, schema, is_loose=is_loose)) for part in parts])
        case And(parts):
            return Query.boolean_query([_clause(part, schema, is_loose=is_loose) for part in parts])
        case Not():
            raise ValueError("Not stands outside an And")


def _clause(part: port.Query, schema: Schema, *, is_loose: bool) -> tuple[Occur, Query]:
    """What is left out is never loose: too much would be."""
    if isinstance(part, Not):
        return Occur.MustNot, _compile(part.part, schema)
    return Occur.Must, _compile(part, schema, is_loose=is_loose)


def _leaf(leaf: Leaf, schema: Schema, *, is_loose: bool) -> Query:
    queries = [
        _in_field(leaf, field, leaf.boost * boost, schema, is_loose=is_loose) for field, boost in fields_of(leaf.group)
    ]
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries, TIE)


def _in_field(leaf: Leaf, field: Field, boost: float, schema: Schema, *, is_loose: bool) -> Query:
    if leaf.mode == "prefix":
        # A fuzzy term at distance 0: the same terms as a regular expression, without one.
        beginning = Query.fuzzy_term_query(schema, field.name, leaf.tokens[0], distance=0, prefix=True)
        return Query.const_score_query(beginning, boost)
    if field.type == "keyword":
        return Query.const_score_query(_term(schema, field, leaf.tokens[0]), boost)
    if leaf.mode == "term":
        return Query.boost_query(_term(schema, field, leaf.tokens[0]), boost)
    if is_loose:
        return Query.boolean_query([(Occur.Must, _term(schema, field, token)) for token in leaf.tokens])
    return Query.boost_query(Query.phrase_query(schema, field.name, list(leaf.tokens)), boost)


def _term(schema: Schema, field: Field, token: str) -> Query:
    return Query.term_query(schema, field.name, token, "basic" if field.type == "keyword" else "freq")


def _filter(wanted: port.Filter, schema: Schema) -> Query:
    return Query.const_score_query(_any_value(wanted.field, wanted.values, schema), 0.0)


def _any_value(field: str, values: Sequence[str], schema: Schema) -> Query:
    if len(values) == 1:
        return Query.term_query(schema, field, values[0], "basic")
    return Query.term_set_query(schema, field, list(values))


def _years(years: tuple[int | None, int | None], schema: Schema) -> Query:
    first, last = years
    between = Query.range_query(schema, "year", FieldType.Integer, first, last)
    return Query.const_score_query(between, 0.0)
