"""A directory is believed where it agrees with the field terminators; where it cannot be right the record is kept aside."""

from __future__ import annotations

import pytest

from catalog.marc import RejectedRecord
from tests.catalog.marc.marcbytes import book, cnmarc_fields, iso, numbers, only, read, rejected, sub, title

GOOD = book("G1")
BASE = GOOD.find(b"\x1e")


def entry(index: int, tag: bytes | None = None, length: bytes | None = None, start: bytes | None = None) -> bytes:
    """The record with one directory entry changed."""
    at = 24 + 12 * index
    old = GOOD[at : at + 12]
    new = (tag or old[:3]) + (length or old[3:7]) + (start or old[7:])
    return GOOD[:at] + new + GOOD[at + 12 :]


def leader(at: int, value: bytes) -> bytes:
    return GOOD[:at] + value + GOOD[at + len(value) :]


@pytest.mark.parametrize(
    ("data", "repair"),
    [
        (leader(12, b"00099"), "leader.base"),
        (leader(12, b"00000"), "leader.base"),
        (leader(12, b"99999"), "leader.base"),
        (leader(20, b"4500"), None),
        (leader(20, b"    "), "leader.map"),
        (leader(20, b"9900"), "leader.map"),
        (leader(5, b"?"), "leader.codes"),
        (leader(6, b"!"), "leader.codes"),
        (leader(8, b"-"), "leader.codes"),
        (leader(5, b"d"), "leader.deleted"),
    ],
)
def test_can_read_what_a_wrong_leader_stands_before(data: bytes, repair: str | None) -> None:
    found = only(data)
    assert title(found) == "红楼梦"
    assert found.repairs == (() if repair is None else (repair,))


@pytest.mark.parametrize(
    ("data", "code", "tag"),
    [
        (leader(12, b"0x025"), "record.directory", None),
        (GOOD[:BASE] + b"7" + GOOD[BASE:], "record.directory", None),
        (entry(2, length=b"00x7"), "record.directory", "100"),
        (entry(2, start=b"-0001"), "record.directory", "100"),
        (entry(3, start=b"99000"), "record.directory", None),
        (entry(7, start=b"90000"), "record.directory", None),
        (entry(4, length=b"0300"), "record.directory", None),
        (entry(5, start=b"00000"), "record.directory", None),
        (entry(1, tag=b"2a0"), "record.tag", "2a0"),
        (entry(1, tag=b"  1"), "record.tag", "  1"),
        (iso([("001", b"A1"), ("001", b"A2"), *cnmarc_fields("x")[1:]]), "record.two_001", "001"),
        (b"00026     2200025   4500\x1e\x1d", "record.empty", None),
    ],
)
def test_what_cannot_be_told_apart_is_kept_aside_and_the_next_record_is_read(
    data: bytes, code: str, tag: str | None
) -> None:
    bad, good = read(data + book("N1", "水浒传"))
    assert isinstance(bad, RejectedRecord)
    assert (bad.code, bad.tag, bad.raw, bad.offset, bad.number) == (code, tag, data, 0, 1)
    assert bad.message.zh
    assert bad.message.en
    assert numbers([good]) == ["N1"]


def test_lengths_that_count_characters_are_read_by_terminators() -> None:
    fields = cnmarc_fields("C1", encoding="gb18030")
    directory, position = b"", 0
    for tag, body in fields:
        length = len(body.decode("gb18030")) + 1
        directory += b"%s%04d%05d" % (tag.encode(), length, position)
        position += length
    true = iso(fields)
    data = true[:24] + directory + true[24 + len(directory) :]
    found = only(data)
    assert [field.tag for field in found.record.fields] == [tag for tag, _ in fields]
    assert title(found) == "红楼梦"
    assert "directory.lengths" in found.repairs


def test_a_directory_in_another_order_than_the_data_is_followed() -> None:
    entries = [GOOD[24 + 12 * i : 36 + 12 * i] for i in range(8)]
    shuffled = GOOD[:24] + b"".join(reversed(entries)) + GOOD[BASE:]
    found = only(shuffled)
    assert [field.tag for field in found.record.fields][:2] == ["701", "690"]
    assert title(found) == "红楼梦"
    assert found.repairs == ()


def test_a_terminator_inside_a_field_is_no_end_when_the_directory_says_so() -> None:
    found = only(iso([*cnmarc_fields(), ("330", b"  \x1faone\x1etwo")]))
    assert found.record.first("330", "a") == "onetwo"
    assert "field.terminator" in found.repairs


def test_the_control_number_of_a_rejected_record_is_reported_when_it_is_plain_to_see() -> None:
    assert rejected(entry(3, start=b"99000")).control_number == "G1"


def test_two_equal_control_numbers_do_no_harm() -> None:
    assert only(iso([("001", b"A1"), ("001", b"A1"), *cnmarc_fields("x")[1:]])).control_number == "A1"


def test_noughts_are_no_control_number() -> None:
    assert only(book("000000000000")).control_number is None


def test_a_record_without_title_is_kept_aside() -> None:
    bad = rejected(iso([f for f in cnmarc_fields() if f[0] != "200"] + [("200", sub("1 ", ("f", "某人著")))]))
    assert (bad.code, bad.tag) == ("record.no_title", "200")


def test_a_holdings_record_is_kept_aside() -> None:
    data = iso([("001", b"h1"), ("852", sub("  ", ("b", "MAIN")))], b"00000cy  a2200000   4500")
    assert rejected(data).code == "record.not_bibliographic"
