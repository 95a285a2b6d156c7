"""What every schema does with text."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError

from kernel.schema import LARGEST_ROW, StrictSchema, Trimmed, row_number


class Named(StrictSchema):
    name = Trimmed(longest=10, required=True)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  三体 ", "三体"),
        ("\ufeff三\u200b体\u2066", "三体"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🏫", "👩\u200d🏫"),
    ],
)
def test_text_is_kept_as_a_person_reads_it(sent: str, kept: str) -> None:
    assert Named().load({"name": sent}) == {"name": kept}


@pytest.mark.parametrize("sent", ["", "  ", "\u202e\u2066 ", "一二三四五六七八九十一", "a\x00b", "\ud800"])
def test_text_of_nothing_too_much_or_unstorable_is_refused(sent: str) -> None:
    with pytest.raises(ValidationError):
        Named().load({"name": sent})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("007", 7),
        (str(LARGEST_ROW), LARGEST_ROW),
        (str(LARGEST_ROW + 1), None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("1.0", None),
        (" 7", None),
        ("７", None),
        ("²", None),
    ],
)
def test_a_row_is_named_by_digits_that_a_database_can_hold(text: str, number: int | None) -> None:
    assert row_number(text) == number
