"""The encoding is what the bytes are, record by record; claims are noted, broken text is never guessed."""

from __future__ import annotations

import pytest

from catalog.marc import ReadRecord, bib_data, gb18030
from tests.catalog.marc.marcbytes import (
    MARC21_LEADER,
    book,
    cnmarc_fields,
    iso,
    marc21_fields,
    numbers,
    only,
    read,
    rejected,
    sub,
    title,
)

SIMPLIFIED = "中国古典文学名著，描写了贾史王薛四大家族的兴衰荣辱。"
TRADITIONAL = "中國古典文學名著，描寫了賈史王薛四大家族的興衰榮辱，是古代小說的高峰。"
RUSSIAN = "Психологический тренинг с подростками : учебное пособие для студентов вузов"
BLANK_LEADER = MARC21_LEADER[:9] + b" " + MARC21_LEADER[10:]


def marc21(title_text: bytes, leader: bytes) -> bytes:
    return iso([*marc21_fields()[:4], ("245", b"10\x1fa" + title_text)], leader)


def test_records_of_two_encodings_in_one_file_are_both_read() -> None:
    results = read(book("U1") + book("G1", encoding="gb18030") + book("U2"))
    assert [one.encoding for one in results if isinstance(one, ReadRecord)] == ["utf-8", "gb18030", "utf-8"]
    assert {title(one) for one in results if isinstance(one, ReadRecord)} == {"红楼梦"}


def test_a_record_that_says_utf8_and_is_gb18030_is_read_with_a_note() -> None:
    fields = [
        f if f[0] != "100" else ("100", f[1].replace(b"0120", b"50  ")) for f in cnmarc_fields(encoding="gb18030")
    ]
    found = only(iso(fields))
    assert (title(found), found.encoding, found.repairs) == ("红楼梦", "gb18030", ("encoding.declared",))


@pytest.mark.parametrize("leader", [MARC21_LEADER, BLANK_LEADER])
def test_marc21_in_gbk_is_read_whatever_leader_09_says(leader: bytes) -> None:
    found = only(marc21(SIMPLIFIED.encode("gb18030"), leader))
    assert (title(found), found.encoding) == (SIMPLIFIED, "gb18030")
    assert found.repairs == ("encoding.declared",)


def test_utf8_under_a_blank_leader_09_is_read_with_a_note() -> None:
    found = only(marc21(SIMPLIFIED.encode(), BLANK_LEADER))
    assert (title(found), found.encoding, found.repairs) == (SIMPLIFIED, "utf-8", ("encoding.declared",))


@pytest.mark.parametrize(
    "broken",
    [
        SIMPLIFIED.encode()[:20] + b"\xff" + SIMPLIFIED.encode()[21:],
        SIMPLIFIED.encode()[:-4] + b".",
        SIMPLIFIED.encode().replace("学".encode(), b"\xe5\xad"),
    ],
)
def test_broken_utf8_is_kept_aside_byte_for_byte(broken: bytes) -> None:
    data = iso([*cnmarc_fields("B1"), ("330", b"  \x1fa" + broken)])
    results = read(book("A1") + data + book("C1"))
    assert numbers(results) == ["A1", "record.encoding", "C1"]
    assert (results[1].raw, getattr(results[1], "tag", "")) == (data, "330")


def test_holdings_in_gb18030_behind_a_description_in_utf8_are_both_read() -> None:
    found = only(iso([*cnmarc_fields(), ("905", b"  \x1fa" + "山阳县图书馆".encode("gb18030") + b"\x1fb001")]))
    assert found.record.first("905", "a") == "山阳县图书馆"
    assert title(found) == "红楼梦"
    assert found.repairs == ("encoding.mixed",)


def test_big5_is_read_and_flagged() -> None:
    fields = [f for f in cnmarc_fields() if f[1].isascii()] + [("200", b"1 \x1fa" + TRADITIONAL.encode("big5"))]
    found = only(iso(fields))
    assert (title(found), found.encoding, found.repairs) == (TRADITIONAL, "big5", ("encoding.big5",))


