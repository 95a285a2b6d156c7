"""Records are found by their terminators: nothing between them, before them or in a wrong length costs a good record."""

from __future__ import annotations

import tracemalloc
from io import BytesIO
from typing import BinaryIO, cast

import pytest

from catalog.marc import ReadRecord, RejectedRecord, read_records
from catalog.marc.framing import MAX_RECORD
from tests.catalog.marc.marcbytes import (
    CNMARC_LEADER,
    book,
    cnmarc_fields,
    iso,
    numbers,
    read,
    sub,
    title,
)

A, B, C = book("A1"), book("B2", "三国演义"), book("C3", "水浒传")


def with_length(record: bytes, claim: bytes) -> bytes:
    return claim + record[5:]


@pytest.mark.parametrize(
    ("data", "repair"),
    [
        (A + b"\r\n" + B + b"\r\n" + C + b"\r\n", "frame.separator"),
        (A + b"\n\n\x00\x1a" + B + C + b"\x1a", "frame.separator"),
        (b"\xef\xbb\xbf" + A + b"\xef\xbb\xbf" + B + C, "frame.bom"),
        (A + b"-- export 2024 --" + B + C, "frame.junk"),
        (A + B + b"x" * 12 + C, "frame.junk"),
        (A + with_length(B, b"%05d" % (len(B) - 10)) + C, "leader.length"),
        (A + with_length(B, b"%05d" % (len(B) + 37)) + C, "leader.length"),
        (A + with_length(B, b"00000") + C, "leader.length"),
        (A + with_length(B, b"     ") + C, "leader.length"),
        (A + with_length(B, b"abcde") + C, "leader.length"),
        (A + B[:-1] + C, "frame.no_terminator"),
        (A + B[:-1] + b"\r\n" + C, "frame.no_terminator"),
        (A + B + C[:-1], "frame.no_terminator"),
        (A + B + C[:-2], "frame.no_terminator"),
    ],
)
def test_can_read_all_records_whatever_lies_between_or_leaders_claim(data: bytes, repair: str) -> None:
    results = read(data)
    assert numbers(results) == ["A1", "B2", "C3"]
    assert [title(cast(ReadRecord, one)) for one in results] == ["红楼梦", "三国演义", "水浒传"]
    assert repair in {kind for one in results for kind in cast(ReadRecord, one).repairs}


def test_a_clean_file_needs_no_repair_and_keeps_every_byte() -> None:
    results = read(A + B + C)
    assert [cast(ReadRecord, one).repairs for one in results] == [(), (), ()]
    assert [one.offset for one in results] == [0, len(A), len(A) + len(B)]
    assert b"".join(one.raw for one in results) == A + B + C
    assert [one.number for one in results] == [1, 2, 3]


@pytest.mark.parametrize("cut", [30, 100, 200, 300])
def test_a_cut_tail_is_kept_aside_byte_for_byte_with_its_offset(cut: int) -> None:
    first, tail = read(A + B[:cut])
    assert isinstance(first, ReadRecord)
    assert isinstance(tail, RejectedRecord)
    assert (tail.code, tail.offset, tail.raw) == ("record.cut", len(A), B[:cut])
    assert "截断" in tail.message.zh
    assert tail.message.en


def test_a_record_cut_in_the_middle_of_a_file_costs_only_itself() -> None:
    results = read(A + B[:250] + C)
    assert numbers(results) == ["A1", "record.cut", "C3"]
    assert results[1].raw == B[:250]


def test_a_1d_inside_a_field_does_not_cut_the_record_when_the_length_is_right() -> None:
    fields = [*cnmarc_fields("B2"), ("330", b"  \x1fabefore\x1dbehind"), ("801", sub(" 0", ("a", "CN")))]
    results = read(A + iso(fields) + C)
    assert numbers(results) == ["A1", "B2", "C3"]
    found = cast(ReadRecord, results[1])
    assert found.record.first("330", "a") == "beforebehind"
    assert "frame.terminator_inside" in found.repairs
    assert found.raw == iso(fields)


def test_bytes_that_belong_to_no_record_are_kept_aside_too() -> None:
    tail = b"some words at the end"
    results = read(A + B + tail)
    assert numbers(results) == ["A1", "B2", "record.junk"]
    assert (results[2].raw, results[2].offset) == (tail, len(A + B))


def test_a_piece_without_a_leader_is_kept_aside_and_the_record_behind_it_is_read() -> None:
    piece = "北京\x1fc中华书局\x1fd2001\x1e  \x1fa123页\x1e".encode()
    assert numbers(read(A + piece + B)) == ["A1", "record.leader", "B2"]
    assert numbers(read(A + piece + b"\x1d" + B)) == ["A1", "record.leader", "B2"]


def test_can_read_a_record_over_99999_bytes() -> None:
    notes = [("300", sub("  ", ("a", "注" * 3000))) for _ in range(12)]
    long = iso([*cnmarc_fields("L1"), *notes, ("801", sub(" 0", ("b", "末尾")))])
    assert len(long) > 99_999
    results = read(A + long + B)
    assert numbers(results) == ["A1", "L1", "B2"]
    found = cast(ReadRecord, results[1])
    assert found.record.first("801", "b") == "末尾"
    assert "record.oversize" in found.repairs
    assert found.raw == long


def test_can_take_up_reading_behind_any_record() -> None:
    data = A + b"\r\n" + B + b"\r\n" + C
    whole = read(data)
    for index, one in enumerate(whole[:-1]):
        rest = list(read_records(BytesIO(data), start_at=one.end, first_number=one.number + 1))
        assert [(r.number, r.offset, r.raw) for r in rest] == [(r.number, r.offset, r.raw) for r in whole[index + 1 :]]


class Endless:
    """A stream of `total` bytes that are never all in memory."""

    def __init__(self, head: bytes, filler: bytes, total: int) -> None:
        self.head, self.filler, self.total, self.at = head, filler, total, 0

    def seek(self, at: int) -> None:
        self.at = at

    def read(self, size: int) -> bytes:
        size = min(size, self.total - self.at)
        out = (self.head[self.at : self.at + size] + self.filler * (size // len(self.filler) + 1))[:size]
        self.at += size
        return out


def test_memory_stays_bounded_when_no_terminator_ever_comes() -> None:
    stream = cast(BinaryIO, Endless(A + B[:120], b"\x00\x01garbage", 40 * 1024 * 1024))
    tracemalloc.start()
    results = [(one.code if isinstance(one, RejectedRecord) else "read") for one in read_records(stream)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert results[0] == "read"
    assert set(results[1:]) <= {"record.too_long", "record.cut", "record.leader", "record.junk"}
    assert peak < 6 * MAX_RECORD


def test_a_hundred_megabytes_that_are_no_marc_are_refused_after_the_first_bytes() -> None:
    from catalog.marc import NotMarc

    stream = Endless(b"", b"no marc at all ", 100 * 1024 * 1024)
    with pytest.raises(NotMarc):
        read_records(cast(BinaryIO, stream))
    assert stream.at <= 1 << 17


def test_leader_without_any_length_is_read() -> None:
    record = iso(cnmarc_fields("W1"))
    blank = b"     " + CNMARC_LEADER[5:12] + b"     " + record[17:]
    assert numbers(read(A + blank + C)) == ["A1", "W1", "C3"]
