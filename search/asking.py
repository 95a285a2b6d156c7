"""From a question to a request for the engine, and from the engine's buckets to facets for people. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from branches.tree import OrgTree
from catalog.classes import ClassTable
from catalog.languages import language_label
from catalog.readership import READERSHIPS
from catalog.reference import ItemTypes
from kernel.i18n import Text
from search.fields import AVAILABLE, CLASS_LEVELS, FACETS, Facet
from search.labels import class_label
from search.pages import FacetList, FacetValue, Question
from search.port import Bucket, FacetRequest, Filter, Or, Query, SearchRequest, SearchResult
from search.query.limits import Limits, narrower

AVAILABLE_LABEL = Text("在架可借", "Available now")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What facets are called by: units, item types, and classes as the county names them."""

    tree: OrgTree
    types: ItemTypes
    classes: ClassTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a question looks: the unit whose subtree counts, as the index writes it; the whole network otherwise."""

    org: str | None


def narrowed(question: Question, limits: Limits) -> Question:
    """The question with the years and classes that its text names; a class chosen beside the text counts before one named in it."""
    return replace(
        question,
        years=narrower(question.years, limits.years),
        classes=question.classes or limits.classes,
    )


def build_request(question: Question, query: Query, scope: Scope) -> SearchRequest:
    first, last = question.years or (None, None)
    if first is not None and last is not None and first > last:
        query = Or(())  # no year lies in both ranges
    return SearchRequest(
        query=query,
        filters=tuple(_filters(question, scope)),
        years=question.years,
        facets=tuple(_facet(facet, question, scope) for facet in FACETS if _is_asked(facet, question)),
        sort=question.sort,
        offset=question.offset,
        limit=question.size,
    )


def build_facets(result: SearchResult, names: Names) -> tuple[FacetList, ...]:
    """Facets in their declared order, those without a value left out."""
    found = ((facet, _values(facet, result.facets.get(facet.name, ()), names)) for facet in FACETS)
    return tuple(FacetList(name=facet.name, label=facet.label, values=values) for facet, values in found if values)


def _filters(question: Question, scope: Scope) -> list[Filter]:
    """What is available at a unit is held there too, so one filter says both."""
    filters = [
        Filter("language", question.languages),
        Filter("class", question.classes),
        Filter("item_type", question.item_types),
        Filter("subject_whole", question.subjects),
        Filter("audience", question.audiences),
    ]
    if scope.org is not None:
        filters.append(Filter("available_at" if question.available else "org", (scope.org,)))
    elif question.available:
        filters.append(Filter("availability", (AVAILABLE,)))
    return [wanted for wanted in filters if wanted.values]


def _is_asked(facet: Facet, question: Question) -> bool:
    return question.facets is None or facet.name in question.facets


def _facet(facet: Facet, question: Question, scope: Scope) -> FacetRequest:
    """Libraries are counted by what they have available when that is asked for. Availability is counted in the place asked about."""
    if facet.name == "availability" and scope.org is not None:
        return FacetRequest(facet.name, "available_at", only=(scope.org,))
    if facet.name == "class":
        return FacetRequest(facet.name, class_level(question.classes), size=facet.size)
    if facet.name == "org" and question.available:
        return FacetRequest(facet.name, "available_at", size=facet.size)
    return FacetRequest(facet.name, facet.field, size=facet.size)


def class_level(classes: Sequence[str]) -> str:
    """The field that counts the classes one step below the one that was chosen; the top classes where none or several were."""
    depth = len(classes[0].replace(".", "")) if len(classes) == 1 else 0
    return CLASS_LEVELS[min(depth, len(CLASS_LEVELS) - 1)]


def _values(facet: Facet, buckets: Sequence[Bucket], names: Names) -> tuple[FacetValue, ...]:
    named = (_value(facet.name, bucket, names) for bucket in buckets)
    return tuple(value for value in named if value is not None)


def _value(facet: str, bucket: Bucket, names: Names) -> FacetValue | None:
    """None for what is no choice: the whole network, and units that are gone since the title was indexed."""
    value = bucket.value
    if facet == "org":
        unit = names.tree.by_id.get(int(value))
        if unit is None or unit.parent_id is None:
            return None
        value = unit.code
    elif facet == "availability":
        value = "true"
    label = label_of(facet, value, names)
    return FacetValue(value=value, label=label, count=bucket.count) if label else None


def label_of(facet: str, value: str, names: Names) -> Text | None:
    """How people call a facet's value that stands in an address; None for one that there is not."""
    match facet:
        case "org":
            unit = names.tree.by_code.get(value)
            return Text(unit.name, unit.name) if unit else None
        case "availability":
            return AVAILABLE_LABEL
        case "class":
            return class_label(value, names.classes)
        case "audience":
            return READERSHIPS.get(value)
        case "lang":
            return language_label(value)
        case "type":
            known = names.types.by_code.get(value)
            name = known.name if known else value
            return Text(name, name)
        case "subject":
            return Text(value, value)
        case _:
            years = value.replace("..", "–")
            return Text(years, years)
