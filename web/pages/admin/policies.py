"""Circulation policies, readable: what holds for each kind of reader and book at a library, why, and the rows behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for

from branches.context import Context
from branches.http import context
from branches.policy import CRITERIA, REQUIRED, Row, Setting
from branches.service.policies import PolicyService, as_new, build_question
from catalog.reference import ITEM_TYPES
from kernel.http import right
from kernel.i18n import Text
from patrons.reference import CATEGORIES
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.admin.policy_criteria import criteria_in_words, criterion_choices, value_in_words
from web.pages.admin.policy_words import CRITERION_LABELS, settings_in_order
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
        say=value_in_words(asked),
        criteria=criteria_in_words(asked),
        labels=CRITERION_LABELS,
        settings=settings_in_order(),
        removable={row.id for row in asked.policies.rows if may_change(asked, row.org)},
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
        labels=CRITERION_LABELS,
        choices=criterion_choices(asked),
        say=value_in_words(asked),
        criteria=criteria_in_words(asked),
    )


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


# --- rows ---------------------------------------------------------------------------------------------------------------


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


def may_change(asked: Context, org: str | None) -> bool:
    root = asked.tree.root
    unit = asked.tree.by_code.get(org) if org is not None else root
    return unit is not None and asked.caller.may("policy.write", unit.id, asked.tree)
