"""One rule of the policies: written anew or changed, by fields made from the shape of its setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from branches.policy import CRITERIA, REGISTRY, Row, Setting
from branches.service.policies import NewRow, PolicyService, as_new
from kernel.errors import Invalid
from kernel.http import right
from kernel.i18n import Text
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.admin.policies import may_change
from web.pages.admin.policy_criteria import criterion_choices, value_in_words
from web.pages.admin.policy_fields import (
    VALUE,
    Surroundings,
    build_field,
    change_rows,
    read_value,
    starting_value,
)
from web.pages.admin.policy_words import CRITERION_LABELS, GROUPS, settings_in_order
from web.pages.forms import EMPTY, Form

page = Blueprint("policy_rule_pages", __name__, url_prefix="/admin/policies/new")


@page.route("", methods=["GET"])
@right("policy.write")
def show(form: Form = EMPTY) -> str:
    """Which setting, and which row is changed if any, stand in the address, so that the fields fit."""
    asked = context()
    row, setting = _row(asked), _setting()
    if setting is None:
        return render_template(
            "admin/policy_settings.html", form=form, settings=settings_in_order(), group_labels=GROUPS
        )
    if form is not EMPTY:
        return _render(asked, setting, form, read_value(setting.shape, request.form, "value"))
    if row is None:
        return _render(asked, setting, form, starting_value(setting))
    return _render(
        asked, setting, Form({**{name: getattr(row, name) for name in CRITERIA}, "note": row.note}), row.value
    )


@page.route("", methods=["POST"])
@right("policy.write")
@act(show)
def save() -> Done:
    form, asked = Form.sent(), context()
    setting = _setting()
    if setting is None:
        form.wrong("setting", Text("请选择一项设置。", "Choose a setting."))
    version = form.number("version", 0, 2**31, required=True)
    note = form.text("note", 200, required=False)
    form.check()
    assert setting is not None
    made = NewRow(
        setting=setting.name,
        value=read_value(setting.shape, request.form, "value"),
        note=note,
        **{criterion: form.value(criterion) or None for criterion in CRITERIA},
    )
    changed = _row(asked)
    rows = [row for row in asked.policies.rows if row != changed and not _is_same_place(row, made)]
    try:
        PolicyService(asked).replace([*map(as_new, rows), made], expected_version=int(version or 0))
    except Invalid as error:
        raise Invalid(error.code, error.detail, _of_row(error.errors, len(rows))) from error
    said = Text("已生效。{label}：{value}。", "In force now. {label}: {value}.")
    value = value_in_words(asked)(setting.name, made.value)
    return Done(url_for("policy_pages.index"), said.format(label=setting.label, value=value))


@page.route("/rows", methods=["POST"])
@right("policy.write")
def lines() -> str:
    """The same form with a row more or less. Nothing is written."""
    g.reads_only = True
    asked, setting = context(), _setting()
    if setting is None:
        return show()
    sent, focus = change_rows(request.form, request.form.get("rows", ""))
    value = read_value(setting.shape, sent, "value", keeps_blank=True)
    return _render(asked, setting, Form(request.form), value, focus, request.form.get("version"))


@page.route("/rows", methods=["GET"])
@right("policy.write")
def lines_again() -> str:
    """Rows that were not saved are gone with their page."""
    return show()


# --- what is asked ------------------------------------------------------------------------------------------------------


def _setting() -> Setting | None:
    return REGISTRY.find(request.values.get("setting", ""))


def _row(asked: Context) -> Row | None:
    """The row in force that is being changed."""
    number = request.values.get("row", type=int)
    return next((row for row in asked.policies.rows if row.id == number), None)


def _is_same_place(row: Row, made: NewRow) -> bool:
    """Whether a new row takes an old one's place: the same setting for the same criteria."""
    return row.setting == made.setting and all(getattr(row, name) == getattr(made, name) for name in CRITERIA)


def _of_row(errors: Mapping[str, Sequence[Text]], n: int) -> dict[str, Sequence[Text]]:
    """What is wrong with one row of many, under the names of its own fields."""
    return {name.removeprefix(f"rows.{n}."): sentences for name, sentences in errors.items()}


def _render(
    asked: Context, setting: Setting, form: Form, value: Any, focus: str = "", version: str | None = None
) -> str:
    """`version`: of the rows that the form was made from, where those in force may be others by now."""
    row = _row(asked)
    codes = criterion_choices(asked)
    around = Surroundings(codes=codes, problems=form.problems)
    return render_template(
        "admin/policy_form.html",
        form=form,
        setting=setting,
        row=row,
        field=build_field(setting.shape, value, "value", VALUE, around),
        focus=focus,
        labels=CRITERION_LABELS,
        choices=codes | {"org": choices.units(asked, asked.caller.units("policy.write", asked.tree))},
        version=version or asked.policies.version,
        whole_network=may_change(asked, None),
    )
