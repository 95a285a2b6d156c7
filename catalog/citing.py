"""A title as a citation: RIS and BibTeX, for those who write. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalog.bibdata import BibData, BibKind
from catalog.description import full_title

_RIS_TYPES: Final[dict[BibKind, str]] = {
    "serial": "JOUR", "article": "JOUR", "music": "MUSIC", "audio": "SOUND", "video": "VIDEO", "map": "MAP", "picture": "ART",
    "electronic": "EBOOK",
}  # fmt: skip
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
    """One entry; characters that mean something to LaTeX are escaped."""
    people = " and ".join(f"{{{_latex(one.name)}}}" for one in data.contributors)
    given = [("author", people)] if people else []
    title = f"{full_title(data)}: {data.subtitle}" if data.subtitle else full_title(data)
    given += [("title", _latex(title))]
    pairs = _given(
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
    return f"@{'book' if data.kind == 'book' else 'misc'}{{tongjie{bib_id},\n{body}\n}}\n"


def _given(*pairs: tuple[str, object]) -> Iterator[tuple[str, str]]:
    return ((name, str(value)) for name, value in pairs if value)


def _latex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in text)
