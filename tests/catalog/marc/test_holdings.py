"""Holdings in the layouts found in use: one copy comes out for each the record names, none is made up."""

from __future__ import annotations

import pytest

from catalog.bibdata import HoldingData
from catalog.marc import HoldingsProfile, read_holdings
from tests.catalog.marc.marcbytes import cnmarc_fields, iso, only, sub

Pairs = list[tuple[str, str]]


def copies(*fields: tuple[str, Pairs], profile: HoldingsProfile | None = None) -> list[HoldingData]:
    raw = [*cnmarc_fields(), *((tag, sub("  ", *pairs)) for tag, pairs in fields)]
    return read_holdings(only(iso(raw)).record, profile)


def barcodes(found: list[HoldingData]) -> list[str | None]:
    return [one.barcode for one in found]


def test_905_with_one_copy_says_all_of_it() -> None:
    (found,) = copies(
        ("905", [("a", "H01"), ("b", "0001"), ("c", "文学室"), ("d", "I242.4"), ("e", "C15"), ("v", "上")])
    )
    assert found == HoldingData(
        library="H01", barcode="0001", call_number="I242.4/C15", shelf="文学室", volume="上", tag="905"
    )


def test_905_repeats_its_barcode_for_each_copy_and_prefers_the_full_call_number() -> None:
    found = copies(
        (
            "905",
            [("a", "H01"), ("b", "0001"), ("b", "0002"), ("d", "I242"), ("e", "15"), ("f", "2"), ("s", "I242.4/15")],
        ),
        ("905", [("a", "T001"), ("b", "0101"), ("s", "I242.4/15")]),
    )
    assert [(one.library, one.barcode, one.call_number) for one in found] == [
        ("H01", "0001", "I242.4/15"),
        ("H01", "0002", "I242.4/15"),
        ("T001", "0101", "I242.4/15"),
    ]


@pytest.mark.parametrize(
    ("written", "count", "expected"),
    [
        ("20295403-5408", None, [f"2029540{n}" for n in range(3, 9)]),
        ("1" * 5000 + "-12", None, ["1" * 5000 + "-12"]),
        ("20295403-20295405", None, ["20295403", "20295404", "20295405"]),
        ("A0098-0101", "4", ["A0098", "A0099", "A0100", "A0101"]),
        ("00236515-9", "5", [f"0023651{n}" for n in range(5, 10)]),
        ("00236515-9", None, ["00236515-9"]),
        ("0012-00000001", None, ["0012-00000001"]),
        ("20295408-5403", None, ["20295408-5403"]),
        ("10000000-99999999", None, ["10000000-99999999"]),
    ],
)
def test_a_range_of_barcodes_is_expanded_only_where_it_is_surely_one(
    written: str, count: str | None, expected: list[str]
) -> None:
    pairs = [("a", "H01"), ("b", written)] + ([("f", count)] if count else [])
    assert barcodes(copies(("905", pairs))) == expected


def test_a_count_without_barcodes_gives_copies_without_barcodes() -> None:
    found = copies(("905", [("a", "TSG"), ("d", "I242"), ("f", "3")]))
    assert [(one.library, one.barcode) for one in found] == [("TSG", None)] * 3


@pytest.mark.parametrize("count", ["2008", "many", "0"])
def test_a_count_that_cannot_be_one_means_one_copy(count: str) -> None:
    assert barcodes(copies(("905", [("a", "TSG"), ("f", count)]))) == [None]


def test_906_is_one_copy_each_of_the_library_that_905_names() -> None:
    found = copies(
        ("905", [("a", "BNU"), ("d", "F124"), ("e", "26"), ("s", "F124/26")]),
        ("906", [("a", "211260"), ("b", "1683011"), ("d", "F124"), ("e", "26"), ("r", "CNY80.00")]),
        ("906", [("a", "211260"), ("b", "1683012"), ("r", "CNY")]),
    )
    assert [(one.library, one.barcode, one.call_number, one.price_fen) for one in found] == [
        ("BNU", "1683011", "F124/26", 8000),
        ("BNU", "1683012", "F124/26", None),
    ]


