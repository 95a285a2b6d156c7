"""Runs and lists of barcodes, as a scanner, a spreadsheet or a person writes them."""

from __future__ import annotations

import pytest

from catalog.barcode_lists import Run, listed, run_between, run_of
from kernel.decoding import decoded


@pytest.mark.parametrize(
    ("first", "count", "run"),
    [
        ("ZG0001", 3, ["ZG0001", "ZG0002", "ZG0003"]),
        ("0099", 2, ["0099", "0100"]),
        ("A9B008", 1, ["A9B008"]),
        ("9", 2, None),  # runs out of its width
        ("ZG", 2, None),
        ("", 1, None),
        ("ZG0001", 0, None),
        ("ZG٣", 2, None),  # digits of another script
    ],
)
def test_counts_on_in_the_width_of_the_first(first: str, count: int, run: list[str] | None) -> None:
    assert run_of(first, count) == run


@pytest.mark.parametrize(
    ("first", "last", "run"),
    [
        ("SD0001", "SD0500", Run(head="SD", digits=4, first=1, last=500)),
        ("0099", "0099", Run(head="", digits=4, first=99, last=99)),
        ("A9B008", "A9B010", Run(head="A9B", digits=3, first=8, last=10)),
        ("SD0500", "SD0001", None),  # backwards
        ("SD001", "SD0500", None),  # of two widths
        ("SD0001", "SE0500", None),
        ("SD", "SD", None),
    ],
)
def test_a_run_has_two_ends_of_one_head_and_width(first: str, last: str, run: Run | None) -> None:
    assert run_between(first, last) == run


@pytest.mark.parametrize(
    ("barcode", "number"),
    [("SD0010", 10), ("SD0019", 19), ("SD0020", None), ("SD010", None), ("sd0010", None), ("0010", None), ("", None)],
)
def test_a_run_knows_its_own_barcodes(barcode: str, number: int | None) -> None:
    run = Run(head="SD", digits=4, first=10, last=19)
    assert run.number_of(barcode) == number
    if number is not None:
        assert run.barcode(number) == barcode


@pytest.mark.parametrize(
    ("other", "do"),
    [
        (("SD0019", "SD0030"), True),
        (("SD0001", "SD0010"), True),
        (("SD0012", "SD0013"), True),
        (("SD0020", "SD0030"), False),
        (("SD010", "SD019"), False),
        (("SE0010", "SE0019"), False),
    ],
)
def test_runs_overlap_where_they_share_a_barcode(other: tuple[str, str], do: bool) -> None:
    run, second = run_between("SD0010", "SD0019"), run_between(*other)
    assert run is not None
    assert second is not None
    assert run.overlaps(second) == second.overlaps(run) == do


@pytest.mark.parametrize(
    ("text", "barcodes"),
    [
        ("B1\nB2\r\nB3", ["B1", "B2", "B3"]),
        ("B1\nB1\n\n  B2  ", ["B1", "B2"]),
        ('条码,题名\nB1,平凡的世界\n"B2",人生', ["B1", "B2"]),
        ("barcode\tshelf\nB1\tA", ["B1"]),
        ("Ｂ１\nZG:B2", ["B1", "ZG:B2"]),
        ("", []),
    ],
)
def test_reads_the_first_column_each_once(text: str, barcodes: list[str]) -> None:
    assert listed(text) == barcodes


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("条码\nB1".encode(), "条码\nB1"),
        ("条码\nB1".encode("utf-8-sig"), "条码\nB1"),
        ("条码\nB1".encode("gb18030"), "条码\nB1"),
        ("条码\nB1".encode("utf-16"), "条码\nB1"),
        (b"PK\x03\x04\x00\x00", None),
        (b"\xff\xff\xff", None),
        (b"\xff\xfe\x00", None),
    ],
)
def test_reads_what_spreadsheets_write(body: bytes, text: str | None) -> None:
    assert decoded(body) == text
