"""Shapes of titles on the wire. What a form may say is declared once; a new title, a change and an answer derive from it."""

from __future__ import annotations

from typing import Any, Final, get_args

from marshmallow import ValidationError, fields, validate, validates_schema
from webargs.fields import DelimitedList

from catalog.bibdata import HIGHEST_PRICE_FEN, BibKind, MarcFormat, UrlAccess
from catalog.queries.duplicates import MOST_DENIED
from kernel.schema import Instant, Money, StrictSchema, Switch, Trimmed

FIRST_YEAR: Final = 100  # the first printed years in catalogues are of dynasties
LAST_YEAR: Final = 2999
MOST_VALUES: Final = 200
LONGEST_LINE: Final = 1000
LONGEST_TEXT: Final = 20_000


def texts(**options: Any) -> fields.List[str]:
    return fields.List(Trimmed(longest=LONGEST_LINE), validate=validate.Length(max=MOST_VALUES), **options)


def denied(several: type[fields.List[Any]] = fields.List) -> fields.List[Any]:
    """Titles of the catalogue that somebody was shown (`bibs` of a refusal) and does not mean."""
    number = fields.Integer(strict=several is fields.List, validate=validate.Range(1, 2**63 - 1))
    return several(number, load_default=(), validate=validate.Length(max=MOST_DENIED))


def line(longest: int = LONGEST_LINE, **options: Any) -> Trimmed:
    return Trimmed(longest=longest, shortest=0, allow_none=True, **options)


class AuthorsField(fields.Field[Any]):
    """A statement of responsibility (`路遥著; 某人译`) or a list of names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        described = {
            "type": ["string", "array"],
            "items": {"type": "string"},
            "description": "A statement such as 路遥著, or a list of names.",
        }
        self.metadata = {**self.metadata, **described}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        of = texts() if isinstance(value, list) else line(LONGEST_LINE)
        return of.deserialize(value, attr, data, **kwargs)


class ContributorSchema(StrictSchema):
    name = Trimmed(longest=200, required=True)
    role = line(60)
    main = Switch()
    body = Switch()


class BibChangesSchema(StrictSchema):
    """What is absent stays, null or an empty list takes away."""

    title = Trimmed(longest=LONGEST_LINE)
    subtitle = line()
    volume = line()
    parallel_titles = texts()
    variant_titles = texts()
    authors = AuthorsField(allow_none=True)
    contributors = fields.List(fields.Nested(ContributorSchema), validate=validate.Length(max=MOST_VALUES))
    responsibility = line()
    edition = line()
    place = line()
    publisher = line()
    year = fields.Integer(strict=True, allow_none=True, validate=validate.Range(FIRST_YEAR, LAST_YEAR))
    year_text = line(60)
    extent = line()
    series = texts()
    notes = texts()
    abstract = line(LONGEST_TEXT)
    contents = line(LONGEST_TEXT)
    audience = line()
    isbn = line(40)
    isbns = texts()
    issn = line(20)
    issns = texts()
    price_fen = Money(data_key="price", allow_none=True, validate=validate.Range(max=HIGHEST_PRICE_FEN))
    language = line(8, data_key="lang")
    country = line(8)
    class_number = line(64, data_key="class")
    other_classes = texts()
    subjects = texts()
    keywords = texts()
    kind = fields.String(validate=validate.OneOf(get_args(BibKind)))
    urls = texts()
    url_access = fields.List(
        fields.String(validate=validate.OneOf(get_args(UrlAccess))), validate=validate.Length(max=MOST_VALUES)
    )

    @validates_schema
    def say_people_once(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if "authors" in data and "contributors" in data:
            raise ValidationError("Give authors or contributors, not both.", "contributors")


class NewBibSchema(BibChangesSchema):
    """`not_these` are the titles (`bibs` of the refusal `bib.alike`) that were looked at and are not this one."""

    format = fields.String(load_default="cnmarc", validate=validate.OneOf(get_args(MarcFormat)))
    title = Trimmed(longest=LONGEST_LINE, required=True)
    not_these = denied()


class NewRecordQuerySchema(StrictSchema):
    """`not_these` beside a record, which has no room for it: numbers with commas between."""

    not_these = denied(DelimitedList)


class CopySchema(StrictSchema):
    barcode = fields.String()
    status = fields.String()
    status_label = fields.String()
    item_type = fields.String()
    home = fields.String()
    location = fields.String()
    call_number = fields.String(allow_none=True)
    shelf = fields.String(allow_none=True)
    volume = fields.String(allow_none=True)


class BibHoldingSchema(StrictSchema):
    """The copies of one unit: those that stand there, and those that belong there and are out or on their way."""

    org = fields.String()
    name = fields.String()
    total = fields.Integer()
    available = fields.Integer()
    copies = fields.List(fields.Nested(CopySchema))


class BibSchema(BibChangesSchema):
    """A title and who holds copies of it. `authors` are the names as lists show them, `isbn` the first of `isbns`."""

    id = fields.Integer()
    format = fields.String()
    isbn_invalid = fields.List(fields.String())
    isbns_other = fields.List(fields.String())
    version = fields.Integer()
    created_at = Instant()
    updated_at = Instant()
    total = fields.Integer()
    available = fields.Integer()
    holdings = fields.List(fields.Nested(BibHoldingSchema))
