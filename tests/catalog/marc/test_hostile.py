"""Input made to cost time or memory is read, or kept aside, as fast as any other."""

from __future__ import annotations

import time

import pytest

from catalog.marc import ReadRecord, bib_data, read_holdings
from catalog.marc.dates import year_of
from catalog.marc.isbn import isbn13s
from catalog.marc.people import from_statement
from catalog.marc.prices import price_fen
from catalog.marc.subjects import keywords
from catalog.marc.tidy import clean, without_stop
from tests.catalog.marc.marcbytes import CNMARC_LEADER, book, cnmarc_fields, iso, numbers, read

SIZE = 50_000
TEXTS = [
    " " * SIZE + "\n",
    " \t" * (SIZE // 2),
    "/ : ; " * (SIZE // 6) + "x",
    "编著" * (SIZE // 2) + "x",
    "主编译著编" * 20 + "x",
    "(" * SIZE,
    "[（【" * (SIZE // 3),
    "9" * SIZE,
    "978-" * (SIZE // 4),
    "1 " * (SIZE // 2),
    "全" + "一" * SIZE,
    "a\u0301\u0316" + "\u0316\u0301" * (SIZE // 2),
    "－" * SIZE,
    "；" * SIZE,
    "Ａ" * SIZE,
    "A. " * (SIZE // 3),
    "& " * (SIZE // 2),
    "&#1;" * (SIZE // 4),
    "a:" * (SIZE // 2),
]


# Seconds of CPU no text of this size takes when the cost grows with its length, on any machine; a square takes many times more.
RUNAWAY = 5


def took(work: object, *args: object, **kwargs: object) -> float:
    start = time.process_time()
    work(*args, **kwargs)  # type: ignore[operator]
    return time.process_time() - start


@pytest.mark.parametrize("text", TEXTS, ids=[text[:6] for text in TEXTS])
def test_no_pattern_runs_away_on_50_kb(text: str) -> None:
    for work in (clean, year_of, isbn13s, without_stop):
        assert took(work, text) < RUNAWAY, work
    assert took(price_fen, text, bare=True) < RUNAWAY
    assert took(keywords, [text]) < RUNAWAY
    assert took(from_statement, [(text, True)]) < RUNAWAY
    assert took(from_statement, [(text[:110], True)]) < RUNAWAY


def whole(data: bytes) -> list[str]:
    found = read(data)
    for one in found:
        if isinstance(one, ReadRecord):
            bib_data(one)
            read_holdings(one.record)
    return numbers(found)


@pytest.mark.parametrize("text", TEXTS, ids=[text[:6] for text in TEXTS])
def test_a_record_full_of_it_is_read_in_time(text: str) -> None:
    fields = [field for field in cnmarc_fields("H1") if field[0] != "200"]
    put = [
        ("200", "1 \x1fa题名\x1ff" + text),
        ("210", "  \x1fd" + text),
        ("905", "  \x1fb" + text),
        ("606", "  \x1fa" + text),
    ]
    data = iso([*fields, *((tag, body.encode()) for tag, body in put)])
    assert took(whole, data + book("H2")) < RUNAWAY


@pytest.mark.parametrize(
    "middle",
    [
        b"\x1e" * 2_000_000,
        b"\x1f" * 2_000_000,
        b"\x1f " * 1_000_000,
        b"\x1d" * 2_000_000,
        b"00100nam0 2200025   450 " * 80_000,
        b"001000100000" * 100_000,
        b"99999nam0 2200025   450 001000100000\x1d" * 30_000,
    ],
    ids=["1E", "1F", "1F blank", "1D", "leaders", "entries", "long claims"],
)
def test_megabytes_of_structure_without_sense_cost_no_more_than_their_reading(middle: bytes) -> None:
    data = book("H1") + CNMARC_LEADER + b"200000900000" * 40 + b"\x1e" + middle + b"\x1d" + book("H2")
    start = time.process_time()
    results = whole(data)
    assert time.process_time() - start < 6 * RUNAWAY
    assert results[0] == "H1"


@pytest.mark.parametrize(
    "middle", [b"<!--", b"<![CDATA[", b"<record ", b"<record>", b"</record>", b"<a:record", b"&a", b"<datafield>"]
)
def test_megabytes_of_open_tags_cost_no_more_than_their_reading(middle: bytes) -> None:
    good = b"<record><leader>00000nam0 2200000   450 </leader><controlfield tag='001'>H1</controlfield>"
    good += b"<datafield tag='200' ind1='1' ind2=' '><subfield code='a'>t</subfield></datafield></record>"
    data = b"<collection>" + good + middle * (3_000_000 // len(middle)) + b"</collection>"
    start = time.process_time()
    results = whole(data)
    assert time.process_time() - start < 6 * RUNAWAY
    assert results[0] == "H1"
