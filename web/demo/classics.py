"""The classics of the demo county: real works with their true titles and authors, read from `web/demo/data/classics`.

One work a line: title, creators, class, subjects, abstract, edition, more. Titles are written as librarians write them
(`title : other title = parallel title / volume / volume title`), creators as `[country]name(heading) role`. A publisher,
year or ISBN stands there only where such an edition is known to exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

from web.demo.resources import lines

Audience = Literal["adult", "children"]
Material = Literal["book", "picture", "reference", "serial", "sound"]

_CREATOR = re.compile(r"(?P<body>@?)(?:\[(?P<country>[^\]]+)\])?(?P<name>[^(;]*?)(?:\((?P<heading>.+)\))?")
_WESTERN_CREATOR = re.compile(r"(?P<name>.+?)(?:, (?P<dates>(?:active )?-?\d.*))?")
_FULLER_FORM = re.compile(r" \(.*\)")
_TITLE_VOLUME = " / "
_COLUMNS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """`name` reads in natural order, `entry` is what it is filed under, `heading` the original of a translated name.

    `country` is the country or dynasty.
    """

    name: str
    entry: str
    role: str
    country: str | None = None
    heading: str | None = None
    dates: str | None = None
    is_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A heading with its subdivisions as (subfield code, text): x topic, y place, z time in CNMARC; x y z v in MARC21."""

    heading: str
    divisions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """`number` counts the works of all files, so it is a stable control number; `first_year` is when the work first came out."""

    number: int
    title: str
    class_number: str
    abstract: str
    creators: tuple[Creator, ...] = ()
    subtitle: str | None = None
    parallel_title: str | None = None
    volume: str | None = None
    volume_title: str | None = None
    subjects: tuple[Subject, ...] = ()
    publisher: str | None = None
    year: int | None = None
    isbn: str | None = None
    languages: tuple[str, ...] = ("chi",)
    original_language: str | None = None
    original_title: str | None = None
    first_year: int | None = None
    series: str | None = None
    volumes: int | None = None
    note: str | None = None
    dewey: str | None = None
    issn: str | None = None
    frequency: str | None = None
    audience: Audience = "adult"
    material: Material = "book"
    is_traditional: bool = False

    @property
    def is_serial(self) -> bool:
        return self.issn is not None

    @property
    def is_chinese(self) -> bool:
        """Catalogued as CNMARC; the others as MARC21."""
        return "chi" in self.languages


@dataclass(slots=True)
class _Defaults:
    """What a file says once for all its lines: `@audience children`, `@language eng`."""

    values: dict[str, str] = field(default_factory=dict)

    def note(self, line: str) -> bool:
        if not line.startswith("@"):
            return False
        name, _, value = line[1:].partition(" ")
        self.values[name] = value
        return True


@cache
def load_works() -> tuple[Work, ...]:
    return tuple(_read_all())


def _read_all() -> Iterator[Work]:
    number = 0
    for name in sorted(entry.name for entry in files("web.demo").joinpath("data", "classics").iterdir()):
        defaults = _Defaults()
        for line in lines("classics", name):
            if not defaults.note(line):
                number += 1
                yield _read_work(line, number, defaults.values)


def _read_work(line: str, number: int, defaults: dict[str, str]) -> Work:
    columns = line.split("|")
    if len(columns) != _COLUMNS:
        raise ValueError(f"{len(columns)} columns instead of {_COLUMNS}: {line}")
    title, creators, class_number, subjects, abstract, edition, more = columns
    facts = dict(_facts(more))
    publisher, year, isbn = _edition(edition)
    issn, frequency = _pair(facts.get("serial"), ",")
    original_language, original_title = _pair(facts.get("orig"), ":")
    languages = facts.get("lang") or defaults.get("language") or "chi"
    read = _creator if "chi" in languages else _western_creator
    return Work(
        number=number,
        **_titles(title),
        class_number=class_number,
        abstract=abstract,
        creators=tuple(read(text, facts.get("entry")) for text in creators.split(";") if text),
        subjects=tuple(_subject(text) for text in subjects.split(";") if text),
        publisher=publisher,
        year=year,
        isbn=isbn,
        languages=tuple(languages.split(",")),
        original_language=original_language,
        original_title=original_title,
        first_year=int(facts["first"]) if "first" in facts else None,
        series=facts.get("series"),
        volumes=int(facts["set"]) if "set" in facts else None,
        note=facts.get("note"),
        dewey=facts.get("ddc"),
        issn=issn,
        frequency=frequency,
        audience=_audience(facts.get("aud") or defaults.get("audience")),
        material="serial" if issn else _material(facts.get("type")),
        is_traditional="trad" in facts,
    )


def _facts(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name:
            yield name, value


def _pair(text: str | None, separator: str) -> tuple[str | None, str | None]:
    first, _, second = (text or "").partition(separator)
    return first or None, second or None


def _edition(text: str) -> tuple[str | None, int | None, str | None]:
    """`publisher,year,ISBN`; a publisher's name may hold a comma of its own."""
    if not text:
        return None, None, None
    publisher, year, isbn = text.rsplit(",", 2)
    return publisher or None, int(year) if year else None, isbn or None


def _titles(text: str) -> dict[str, str]:
    whole, *parts = text.split(_TITLE_VOLUME)
    rest, _, parallel = (parts.pop() if parts else "").partition(" = ")
    if rest:
        parts.append(rest)
    title, _, subtitle = whole.partition(" : ")
    if not parallel:
        title, _, parallel = title.partition(" = ")
    named = {"title": title, "subtitle": subtitle, "parallel_title": parallel}
    named |= dict(zip(("volume", "volume_title"), parts, strict=False))
    return {name: value for name, value in named.items() if value}


def _creator(text: str, entry: str | None) -> Creator:
    """`[英]简·奥斯汀(Austen, Jane) 著`: filed under what follows the last dot, or the mark `^`; `@` marks a body."""
    who, _, role = text.rpartition(" ")
    match = _CREATOR.fullmatch(who)
    if match is None or not match["name"]:
        raise ValueError(f"not a creator: {text}")
    before, mark, after = match["name"].partition("^")
    name = before + after
    filed = after if mark else name.rpartition("·")[2]
    return Creator(
        name=name,
        entry=entry if entry and entry == name else filed,
        role=role,
        country=match["country"],
        heading=match["heading"],
        is_body=bool(match["body"]),
    )


def _western_creator(text: str, _entry: str | None) -> Creator:
    """`Austen, Jane, 1775-1817 author`: the heading as MARC21 writes it; `^` marks a family name that is said first."""
    who, _, role = text.rpartition(" ")
    match = _WESTERN_CREATOR.fullmatch(who.removeprefix("^"))
    if match is None:
        raise ValueError(f"not a creator: {text}")
    family, _, given = _FULLER_FORM.sub("", match["name"]).partition(", ")
    said = (family, given) if who.startswith("^") else (given, family)
    return Creator(name=" ".join(filter(None, said)), entry=match["name"], role=role, dates=match["dates"])


def _subject(text: str) -> Subject:
    heading, *divisions = text.split("$")
    return Subject(heading=heading, divisions=tuple((part[0], part[1:]) for part in divisions))


def _audience(text: str | None) -> Audience:
    return "children" if text == "children" else "adult"


def _material(text: str | None) -> Material:
    known: dict[str, Material] = {"picture": "picture", "reference": "reference", "sound": "sound"}
    return known[text] if text else "book"
