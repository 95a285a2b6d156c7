"""Names in the controlled fields of a record, and another put in their place."""

from __future__ import annotations

import pytest

from catalog.bibdata import MarcFormat
from catalog.controlled import named_fields, with_class, with_name
from catalog.marc.notation import read_lines, write_field

LEADER = "     nam0 22        450 "


@pytest.mark.parametrize(
    ("format", "line", "kind", "name"),
    [
        ("cnmarc", "701 #0 $a鲁迅$9lu xun$c(现代)$4著", "person", "鲁迅"),
        ("cnmarc", "701 #1 $aHemingway$bErnest$4著", "person", "Hemingway, Ernest"),
        ("cnmarc", "606 0# $a家庭$x教育$j手册", "subject", "家庭--教育"),
        ("marc21", "100 1# $aLu, Xun,$d1881-1936", "person", "Lu, Xun"),
        ("marc21", "650 #0 $aRivers$zChina.", "subject", "Rivers--China."),
        ("marc21", "651 #0 $aSichuan (China)", "place", "Sichuan (China)"),
    ],
)
def test_the_name_of_a_field_is_read_as_headings_are_written(
    format: MarcFormat, line: str, kind: str, name: str
) -> None:
    (found,) = named_fields(read_lines(f"\n{line}", format, default_leader=LEADER), format)
    assert (found.line, found.kind, found.name) == (2, kind, name)


@pytest.mark.parametrize(
    ("format", "line", "name", "becomes"),
    [
        ("cnmarc", "701 #0 $a周树人$Azhou shu ren$f1881-1936$4著", "鲁迅", "701 #0 $a鲁迅$f1881-1936$4著"),
        ("cnmarc", "701 #1 $aMuller$bHans$4著", "Müller, Hans", "701 #1 $aMüller, Hans$4著"),
        ("cnmarc", "606 0# $a家庭教育$2cct", "家庭--教育", "606 0# $a家庭$x教育$2cct"),
        ("cnmarc", "606 0# $a乡村$x经济$y中国", "农村", "606 0# $a农村"),
        ("marc21", "700 1# $6880-01$aZhou, Shuren$etranslator", "Lu, Xun", "700 1# $6880-01$aLu, Xun$etranslator"),
    ],
)
def test_another_name_takes_with_it_what_belonged_to_the_old_one(
    format: MarcFormat, line: str, name: str, becomes: str
) -> None:
    (found,) = named_fields(read_lines(line, format, default_leader=LEADER), format)
    assert write_field(with_name(found.field, found.kind, name, format), format) == becomes


@pytest.mark.parametrize(
    ("line", "becomes"),
    [("690 ## $aI24$v5", "690 ## $aI247.5$v5"), ("690 ## $v5", "690 ## $aI247.5$v5")],
)
def test_a_class_takes_the_place_of_the_first(line: str, becomes: str) -> None:
    (field,) = read_lines(line, "cnmarc", default_leader=LEADER).record.fields
    assert write_field(with_class(field, "I247.5"), "cnmarc") == becomes
