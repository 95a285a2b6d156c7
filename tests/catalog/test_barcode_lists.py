"""Runs and lists of barcodes, as a scanner, a spreadsheet or a person writes them."""

from __future__ import annotations

import pytest

from catalog.barcode_lists import listed, run_of
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
