"""MARC written out as text, in the ways that programs write it: each gives the same record as its ISO 2709."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.marc import Field, MarcRecord, NotMarc, ReadRecord, bib_data, read_holdings, read_one, read_records
from catalog.marc.faults import REJECTIONS, REPAIRS
from catalog.marc.notation import write_lines
from tests.catalog.marc.marcbytes import book, book21, numbers, only, read
from tests.catalog.marc.samples import sample

CNMARC = [
    ("001", "", "0120240001"),
    ("010", "  ", "▼a978-7-02-000220-7▼dCNY59.70"),
    ("100", "  ", "▼a20240101d2008    em y0chiy0120    ea"),
    ("101", "0 ", "▼achi"),
    ("200", "1 ", "▼a红楼梦▼f曹雪芹著"),
    ("210", "  ", "▼a北京▼c人民文学出版社▼d2008"),
    ("690", "  ", "▼aI242.4▼v5"),
    ("701", " 0", "▼a曹雪芹▼4著"),
]
LEADER = "00000nam0 2200000   450 "


def plain(mark: str = "▼", blank: str = " ", between: str = " ", number: str = "0120240001") -> str:
    """The book as lines: `between` stands behind the tag and, where it is not empty, behind the indicators."""
    lines = [f"LDR {LEADER}"]
    for tag, indicators, text in CNMARC:
        if not indicators:
            lines.append(f"{tag}{between or ' '}{number}")
        else:
            shown = indicators.replace(" ", blank)
            lines.append(f"{tag}{between}{shown}{between}{text.replace('▼', mark)}")
    return "\n".join(lines) + "\n"


EXPECTED = only(book())


def says_the_same(found: ReadRecord) -> bool:
    return found.record.fields == EXPECTED.record.fields and bib_data(found) == bib_data(EXPECTED)


@pytest.mark.parametrize("mark", ["▼", "$", "@", "ǂ", "‡", "|", "$$", "＄", "\x1f"])
@pytest.mark.parametrize("blank", [" ", "#", "_", "\\", "|"])
@pytest.mark.parametrize("between", [" ", "", "\t"])
def test_every_mark_blank_and_spacing_is_read(mark: str, blank: str, between: str) -> None:
    found = only(plain(mark, blank, between).encode())
    assert found.container == "text"
    assert found.format == "cnmarc"
    assert found.repairs == ("text.export",)
    assert says_the_same(found)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_is_read_and_read_again_from_what_was_kept(encoding: str, name: str, end: str) -> None:
    data = (plain() + "\n" + plain(number="2")).replace("\n", end).encode(encoding)
    first, second = read(data)
    assert isinstance(first, ReadRecord)
    assert isinstance(second, ReadRecord)
    assert says_the_same(first)
    assert (first.encoding, second.control_number) == (name, "2")
    assert data[first.offset : first.end] == first.raw
    again = read_one(first.raw, "text", "cnmarc", declared=first.encoding)
    assert isinstance(again, ReadRecord)
    assert again.record == first.record


def test_a_full_width_blank_at_the_edge_of_a_title_is_counted_too() -> None:
    found = only(plain().replace("▼a红楼梦", "▼a\u3000红楼梦\u3000").encode())
    assert bib_data(found).title == "红楼梦"
    assert found.repairs == ("text.export", "text.wide_blank")


def test_two_encodings_in_one_file_are_told_apart_record_by_record() -> None:
    data = plain().encode() + b"\n" + plain(number="2").encode("gb18030")
    assert [one.encoding for one in read(data) if isinstance(one, ReadRecord)] == ["utf-8", "gb18030"]


def test_the_editor_of_marc21_is_read_with_its_escapes() -> None:
    data = rb"""=LDR  00000nam\\2200000\a\4500
=001  m1
=008  240101s1958\\\\nyu\\\\\\\\\\\000\1\eng\d
=020  \\$a0385093799$c{dollar}12.95
=100  1\$aCao, Xueqin
=245  10$aDream of the red chamber /$cTsao {lcub}Hsueh{rcub}-Chin.
=490  \\$aA{bslash}B
"""
    found = only(data)
    assert found.format == "marc21"
    assert found.record.first("020", "c") == "$12.95"
    assert found.record.first("245", "c") == "Tsao {Hsueh}-Chin."
    assert found.record.first("490", "a") == "A\\B"
    assert found.record.control("008") == "240101s1958    nyu           000 1 eng d"
    assert found.record.leader[5:] == "nam  2200000 a 4500"
    assert found.record.named("100")[0].indicators == "1 "


def test_the_lines_of_yaz_marcdump_are_read() -> None:
    data = """00834nam0 2200229   450
