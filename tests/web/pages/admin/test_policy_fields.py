"""The fields of policy values: what they show comes back from them, whatever the setting; rows added and taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from branches.policy import REGISTRY, Setting
from branches.policy_values.joined import Counted, Listed, Part, Parts, Several
from branches.policy_values.shape import DAYS
from branches.policy_values.single import Code, Switch, Whole
from kernel.i18n import Text
from tests.circ.test_policies import BAD, GOOD
from web import wiring
from web.pages.admin.policy_fields import (
    VALUE,
    Field,
    Surroundings,
    build_field,
    change_rows,
    read_back,
    read_value,
    starting_value,
    typed,
)

wiring.connect()
ALONE = Surroundings(codes={"org": [], "item_type": [], "category": []}, problems=lambda _name: ())
EVERY = [(setting, value) for setting in REGISTRY for value in GOOD.get(setting.name, [setting.default])]


def fields_of(made: Field) -> list[Field]:
    return [made, *(inner for part in made.parts for inner in fields_of(part))]


@pytest.mark.parametrize(
    ("setting", "value"), EVERY, ids=lambda one: one.name if isinstance(one, Setting) else repr(one)
)
def test_a_value_means_the_same_after_its_fields(setting: Setting, value: Any) -> None:
    back = read_back(setting.shape, value, "value")
    assert setting.shape.faults(back) == []
    usual = sorted(value) if value and isinstance(setting.shape, Several) else value  # their order says nothing
    assert setting.shape.words(back) == setting.shape.words(usual)
    assert read_back(setting.shape, back, "value") == back


@pytest.mark.parametrize("setting", list(REGISTRY), ids=lambda one: one.name)
def test_every_setting_has_fields_that_can_be_named_and_filled(setting: Setting) -> None:
    begun = starting_value(setting)
    made = fields_of(build_field(setting.shape, begun, "value", VALUE, ALONE))
    names = [one.name for one in made]
    assert len(set(names)) == len(names)
    assert all(one.label.zh and one.label.en for one in made)
    assert all(one.options for one in made if one.kind == "choice" and not isinstance(setting.shape, Counted | Listed))


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values], ids=repr
)
def test_no_value_is_too_strange_to_be_shown(name: str, value: Any) -> None:
    """A form is shown again with what it was sent; a value that does not fit stays one."""
    shape = REGISTRY[name].shape
    if isinstance(value, type(REGISTRY[name].default)) or not isinstance(value, dict | list):
        build_field(shape, value, "value", VALUE, ALONE)


def sent(**texts: str) -> MultiDict[str, str]:
    return MultiDict({name.replace("__", "."): text for name, text in texts.items()})


def test_blank_rows_are_none_and_what_cannot_be_read_stays() -> None:
    fine = REGISTRY["fine"].shape
    form = sent(v__0__from_day="", v__0__to_day=" ", v__0__per_day="", v__3__from_day="９", v__3__per_day="一毛")
    assert read_value(fine, form, "v") == [{"from_day": 9, "per_day": "一毛"}]
    assert read_value(fine, form, "v", keeps_blank=True) == [None, {"from_day": 9, "per_day": "一毛"}]
    shown = typed(build_field(fine, [{"from_day": 9, "per_day": "一毛"}], "v", VALUE, ALONE))
    assert shown["v.0.per_day"] == "一毛"


def test_a_type_that_stands_twice_is_neither_lost_nor_taken() -> None:
    shape = REGISTRY["type_limits"].shape
    form = sent(v__0__key="dvd", v__0__count="2", v__1__key="dvd", v__1__count="3")
    value = read_value(shape, form, "v")
    assert [fault.rule.zh for fault in shape.faults(value)] == ["不重复"]
    assert typed(build_field(shape, value, "v", VALUE, ALONE)) == form


def test_a_count_without_its_type_is_named() -> None:
    shape = REGISTRY["type_limits"].shape
    value = read_value(shape, sent(v__0__key="", v__0__count="2"), "v")
    assert [fault.path for fault in shape.faults(value)] == [("",)]


def test_nothing_is_chosen_by_its_own_button() -> None:
    shape = REGISTRY["suspension"].shape
    filled = sent(v__is="none", v__days="3", v__per_days="1")
    assert read_value(shape, filled, "v") is None
    filled["v.is"] = "set"
    assert read_value(shape, filled, "v") == {"days": 3}


def test_rows_are_added_at_the_end_and_taken_from_the_middle() -> None:
    form = sent(v__0="1", v__1="7", v__2="21", other="x")
    more, focus = change_rows(form, "add:v")
    assert (sorted(more), focus) == (["other", "v.0", "v.1", "v.2", "v.3"], "v.3")
    fewer, focus = change_rows(form, "remove:v:1")
    assert (sorted(fewer), focus) == (["other", "v.0", "v.2"], "v.1")
    assert change_rows(fewer, "remove:v:2")[1] == "v.0"
    for wish in ("", "remove:v:9", "remove:v:x", "remove", "more:v:0"):
        assert change_rows(form, wish)[0] == form


def test_a_new_setting_needs_no_line_here() -> None:
    """Shapes put together anew have words, notation, faults and fields of their own."""
    days = Whole(lowest=1, highest=9, measure=DAYS)
    shape = Listed(
        each=Parts(
            parts=(
                Part(name="unit", label=Text("馆", "unit"), shape=Code(criterion="org")),
                Part(name="days", label=Text("天数", "days"), shape=days, default=2),
                Part(name="loud", label=Text("大声", "loud"), shape=Switch(), default=False),
            )
        ),
        noun=Text("条", "line"),
        most=2,
        empty=Text("没有", "none"),
    )
    value = [{"unit": "ZG", "days": 1, "loud": True}, {"unit": "CG"}]
    assert shape.faults(value) == []
    assert read_back(shape, value, "v") == value
    assert shape.words(value).en == "unit: ZG, days: 1 day, loud: yes; unit: CG"
    assert shape.written() == '[{"unit": "ZG", "days"?: 1…9, "loud"?: true | false}, …] | null'
    assert [one.path for one in shape.faults([{"days": 12}])] == [(0, "unit"), (0, "days")]
    assert [(one.code, one.path) for one in shape.codes(value)] == [("ZG", (0, "unit")), ("CG", (1, "unit"))]
    assert shape.faults([{"unit": "ZG"}] * 3)
    assert replace(shape, empty=None).faults(None)
