"""From the description of a title to its part of a document; what its copies add stands in `search.copies`. Pure: the same facts give
the same text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from catalog.bibdata import BibData
from catalog.description import full_title
from catalog.fold import fold
from search.analysis import identifiers, pinyin
from search.analysis.names import names_in
from search.analysis.tokens import LONGEST_TOKEN, Run, field_text, join, joined_possessives, runs, squeezed
from search.fields import CLASS_LEVELS
from search.written import Description, distinct, unique_key, write_members

HEADING_DIVIDER = "\x1f"
_LONGEST_HEADING = 120
_LONGEST_SORT_KEY = 60
_SORTED_DIGITS = 6
_MOST_HEADINGS = 12
_EPOCH = date(1970, 1, 1)
_LATEST_YEAR = 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What the index needs to know of one title, apart from its copies. `other_names` and `other_subjects` are what its people and
    subjects are called besides, by their headings."""

    id: int
    data: BibData
    other_names: tuple[str, ...] = ()
    other_subjects: tuple[str, ...] = ()
    added_on: date


def describe(title: Title) -> Description:
    """The part of the document that lending and returning never change; raises UnknownField for a field that is not declared."""
    keywords, year = _keywords(title.data), _year(title.data)
    return Description(
        id=title.id,
        year=year or 0,
        call_numbers=_call_numbers(title.data),
        members=write_members(
            text=_text(title),
            keywords=keywords,
            numbers=_numbers(title, year),
            sort_texts={"by_title": _sort_text(title)},
        ),
    )


def _text(described: Title) -> dict[str, str]:
    data = described.data
    names = [contributor.name for contributor in data.contributors]
    title = full_title(data)
    return {
        "title": field_text([title]),
        "title_more": field_text(
            [data.subtitle, *data.parallel_titles, *data.variant_titles, joined_possessives(title)]
        ),
        "author": field_text(names),
        "author_more": field_text([data.responsibility, *described.other_names]),
        "series": field_text(data.series),
        "subject": field_text([*data.subjects, *data.keywords, *described.other_subjects]),
        "publisher": field_text([data.publisher, data.place]),
        "notes": field_text([data.abstract, data.contents, *data.notes]),
        "title_sounds": _sounds([title, data.subtitle or ""]),
        "author_sounds": _sounds(names),
        "title_initials": _initials([title, data.subtitle or ""]),
        "author_initials": _initials(names),
    }


def _keywords(data: BibData) -> dict[str, tuple[str, ...]]:
    titles = dict.fromkeys((data.title, full_title(data)))
    classes = identifiers.class_prefixes(data.class_number or "")
    return {
        "title_whole": distinct(squeezed(t) for t in (*titles, *data.variant_titles)),
        "title_sounds_whole": distinct(_whole_sound(t) for t in titles),
        "author_whole": distinct(squeezed(name) for person in data.contributors for name in names_in(person.name)),
        "isbn": distinct([*_isbns(data), *(token for i in data.issns if (token := identifiers.issn_token(i)))]),
        "heading": _headings(data),
        "class": classes,
        **{level: classes[step : step + 1] for step, level in enumerate(CLASS_LEVELS)},
        "subject_whole": distinct(subject for subject in data.subjects if len(subject) <= _LONGEST_HEADING),
        "audience": (data.readership,) if data.readership else (),
        "language": (data.language,) if data.language else (),
    }


def _call_numbers(data: BibData) -> tuple[str, ...]:
    """A title is found by its classes where a call number is asked for, as it is by the call numbers of its copies."""
    return distinct(
        identifiers.call_number_token(number) for number in (data.class_number, *data.other_classes) if number
    )


def _year(data: BibData) -> int | None:
    return data.year if data.year and 0 < data.year <= _LATEST_YEAR else None


def _numbers(title: Title, year: int | None) -> dict[str, int]:
    keys = {
        "by_newest": unique_key(max((title.added_on - _EPOCH).days, 0), title.id),
        "by_year": unique_key(year or 0, title.id),
    }
    return keys if year is None else keys | {"year": year}


def _isbns(data: BibData) -> list[str]:
    """What is no valid ISBN but stands on the book is found as it is written, and by its core."""
    written = [token for text in data.isbn_invalid for token in _invalid_isbn(text)]
    return [
        token for isbn in (*data.isbns, *data.isbns_other) for token in identifiers.isbn_index_tokens(isbn)
    ] + written


def _invalid_isbn(text: str) -> tuple[str, ...]:
    plain = identifiers.number_token(text).replace("-", "")
    return (*identifiers.isbn_query_tokens(text), *((plain[:LONGEST_TOKEN],) if plain else ()))


def _sounds(values: Iterable[str]) -> str:
    return join([run for value in values for run in pinyin.sound_out(value)])


def _sound(text: str) -> str:
    return "".join(["".join(run) for run in pinyin.sound_out(text)])


def _whole_sound(text: str) -> str:
    """Nothing for one syllable: that is more likely a word of another language."""
    return _sound(text) if sum(len(run) for run in pinyin.sound_out(text)) > 1 else ""


def _initials(values: Iterable[str]) -> str:
    return join([pinyin.initial_tokens(_first_letters(run)) for value in values for run in pinyin.sound_out(value)])


def _first_letters(run: Iterable[str]) -> str:
    return "".join([syllable[0] for syllable in run if syllable])


def _sort_text(title: Title) -> str:
    """Han titles stand by their sound among the Latin ones, numbers by their value; what is left equal, by id."""
    parts = [_sort_part(run) for run in runs(fold(full_title(title.data)))]
    return f"{' '.join(parts)[:_LONGEST_SORT_KEY]} {title.id:012d}"


def _sort_part(run: Run) -> str:
    if run.is_cjk:
        return "".join("".join(sounds) for sounds in pinyin.sound_out(run.text)) or run.text
    return run.text.zfill(_SORTED_DIGITS) if run.text.isdecimal() else run.text


def _headings(data: BibData) -> tuple[str, ...]:
    """`key divider kind divider text` for each key under which a reader may begin to type: as written,
    by sound, by initials.
    """
    people = sorted(data.contributors, key=lambda contributor: not contributor.main)
    named = [("title", data.title), *(("author", person.name) for person in people)]
    named += [("subject", subject) for subject in data.subjects]
    lines = [
        HEADING_DIVIDER.join((key, kind, text))
        for kind, text in named[:_MOST_HEADINGS]
        if len(text) <= _LONGEST_HEADING and HEADING_DIVIDER not in text
        for key in (_author_keys(text) if kind == "author" else heading_keys(text))
    ]
    return tuple(dict.fromkeys(lines))


def _author_keys(text: str) -> tuple[str, ...]:
    return distinct(key for name in names_in(text) for key in heading_keys(name))


@lru_cache(maxsize=8192)
def heading_keys(text: str) -> tuple[str, ...]:
    letters = "".join([_first_letters(run) for run in pinyin.sound_out(text)])
    return distinct([squeezed(text), _sound(text), letters if len(letters) > 1 else ""])
