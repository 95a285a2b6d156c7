"""Inside a field little is beyond repair: indicators, codes and stray characters are put right, with a note."""

from __future__ import annotations

import pytest

from tests.catalog.marc.marcbytes import cnmarc_fields, iso, only, rejected


def with_field(tag: str, body: bytes) -> bytes:
    return iso([*cnmarc_fields(), (tag, body)])


@pytest.mark.parametrize(
    ("body", "indicators", "text", "repair"),
    [
        (b"\x1faplain", "  ", "plain", "field.indicators"),
        (b"1\x1faplain", "1 ", "plain", "field.indicators"),
        (b"  \\\x1faplain", "  ", "plain", "field.indicators"),
        ("  \x1fáplain".encode(), "  ", "plain", "field.subfield_code"),
        (b"  \x1f plain", "  ", "plain", "field.subfield_code"),
        (b"  \x1faone\x1f", "  ", "one", "field.subfield_code"),
        (b"  \x1faone\x1f\x1fbtwo", "  ", "one", "field.subfield_code"),
        (b"  \x1fapl\x00ai\x0bn", "  ", "plain", "text.controls"),
        (b"  \x1faone\r\ntwo", "  ", "one two", "text.line_break"),
        ("  \x1fa红楼\r\n梦".encode(), "  ", "红楼梦", "text.line_break"),
        ("  \x1fapl\u202eain".encode(), "  ", "plain", "text.bidi"),
        ("  \x1fa\u0301plain".encode(), "  ", "plain", "text.combining"),
        ("  \x1fa\ue123".encode(), "  ", "\ue123", "text.private_use"),
        ("  \x1fa\ufffd".encode(), "  ", "\ufffd", "text.replacement"),
        ("  \x1fa１９８４".encode(), "  ", "１９８４", "text.full_width"),
    ],
)
def test_can_read_a_field_with_a_slip_in_it(body: bytes, indicators: str, text: str, repair: str) -> None:
    found = only(with_field("300", body))
    (field,) = found.record.named("300")
    assert (field.indicators, field.first("a")) == (indicators, text)
    assert found.repairs == (repair,)


@pytest.mark.parametrize("body", [b"", b"  ", b"1 "])
def test_an_empty_field_is_left_out(body: bytes) -> None:
    found = only(with_field("300", body))
    assert "300" not in found.record
    assert found.repairs == ("field.empty",)


@pytest.mark.parametrize("body", ["没有分隔符的文字".encode(), b"plain words", "北京\x1fc中华书局".encode()])
def test_a_field_without_its_first_delimiter_is_kept_aside(body: bytes) -> None:
    bad = rejected(with_field("300", body))
    assert (bad.code, bad.tag) == ("record.field", "300")
    assert "300" in bad.message.zh


def test_subfields_in_a_control_field_become_its_text() -> None:
    found = only(with_field("005", b"  \x1fa20240101120000.0"))
    assert found.record.control("005") == "20240101120000.0"
    assert "field.control" in found.repairs


def test_script_in_a_title_stays_text() -> None:
    hostile = "<script>alert(1)</script>=cmd|' /C calc'!A0"
    fields = [f for f in cnmarc_fields() if f[0] != "200"] + [("200", b"1 \x1fa" + hostile.encode())]
    assert only(iso(fields)).record.first("200", "a") == hostile
