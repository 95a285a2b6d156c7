"""Errors as values: status, code and sentence. No web, no database."""

from __future__ import annotations

import pytest

from kernel.errors import (
    THINGS,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    PreconditionMissing,
    Refusal,
    Refused,
    Stale,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from kernel.i18n import Text

SAID = Text("中文。", "English.")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Malformed("body.malformed", SAID), 400, "body.malformed"),
        (Unauthenticated(), 401, "auth.required"),
        (Forbidden("loan.lend"), 403, "auth.forbidden"),
        (NotFound("item", "B0001"), 404, "item.not_found"),
        (Conflict("database.race", SAID), 409, "database.race"),
        (Refused([Refusal("item.on_loan", "impossible", SAID)]), 409, "refused"),
        (Stale(), 412, "record.stale"),
        (Invalid("due_at.past", SAID), 422, "due_at.past"),
        (PreconditionMissing(), 428, "if_match.missing"),
        (TooManyRequests("rate.limited", SAID, retry_after=3), 429, "rate.limited"),
        (Unavailable("database.busy", SAID), 503, "database.busy"),
    ],
)
def test_an_error_has_a_status_a_code_and_a_sentence_in_both_languages(
    error: DomainError, status: int, code: str
) -> None:
    assert (error.status, error.code) == (status, code)
    assert error.detail.zh.endswith("。")
    assert error.detail.en.endswith(".")
    assert "{" not in error.detail.zh + error.detail.en


@pytest.mark.parametrize("thing", THINGS)
def test_whatever_can_be_missing_has_a_name(thing: str) -> None:
    error = NotFound(thing, "X7")
    assert error.code == f"{thing}.not_found"
    assert THINGS[thing].zh in error.detail.zh
    assert "X7" in error.detail.en


def test_a_thing_without_a_name_is_a_slip_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        NotFound("unicorn", 1)


def test_a_long_key_is_not_echoed_whole() -> None:
    assert len(NotFound("item", "9" * 5000).detail.zh) < 130


def test_braces_in_a_key_are_text() -> None:
    assert "{thing} {0}" in NotFound("item", "{thing} {0}").detail.zh


def test_a_refusal_tells_all_its_reasons() -> None:
    first, second = (Refusal(f"x.{n}", "confirm", Text(f"其{n}。", f"Reason {n}."), "right") for n in (1, 2))
    refused = Refused([first, second])
    assert refused.refusals == (first, second)
    assert (refused.detail.zh, refused.detail.en) == ("其1。其2。", "Reason 1. Reason 2.")


def test_a_refusal_as_json_is_that_of_the_contract() -> None:
    refusal = Refusal("x.y", "notice", Text("知。", "Noted."), None, {"n": 1})
    assert refusal.as_json("en") == {
        "code": "x.y",
        "class": "notice",
        "message": "Noted.",
        "override": None,
        "data": {"n": 1},
    }
    assert refusal.as_json("zh")["message"] == "知。"
