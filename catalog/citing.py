"""A title as a citation, for those who write: RIS, BibTeX, and the sentence of GB/T 7714-2025. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from catalog.bibdata import BibData, BibKind, Contributor
from catalog.description import full_title

_RIS_TYPES: Final[dict[BibKind, str]] = {
    "ancient": "ANCIENT", "serial": "JOUR", "article": "JOUR", "music": "MUSIC", "audio": "SOUND", "video": "VIDEO", "map": "MAP",
    "picture": "ART", "electronic": "EBOOK",
}  # fmt: skip
_GBT_TYPES: Final[dict[BibKind, str]] = {
    "book": "M",
    "ancient": "M",
    "serial": "J",
    "article": "J",
    "map": "CM",
    "electronic": "EB",
}
_NAMED: Final = 3  # of more than three people the first three stand for all
_FIRST_EDITION: Final = re.compile(r"^第?[1１一]版$|^1st ed", re.IGNORECASE)
_HAN: Final = re.compile("[\u3400-\u9fff]")
# Both in one role (编译) is a translation.
_BIBTEX_PARTS: Final = {
    "translator": re.compile(r"译|譯|\btr(?:ans|l)", re.IGNORECASE),
    "editor": re.compile(r"编|編|校|注|註|\bed(?:\b|it|t)|\bcomp", re.IGNORECASE),
}
_LATEX: Final = {char: f"\\{char}" for char in "&%$#_{}"} | {
    "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
}  # fmt: skip


def as_ris(bib_id: int, data: BibData) -> str:
    """RIS: one tag a line, closed by ER. Lines end in CR LF, as the format has it."""
    title = f"{full_title(data)}: {data.subtitle}" if data.subtitle else full_title(data)
    lines = [("TY", _RIS_TYPES.get(data.kind, "BOOK")), ("ID", f"tongjie-{bib_id}"), ("TI", title)]
    lines += [
        ("AU" if one.main or not any(p.main for p in data.contributors) else "A2", one.name)
        for one in data.contributors
    ]
    lines += _given(("PY", data.year), ("PB", data.publisher), ("CY", data.place), ("ET", data.edition))
    lines += [("T3", text) for text in data.series]
    lines += [("SN", number) for number in (*data.isbns, *data.issns)]
    lines += [("KW", text) for text in (*data.subjects, *data.keywords)]
    lines += _given(("LA", data.language), ("AB", data.abstract), ("CN", data.class_number))
    lines += [("UR", url) for url in data.urls]
    return "".join(f"{tag}  - {' '.join(text.split())}\r\n" for tag, text in lines) + "ER  - \r\n"


def as_bibtex(bib_id: int, data: BibData) -> str:
    """One entry: who wrote it, who translated and who edited it; characters that mean something to LaTeX are escaped."""
    main, others = _responsible(data)
    parts = {"author": main} | {part: [] for part in _BIBTEX_PARTS}
    for role, people in others.items():
        if (part := _bibtex_part(role)) is not None:
            parts[part] += people
    given = [(part, _bibtex_names(people)) for part, people in parts.items() if people]
    title = f"{full_title(data)}: {data.subtitle}" if data.subtitle else full_title(data)
    given += [("title", _latex(title))]
    pairs = _given(
        ("series", "; ".join(data.series)),
        ("publisher", data.publisher),
        ("address", data.place),
        ("year", data.year),
        ("edition", data.edition),
        ("isbn", next(iter(data.isbns), None)),
        ("issn", next(iter(data.issns), None)),
        ("language", data.language),
        ("url", next(iter(data.urls), None)),
    )
    given += [(name, _latex(text)) for name, text in pairs]
    body = ",\n".join(f"  {name} = {{{text}}}" for name, text in given)
    return f"@{'book' if data.kind in ('book', 'ancient') else 'misc'}{{tongjie{bib_id},\n{body}\n}}\n"


def _bibtex_part(role: str) -> str | None:
    """The field of those who did this; None where BibTeX has none, as for who drew."""
    return next((part for part, words in _BIBTEX_PARTS.items() if words.search(role)), None)


def _bibtex_names(people: Sequence[Contributor]) -> str:
    return " and ".join(f"{{{_latex(name)}}}" for name in dict.fromkeys(one.name for one in people))


def as_gbt7714(data: BibData) -> str:
    """The entry of a list of references: author. title[M]. translator, 译. edition. place: publisher, year."""
    is_han = bool(_HAN.search(data.title))
    main, others = _responsible(data)
    carrier = "/OL" if data.urls else ""
    title = f"{full_title(data)}: {data.subtitle}" if data.subtitle else full_title(data)
    parts = [_people(main, is_han), f"{title}[{_GBT_TYPES.get(data.kind, 'Z')}{carrier}]"]
    parts += [f"{_people(people, is_han)}, {role}" for role, people in others.items()]
    if data.edition and not _FIRST_EDITION.match(data.edition):
        parts.append(data.edition.removeprefix("第") if data.edition.endswith("版") else data.edition.rstrip("."))
    parts.append(_imprint(data, is_han))
    parts += data.urls[:1]
    return ". ".join(" ".join(part.split()) for part in parts if part) + "."


def _responsible(data: BibData) -> tuple[list[Contributor], dict[str, list[Contributor]]]:
    """Who wrote it, and the others by what they did. Where a record marks nobody, the first ones with the same part wrote it."""
    people = data.contributors
    main = [one for one in people if one.main] or [one for one in people if one.role == people[0].role]
    others: dict[str, list[Contributor]] = {}
    for one in people:
        if one not in main and one.role:
            others.setdefault(one.role, []).append(one)
    return main, others


def _people(people: Sequence[Contributor], is_han: bool) -> str:
    names = list(dict.fromkeys(one.name for one in people))
    more = [("等" if is_han else "et al")] if len(names) > _NAMED else []
    return ", ".join(names[:_NAMED] + more)


def _imprint(data: BibData, is_han: bool) -> str:
    place = data.place or ("[出版地不详]" if is_han else "[S.l.]")
    publisher = data.publisher or ("[出版者不详]" if is_han else "[s.n.]")
    year = data.year or data.year_text or ("[出版年不详]" if is_han else "[n.d.]")
    return f"{place}: {publisher}, {year}"


def _given(*pairs: tuple[str, object]) -> Iterator[tuple[str, str]]:
    return ((name, str(value)) for name, value in pairs if value)


def _latex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in text)
