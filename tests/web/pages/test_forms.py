"""Reading what was typed: every error at once, each at its field."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from kernel.errors import Invalid
from kernel.i18n import Text
from web.pages.forms import Form


@pytest.mark.parametrize(
    "text", ["2026-11-22", "2026/11/22", "2026.11.22", "2026年11月22日", "２０２６-11-22", " 2026-11-22 "]
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert Form({"d": text}).day("d") == date(2026, 11, 22)


@pytest.mark.parametrize("text", ["2026-02-30", "22-11-2026", "0000-00-00", "99999-01-01", "明天"])
def test_no_other_day_is_read(text: str) -> None:
    form = Form({"d": text})
    assert form.day("d") is None
    assert form.problems("d")


@pytest.mark.parametrize(
    ("text", "fen"),
    [("68", 6800), ("68.5", 6850), ("¥68.00", 6800), ("￥68.5 元", 6850), ("６８．００", 6800), ("", None)],
)
def test_money_is_read_in_whole_fen(text: str, fen: int | None) -> None:
    form = Form({"m": text})
    assert form.money("m") == fen
    assert not form.problems("m")


@pytest.mark.parametrize("text", ["-1", "1.234", "1e5", "NaN", "99999999999", "六十八"])
def test_no_other_money_is_read(text: str) -> None:
    form = Form({"m": text})
    assert form.money("m") is None
    assert form.problems("m")


@pytest.mark.parametrize("text", ["nan", "inf", "91", "北"])
def test_a_number_outside_its_range_is_refused(text: str) -> None:
    form = Form({"n": text})
    assert form.number("n", -90, 90) is None
    assert form.problems("n")


def test_all_errors_are_told_at_once() -> None:
    form = Form({"name": " ", "code": "a b", "kind": "castle", "note": "x\x00"})
    form.text("name", 10)
    form.code("code")
    form.choice("kind", {"hub"})
    form.text("note", 10)
    with pytest.raises(Invalid) as caught:
        form.check()
    assert set(caught.value.errors) == {"name", "code", "kind", "note"}


def test_a_form_shows_again_what_was_typed() -> None:
    wrong = Text("不对", "wrong")
    form = Form({"name": "张三"}, Invalid("x", wrong, {"name": [wrong]}))
    assert form.value("name") == "张三"
    assert [p.en for p in form.problems("name")] == ["wrong"]


def test_a_box_that_was_sent_without_a_tick_is_not_ticked_by_default() -> None:
    usual = {"price": "8", "loud": "1", "quick": "1", "calm": "1"}
    sent = Form(MultiDict([("box", "loud"), ("box", "quick"), ("quick", "1"), ("price", "")])).with_defaults(usual)
    assert [sent.value(name) for name in ("price", "loud", "quick", "calm")] == ["", "", "1", "1"]
    assert Form().with_defaults(usual).value("loud") == "1"
