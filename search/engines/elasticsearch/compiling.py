"""Query trees, filters and facets in Elasticsearch's own terms. Tokens stand in it as values, never in a syntax that is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search import port
from search.fields import FIELD_BY_NAME, SORT_BY_NAME, Field, fields_of
from search.port import All, And, Bucket, FacetRequest, Leaf, Not, Or
from search.written import ID, WEIGHT

TIE = 0.1
YEAR = "year"

Body = dict[str, Any]

# Deleted documents are kept without a weight.
LIVING: Body = {"exists": {"field": WEIGHT}}


def hits_body(request: port.SearchRequest) -> Body:
    """The best hits and the total. Equal scores stand by id, on this page and from page to page."""
    by = SORT_BY_NAME[request.sort]
    query = _narrowed(request, scored=by.field is None)
    key = "_score" if by.field is None else {by.field: "desc" if by.descending else "asc"}
    return {
        "query": _weighed(query) if by.field is None else query,
        "sort": [key, {ID: "asc"}],
        "from": request.offset,
        "size": request.limit,
        "track_total_hits": True,
        "_source": False,
        "stored_fields": "_none_",
    }


def facets_body(request: port.SearchRequest) -> Body:
    """All facets in one search without hits, which the server remembers until the next commit.

    Filters that every facet obeys narrow the search itself; each of the others narrows those facets whose own it is not.
    """
    own = own_filters(request)
    common = [clause for field, clause in filters(request) if field not in own]
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [compile_query(request.query), *common]}},
        "aggs": {
            _passname(without): {
                "filter": {"bool": {"filter": [c for field, c in filters(request) if field in own - {without}]}},
                "aggs": {facet.name: _aggregation(facet) for facet in facets},
            }
            for without, facets in _passes(request).items()
        },
    }


def read_facets(request: port.SearchRequest, answer: Body) -> dict[str, tuple[Bucket, ...]]:
    return {
        facet.name: _buckets(facet, answer[_passname(without)][facet.name]["buckets"])
        for without, facets in _passes(request).items()
        for facet in facets
    }


def own_filters(request: port.SearchRequest) -> set[str]:
    """The filtered fields that are counted too, and so are left out where they are."""
    return {field for field, _ in filters(request)} & {facet.field for facet in request.facets}


def filters(request: port.SearchRequest) -> list[tuple[str, Body]]:
    """Each filtered field with its clause."""
    found = [(wanted.field, _any_value(wanted.field, wanted.values)) for wanted in request.filters]
    if request.years is not None:
        first, last = request.years
        ends = {name: year for name, year in (("gte", first), ("lte", last)) if year is not None}
        found.append((YEAR, {"range": {YEAR: ends}}))
    return found


def compile_query(query: port.Query) -> Body:
    match query:
        case All():
            return _constant(LIVING, 1.0)
        case Leaf():
            return _leaf(query)
        case Or(parts):
            if not parts:
                return {"match_none": {}}
            return {"bool": {"should": [compile_query(part) for part in parts], "minimum_should_match": 1}}
        case And(parts):
            wanted = [compile_query(part) for part in parts if not isinstance(part, Not)]
            unwanted = [compile_query(part.part) for part in parts if isinstance(part, Not)]
            return {"bool": {"must": wanted, "must_not": unwanted}}
        case Not():
            raise ValueError("Not stands outside an And")


def _narrowed(request: port.SearchRequest, *, scored: bool) -> Body:
    query, narrowing = compile_query(request.query), [clause for _, clause in filters(request)]
    if not scored:
        return {"bool": {"filter": [query, *narrowing]}}
    return {"bool": {"must": [query], "filter": narrowing}} if narrowing else query


def _weighed(query: Body) -> Body:
    """BM25 times ln(2 + weight)."""
    factor = {"field": WEIGHT, "modifier": "ln2p", "missing": 0}
    return {"function_score": {"query": query, "field_value_factor": factor, "boost_mode": "multiply"}}


def _leaf(leaf: Leaf) -> Body:
    queries = [_in_field(leaf, field, leaf.boost * boost) for field, boost in fields_of(leaf.group)]
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": queries, "tie_breaker": TIE}}


def _in_field(leaf: Leaf, field: Field, boost: float) -> Body:
    first = {"value": leaf.tokens[0]}
    if leaf.mode == "prefix":
        return _constant({"prefix": {field.name: first}}, boost)
    if field.type == "keyword":
        return _constant({"term": {field.name: first}}, boost)
    if leaf.mode == "term":
        return {"term": {field.name: first | {"boost": boost}}}
    return {"match_phrase": {field.name: {"query": " ".join(leaf.tokens), "boost": boost}}}


def _constant(clause: Body, boost: float) -> Body:
    return {"constant_score": {"filter": clause, "boost": boost}}


def _any_value(field: str, values: Sequence[str]) -> Body:
    return {"terms": {field: list(values)}}


# --- facets ----------------------------------------------------------------------------------------------------------


def _passes(request: port.SearchRequest) -> dict[str | None, list[FacetRequest]]:
    """Facets by the filter that they leave out."""
    own = own_filters(request)
    passes: dict[str | None, list[FacetRequest]] = {}
    for facet in request.facets:
        passes.setdefault(facet.field if facet.field in own else None, []).append(facet)
    return passes


def _passname(without: str | None) -> str:
    return "all" if without is None else f"without_{without}"


def _aggregation(facet: FacetRequest) -> Body:
    field = FIELD_BY_NAME[facet.field]
    if field.type == "number":
        return {"histogram": {"field": field.name, "interval": field.step, "min_doc_count": 1}}
    terms: Body = {"field": field.name, "size": facet.size}
    if facet.only:
        terms |= {"include": list(facet.only), "size": len(facet.only)}
    return {"terms": terms}


def _buckets(facet: FacetRequest, found: Sequence[Body]) -> tuple[Bucket, ...]:
    field = FIELD_BY_NAME[facet.field]
    if field.type == "number":
        starts = sorted(((int(b["key"]), b["doc_count"]) for b in found), reverse=True)
        return tuple(Bucket(f"{start}..{start + field.step - 1}", count) for start, count in starts[: facet.size])
    counted = [Bucket(b["key"], b["doc_count"]) for b in found]
    return tuple(sorted(counted, key=lambda bucket: (-bucket.count, bucket.value)))
