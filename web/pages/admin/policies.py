"""Circulation policies, readable: what holds for each kind of reader and book at a library, why, and the rows behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for

from branches.context import Context
from branches.http import context
from branches.policy import CRITERIA, REGISTRY, REQUIRED, Resolved, Row, Setting
from branches.service.policies import NewRow, PolicyService, as_new, build_question
from catalog.reference import ITEM_TYPES
from kernel.errors import Invalid
from kernel.http import right
from kernel.i18n import Text
from patrons.reference import CATEGORIES
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.admin.policy_criteria import criteria_in_words, criterion_choices
from web.pages.admin.policy_values import IN_WORDS
from web.pages.admin.policy_words import (
    CHOICE_LABELS,
    CRITERION_LABELS,
    EMPTY_MEANS,
    GROUPS,
    NO_LIMIT,
    settings_in_order,
    show_value,
)
from web.pages.forms import EMPTY, Form

page = Blueprint("policy_pages", __name__, url_prefix="/admin/policies")

CELL_SETTINGS: Final = ("lend", "loan_days", "loan_hours", "renewals", "max_loans")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What holds for one category and one item type at a unit. `length` None: not lent; `is_set` false: nobody said."""

    category: str
    item_type: str
    is_set: bool
    length: Text | None
    renewals: Any
    max_loans: Any


@page.route("", methods=["GET"])
@right("settings.read")
def index(form: Form = EMPTY) -> str:
    asked = context()
    root = asked.tree.root
    unit = asked.tree.unit(request.args["at"]) if request.args.get("at") else root
    types, kinds = ITEM_TYPES.get(asked.session).by_code, CATEGORIES.get(asked.session)
    return render_template(
        "admin/policies.html",
        form=form,
        unit=unit,
        units=choices.units(asked),
        categories=kinds,
        types=types,
        cells={code: [_cell(asked, unit.code, c, code) for c in kinds] for code in types} if unit else {},
        groups=_group(asked.policies.rows),
        version=asked.policies.version,
        show_value=show_value,
        with_parts=IN_WORDS,
        criteria=lambda row: criteria_in_words(asked, row),
        labels=CRITERION_LABELS,
        settings=settings_in_order(),
        removable={row.id for row in asked.policies.rows if _may_change(asked, row.org)},
        may_write=asked.caller.holds("policy.write"),
        may_try=asked.caller.holds("policy.lab"),
    )


@page.route("/explain", methods=["GET"])
@right("settings.read")
def explain() -> str:
    """Every setting for one reader, book and place, with the rows that were considered."""
    asked = context()
    given = {name: request.args.get(name) or None for name in CRITERIA}
    settings = PolicyService(asked).explain(given)
    return render_template(
        "admin/explain.html",
        given=Form(given),
        settings=[(setting, settings[setting.name]) for setting in settings_in_order()],
        group_labels=GROUPS,
        labels=CRITERION_LABELS,
        choices=criterion_choices(asked),
        show=show_resolved,
        show_value=show_value,
        criteria=lambda row: criteria_in_words(asked, row),
    )


@page.route("/new", methods=["GET"])
@right("policy.write")
def new(form: Form = EMPTY) -> str:
    """A rule for one setting; which one stands in the address, so that the field fits it."""
    asked = context()
    name = request.values.get("setting", "")
    setting = _find(name)
    return render_template(
        "admin/policy_form.html",
        form=form,
        setting=setting,
        settings=settings_in_order(),
        group_labels=GROUPS,
        has_parts=name in IN_WORDS,
        is_switch=setting is not None and isinstance(setting.default, bool),
        labels=CRITERION_LABELS,
        choices=criterion_choices(asked, asked.caller.units("policy.write", asked.tree)),
        choice_labels=CHOICE_LABELS,
        empty_means=EMPTY_MEANS.get(name, NO_LIMIT),
        version=asked.policies.version,
        whole_network=_may_change(asked, None),
    )


