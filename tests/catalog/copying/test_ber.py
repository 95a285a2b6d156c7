"""Values written and read again, whole or in pieces, of definite or indefinite length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.copying.ber import BadEncoding, context, group, integer, oid, read_all, read_value


@given(st.integers(0, 2**20), st.binary(max_size=400))
def test_what_is_written_is_read_again(number: int, content: bytes) -> None:
    (value,) = read_all(context(number, content))
    assert (value.is_context, value.number, value.content) == (True, number, content)


@given(st.integers(-(2**40), 2**40))
def test_numbers_are_signed(number: int) -> None:
    (value,) = read_all(context(1, integer(number)))
    assert value.as_int == number


def test_parts_are_found_by_their_tag() -> None:
    (value,) = read_all(group(23, [context(13, b"a"), group(14, [context(15, b"b")])]))
    inner = value.part(14)
    assert inner is not None
    assert [part.content for part in inner.parts] == [b"b"]
    assert value.part(99) is None


def test_an_indefinite_length_ends_where_it_says() -> None:
    data = b"\xb5\x80" + context(13, b"a") + b"\xb6\x80" + context(1, b"b") + b"\x00\x00" + b"\x00\x00" + b"rest"
    found = read_value(data)
    assert found is not None
    assert data[found[1] :] == b"rest"
    assert [part.number for part in found[0].parts] == [13, 22]


@given(st.integers(0, 60))
def test_a_value_that_has_not_all_come_is_waited_for(cut: int) -> None:
    data = group(1000, [context(5, b"x" * 300)])
    assert read_value(data[: min(cut, len(data) - 1)]) is None
    assert read_value(data) is not None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_waited_for_or_refused(data: bytes) -> None:
    try:
        found = read_value(data)
    except BadEncoding:
        return
    assert found is None or 0 < found[1] <= len(data)


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(BadEncoding):
        read_value(b"\xb5\x80" * 100)


def test_object_identifiers_are_as_the_standard_prints_them() -> None:
    assert oid("1.2.840.10003.5.10") == bytes.fromhex("2a8648ce13050a")


def test_a_number_longer_than_any_count_is_refused() -> None:
    """Python itself refuses to write numbers of some thousand digits, which would have failed the whole page."""
    found = read_value(context(23, b"\x7f" * 9))
    assert found is not None
    with pytest.raises(BadEncoding):
        _ = found[0].as_int
