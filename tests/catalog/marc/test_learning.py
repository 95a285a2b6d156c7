"""How a source writes its copies is learned from a sample, whichever of the layouts in the wild it uses."""

from __future__ import annotations

import pytest

from catalog.marc.holdings import read_holdings
from catalog.marc.learning import learn
from catalog.marc.record import Field, MarcRecord, Subfield

Fields = list[tuple[str, list[Subfield]]]


def sample(*records: Fields) -> list[MarcRecord]:
    return [
        MarcRecord("0" * 24, [Field(tag, "  ", tuple(subfields)) for tag, subfields in fields]) for fields in records
    ]


def barcode(record: int, copy: int = 1) -> str:
    return f"0020{record:02d}{copy:02d}"


LAYOUTS: dict[str, tuple[Fields, ...]] = {
    "905, one field a copy": tuple(
        [("905", [("a", "TSG"), ("b", barcode(n, c)), ("d", "I247.5"), ("e", str(n))]) for c in (1, 2)]
        for n in range(6)
    ),
    "905, the barcode repeated": tuple(
        [("905", [("a", "TSG"), ("b", barcode(n, 1)), ("b", barcode(n, 2)), ("s", f"I247.5/{n}")])] for n in range(6)
    ),
    "905, a range of barcodes": tuple(
        [("905", [("a", "TSG"), ("b", f"{barcode(n, 1)}-{barcode(n, 2)}"), ("s", f"I247.5/{n}")])] for n in range(6)
    ),
    "905 with 906": tuple(
        [
            ("905", [("a", "TSG"), ("s", f"I247.5/{n}")]),
            ("906", [("b", barcode(n, 1))]),
            ("906", [("b", barcode(n, 2))]),
        ]
        for n in range(6)
    ),
    "985, runs in one field": tuple(
        [
            (
                "985",
                [
                    (code, text)
                    for c in (1, 2)
                    for code, text in (("a", "TSG"), ("b", barcode(n, c)), ("d", f"I247.5/{n}"))
                ],
            )
        ]
        for n in range(6)
    ),
    "952 of Koha": tuple(
        [("952", [("a", "TSG"), ("p", barcode(n, c)), ("o", f"I247.5/{n}")]) for c in (1, 2)] for n in range(6)
    ),
    "852 of MARC21": tuple(
        [("852", [("b", "TSG"), ("p", barcode(n, c)), ("j", f"I247.5/{n}")]) for c in (1, 2)] for n in range(6)
    ),
    "949 of Sirsi": tuple(
        [("949", [("a", f"I247.5/{n}"), ("i", barcode(n, c)), ("m", "TSG")]) for c in (1, 2)] for n in range(6)
    ),
    "905 with the letters mixed up": tuple(
        [("905", [("b", "TSG"), ("h", barcode(n, c)), ("k", f"I247.5/{n}")]) for c in (1, 2)] for n in range(6)
    ),
}


@pytest.mark.parametrize("records", LAYOUTS.values(), ids=LAYOUTS)
def test_every_copy_of_a_layout_is_read_with_library_and_call_number(records: tuple[Fields, ...]) -> None:
    read = sample(*records)
    learned = learn(read)
    assert learned is not None
    copies = [read_holdings(record, learned.profile) for record in read]
    assert [[copy.barcode for copy in some] for some in copies] == [[barcode(n, 1), barcode(n, 2)] for n in range(6)]
    assert {copy.library for some in copies for copy in some} == {"TSG"}
    assert [some[0].call_number for some in copies] == [f"I247.5/{n}" for n in range(6)]


def test_a_common_layout_needs_no_profile_and_a_strange_one_does() -> None:
    common, strange = learn(sample(*LAYOUTS["952 of Koha"])), learn(sample(*LAYOUTS["985, runs in one field"]))
    assert common is not None
    assert strange is not None
    assert (common.is_common, strange.is_common) == (True, False)
    assert (strange.profile.tag, strange.profile.mode) == ("985", "run")


def test_records_without_holdings_teach_nothing() -> None:
    assert learn(sample([("200", [("a", "红楼梦")])])) is None
    assert learn([]) is None
