"""Whatever bytes come: nothing is raised for a bad record, every record comes out once, nothing that was read is lost."""

from __future__ import annotations

from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.marc import NotMarc, ReadRecord, RejectedRecord, bib_data, read_holdings, read_records, to_marcxml
from catalog.marc.faults import REJECTIONS, REPAIRS
from tests.catalog.marc.marcbytes import book, book21, cnmarc_fields, iso, numbers, read, sub

GOOD = [
    book("F1"),
    book("F2", encoding="gb18030"),
    book21("F3"),
    iso([*cnmarc_fields("F4"), ("905", sub("  ", ("a", "H01"), ("b", "1-9"), ("f", "9")))]),
]
XML = (
    b"<?xml version='1.0'?><collection>" + to_marcxml(read(GOOD[0])[0].record, declaration=False) * 3 + b"</collection>"
)  # type: ignore[union-attr]

edits = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.binary(max_size=12)), min_size=1, max_size=6
)


def edited(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for where, removed, put in changes:
        at = int(where * len(data))
        data = data[:at] + put + data[at + removed :]
    return data


def consume(data: bytes) -> list[ReadRecord | RejectedRecord]:
    try:
        results = list(read_records(BytesIO(data)))
    except NotMarc:
        return []
    end = 0
    for number, one in enumerate(results, 1):
        assert one.number == number
        assert one.offset >= end
        assert data[one.offset : one.end] == one.raw
        end = one.end
        if isinstance(one, ReadRecord):
            assert bib_data(one).title
            read_holdings(one.record)
            assert set(one.repairs) <= set(REPAIRS)
        else:
            assert one.code in REJECTIONS
            assert "{" not in one.message.zh + one.message.en
    return results


@settings(max_examples=300, deadline=None)
@given(edits)
def test_mutated_iso2709_never_crashes_and_every_byte_range_is_reported_once(
    changes: list[tuple[float, int, bytes]],
) -> None:
    consume(edited(b"".join(GOOD), changes))


@settings(max_examples=200, deadline=None)
@given(edits)
def test_mutated_marcxml_never_crashes(changes: list[tuple[float, int, bytes]]) -> None:
    consume(edited(XML, changes))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(range(len(GOOD))), edits)
def test_damage_inside_one_record_costs_no_other(index: int, changes: list[tuple[float, int, bytes]]) -> None:
    """The neighbours of a damaged record come out whole, as long as the damage brings no terminators or leaders of its own."""
    tame = [(where, removed, put.translate(None, b"\x1d\x1e")) for where, removed, put in changes]
    damaged = edited(GOOD[index][:-1], tame) + b"\x1d"
    results = consume(book("N1") + damaged + book("N2"))
    found = numbers(results)
    assert found[0] == "N1"
    assert found[-1] == "N2"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_taken(data: bytes) -> None:
    consume(data)
    consume(book("N1") + data)


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        alphabet=st.characters(exclude_characters="\x1d\x1e\x1f", exclude_categories=("Cs",)), min_size=1, max_size=60
    )
)
def test_any_title_comes_through_as_text(text: str) -> None:
    fields = [field for field in cnmarc_fields() if field[0] != "200"]
    (found,) = read(iso([*fields, ("200", b"1 \x1fa" + text.encode() + b"\x1ff!")]))
    if isinstance(found, ReadRecord):
        assert bib_data(found).title
    else:
        assert found.code == "record.no_title"


NUMBERS = (
    5,
    8,
    10,
    11,
    20,
    22,
    84,
    *range(100, 103),
    200,
    210,
    215,
    225,
    *range(245, 247),
    260,
    264,
    300,
    327,
    330,
    333,
    410,
    461,
)
MORE_NUMBERS = (
    490,
    500,
    505,
    510,
    517,
    520,
    600,
    606,
    610,
    650,
    653,
    690,
    692,
    *range(700, 703),
    710,
    711,
    830,
    856,
    880,
)
TAGS = [f"{number:03d}" for number in (*NUMBERS, *MORE_NUMBERS, 905, 906, 949, 952, 995)]
TEXT = st.one_of(
    st.text(alphabet="0123456789.-/[]()（）全上中下册卷年元￥$CNYXu十二百民国光绪 ,;；,，:=ISBN", max_size=40),
    st.text(alphabet=st.characters(exclude_characters="\x1d\x1e\x1f", exclude_categories=("Cs",)), max_size=30),
)
FIELD = st.tuples(
    st.sampled_from(TAGS),
    st.text(alphabet=" 0123", min_size=2, max_size=2),
    st.lists(st.tuples(st.sampled_from("abcdefghijklmnopqrstuvwxyzA0123456789"), TEXT), min_size=1, max_size=6),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(FIELD, max_size=12), st.booleans())
def test_any_fields_whatever_are_described_without_an_error(
    fields: list[tuple[str, str, list[tuple[str, str]]]], is_marc21: bool
) -> None:
    tag = "245" if is_marc21 else "200"
    raw = [("001", b"R1"), (tag, sub("10", ("a", "题名")))]
    for name, indicators, pairs in fields:
        body = sub(indicators, *pairs) if name[:2] != "00" else pairs[0][1].encode()
        raw.append((name, body))
    for one in read(iso(raw)):
        if isinstance(one, ReadRecord):
            data = bib_data(one)
            assert data.title
            assert data.year is None or 1000 <= data.year <= 2099
            assert data.price_fen is None or 0 < data.price_fen <= 1_000_000_000
            assert all(len(number) == 13 for number in data.isbns)
            read_holdings(one.record)
            to_marcxml(one.record)
