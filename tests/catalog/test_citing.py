"""Citations are well formed whatever stands in a title."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.bibdata import BibData, Contributor
from catalog.citing import as_bibtex, as_gbt7714, as_ris

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
    assert text.startswith("@book{tongjie7,\n  author = {{Smith, John}},\n  editor = {{Doe, Jane}},\n")
    assert r"  title = {Cost \& \{effect\}: 100\% true}," in text
    assert text.count("{") - text.count("}") == 0


NOVEL = BibData(
    format="cnmarc",
    title="外国出版史",
    contributors=(
        Contributor(name="昂温 G", role="著", main=True),
        Contributor(name="昂温 P S", role="著", main=True),
        Contributor(name="陈生铮", role="译"),
    ),
    place="北京",
    publisher="中国书籍出版社",
    year=1988,
)
CITED = "昂温 G, 昂温 P S. 外国出版史[M]. 陈生铮, 译. 北京: 中国书籍出版社, 1988."
FOUR = tuple(Contributor(name=name, role="著", main=True) for name in ("甲", "乙", "丙", "丁"))


@pytest.mark.parametrize(
    ("data", "cited"),
    [
        (NOVEL, CITED),
        (replace(NOVEL, edition="第1版"), CITED),
        (replace(NOVEL, edition="第3版"), CITED.replace("北京:", "3版. 北京:")),
        (replace(NOVEL, subtitle="从头说起"), CITED.replace("史[M]", "史: 从头说起[M]")),
        (replace(NOVEL, contributors=FOUR), "甲, 乙, 丙, 等. 外国出版史[M]. 北京: 中国书籍出版社, 1988."),
        (replace(NOVEL, contributors=()), "外国出版史[M]. 北京: 中国书籍出版社, 1988."),
        (
            replace(NOVEL, contributors=(Contributor(name="陈生铮", role="译"),)),
            "陈生铮. 外国出版史[M]. 北京: 中国书籍出版社, 1988.",
        ),
        (
            replace(NOVEL, urls=("https://example.org/1",)),
            CITED.replace("[M]", "[M/OL]") + " https://example.org/1.",
        ),
        (
            BibData(format="cnmarc", title="县志", kind="map"),
            "县志[CM]. [出版地不详]: [出版者不详], [出版年不详].",
        ),
        (
            BibData(format="marc21", title="Cost", contributors=FOUR, year=2001),
            "甲, 乙, 丙, et al. Cost[M]. [S.l.]: [s.n.], 2001.",
        ),
    ],
)
def test_a_reference_is_written_as_the_standard_has_it(data: BibData, cited: str) -> None:
    assert as_gbt7714(data) == cited


@pytest.mark.parametrize(
    ("role", "part"),
    [
        ("译", "translator"),
        ("编译", "translator"),
        ("trl", "translator"),
        ("translator", "translator"),
        ("主编", "editor"),
        ("校注", "editor"),
        ("ed.", "editor"),
        ("edt", "editor"),
    ],
)
def test_bibtex_takes_nobody_for_an_author_who_translated_or_edited(role: str, part: str) -> None:
    writer, other = Contributor(name="昂温", role="著", main=True), Contributor(name="陈生铮", role=role)
    text = as_bibtex(1, replace(NOVEL, contributors=(writer, other)))
    assert f"author = {{{{昂温}}}},\n  {part} = {{{{陈生铮}}}}," in text


def test_bibtex_leaves_out_those_it_has_no_field_for_and_names_the_series() -> None:
    people = (Contributor(name="昂温", role="著", main=True), Contributor(name="画家", role="绘"))
    text = as_bibtex(1, replace(NOVEL, contributors=people, series=("出版史丛书",)))
    assert "画家" not in text
    assert "  series = {出版史丛书},\n" in text
