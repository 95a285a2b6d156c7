from __future__ import annotations

import subprocess
from io import BytesIO

import pymarc
import pytest
from lxml import etree

from catalog.marc import Field, MarcRecord, TooLong, read_one, to_iso2709, to_marcxml
from catalog.marc.record import ReadRecord
from tests.catalog.marc.marcbytes import book, book21, only


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("source", [book("W1"), book21("W1")])
def test_what_is_written_is_read_back_the_same(source: bytes, encoding: str) -> None:
    first = only(source)
    written = to_iso2709(first.record, first.format, encoding)  # type: ignore[arg-type]
    again = only(written)
    assert again.record.fields == first.record.fields
    assert again.repairs == ()
    assert int(written[:5]) == len(written)


def test_pymarc_reads_what_is_written() -> None:
    first = only(book21("W1", "Café 红楼梦"))
    (found,) = pymarc.MARCReader(BytesIO(to_iso2709(first.record, "marc21")))
    assert found is not None
    assert found.title == "Café 红楼梦 /"


def test_marcxml_is_well_formed_and_read_back_the_same() -> None:
    first = only(book("W1", "<script>\"&'</script>"))
    written = to_marcxml(first.record)
    etree.fromstring(written)
    again = only(written)
    assert again.record.fields == first.record.fields
    assert again.format == "cnmarc"


def test_what_xml_forbids_is_left_out_and_delimiters_in_text_become_blanks() -> None:
    record = MarcRecord(" " * 24, [Field("001", "", (), "a\x1fb"), Field("200", "1 ", (("a", "x\x01\x1ey"),))])
    assert b'<subfield code="a">xy</subfield>' in to_marcxml(record)
    assert b"\x1fax\x01 y\x1e" in to_iso2709(record, "cnmarc")


@pytest.mark.parametrize(("size", "times", "word"), [(10_000, 1, "9999"), (9_000, 12, "99999")])
def test_what_iso2709_cannot_hold_is_refused_not_written_wrongly(size: int, times: int, word: str) -> None:
    record = MarcRecord(" " * 24, [Field("300", "  ", (("a", "x" * size),))] * times)
    with pytest.raises(TooLong) as refused:
        to_iso2709(record, "cnmarc")
    assert word in refused.value.message.zh
    assert "MARCXML" in refused.value.message.en
    assert len(to_marcxml(record)) > size * times


def test_a_stored_record_is_read_again_as_it_came() -> None:
    first = only(book("W1", encoding="gb18030"))
    again = read_one(first.raw, "iso2709")
    assert isinstance(again, ReadRecord)
    assert (again.record, again.encoding, again.raw) == (first.record, "gb18030", first.raw)


@pytest.mark.yaz
def test_yaz_reads_what_is_written(yaz_marcdump: str) -> None:
    written = to_iso2709(only(book("W1")).record, "cnmarc")
    done = subprocess.run(
        [yaz_marcdump, "-f", "utf-8", "-t", "utf-8", "/dev/stdin"], input=written, capture_output=True, check=True
    )
    assert [w for line in done.stdout.decode().splitlines() if line.startswith("200") for w in line.split()] == [
        "200",
        "1",
        "$a",
        "红楼梦",
        "$f",
        "曹雪芹著",
    ]
