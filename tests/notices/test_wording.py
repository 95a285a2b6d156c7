"""Wordings: what may be saved, and how places are filled."""

from __future__ import annotations

import pytest

from kernel.i18n import LANGUAGES
from notices.kinds import KINDS, PLACES, sample_values
from notices.wording import Wording, find_faults, render

GOOD = Wording(subject="{count} 册到期", body="{name}：\n{books}", short="{books} {due}")
PLACES_OF_IT = KINDS["due_soon"].places


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("subject", "{pin}"),
        ("subject", "两行\n标题"),
        ("subject", "   "),
        ("subject", "字" * 101),
        ("body", ""),
        ("body", "{name.__class__}"),
        ("body", "{{ 7*7 }}"),
        ("body", "{name!r}"),
        ("body", "{0}"),
        ("body", "{ name }"),
        ("body", "{% include 'x' %}"),
        ("body", "差一个 {name"),
        ("short", "{days}"),  # a place of other notices
    ],
)
def test_what_is_no_place_is_refused_beside_its_field(field: str, text: str) -> None:
    wording = Wording(**{"subject": GOOD.subject, "body": GOOD.body, "short": GOOD.short} | {field: text})
    assert list(find_faults(wording, PLACES_OF_IT)) == [field]


def test_a_good_wording_has_no_faults() -> None:
    assert find_faults(GOOD, PLACES_OF_IT) == {}


def test_values_are_never_looked_into_again() -> None:
    filled = render(GOOD, {"count": "1", "name": "{books}", "books": "{name} {0}", "due": "x"})
    assert filled.body == "{books}：\n{name} {0}"


def test_a_subject_stays_one_line_whatever_a_title_says() -> None:
    filled = render(GOOD, {"count": "1\r\nBcc: x@example.org", "name": "", "books": "一\n二", "due": ""})
    assert filled.subject == "1 Bcc: x@example.org 册到期"
    assert filled.short == "一、二"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_wording_that_the_program_brings_could_be_saved(kind: str, language: str) -> None:
    one = KINDS[kind]
    assert set(one.places) <= PLACES.keys()
    wording = one.wordings[language]
    assert find_faults(wording, one.places) == {}
    assert "{" not in render(wording, sample_values(one, language)).body