001 012012004066
100    $a 20111223d2011    em y0chiy0110    ea
200 1  $a 评说 鼓励 鞭策 $f 张脉峰主编
701  0 $a 张脉峰 $4 主编

"""
    found = only(data.encode())
    assert found.record.named("200")[0] == Field("200", "1 ", (("a", "评说 鼓励 鞭策"), ("f", "张脉峰主编")))
    assert found.record.named("701")[0].indicators == " 0"
    assert found.record.first("100", "a") == "20111223d2011    em y0chiy0110    ea"


def test_our_own_notation_is_read() -> None:
    record = MarcRecord(
        EXPECTED.record.leader, [*EXPECTED.record.fields, Field("300", "  ", (("a", "定价 $5 或 US$12"),))]
    )
    found = only(write_lines(record, "cnmarc").encode())
    assert found.record.fields == record.fields


@pytest.mark.parametrize(
    ("line", "subfields"),
    [
        ("010 ## $a0385093799$dUS$12.95", (("a", "0385093799"), ("d", "US$12.95"))),
        ("010 ## $a0385093799$dHK$98", (("a", "0385093799"), ("d", "HK$98"))),
        ("010 ## $a0385093799$d$12.95", (("a", "0385093799"), ("d", "$12.95"))),
        ("010 ## $a0385093799$d$ 12.95", (("a", "0385093799"), ("d", "$ 12.95"))),
        ("010 ## ▼a0385093799▼d$12", (("a", "0385093799"), ("d", "$12"))),
        ("410 #0 $12001 $a丛书", (("1", "2001 "), ("a", "丛书"))),
        ("701 #0 $a某人$4070", (("a", "某人"), ("4", "070"))),
        ("606 0# $a文学$2clc$3A12", (("a", "文学"), ("2", "clc"), ("3", "A12"))),
        ("856 4# @uhttp://a.cn@z问 lib@county.gov.cn", (("u", "http://a.cn"), ("z", "问 lib@county.gov.cn"))),
        ("300 ## ▼a价格$a元", (("a", "价格$a元"),)),
    ],
)
def test_a_sign_within_the_text_is_no_mark(line: str, subfields: tuple[tuple[str, str], ...]) -> None:
    found = only(f"{plain('$')}{line}\n".encode())
    assert found.record.named(line[:3])[-1].subfields == subfields


@pytest.mark.parametrize(
    "broken", ["人民文学\n          出版社", "人民文学出版社\n          ▼d2008", "人民文学\n\t出版社"]
)
def test_a_field_that_goes_on_in_lines_set_in_is_one_field(broken: str) -> None:
    text = plain()
    whole = "人民文学出版社" if "▼" not in broken else "人民文学出版社▼d2008"
    found = only(text.replace(whole, broken).encode())
    assert says_the_same(found)
    assert "text.line_break" in found.repairs


def test_a_record_that_is_set_in_as_a_whole_is_read() -> None:
    set_in = "".join(f"    {line}\n" for line in plain().splitlines()).replace("红楼梦", "红楼\n          梦")
    assert says_the_same(only(set_in.encode()))


@pytest.mark.parametrize(
    "between",
    ["", "\n", "\n\n\n", "***\n", "-----\n", "=====\n\n", "### ws01 | source\n", "记录 2\n", "\n第2条\n", "2/7\n"],
)
def test_records_are_parted_by_empty_lines_signs_headings_and_leaders(between: str) -> None:
    data = (plain(number="1") + between + plain(number="2") + between + plain(number="3")).encode()
    assert numbers(read(data)) == ["1", "2", "3"]


@pytest.mark.parametrize("between", ["", "\n", "***\n"])
def test_records_without_a_leader_begin_at_001(between: str) -> None:
    without = [plain(number=str(number)).split("\n", 1)[1] for number in (1, 2)]
    found = read(between.join(without).encode())
    assert numbers(found) == ["1", "2"]
    assert all("leader.missing" in one.repairs for one in found if isinstance(one, ReadRecord))


def test_records_with_neither_are_parted_by_empty_lines() -> None:
    data = "200 1 ▼a一▼f甲著\n210  ▼c社\n\n200 1 ▼a二▼f乙著\n\n\n200 1 ▼a三\n"
    found = [bib_data(one).title for one in read(data.encode()) if isinstance(one, ReadRecord)]
    assert found == ["一", "二", "三"]


def test_what_stands_above_the_first_record_is_no_part_of_it() -> None:
    found = only(f"馆藏书目导出\n时间：2024年1月1日\n\n{plain()}".encode())
    assert says_the_same(found)
    assert "frame.junk" in found.repairs


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("200 1 ▼a书名\n这一行不属于任何字段\n", "record.line"),
        ("001 X\n200 1 没有子字段标识\n", "record.field"),
        ("001 X\n210   ▼c没有题名\n", "record.no_title"),
        ("2oo 1 ▼a书名\n", "record.junk"),
    ],
)
def test_a_bad_record_is_kept_aside_alone(bad: str, code: str) -> None:
    data = f"{plain(number='1')}\n{bad}\n{plain(number='3')}".encode()
    assert numbers(read(data)) == ["1", code, "3"]


def test_bytes_that_are_no_characters_are_kept_aside_with_the_field_and_number() -> None:
    data = plain(number="1").encode() + b"\n001 BAD\n200 1 \xe2\x96\xbca\xff\xfe\xff\n\n" + plain(number="3").encode()
    found = read(data)
    assert numbers(found) == ["1", "record.encoding", "3"]
    assert (found[1].control_number, found[1].tag) == ("BAD", "200")  # type: ignore[union-attr]


def test_reading_goes_on_behind_any_record() -> None:
    data = "\n".join(plain(number=str(number)) for number in range(1, 6)).encode("utf-16")
    whole = read(data)
    for before in whole:
        rest = read_records(BytesIO(data), start_at=before.end, first_number=before.number + 1)
        assert list(rest) == whole[before.number :]


def test_a_record_without_end_is_kept_aside_and_costs_no_memory() -> None:
    endless = b"001 X\n" + b"300   $a" + b"x" * 5_000_000 + b"\n"
    found = read(plain(number="1").encode() + b"\n" + endless + b"\n" + plain(number="2").encode())
    assert numbers(found)[0] == "1"
    assert numbers(found)[-1] == "2"
    assert "record.too_long" in numbers(found)


@pytest.mark.parametrize(
    ("mark", "written", "text"),
    [
        ("$", "US$1 " * 40_000, "US$1 " * 40_000),
        ("@", "a@bb.cn " * 30_000, "a@bb.cn " * 30_000),
        ("$", "字\n  " * 60_000, "字" * 60_000),
    ],
)
def test_a_field_full_of_signs_or_line_breaks_is_read_in_one_pass(mark: str, written: str, text: str) -> None:
    (found,) = read(f"001 1\n200 1 {mark}a书\n300   {mark}a{written}".rstrip().encode())
    assert isinstance(found, ReadRecord)
    assert found.record.fields[-1].subfields == (("a", text.strip()),)


def test_a_record_of_many_tags_is_cut_in_one_pass() -> None:
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    local = "".join(f"{first}{second}{third} x\n" for first in "ABCDEFGH" for second in signs for third in signs)
    found = read((plain(number="1") + local * 2 + "\n" + plain(number="2")).encode())
    assert numbers(found) == ["1", "2"]


def test_halves_of_two_characters_that_look_like_a_line_end_do_not_part_a_line() -> None:
    odd = "\u0a00" * 1_000_000
    text = plain(number="1") + f"300   ▼a书{odd}\n\n" + plain(number="2")
    found = read(b"\xff\xfe" + text.encode("utf-16-le"))
    assert numbers(found) == ["1", "2"]


@pytest.mark.parametrize(
    "text",
    ["读者名单\n001 张三\n002 李四\n", "价格：100 $5\n", "第1条 规则\n第2条 规则\n", "name@example.com\n200 people\n"],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(NotMarc):
        read_records(BytesIO(text.encode()))


def test_worksheets_of_nine_sources_read_the_same_as_their_iso2709() -> None:
    with (
        sample("cnmarc/worksheets_15.txt").open("rb") as text,
        sample("cnmarc/worksheets_15.utf8.iso").open("rb") as iso,
    ):
        ours, theirs = list(read_records(text)), list(read_records(iso))
    assert [bib_data(one) for one in ours] == [bib_data(one) for one in theirs]  # type: ignore[arg-type]
    assert [read_holdings(one.record) for one in ours] == [read_holdings(one.record) for one in theirs]  # type: ignore[union-attr]


# --- whatever comes -----------------------------------------------------------------------------------------------

GOOD = (plain() + "\n" + plain("$", "#", number="2") + "***\n" + plain("‡", "", "", "3")).encode()
EDITS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.binary(max_size=12)), max_size=6)


def consume(data: bytes) -> None:
    try:
        found = list(read_records(BytesIO(data)))
    except NotMarc:
        return
    end = 0
    for number, one in enumerate(found, 1):
        assert one.number == number
        assert one.offset >= end
        assert data[one.offset : one.end] == one.raw
        end = one.end
        if isinstance(one, ReadRecord):
            assert bib_data(one).title
            read_holdings(one.record)
            assert set(one.repairs) <= set(REPAIRS)
            if one.container == "text":
                again = read_one(one.raw, "text", one.format, declared=one.encoding)
                assert isinstance(again, ReadRecord)
                assert again.record == one.record
        else:
            assert one.code in REJECTIONS
            assert not any(name in one.message.zh for name in ("{line}", "{start}", "{name}", "{limit}"))
    for before in found[:-1]:
        rest = list(read_records(BytesIO(data), start_at=before.end, first_number=before.number + 1))
        assert rest == found[before.number :]


def edited(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for where, removed, put in changes:
        at = int(where * len(data))
        data = data[:at] + put + data[at + removed :]
    return data


@settings(max_examples=250, deadline=None)
@given(EDITS, st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_mutated_text_never_crashes_and_every_record_comes_out_once(
    changes: list[tuple[float, int, bytes]], encoding: str
) -> None:
    consume(edited(GOOD.decode().encode(encoding), changes))


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "",
                "***",
                "-----",
                "LDR",
                "LDR 00000nam0 2200000   450",
                "001 1",
                "200 1 $a书$f人",
                "245 10‡aT",
                "  续行",
                "=",
                "200",
            ]
        ),
        st.text(alphabet="0129=#\\_|$▼‡@ aLDR书名\t*-", max_size=24),
        st.text(max_size=12),
    ),
    max_size=14,
)


@settings(max_examples=300, deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n"]))
def test_any_lines_whatever_are_taken(lines: list[str], end: str) -> None:
    text = end.join(lines).encode("utf-8", "ignore")
    consume(text)
    consume(plain().encode() + b"\n" + text)


@settings(max_examples=150, deadline=None)
@given(EDITS)
def test_damage_inside_one_record_costs_no_other(changes: list[tuple[float, int, bytes]]) -> None:
    tame = [(where, removed, put.translate(None, b"\r\n")) for where, removed, put in changes]
    damaged = edited(plain(number="2").encode().replace(b"\n", b"\x01"), tame).replace(b"\x01", b"\n")
    found = numbers(read(plain(number="N1").encode() + b"\n" + damaged + b"\n\n" + plain(number="N2").encode()))
    assert found[0] == "N1"
    assert found[-1] == "N2"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["200", "300", "330", "606"]),
            st.lists(
                st.tuples(
                    st.sampled_from("abcdefghx"),
                    st.text(
                        st.characters(categories=("L", "N", "P", "S"), exclude_characters="▼\x1f$｀"),
                        min_size=1,
                        max_size=12,
                    ),
                ),
                min_size=1,
                max_size=4,
            ),
        ),
        max_size=6,
    )
)
def test_what_is_written_out_is_read_back(fields: list[tuple[str, list[tuple[str, str]]]]) -> None:
    written = [Field(tag, "  ", tuple(pairs)) for tag, pairs in fields]
    lines = [f"{tag}   " + "".join(f"▼{code}{text}" for code, text in pairs) for tag, pairs in fields]
    found = only((plain() + "\n".join(lines)).encode())
    if "text.controls" in found.repairs or "text.bidi" in found.repairs or "field.subfield_code" in found.repairs:
        return
    assert found.record.fields[len(EXPECTED.record.fields) :] == [
        one._replace(subfields=tuple((c, t) for c, t in one.subfields)) for one in written
    ]


def test_the_other_containers_are_still_told_by_what_they_are() -> None:
    assert [one.container for one in read(book() + book21())] == ["iso2709", "iso2709"]
