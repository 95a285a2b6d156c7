"""Citations are well formed whatever stands in a title."""

from __future__ import annotations

from catalog.bibdata import BibData, Contributor
from catalog.citing import as_bibtex, as_ris

BOOK = BibData(
    format="marc21",
    title="Cost & {effect}",
    subtitle="100% true",
    contributors=(Contributor(name="Smith, John", main=True), Contributor(name="Doe, Jane", role="ed.")),
    year=2001,
    isbns=("9787530216781",),
    abstract="First line.\nER  - not the end",
)


def test_ris_has_one_tag_a_line_and_one_end() -> None:
    lines = as_ris(7, BOOK).split("\r\n")
    assert lines[0] == "TY  - BOOK"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(line[2:6] == "  - " for line in lines[:-1])
    assert [line for line in lines if line.startswith("A")] == [
        "AU  - Smith, John",
        "A2  - Doe, Jane",
        "AB  - First line. ER - not the end",
    ]


def test_bibtex_escapes_what_means_something_to_latex() -> None:
    text = as_bibtex(7, BOOK)
    assert text.startswith("@book{tongjie7,\n  author = {{Smith, John} and {Doe, Jane}},\n")
    assert r"  title = {Cost \& \{effect\}: 100\% true}," in text
    assert text.count("{") - text.count("}") == 0
