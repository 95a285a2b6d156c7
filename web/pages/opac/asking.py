"""A search as an address: what was asked, and the addresses that ask for a little more or less. The address is the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import request, url_for
from marshmallow import ValidationError

from kernel.i18n import Text
from search.asking import Names, label_of
from search.pages import FacetList, FacetValue, Question
from search.schemas import SearchQuerySchema

NAMES: Final = (
    "q",
    "field",
    "org",
    "available",
    "lang",
    "class",
    "type",
    "subject",
    "audience",
    "year",
    "sort",
    "page",
)
FILTERS: Final = ("org", "available", "lang", "class", "type", "subject", "audience", "year")
SEVERAL: Final = ("lang", "type", "audience")  # one may choose several values; of the others one
PAGE_SIZE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and the address it came from."""

    question: Question
    values: Mapping[str, str]

    def address(self, **changes: str | None) -> str:
        """The same search with these values changed, from its first page on; None takes a value away."""
        values = {name: value for name, value in self.values.items() if name != "page"} | changes
        given: dict[str, Any] = {name: value for name, value in values.items() if value}
        return url_for("opac.search", **given)

    def chosen(self, name: str) -> list[str]:
        value = self.values.get(name, "")
        return [part for part in value.split(",") if part] if name in SEVERAL else [value] if value else []

    def toggled(self, name: str, value: str) -> str:
        """The search with a facet's value added, or taken away where it was chosen."""
        chosen = self.chosen(name)
        added = [*chosen, value] if name in SEVERAL else [value]
        left = [other for other in chosen if other != value] if value in chosen else added
        return self.address(**{name: ",".join(left) or None})

    def without_filters(self) -> str:
        return self.address(**dict.fromkeys(FILTERS))


def read_question(**otherwise: str) -> Asked:
    """The search an address asks for, `otherwise` where it is silent. What it holds that makes no sense is passed over: an address is
    typed, cut and forwarded."""
    values = otherwise | {name: request.args[name].strip() for name in NAMES if request.args.get(name, "").strip()}
    if "year" in values:
        values["year"] = values["year"].replace("–", "..")
    if request.args.get("from") or request.args.get("to"):
        values["year"] = f"{request.args.get('from', '').strip()}..{request.args.get('to', '').strip()}"
    while True:
        try:
            loaded: dict[str, Any] = SearchQuerySchema().load(values | {"size": str(PAGE_SIZE)})
        except ValidationError as error:
            wrong = set(error.messages_dict) & values.keys()
            if not wrong:
                raise
            values = {name: value for name, value in values.items() if name not in wrong}
        else:
            return Asked(question=Question(**loaded), values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a facet as a link."""

    value: FacetValue
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    name: str
    label: Any
    choices: tuple[Choice, ...]


def show_facets(asked: Asked, facets: tuple[FacetList, ...]) -> list[Facet]:
    return [
        Facet(
            name=facet.name,
            label=facet.label,
            choices=tuple(_choice(asked, _filter_name(facet.name), value) for value in facet.values),
        )
        for facet in facets
    ]


def _choice(asked: Asked, name: str, value: FacetValue) -> Choice:
    return Choice(value=value, address=asked.toggled(name, value.value), is_chosen=value.value in asked.chosen(name))


def _filter_name(facet: str) -> str:
    return "available" if facet == "availability" else facet


def _facet_name(filter_: str) -> str:
    return "availability" if filter_ == "available" else filter_


def chips(asked: Asked, names: Names) -> list[tuple[Text, str]]:
    """What narrows the search now, by its name even where nothing is found: (label, address without it)."""
    return [
        (label_of(_facet_name(name), value, names) or Text(value, value), asked.toggled(name, value))
        for name in FILTERS
        for value in asked.chosen(name)
    ]
