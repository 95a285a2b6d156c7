"""What is no MARC is refused by its first bytes, in words that say what it is."""

from __future__ import annotations

import gzip
import io
import zipfile
from io import BytesIO

import pytest

from catalog.marc import NotMarc, read_records
from tests.catalog.marc.marcbytes import book, numbers, read


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.mrc", b"\x00" * 10_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空"),
        (b"\r\n \x00\x1a", "空"),
        ("读者名单\n张三\n".encode() * 50, "文本"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "网页"),
        (b"\xef\xbb\xbf\n<html><head></head></html>", "网页"),
        (gzip.compress(book() * 3), "gzip"),
        (zip_bomb(), "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "Excel"),
        (b"%PDF-1.7\n", "PDF"),
        ("<?xml version='1.0'?><root/>".encode("utf-16"), "UTF-16"),
        (b"001 012345\n005 2024\n", "文本"),
        (b"\x00\x01\x02\x03" * 1000, "二进制"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "XML"),
        (b"<?xml version='1.0'?><OAI><record><dc>x</dc></record></OAI>", "MARC"),
    ],
)
def test_cannot_import_what_is_no_marc(data: bytes, word: str) -> None:
    with pytest.raises(NotMarc) as refused:
        read_records(BytesIO(data))
    assert refused.value.code == "import.not_marc"
    assert word in refused.value.message.zh
    assert refused.value.message.en


def test_the_name_of_a_file_does_not_matter_its_content_does() -> None:
    assert numbers(read(book("A1"))) == ["A1"]
    xml = b"<collection><record><leader>00000nam0 2200000   450 </leader><controlfield tag='001'>X1</controlfield>"
    xml += b"<datafield tag='200' ind1='1' ind2=' '><subfield code='a'>t</subfield></datafield></record></collection>"
    assert numbers(read(xml)) == ["X1"]
