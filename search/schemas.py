"""Shapes of questions and answers. A list of values is given in one parameter, divided by commas."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from catalog.readership import READERSHIPS
from kernel.schema import Code, Instant, Ready, StrictSchema
from search.analysis.identifiers import class_base
from search.fields import FACETS, GROUPS, SORTS
from search.pages import LARGEST_PAGE
from search.port import DEEPEST_HIT

MOST_VALUES = 20
LONGEST_SUBJECT = 120
FACET_NAMES = tuple(facet.name for facet in FACETS)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_YEARS = re.compile(r"(\d{1,4})?(\.\.)?(\d{1,4})?", re.ASCII)


class Values(fields.Field[tuple[str, ...]]):
    """One to twenty values divided by commas, each checked by `check`, which raises ValidationError or returns it as compared."""

    def __init__(self, description: str, **kwargs: Any) -> None:
        super().__init__(metadata={"type": "string", "description": description}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[str, ...]:
        parts = [part.strip() for part in str(value).split(",")]
        if len(parts) > MOST_VALUES:
            raise ValidationError(f"At most {MOST_VALUES} values.")
        return tuple(dict.fromkeys(self.check(part) for part in parts if part))

    def check(self, value: str) -> str:
        raise NotImplementedError


class Languages(Values):
    def check(self, value: str) -> str:
        if not _LANGUAGE.fullmatch(value):
            raise ValidationError("A language is an ISO 639-2 code such as chi.")
        return value


class Classes(Values):
    def check(self, value: str) -> str:
        base = class_base(value)
        if not base or len(base) > 32:
            raise ValidationError("A class is one of the Chinese Library Classification, such as I24.")
        return base


class Codes(Values):
    def check(self, value: str) -> str:
        return str(Code().deserialize(value))


class Subjects(Values):
    def check(self, value: str) -> str:
        if len(value) > LONGEST_SUBJECT:
            raise ValidationError(f"A subject has at most {LONGEST_SUBJECT} characters.")
        return value


class Among(Values):
    """Values of a vocabulary of ours."""

    def __init__(self, vocabulary: Collection[str], description: str, **kwargs: Any) -> None:
        super().__init__(description, **kwargs)
        self._vocabulary = vocabulary

    def check(self, value: str) -> str:
        if value not in self._vocabulary:
            raise ValidationError(f"One of: {', '.join(self._vocabulary)}.")
        return value


class Years(fields.Field[tuple[int | None, int | None]]):
    """`2015`, `2015..2020`, `2015..` or `..2020`, both ends included."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"type": "string", "example": "2015..2020"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[int | None, int | None]:
        match = _YEARS.fullmatch(str(value).strip())
        first, dots, last = match.groups() if match else (None, None, None)
        if first is None and last is None:
            raise ValidationError("Years are written as 2015, 2015..2020, 2015.. or ..2020.")
        if dots is None:
            year = int(f"{first or ''}{last or ''}")
            if year > 9999:
                raise ValidationError("Years are written as 2015, 2015..2020, 2015.. or ..2020.")
            return (year, year)
        return (int(first) if first else None, int(last) if last else None)


