"""Units of the network: the tree, one unit, its hours and closed days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypedDict

from flask import Blueprint, render_template, request, url_for

from branches.calendar import WEEKDAYS
from branches.context import Context
from branches.http import context
from branches.queries import HoursView, UnitView, find_unit, hours_of
from branches.service.orgs import NewClosure, NewUnit, OrgService, UnitChanges
from branches.tree import KINDS
from kernel.clock import WEEKDAY_NAMES
from kernel.http import right
from kernel.i18n import Text
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form
from web.pages.opac import hours

page = Blueprint("unit_pages", __name__, url_prefix="/admin/units")

SPANS_A_DAY: Final = 2
EMPTY_CLOSURES: Final = 2
TIME: Final = re.compile(r"^([01]?\d|2[0-3])[:：]([0-5]\d)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureLine:
    """One line of the form of closed days."""

    from_on: str
    to_on: str
    reason: str


@page.route("", methods=["GET"])
@right("org.read")
def index() -> str:
    asked = context()
    return render_template(
        "admin/units.html",
        tree=asked.tree,
        kinds=KINDS,
        today={unit.id: hours.today(asked, unit.id) for unit in asked.tree.in_order},
        may_create=asked.caller.holds("org.write"),
    )


@page.route("/new", methods=["GET"])
@right("org.write")
def new(form: Form = EMPTY) -> str:
    asked = context()
    values = form if form is not EMPTY else Form({"parent": request.args.get("parent")})
    return _render_form(asked, values, None)


@page.route("/new", methods=["POST"])
@right("org.write")
@act(new)
def create() -> Done:
    """The first unit is the network itself and has no parent."""
    form, asked = Form.sent(), context()
    is_first = asked.tree.root is None
    made = NewUnit(
        code=form.code("code"),
        name=form.text("name", 100),
        kind="network" if is_first else form.choice("kind", KINDS) or "",
        parent=None if is_first else form.choice("parent", asked.tree.by_code),
        is_namespace=form.flag("is_namespace"),
        keeps_shelf_list=form.flag("keeps_shelf_list"),
        **_place(form),
    )
    form.check()
    unit = OrgService(asked).create(made)
    return Done(url_for("unit_pages.show", code=unit.code), Text("已建好。", "Set up."))


@page.route("/<code>", methods=["GET"])
@right("org.read")
def show(code: str) -> str:
    asked = context()
    view = find_unit(asked.session, asked.tree, code)
    unit = asked.tree.unit(code)
    return render_template(
        "admin/unit.html",
        view=view,
        kinds=KINDS,
        path=[asked.tree.by_id[step] for step in reversed(asked.tree.path(unit.id))],
        below=[other for other in asked.tree.in_order if other.parent_id == unit.id],
        hours=hours_of(asked.tree, asked.calendars, code),
        tree=asked.tree,
        weekdays=list(zip(WEEKDAYS, WEEKDAY_NAMES, strict=True)),
        listed_spans=hours.listed_spans,
        closures=hours.closures_ahead(asked, unit.id),
        may_write=asked.caller.may("org.write", unit.id, asked.tree),
        may_set_hours=asked.caller.may("hours.write", unit.id, asked.tree),
    )


@page.route("/<code>/edit", methods=["GET"])
@right("org.write")
def edit(code: str, form: Form = EMPTY) -> str:
    asked = context()
    view = find_unit(asked.session, asked.tree, code)
    asked.caller.require_at("org.write", view.id, asked.tree, key=code)
    return _render_form(asked, form if form is not EMPTY else Form(_values(view)), view)


@page.route("/<code>/edit", methods=["POST"])
@right("org.write")
@act(edit)
def change(code: str) -> Done:
    form, asked = Form.sent(), context()
    unit = asked.tree.unit(code)
    place = _place(form)
    changes = UnitChanges(
        name=form.text("name", 100),
        keeps_shelf_list=form.flag("keeps_shelf_list"),
        is_closed=form.flag("is_closed"),
        address=place["address"],
        phone=place["phone"],
        lat=place["lat"],
        lon=place["lon"],
    )
    if unit.parent_id is not None:
        changes["kind"] = form.choice("kind", KINDS) or ""
        parent = form.choice("parent", asked.tree.by_code)
        if parent is not None and parent != asked.tree.by_id[unit.parent_id].code:
            changes["parent"] = parent
    version = form.number("version", 1, 2**31, required=True)
    form.check()
    OrgService(asked).change(code, changes, expected_version=int(version or 0))
    return Done(url_for("unit_pages.show", code=code), Text("已保存。", "Saved."))


class _Place(TypedDict):
    address: str | None
    phone: str | None
    lat: float | None
    lon: float | None


def _place(form: Form) -> _Place:
    return {
        "address": form.text("address", 200, required=False) or None,
        "phone": form.text("phone", 40, required=False) or None,
        "lat": form.number("lat", -90, 90),
        "lon": form.number("lon", -180, 180),
    }


def _values(view: UnitView) -> dict[str, object]:
    return {
        "code": view.code,
        "name": view.name,
        "kind": view.kind,
        "parent": view.parent,
        "address": view.address,
        "phone": view.phone,
        "lat": view.location.lat if view.location else None,
        "lon": view.location.lon if view.location else None,
        "keeps_shelf_list": "1" if view.keeps_shelf_list else "",
        "is_closed": "1" if view.is_closed else "",
        "version": view.version,
    }


def _render_form(asked: Context, form: Form, view: UnitView | None) -> str:
    parents = choices.units(asked, asked.caller.units("org.write", asked.tree))
    if view is not None and view.parent is not None and view.parent not in dict(parents):
        parents.insert(0, (view.parent, asked.tree.unit(view.parent).name))
    return render_template(
        "admin/unit_form.html",
        form=form,
        view=view,
        is_first=asked.tree.root is None,
        is_root=view is not None and view.parent is None,
        kinds=[(code, label) for code, label in KINDS.items() if code != "network"],
        parents=parents,
    )


# --- hours --------------------------------------------------------------------------------------------------------------


@page.route("/<code>/hours", methods=["GET"])
@right("hours.write")
def show_hours(code: str, form: Form = EMPTY) -> str:
    asked = context()
    unit = asked.tree.unit(code)
    asked.caller.require_at("hours.write", unit.id, asked.tree, key=code)
    view = hours_of(asked.tree, asked.calendars, code)
    values = form if form is not EMPTY else Form(_hours_values(view))
    return render_template(
        "admin/hours.html",
        unit=unit,
        form=values,
        view=view,
        is_root=unit.parent_id is None,
        weekdays=list(zip(WEEKDAYS, WEEKDAY_NAMES, strict=True)),
        spans=range(SPANS_A_DAY),
        closures=_closure_lines(values),
        listed_spans=hours.listed_spans,
        tree=asked.tree,
    )


@page.route("/<code>/hours", methods=["POST"])
@right("hours.write")
@act(show_hours)
def set_hours(code: str) -> Done:
    form = Form.sent()
    weekly = _read_week(form) if form.value("whose") == "own" else None
    closures = _read_closures(form)
    form.check()
    OrgService(context()).set_hours(code, weekly=weekly, closures=closures)
    return Done(url_for("unit_pages.show", code=code), Text("开放时间已保存。", "The hours are saved."))


def _hours_values(view: HoursView) -> dict[str, object]:
    week = view.weekly or view.in_force or {}
    values: dict[str, object] = {"whose": "own" if view.weekly is not None else "parent"}
    for day, spans in week.items():
        for n, (opens, closes) in enumerate(spans[:SPANS_A_DAY]):
            values[f"{day}-{n}-opens"], values[f"{day}-{n}-closes"] = opens, closes
    for n, closure in enumerate(view.closures):
        values[f"closure-{n}-from"] = closure.from_on
        values[f"closure-{n}-to"] = closure.to_on
        values[f"closure-{n}-reason"] = closure.reason
    return values


def _closure_lines(form: Form) -> list[ClosureLine]:
    """The lines that hold something, and some to fill in."""
    count = 0
    while form.has(f"closure-{count}-from") or form.has(f"closure-{count}-to"):
        count += 1
    return [
        ClosureLine(
            from_on=form.value(f"closure-{n}-from"),
            to_on=form.value(f"closure-{n}-to"),
            reason=form.value(f"closure-{n}-reason"),
        )
        for n in range(count + EMPTY_CLOSURES)
    ]


def _read_week(form: Form) -> dict[str, list[tuple[str, str]]]:
    week: dict[str, list[tuple[str, str]]] = {}
    for day in WEEKDAYS:
        week[day] = []
        for n in range(SPANS_A_DAY):
            opens, closes = _time(form, day, f"{day}-{n}-opens"), _time(form, day, f"{day}-{n}-closes")
            if opens and closes:
                week[day].append((opens, closes))
            elif opens or closes:
                form.wrong(
                    f"weekly.{day}", Text("开和关的时间要一起填。", "Give both the opening and the closing time.")
                )
    return week


def _time(form: Form, day: str, name: str) -> str:
    text = form.value(name).strip()
    found = TIME.match(text)
    if text and not found:
        form.wrong(f"weekly.{day}", Text("时间请写成 09:00。", "Write a time as 09:00."))
    return f"{int(found[1]):02d}:{found[2]}" if found else ""


def _read_closures(form: Form) -> list[NewClosure]:
    """Lines with both days empty are left out: that is how a closure is taken away."""
    closures = []
    for n in range(len(_closure_lines(form))):
        if not (form.has(f"closure-{n}-from") or form.has(f"closure-{n}-to")):
            continue
        from_on = form.day(f"closure-{n}-from", required=True)
        to_on = form.day(f"closure-{n}-to") or from_on
        reason = form.text(f"closure-{n}-reason", 200, required=False)
        if from_on is not None and to_on is not None:
            closures.append(NewClosure(from_on=from_on, to_on=to_on, reason=reason))
    return closures
