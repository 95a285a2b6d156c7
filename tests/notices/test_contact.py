"""E-mail addresses."""

from __future__ import annotations

import pytest

from kernel.errors import Invalid
from notices.contact import mask_email, normalise_email


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" Li.Lei+lib@Example.ORG ", "Li.Lei+lib@example.org"), ("a@qq.com", "a@qq.com"), ("a＠163.com", "a@163.com")],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalise_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nobody",
        "a@b",
        "a b@example.org",
        "a@example.org, b@example.org",
        "a@example.org\nBcc: b@example.org",
        "<a@example.org>",
        ".a@example.org",
        "a..b@example.org",
        f"{'x' * 65}@example.org",
        f"a@{'x.' * 130}org",
        "图@example.org",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        normalise_email(typed)


def test_an_address_is_shown_masked() -> None:
    assert mask_email("lilei@example.org") == "l***@example.org"
    assert mask_email(None) is None