class SearchQuerySchema(StrictSchema):
    """How long `q` may be is said by the service, with a code of its own."""

    text = fields.String(load_default="", data_key="q")
    field = fields.String(load_default="any", validate=validate.OneOf([group.name for group in GROUPS]))
    org = Code(metadata={"description": "a unit: itself and all below it"})
    available = fields.Boolean(
        load_default=False, metadata={"description": "copies to be had now, within `org` if given"}
    )
    languages = Languages("ISO 639-2 codes", data_key="lang")
    classes = Classes("classes of the Chinese Library Classification, each with all below it", data_key="class")
    item_types = Codes("item types", data_key="type")
    subjects = Subjects("subject headings, as the facet gives them", data_key="subject")
    audiences = Among(READERSHIPS, "for whom: " + ", ".join(READERSHIPS), data_key="audience")
    years = Years(data_key="year")
    near = Code(
        metadata={"description": "the unit from which nearness counts; without it the home of the reader who asks"}
    )
    facets = Among(
        FACET_NAMES,
        f"those to count, of {', '.join(FACET_NAMES)}: all where it is not given, none where it is empty; fewer are quicker",
    )
    sort = fields.String(load_default="relevance", validate=validate.OneOf([order.name for order in SORTS]))
    page = fields.Integer(load_default=1, strict=False, validate=validate.Range(1, DEEPEST_HIT))
    size = fields.Integer(load_default=20, strict=False, validate=validate.Range(1, LARGEST_PAGE))

    @validates_schema
    def not_too_deep(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data["page"] * data["size"] > DEEPEST_HIT:
            raise ValidationError({"page": [f"The first {DEEPEST_HIT} titles can be shown. Narrow the search."]})


class SuggestQuerySchema(StrictSchema):
    text = fields.String(required=True, data_key="q")


class HoldingSchema(Schema):
    org = fields.String()
    name = fields.String()
    total = fields.Integer()
    available = fields.Integer()


class CopyCountSchema(Schema):
    total = fields.Integer()
    available = fields.Integer()


class NearSchema(Schema):
    org = fields.String(metadata={"description": "the unit from which nearness counts"})
    here = fields.Nested(CopyCountSchema, metadata={"description": "copies of this unit itself"})
    below = fields.Nested(CopyCountSchema, metadata={"description": "copies of this unit and all below it"})
    nearest = fields.Nested(
        HoldingSchema,
        allow_none=True,
        metadata={"description": "the nearest unit with a copy to be had now, maybe this one"},
    )
    km = fields.Float(allow_none=True, metadata={"description": "how far that is, where it is known"})


class HitSchema(Schema):
    id = fields.Integer()
    title = fields.String()
    authors = fields.String()
    publisher = fields.String(allow_none=True)
    year = fields.Integer(allow_none=True)
    isbn = fields.String(allow_none=True)
    class_ = fields.String(data_key="class", allow_none=True)
    holdings = fields.List(fields.Nested(HoldingSchema))
    total = fields.Integer(metadata={"description": "copies in the network"})
    available = fields.Integer(metadata={"description": "copies to be had now"})
    near = fields.Nested(
        NearSchema,
        allow_none=True,
        metadata={"description": "null where it is not known from which unit nearness counts"},
    )
    highlight = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "by field: the text as HTML with <mark> round what was asked for, all else escaped"},
    )


class FacetValueSchema(Schema):
    value = fields.String(metadata={"description": "what the filter of this name takes"})
    label = fields.String()
    count = fields.Integer()


class SearchPageSchema(Schema):
    total = fields.Integer()
    hits = Ready(HitSchema, many=True)
    facets = fields.Dict(keys=fields.String(), values=Ready(FacetValueSchema, many=True))
    suggestion = fields.String(allow_none=True, metadata={"description": "other words that find something"})
    is_partial = fields.Boolean(
        data_key="partial", metadata={"description": "no title has all the words: these have all but one"}
    )
    ignored = fields.List(fields.String(), metadata={"description": "words beyond what one query may hold"})
    took_ms = fields.Integer()
    degraded = fields.Boolean(metadata={"description": "the engine is gone, the database answered, without facets"})


class SuggestionSchema(Schema):
    text = fields.String()
    kind = fields.String(validate=validate.OneOf(["title", "author", "subject"]))


class SuggestionsSchema(Schema):
    items = fields.List(fields.Nested(SuggestionSchema))


class FailingTitleSchema(Schema):
    id = fields.Integer()
    title = fields.String(allow_none=True, metadata={"description": "null for a title that no longer exists"})
    attempts = fields.Integer()
    reason = fields.String(metadata={"description": "in the engine's own words"})
    since = Instant()
    parked = fields.Boolean(attribute="is_parked", metadata={"description": "given up until it changes or is retried"})


class IndexStatusSchema(Schema):
    generation = fields.String(allow_none=True, metadata={"description": "the live index; null where there is none"})
    documents = fields.Integer()
    bytes = fields.Integer()
    pending = fields.Integer(metadata={"description": "titles that the index still misses, the parked ones among them"})
    parked = fields.Integer()
    oldest_at = Instant(allow_none=True)
    lag = fields.Float(metadata={"description": "seconds since the oldest of them changed"})
    trouble = fields.String(allow_none=True, metadata={"description": "why the engine cannot be used"})
    failing = fields.List(fields.Nested(FailingTitleSchema), metadata={"description": "at most 100"})


class QueuedSchema(Schema):
    queued = fields.Integer()
