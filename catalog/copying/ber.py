"""The Basic Encoding Rules (ISO 8825-1) as far as Z39.50 needs them: written with definite length, read with either. Bytes only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

Class = Literal["universal", "context"]
INTEGER: Final = 2
OID: Final = 6
EXTERNAL: Final = 8
SEQUENCE: Final = 16
_CLASSES: Final[dict[Class, int]] = {"universal": 0x00, "context": 0x80}
_CONSTRUCTED: Final = 0x20
_LONGEST_HEADER: Final = 12
_LONGEST_INTEGER: Final = 8
_DEEPEST: Final = 40
_END: Final = b"\x00\x00"


class BadEncoding(Exception):
    """Bytes that are no value, or one longer than what holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One encoded value. `number` is its tag; what a constructed one holds is in `parts`."""

    is_context: bool
    number: int
    is_constructed: bool
    content: bytes

    @property
    def parts(self) -> list[Value]:
        return list(read_all(self.content)) if self.is_constructed else []

    def part(self, number: int) -> Value | None:
        """The part with this context tag."""
        return next((one for one in self.parts if one.is_context and one.number == number), None)

    @property
    def as_int(self) -> int:
        """Raises BadEncoding for a number longer than any count, size or condition is."""
        if len(self.content) > _LONGEST_INTEGER:
            raise BadEncoding("integer")
        return int.from_bytes(self.content, "big", signed=True)


# --- writing ------------------------------------------------------------------------------------------------------------------------


def encode(class_: Class, number: int, content: bytes, *, constructed: bool = False) -> bytes:
    return _tag(_CLASSES[class_] | (_CONSTRUCTED if constructed else 0), number) + _length(len(content)) + content


def context(number: int, content: bytes) -> bytes:
    """A primitive value under a tag of the protocol's own."""
    return encode("context", number, content)


def group(number: int, parts: Iterable[bytes]) -> bytes:
    """A constructed value under a tag of the protocol's own."""
    return encode("context", number, b"".join(parts), constructed=True)


def sequence(parts: Iterable[bytes]) -> bytes:
    return encode("universal", SEQUENCE, b"".join(parts), constructed=True)


def integer(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    return b"".join(_base128(number) for number in (first * 40 + second, *rest))


def _tag(lead: int, number: int) -> bytes:
    return bytes([lead | number]) if number < 31 else bytes([lead | 31]) + _base128(number)


def _length(length: int) -> bytes:
    if length < 128:
        return bytes([length])
    body = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body


def _base128(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))


# --- reading ------------------------------------------------------------------------------------------------------------------------


def read_all(data: bytes) -> Iterator[Value]:
    """The values that stand one behind the other. Raises BadEncoding."""
    position = 0
    while position < len(data):
        found = read_value(data, position)
        if found is None:
            raise BadEncoding("length")
        value, position = found
        yield value


def read_value(data: bytes, start: int = 0, depth: int = 0) -> tuple[Value, int] | None:
    """The value that begins at `start`, and where the next one does; None while it is not complete. Raises BadEncoding."""
    head = _header(data, start)
    if head is None:
        return None
    lead, number, position, length = head
    end = _end_of_parts(data, position, depth) if length is None else position + length
    if end is None or end > len(data):
        return None
    value = Value(
        is_context=lead & 0xC0 == _CLASSES["context"],
        number=number,
        is_constructed=bool(lead & _CONSTRUCTED),
        content=data[position:end],
    )
    return value, end + (len(_END) if length is None else 0)


def _end_of_parts(data: bytes, position: int, depth: int) -> int | None:
    """Where the parts of a value of indefinite length end; None while that has not come."""
    if depth > _DEEPEST:
        raise BadEncoding("depth")
    while data[position : position + len(_END)] != _END:
        if position >= len(data):
            return None
        found = read_value(data, position, depth + 1)
        if found is None:
            return None
        position = found[1]
    return position


def _header(data: bytes, start: int) -> tuple[int, int, int, int | None] | None:
    """First octet, tag number, where the content begins and its length (None: indefinite); None while it is not complete."""
    octets = data[start : start + _LONGEST_HEADER]
    position = 1
    if octets[:1] and octets[0] & 31 == 31:
        while position < len(octets) and octets[position] & 0x80:
            position += 1
        position += 1
    if position >= len(octets):
        if len(octets) == _LONGEST_HEADER:
            raise BadEncoding("tag")
        return None
    number = octets[0] & 31 if position == 1 else _number(octets[1:position])
    first, position = octets[position], position + 1
    count = first & 0x7F if first & 0x80 else 0
    if count > 4:
        raise BadEncoding("length of length")
    if position + count > len(octets):
        return None
    is_indefinite = first == 0x80
    length = int.from_bytes(octets[position : position + count], "big") if count else first
    return octets[0], number, start + position + count, None if is_indefinite else length


def _number(octets: bytes) -> int:
    number = 0
    for octet in octets:
        number = number << 7 | octet & 0x7F
    return number
