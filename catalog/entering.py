"""A description typed in by hand, or changed by hand: from the fields of a form to `BibData`. Pure.

The text is tidied as that of imported records is, an ISBN is checked in any form, and what belongs together changes together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypedDict

from catalog.bibdata import BibData, BibKind, Contributor, MarcFormat, UrlAccess
from catalog.marc import codes, isbn, people
from catalog.marc.fields import tidy as without_strays
from catalog.marc.subjects import class_numbers, first_class, other_classes
from catalog.marc.tidy import clean, unique, without_title_marks
from kernel.errors import Invalid
from kernel.i18n import Text


class Person(TypedDict, total=False):
    name: str
    role: str | None
    main: bool
    body: bool


class BibFields(TypedDict, total=False):
    """What a form may say of a title; what is absent stays, None or an empty list takes away.

    `authors` is a statement of responsibility (路遥著; 某人译) or a list of names; `contributors` says it in full.
    `isbn` is the first of `isbns`, likewise `issn`.
    """

    format: MarcFormat
    title: str
    subtitle: str | None
    volume: str | None
    parallel_titles: list[str]
    variant_titles: list[str]
    authors: str | list[str] | None
    contributors: list[Person]
    responsibility: str | None
    edition: str | None
    place: str | None
    publisher: str | None
    year: int | None
    year_text: str | None
    extent: str | None
    series: list[str]
    notes: list[str]
    abstract: str | None
    contents: str | None
    audience: str | None
    isbn: str | None
    isbns: list[str]
    issn: str | None
    issns: list[str]
    price_fen: int | None
    language: str | None
    country: str | None
    class_number: str | None
    other_classes: list[str]
    subjects: list[str]
    keywords: list[str]
    kind: BibKind
    urls: list[str]
    url_access: list[UrlAccess]


_CHECKED: Final = frozenset(
    {
        "format",
        "title",
        "authors",
        "contributors",
        "isbn",
        "isbns",
        "issn",
        "issns",
        "language",
        "country",
        "urls",
        "url_access",
    }
)
_NO_ISBN: Final = Text("“{written}”不是有效的 ISBN，请核对校验位。", "“{written}” is no valid ISBN. Check its digits.")
_CHECK_DIGIT: Final = Text(
    "“{written}”的校验位不对：照前面的数字末位应是 {right}，写的是 {last}。请对照书上，可能抄错了一位。",
    "The check digit of “{written}” is {last} where the other digits ask for {right}. Compare it with the book: a digit may be miscopied.",
)
_DELIMITERS: Final = {0x1E: None, 0x1F: None}  # between fields and subfields of a record, and no text
_IN_LINES: Final = frozenset({"notes", "abstract", "contents"})  # whose line breaks mean something
_PLAIN: Final = tuple(name for name in BibFields.__annotations__ if name not in _CHECKED)


def enter(fields: BibFields) -> BibData:
    """A new description. Raises Invalid, naming every field that does not hold."""
    return _entered(BibData(format=fields.get("format", "cnmarc"), title=""), fields)


def change(data: BibData, fields: BibFields) -> BibData:
    """The description with these fields changed. Raises Invalid, naming every field that does not hold."""
    return _entered(data, fields)


def _entered(data: BibData, fields: BibFields) -> BibData:
    errors: dict[str, list[Text]] = {}
    values: dict[str, Any] = {
        name: _tidy(fields[name], keeps_lines=name in _IN_LINES)  # type: ignore[literal-required]
        for name in _PLAIN
        if name in fields
    }
    values |= _title(fields, errors) | _people(data, fields)
    values |= _links(data, fields) | _classes(data, fields)
    values |= _isbns(data, fields, errors) | _issns(data, fields, errors) | _codes(fields, errors)
    if "year" in fields and "year_text" not in fields:
        values["year_text"] = None  # what the old record printed for its year
    if errors:
        detail = Text("书目有内容需要改正。", "Some fields of the title need correction.")
        raise Invalid("bib.invalid", detail, errors)
    return replace(data, **values)


def _tidy(value: Any, *, keeps_lines: bool = False) -> Any:
    """Text without stray blanks, control and invisible characters, as imports leave it, empty text as None; lists as tuples of
    distinct texts."""
    if isinstance(value, str):
        parts = value.split("\n") if keeps_lines else [value]
        return (
            "\n".join(line for part in parts if (line := clean(without_strays(part.translate(_DELIMITERS), []))))
            or None
        )
    if isinstance(value, Sequence):
        return tuple(dict.fromkeys(text for one in value if (text := _tidy(one, keeps_lines=keeps_lines))))
    return value


def _title(fields: BibFields, errors: dict[str, list[Text]]) -> dict[str, Any]:
    if "title" not in fields:
        return {}
    title = _tidy(fields["title"])
    if not title:
        errors["title"] = [Text("题名不能为空。", "A title is needed.")]
    return {"title": without_title_marks(title or "")}


def _people(data: BibData, fields: BibFields) -> dict[str, Any]:
    """Names replace names; one that stands already keeps its role. The statement of the old names goes with them."""
    if "contributors" in fields:
        people_now = tuple(_person(one) for one in fields["contributors"] if _tidy(one["name"]))
    elif "authors" in fields:
        people_now = _authors(fields["authors"], {one.name: one for one in data.contributors})
    else:
        return {}
    changes: dict[str, Any] = {"contributors": people.unique_contributors(list(people_now))}
    if "responsibility" not in fields and people_now != data.contributors:
        changes["responsibility"] = None
    return changes


def _person(one: Person) -> Contributor:
    return Contributor(
        name=_tidy(one["name"]),
        role=_tidy(one.get("role")),
        main=one.get("main") or False,
        body=one.get("body") or False,
    )


def _authors(written: str | list[str] | None, known: Mapping[str, Contributor]) -> tuple[Contributor, ...]:
    found: list[Contributor] = []
    is_statement = isinstance(written, str)
    pieces = written.replace("；", ";").split(";") if isinstance(written, str) else written or []
    for piece in (text for one in pieces if (text := _tidy(one))):
        if piece in known:
            found.append(known[piece])
            continue
        stated = people.from_statement([(piece, not found)]) if is_statement else []
        found += stated or [Contributor(name=piece, main=not is_statement or not found)]
    return tuple(found)


def _links(data: BibData, fields: BibFields) -> dict[str, Any]:
    """Addresses and who may open each; one that stays keeps its access unless another is given."""
    if "urls" not in fields and "url_access" not in fields:
        return {}
    urls = tuple(_tidy(fields["urls"])) if "urls" in fields else data.urls
    given = fields.get("url_access", [])
    accesses = tuple(given[at] if at < len(given) else data.access_of(url) for at, url in enumerate(urls))
    return {"urls": urls, "url_access": accesses if set(accesses) - {"anyone"} else ()}


def _classes(data: BibData, fields: BibFields) -> dict[str, Any]:
    """As imports read them: of several numbers in one place the first counts, the others stand beside it. What is no number of the
    Chinese Library Classification stays as it was typed."""
    read: dict[str, Any] = {}
    if "other_classes" in fields:
        read["other_classes"] = unique([one for text in _tidy(fields["other_classes"]) for one in class_numbers(text)])
    if "class_number" not in fields:
        return read
    written = _tidy(fields["class_number"] or "") or ""
    first = first_class(class_numbers(written))
    read["class_number"] = first or written or None
    rest = other_classes([written]) if first else ()
    if rest:
        read["other_classes"] = unique([*rest, *read.get("other_classes", data.other_classes)])
    return read


def _isbns(data: BibData, fields: BibFields, errors: dict[str, list[Text]]) -> dict[str, Any]:
    if "isbn" not in fields and "isbns" not in fields:
        return {}
    others = list(data.isbns[1:])
    if "isbns" in fields:
        others = [_isbn(written, "isbns", errors) for written in fields["isbns"]]
    elif fields["isbn"] is None:
        others = []
    first = fields.get("isbn")
    numbers = [*([_isbn(first, "isbn", errors)] if first else []), *others]
    return {"isbns": tuple(dict.fromkeys(number for number in numbers if number))}


def _isbn(written: str, field: str, errors: dict[str, list[Text]]) -> str:
    found = isbn.valid_isbns([written])
    if len(found) == 1:
        return found[0]
    check = isbn.right_check(written)
    last, right = check or ("", "")
    message = _CHECK_DIGIT if check else _NO_ISBN
    errors.setdefault(field, []).append(message.format(written=written[:40], last=last, right=right))
    return ""


def _issns(data: BibData, fields: BibFields, errors: dict[str, list[Text]]) -> dict[str, Any]:
    if "issn" not in fields and "issns" not in fields:
        return {}
    written = [(one, "issns") for one in fields.get("issns", data.issns[1:] if fields.get("issn") else ())]
    if fields.get("issn"):
        written.insert(0, (str(fields["issn"]), "issn"))
    numbers: list[str] = []
    for text, field in written:
        found = isbn.valid_issns([text])
        numbers += found
        if len(found) != 1:
            message = Text("“{written}”不是有效的 ISSN。", "“{written}” is no valid ISSN.")
            errors.setdefault(field, []).append(message.format(written=text[:40]))
    return {"issns": tuple(dict.fromkeys(numbers))}


def _codes(fields: BibFields, errors: dict[str, list[Text]]) -> dict[str, Any]:
    """Language and country, in the codes that records use."""
    values: dict[str, Any] = {}
    if "language" in fields:
        written = (fields["language"] or "").strip().lower()
        values["language"] = codes.language([codes.ISO_639_1.get(written, written)]) if written else None
        if written and (len(written) > 3 or values["language"] is None):
            message = Text("语种请用三个字母的代码，如 chi、eng。", "A language is a code of three letters: chi, eng.")
            errors["lang"] = [message]
    if "country" in fields:
        written = (fields["country"] or "").strip()
        values["country"] = codes.iso_country([written]) if written else None
        if written and values["country"] is None:
            errors["country"] = [Text("国别请用两个字母的代码，如 CN。", "A country is a code of two letters: CN.")]
    return values
