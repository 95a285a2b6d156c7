"""Findings by the tag tables and the layouts of coded data."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.bibdata import MarcFormat
from catalog.marc.checking import check_record, layouts_of, rules_of
from catalog.marc.fixed import join, split
from catalog.marc.notation import read_lines
from catalog.marc.templates import TEMPLATES, offered

GOOD: dict[MarcFormat, str] = {
    "cnmarc": """LDR #####nam0#22########450#
001 X1
010 ## $a978-7-02-000220-7$dCNY59.70
100 ## $a20261128d1982####em#y0chiy50######ea
101 0# $achi
102 ## $aCN$b110000
105 ## $aa###z###000ay
106 ## $ar
200 1# $a红楼梦$f曹雪芹著
210 ## $a北京$c人民文学出版社$d1982
215 ## $a3册$d21cm
606 0# $a章回小说$y中国$z清代
690 ## $aI242.4$v5
701 #0 $a曹雪芹$4著
801 #0 $aCN$bZG$c20261128
905 ## $aZG$b0001
""",
    "marc21": """LDR #####nam#a22######i#4500
001 X1
008 261128s1982####cc############000#1#chi#d
020 ## $a9787020002207
084 ## $aI242.4$2clc
100 1# $a曹雪芹$e著
245 10 $a红楼梦$c曹雪芹著
264 #1 $a北京$b人民文学出版社$c1982
300 ## $a3册$c21cm
650 #4 $a章回小说
""",
}


def found(format: MarcFormat, text: str) -> list[tuple[str, str, str]]:
    record = read_lines(text, format, default_leader=" " * 24).record
    return [(one.class_, one.code, one.tag) for one in check_record(record, format)]


@pytest.mark.parametrize("format", ["cnmarc", "marc21"])
def test_nothing_is_said_of_a_good_record(format: MarcFormat) -> None:
    assert found(format, GOOD[format]) == []


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ("200 1# $a红楼梦$f曹雪芹著\n", "", ("error", "field.missing", "200")),
        ("$a红楼梦$f曹雪芹著", "$f曹雪芹著", ("error", "title.missing", "200")),
        ("106 ## $ar", "106 ## $ar\n106 ## $ar", ("error", "field.repeated", "106")),
        ("em#y0chiy", "em#y0chi", ("error", "coded.length", "100")),
        ("LDR #####nam0", "LDR #####nxm0", ("error", "leader.code", "LDR")),
        ("701 #0 $a曹雪芹$4著", "701 #0 $4著", ("error", "subfield.missing", "701")),
        ("d1982####", "d1983####", ("warning", "date.differs", "210")),
        ("20261128d1982", "20261128Q1982", ("warning", "coded.value", "100")),
        ("200 1#", "200 7#", ("warning", "field.indicator", "200")),
        ("200 1#", "200 ##", ("warning", "field.indicator", "200")),
        ("$y中国$z清代", "$q中国", ("warning", "subfield.unknown", "606")),
        ("$aI242.4$v5", "$aI242.4$aI242$v5", ("warning", "subfield.repeated", "690")),
        ("978-7-02-000220-7", "978-7-02-000220-8", ("warning", "isbn.invalid", "010")),
        ("101 0# $achi", "101 0# $a汉语", ("warning", "language.code", "101")),
        ("801 #0", "777 ## $a何物\n801 #0", ("warning", "field.unknown", "777")),
        ("215 ## $a3册$d21cm\n", "", ("warning", "field.missing", "215")),
    ],
)
def test_what_does_not_hold_is_found(before: str, after: str, finding: tuple[str, str, str]) -> None:
    assert before in GOOD["cnmarc"]
    assert found("cnmarc", GOOD["cnmarc"].replace(before, after, 1)) == [finding]


def test_a_finding_points_at_its_field_and_says_what_may_stand() -> None:
    record = read_lines(GOOD["cnmarc"].replace("200 1#", "200 7#"), "cnmarc", default_leader="").record
    (finding,) = check_record(record, "cnmarc")
    assert finding.index is not None
    assert record.fields[finding.index].tag == "200"
    assert "0 1" in finding.message.zh
    assert "0 1" in finding.message.en


def test_errors_come_first() -> None:
    text = GOOD["cnmarc"].replace("010 ## $a978-7-02-000220-7", "010 ## $a123").replace("106 ## $ar", "106 ## $arr")
    assert [one[0] for one in found("cnmarc", text)] == ["error", "warning"]


@pytest.mark.parametrize("format", ["cnmarc", "marc21"])
def test_tables_name_everything_in_both_languages(format: MarcFormat) -> None:
    for rule in rules_of(format).values():
        named = [
            rule.name,
            *(one.name for one in rule.subfields.values()),
            *(name for values in rule.indicators for name in values.values()),
        ]
        assert all(name.zh and name.en for name in named), rule.tag
        assert all(len(value) == 1 for values in rule.indicators for value in values)


@pytest.mark.parametrize("format", ["cnmarc", "marc21"])
def test_coded_fields_have_room_for_their_positions(format: MarcFormat) -> None:
    for layout in layouts_of(format):
        ends = [position.end for position in layout.positions]
        starts = [position.start for position in layout.positions]
        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False)), layout.key
        assert ends[-1] <= layout.length
        for value in ("", "x" * 100):
            entered = {position.start: text for position, text in split(layout, value)}
            assert len(join(layout, value, entered)) == layout.length


@pytest.mark.parametrize("format", ["cnmarc", "marc21"])
@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.code)
def test_templates_hold_no_error_but_the_missing_title(template, format: MarcFormat) -> None:
    lines = template.start(format, date(2026, 11, 28))
    record = read_lines(lines, format, default_leader="", offered=offered(format)).record
    title = "200" if format == "cnmarc" else "245"
    findings = [one for one in check_record(record, format) if one.class_ == "error" or one.code != "field.missing"]
    assert [(one.code, one.tag) for one in findings] == [("field.missing", title)]