@page.route("/new", methods=["POST"])
@right("policy.write")
@act(new)
def add() -> Done:
    form, asked = Form.sent(), context()
    name = form.value("setting")
    setting = _find(name)
    if setting is None:
        form.wrong("setting", Text("请选择一项设置。", "Choose a setting."))
    made = NewRow(
        setting=name,
        value=_read_value(form, setting) if setting else None,
        note=form.text("note", 200, required=False),
        **{criterion: form.value(criterion) or None for criterion in CRITERIA},
    )
    version = form.number("version", 0, 2**31, required=True)
    form.check()
    kept = [as_new(row) for row in asked.policies.rows if not _is_same_place(row, made)]
    try:
        PolicyService(asked).replace([*kept, made], expected_version=int(version or 0))
    except Invalid as error:
        raise Invalid(error.code, error.detail, _of_row(error.errors, len(kept))) from error
    return Done(url_for("policy_pages.index"), Text("已生效。", "In force now."))


def _of_row(errors: Mapping[str, Sequence[Text]], n: int) -> dict[str, Sequence[Text]]:
    """What is wrong with one row of many, under the names of its own fields."""
    return {name.removeprefix(f"rows.{n}."): sentences for name, sentences in errors.items()}


@page.route("/<int:row_id>/removal", methods=["POST"])
@right("policy.write")
@act(lambda row_id, form: index(form))  # noqa: ARG005 - the page shows all rows
def remove(row_id: int) -> Done:
    form, asked = Form.sent(), context()
    version = form.number("version", 0, 2**31, required=True)
    form.check()
    kept = [as_new(row) for row in asked.policies.rows if row.id != row_id]
    PolicyService(asked).replace(kept, expected_version=int(version or 0))
    return Done(url_for("policy_pages.index"), Text("已删除。", "Removed."))


@page.route("/<int:row_id>/removal", methods=["GET"])
@right("settings.read")
def removal_again(row_id: int) -> str:  # noqa: ARG001 - a reload of a refused removal shows the list
    return index()


# --- values -------------------------------------------------------------------------------------------------------------


def show_resolved(setting: Setting, resolved: Resolved) -> Text:
    return show_value(setting.name, resolved.value)


def _read_value(form: Form, setting: Setting) -> Any:
    """The value as the field gives it; whether it fits is the setting's to say."""
    text = form.value("value").strip()
    if isinstance(setting.default, bool):
        return text == "true"
    if setting.choices:
        return text
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


# --- rows ---------------------------------------------------------------------------------------------------------------


def _find(name: str) -> Setting | None:
    return next((setting for setting in REGISTRY if setting.name == name), None)


def _group(rows: Sequence[Row]) -> list[tuple[Setting, list[Row]]]:
    """The rows of each setting, the most specific first."""
    grouped = []
    for setting in settings_in_order():
        own = [row for row in rows if row.setting == setting.name]
        if own:
            own.sort(key=lambda row: -sum(getattr(row, name) is not None for name in CRITERIA))
            grouped.append((setting, own))
    return grouped


def _cell(asked: Context, org: str, category: str, item_type: str) -> Cell:
    """What holds at a unit for its own readers and books."""
    given = {"org": org, "item_org": org, "patron_org": org, "category": category, "item_type": item_type}
    question = build_question(asked, given)
    lend, days, hours, renewals, most = (asked.policies.resolve(name, question).value for name in CELL_SETTINGS)
    return Cell(
        category=category,
        item_type=item_type,
        is_set=days is not REQUIRED or hours is not None,
        length=_length(days, hours) if lend else None,
        renewals=renewals,
        max_loans=most,
    )


def _length(days: Any, hours: int | None) -> Text | None:
    if hours is not None:
        return Text("{n} 小时", "{n} hours").format(n=hours)
    return Text("{n} 天", "{n} days").format(n=days) if isinstance(days, int) else None


def _may_change(asked: Context, org: str | None) -> bool:
    root = asked.tree.root
    unit = asked.tree.by_code.get(org) if org is not None else root
    return unit is not None and asked.caller.may("policy.write", unit.id, asked.tree)


def _is_same_place(row: Row, made: NewRow) -> bool:
    """Whether a new row takes an old one's place: the same setting for the same criteria."""
    return row.setting == made.setting and all(getattr(row, name) == getattr(made, name) for name in CRITERIA)
