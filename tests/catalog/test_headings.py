"""Authority records as MARC21 and UNIMARC write them, and names as they are compared."""

from __future__ import annotations

import pytest

from catalog.headings import HeadingData, from_authority, heading_key, tidied
from catalog.marc import Field, MarcRecord

LEADER = "00000nx  a2200000   450 "


def record(*fields: tuple[str, str]) -> MarcRecord:
    """Fields as `tag, $a text$b text`."""
    return MarcRecord(
        LEADER,
        [Field(tag, "  ", tuple((part[0], part[1:].strip()) for part in text.split("$")[1:])) for tag, text in fields],
    )


def test_reads_a_persons_record_in_unimarc() -> None:
    found = from_authority(
        record(
            ("100", "$a20050101achiy50      ea"),
            ("200", "$a鲁迅$f1881-1936"),
            ("400", "$a周树人"),
            ("400", "$a鲁迅"),
            ("400", "$aLu$bXun"),
            ("500", "$a周作人"),
            ("810", "$a中国大百科全书"),
        )
    )
    assert found == HeadingData(
        kind="person", name="鲁迅", variants=("周树人", "Lu, Xun"), see_also=("周作人",), note="中国大百科全书"
    )


def test_reads_a_subjects_record_in_marc21() -> None:
    found = from_authority(
        record(("150", "$aComputers$xHistory"), ("450", "$aElectronic computers$xHistory"), ("550", "$aMachines"))
    )
    assert found is not None
    assert (found.kind, found.name) == ("subject", "Computers--History")
    assert (found.variants, found.see_also) == (("Electronic computers--History",), ("Machines",))


@pytest.mark.parametrize(
    ("tag", "kind"), [("110", "body"), ("151", "place"), ("210", "body"), ("215", "place"), ("250", "subject")]
)
def test_knows_the_kinds(tag: str, kind: str) -> None:
    found = from_authority(record((tag, "$a清溪县")))
    assert found is not None
    assert found.kind == kind


def test_a_books_record_is_no_heading() -> None:
    assert from_authority(record(("245", "$a红楼梦"), ("650", "$a小说"))) is None
    assert from_authority(record(("150", "$a。。"))) is None


@pytest.mark.parametrize(("one", "other"), [("魯迅", "鲁迅"), ("Lu, Xun", "ＬＵ ＸＵＮ"), ("老舍 ", "老舍")])
def test_spellings_of_one_name_are_one(one: str, other: str) -> None:
    assert heading_key(one) == heading_key(other)


def test_a_name_does_not_refer_to_itself() -> None:
    data = tidied(HeadingData(kind="person", name=" 鲁迅 ", variants=("魯迅", "周树人", "周樹人", ""), note=" "))
    assert (data.name, data.variants, data.note) == ("鲁迅", ("周树人",), None)