@pytest.mark.parametrize(
    ("tag", "pairs", "expected"),
    [
        (
            "952",
            [
                ("a", "H01"),
                ("b", "H02"),
                ("c", "GEN"),
                ("d", "2016-07-15"),
                ("g", "42.00"),
                ("o", "I242"),
                ("p", "K1"),
                ("y", "BK"),
            ],
            HoldingData(
                library="H01",
                barcode="K1",
                call_number="I242",
                shelf="GEN",
                item_type="BK",
                price_fen=4200,
                acquired_on="2016-07-15",
                tag="952",
            ),
        ),
        (
            "995",
            [("b", "751072303"), ("c", "BIB01"), ("f", "00000001158900"), ("k", "8 007.775"), ("r", "DI")],
            HoldingData(library="BIB01", barcode="00000001158900", call_number="8 007.775", item_type="DI", tag="995"),
        ),
        (
            "949",
            [
                ("a", "BL 545 F4"),
                ("w", "LC"),
                ("i", "30007006033608"),
                ("t", "BOOKS"),
                ("l", "CIR"),
                ("m", "DESMARAIS"),
            ],
            HoldingData(
                library="DESMARAIS",
                barcode="30007006033608",
                call_number="BL 545 F4",
                shelf="CIR",
                item_type="BOOKS",
                tag="949",
            ),
        ),
        (
            "852",
            [
                ("a", "gaaagpl"),
                ("b", "MBI"),
                ("c", "Stacks"),
                ("j", "C 299.5"),
                ("g", "book"),
                ("p", "31867002191208"),
                ("y", "12.00"),
            ],
            HoldingData(
                library="MBI",
                barcode="31867002191208",
                call_number="C 299.5",
                shelf="Stacks",
                item_type="book",
                price_fen=1200,
                tag="852",
            ),
        ),
        (
            "852",
            [("b", "MUG"), ("h", "HV8699.U5"), ("i", "G35 2002"), ("p", "22614585")],
            HoldingData(library="MUG", barcode="22614585", call_number="HV8699.U5 G35 2002", tag="852"),
        ),
    ],
)
def test_the_layouts_of_other_systems_are_recognised(tag: str, pairs: Pairs, expected: HoldingData) -> None:
    assert copies((tag, pairs)) == [expected]


def test_a_local_field_without_a_barcode_is_no_copy() -> None:
    assert copies(("852", [("b", "MUG"), ("c", "boss")]), ("949", [("h", "ORDER")]), ("995", [("a", "F124/26")])) == []


def test_a_profile_says_how_a_source_writes_runs_of_subfields() -> None:
    profile = HoldingsProfile(
        tag="985", mode="run", library="a", barcode="b", call_number="d", volume="h", shelf="", copies=""
    )
    pairs = [("a", "S1"), ("b", "001"), ("d", "I24"), ("h", "上"), ("a", "S2"), ("b", "002"), ("d", "I24"), ("h", "下")]
    found = copies(("985", pairs), profile=profile)
    assert [(one.library, one.barcode, one.volume) for one in found] == [("S1", "001", "上"), ("S2", "002", "下")]


def test_a_profile_maps_library_codes_and_gives_defaults() -> None:
    profile = HoldingsProfile(
        libraries={"TSG": "H01"},
        default_item_type="BK",
        prefixes={"01": "T001", "0102": "V0001"},
        default_library="H09",
    )
    found = copies(
        ("905", [("a", "TSG"), ("b", "9")]),
        ("905", [("b", "01001")]),
        ("905", [("b", "0102001")]),
        ("905", [("b", "7")]),
        profile=profile,
    )
    assert [(one.library, one.item_type) for one in found] == [
        ("H01", "BK"),
        ("T001", "BK"),
        ("V0001", "BK"),
        ("H09", "BK"),
    ]


def test_a_profile_takes_the_part_of_a_barcode_that_counts_and_drops_what_is_none() -> None:
    profile = HoldingsProfile(barcode_pattern=r"(\d{8})-\d")
    found = copies(("905", [("b", "00236515-9"), ("b", "见总馆")]), profile=profile)
    assert barcodes(found) == ["00236515", None]


def test_a_profile_for_counts_gives_copies_even_where_numbers_stand() -> None:
    profile = HoldingsProfile(mode="count", barcode="b", copies="f")
    assert barcodes(copies(("905", [("a", "X"), ("b", "C-1"), ("f", "2")]), profile=profile)) == [None, None]


def test_a_profile_for_ranges_takes_the_short_ones_too() -> None:
    profile = HoldingsProfile(mode="range")
    assert barcodes(copies(("905", [("b", "00236515-7")]), profile=profile)) == ["00236515", "00236516", "00236517"]
