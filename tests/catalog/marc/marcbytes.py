"""Makes ISO 2709 records for tests, right or wrong in one named way."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from catalog.marc import ReadRecord, RejectedRecord, read_records

CNMARC_LEADER = b"00000nam0 2200000   450 "
MARC21_LEADER = b"00000nam a2200000 a 4500"

RawField = tuple[str, bytes]


def sub(indicators: str, *pairs: tuple[str, str], encoding: str = "utf-8") -> bytes:
    """A data field's bytes: two indicators and (code, text) pairs."""
    return b"".join([indicators.encode(), *(b"\x1f" + code.encode() + text.encode(encoding) for code, text in pairs)])


def cnmarc_fields(number: str = "0120240001", title: str = "红楼梦", encoding: str = "utf-8") -> list[RawField]:
    return [
        ("001", number.encode()),
        ("010", sub("  ", ("a", "978-7-02-000220-7"), ("d", "CNY59.70"))),
        ("100", sub("  ", ("a", "20240101d2008    em y0chiy0120    ea"))),
        ("101", sub("0 ", ("a", "chi"))),
        ("200", sub("1 ", ("a", title), ("f", "曹雪芹著"), encoding=encoding)),
        ("210", sub("  ", ("a", "北京"), ("c", "人民文学出版社"), ("d", "2008"), encoding=encoding)),
        ("690", sub("  ", ("a", "I242.4"), ("v", "5"))),
        ("701", sub(" 0", ("a", "曹雪芹"), ("4", "著"), encoding=encoding)),
    ]


def marc21_fields(number: str = "m1", title: str = "Dream of the red chamber") -> list[RawField]:
    return [
        ("001", number.encode()),
        ("008", b"240101s1958    nyu           000 1 eng d"),
        ("020", sub("  ", ("a", "0385093799"))),
        ("100", sub("1 ", ("a", "Cao, Xueqin"))),
        ("245", sub("10", ("a", title + " /"), ("c", "Tsao Hsueh-Chin."))),
    ]


def iso(fields: Iterable[RawField], leader: bytes = CNMARC_LEADER) -> bytes:
    """A record whose leader and directory are true."""
    directory, data = b"", b""
    for tag, body in fields:
        chunk = body + b"\x1e"
        directory += b"%s%04d%05d" % (tag.encode(), len(chunk) % 10_000, len(data) % 100_000)
        data += chunk
    base = 24 + len(directory) + 1
    length = base + len(data) + 1
    head = b"%05d" % (length % 100_000) + leader[5:12] + b"%05d" % base + leader[17:]
    return head + directory + b"\x1e" + data + b"\x1d"


def book(number: str = "0120240001", title: str = "红楼梦", encoding: str = "utf-8") -> bytes:
    return iso(cnmarc_fields(number, title, encoding))


def book21(number: str = "m1", title: str = "Dream of the red chamber") -> bytes:
    return iso(marc21_fields(number, title), MARC21_LEADER)


def read(data: bytes) -> list[ReadRecord | RejectedRecord]:
    return list(read_records(BytesIO(data)))


def only(data: bytes) -> ReadRecord:
    """The one record of a file, which must have been read."""
    (found,) = read(data)
    assert isinstance(found, ReadRecord), found
    return found


def rejected(data: bytes) -> RejectedRecord:
    (found,) = read(data)
    assert isinstance(found, RejectedRecord), found
    return found


def numbers(results: Iterable[ReadRecord | RejectedRecord]) -> list[str]:
    """001 of what was read, the code of what was not."""
    return [one.control_number or "-" if isinstance(one, ReadRecord) else one.code for one in results]


def title(found: ReadRecord) -> str:
    return found.record.first("200", "a") or found.record.first("245", "a") or ""