def test_traditional_characters_in_gbk_are_not_taken_for_big5() -> None:
    fields = [f for f in cnmarc_fields() if f[1].isascii()] + [("200", b"1 \x1fa" + TRADITIONAL.encode("gbk"))]
    found = only(iso(fields))
    assert (title(found), found.encoding, found.repairs) == (TRADITIONAL, "gb18030", ())


@pytest.mark.parametrize(
    ("codec", "name"), [("cp1251", "windows-1251"), ("cp866", "cp866"), ("koi8-r", "koi8-r"), ("utf-8", "utf-8")]
)
def test_russian_is_read_in_the_code_pages_it_comes_in(codec: str, name: str) -> None:
    fields = [f for f in cnmarc_fields() if f[1].isascii()] + [("200", b"1 \x1fa" + RUSSIAN.encode(codec))]
    found = only(iso(fields))
    assert (title(found), found.encoding) == (RUSSIAN, name)


def test_marc8_marks_stand_before_their_letters() -> None:
    found = only(marc21(b"Trait\xe2e de la r\xe2evolution fran\xf0caise", BLANK_LEADER))
    assert (title(found), found.encoding, found.repairs) == ("Traité de la révolution française", "marc-8", ())


def test_marc8_east_asian_characters_are_read() -> None:
    found = only(marc21(b"\x1b$1\x21\x30\x64\x21\x30\x65\x1b(B in EACC", BLANK_LEADER))
    assert found.encoding == "marc-8"
    assert title(found).endswith(" in EACC")
    assert not title(found).isascii()


def test_a_character_that_marc8_does_not_have_is_replaced_and_flagged() -> None:
    found = only(marc21(b"\x1b$1\x21\x30\x64\x7e\x7e\x7e\x1b(B end", BLANK_LEADER))
    assert title(found).endswith("\ufffd end")
    assert "encoding.replaced" in found.repairs


@pytest.mark.parametrize("codec", ["latin-1", "gb18030"])
def test_doubly_encoded_text_is_flagged_and_left_as_it_is(codec: str) -> None:
    text = ("Traité de la révolution" if codec == "latin-1" else SIMPLIFIED).encode().decode(codec, "ignore")
    fields = [f for f in cnmarc_fields() if f[0] in ("001", "101")] + [("200", sub("1 ", ("a", text)))]
    found = only(iso(fields))
    assert "encoding.double" in found.repairs


def test_latin_1_in_unimarc_is_not_guessed() -> None:
    fields = [f for f in cnmarc_fields() if f[1].isascii()] + [("200", b"1 \x1faTrait\xe9 des imp\xf4ts")]
    assert rejected(iso(fields)).code == "record.encoding"


@pytest.mark.parametrize(
    ("code", "char"),
    [
        ("A6D9", "\ufe10"), ("A6DA", "\ufe12"), ("A6DB", "\ufe11"), ("A6DC", "\ufe13"), ("A6DD", "\ufe14"), ("A6DE", "\ufe15"),
        ("A6DF", "\ufe16"), ("A6EC", "\ufe17"), ("A6ED", "\ufe18"), ("A6F3", "\ufe19"), ("FE59", "\u9fb4"), ("FE61", "\u9fb5"),
        ("FE66", "\u9fb6"), ("FE67", "\u9fb7"), ("FE6D", "\u9fb8"), ("FE7E", "\u9fb9"), ("FE90", "\u9fba"), ("FEA0", "\u9fbb"),
        ("A8BC", "\u1e3f"), ("FE51", "\U00020087"), ("FE91", "\U000241fe"),
    ],
)  # fmt: skip
def test_the_codes_that_gb18030_moved_are_read_as_the_standard_of_2022_has_them(code: str, char: str) -> None:
    assert gb18030.decode(bytes.fromhex(code)) == char
    assert gb18030.encode(char) == bytes.fromhex(code)


def test_full_width_letters_are_folded_in_the_bib_and_kept_in_the_record() -> None:
    found = only(book(title="ＰＹＴＨＯＮ３：入门"))
    assert title(found) == "ＰＹＴＨＯＮ３：入门"
    assert bib_data(found).title == "PYTHON3：入门"
