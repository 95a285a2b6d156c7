"""A record as lines: read back exactly, and every fault named by its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.bibdata import MarcFormat
from catalog.marc.notation import Unreadable, Written, read_lines, write_lines
from catalog.marc.record import Field, MarcRecord


def lines_of(text: str, format: MarcFormat) -> int:
    """How many lines were taken or named as faults."""
    try:
        written = read(text, format)
    except Unreadable as error:
        return len(error.errors)
    return len(written.lines) + bool(written.leader_line) + 1


LEADER = "     nam0 22        450 "
_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).filter(
    lambda text: bool(text.strip())
)
_SUBFIELD = st.tuples(st.sampled_from("0123456789abcxyzA"), _TEXT)
_FIELD = st.builds(
    Field,
    st.sampled_from(["010", "200", "606", "905", "CAT"]),
    st.sampled_from(["  ", "1 ", " 0", "12"]),
    st.lists(_SUBFIELD, min_size=1).map(tuple),
    value=st.just(""),
)


def read(text: str, format: MarcFormat = "cnmarc") -> Written:
    return read_lines(text, format, default_leader=LEADER)


@given(st.lists(_FIELD))
def test_what_is_written_is_read_again(fields: list[Field]) -> None:
    record = MarcRecord(LEADER, [Field("001", value="X1"), *fields])
    assert read(write_lines(record, "cnmarc")).record == record


def test_a_line_says_what_it_says() -> None:
    written = read("200 1# $a红楼梦$f曹雪芹著\n\n010 ## $d$$5.00")
    assert written.record.fields == [
        Field("200", "1 ", (("a", "红楼梦"), ("f", "曹雪芹著"))),
        Field("010", "  ", (("d", "$5.00"),)),
    ]
    assert written.lines == (1, 3)


def test_blanks_of_coded_data_are_seen() -> None:
    written = read("LDR 00123nam0#2200045###450#\n105 ## $ay###z###000yy")
    assert written.record.first("105", "a") == "y   z   000yy"
    assert written.record.leader == "00123nam0 2200045   450 "
    assert "105 ## $ay###z###000yy" in write_lines(written.record, "cnmarc")
    assert read("008 261128s2026####cc#", "marc21").record.control("008") == "261128s2026    cc "


def test_a_number_sign_in_text_stays() -> None:
    assert read("300 ## $aC# 与 F#").record.first("300", "a") == "C# 与 F#"


def test_what_is_left_empty_is_no_part() -> None:
    assert read("210 ## $a北京$c$d\n330 ## $a\n225 2# $a$v\n001").record.fields == [
        Field("210", "  ", (("a", "北京"),))
    ]


def test_a_line_left_as_offered_is_passed_over() -> None:
    text = "200 1# $a红楼梦\n690 ## $a$v5"
    kept = read_lines(text, "cnmarc", default_leader=LEADER, offered={"690 ## $a$v5"})
    assert [field.tag for field in kept.record.fields] == ["200"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("红楼梦", "不是三位字段号|开头"),
        ("2001#$a红楼梦", "开头不是三位字段号"),
        ("200 $a红楼梦", "两位指示符"),
        ("606 ", "后面什么也没有"),
        ("200 1  $a红楼梦", "两位指示符"),
        ("200 1# 红楼梦", "从子字段标识 $ 开始"),
        ("200 1# ‡a红楼梦", "写成了“‡”"),
        ("200 1# $a红楼梦$ 曹雪芹", "$ 后面要有一个字母或数字"),
        ("200 1# $a红\t楼梦", "控制字符"),
        ("LDR nam0", "正好 24 位"),
    ],
)
def test_a_fault_names_its_line_and_what_to_write(line: str, told: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(f"001 X1\n{line}\n200 1# $a好的一行")
    (error,) = caught.value.errors
    assert error.line == 2
    assert any(part in error.message.zh for part in told.split("|"))


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(Unreadable) as caught:
        read("x\ny\n200 1# $a可以\nz")
    assert [error.line for error in caught.value.errors] == [1, 2, 4]


@given(st.text(max_size=200), st.sampled_from(["cnmarc", "marc21"]))
def test_any_text_is_read_or_refused(text: str, format: MarcFormat) -> None:
    assert lines_of(text, format) > 0
