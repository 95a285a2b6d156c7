"""The policy lab: a draft made from the table in force, tried out on what really happened, and put in force when it is right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from branches.policy import CRITERIA, REGISTRY, Row
from branches.service.policies import NewRow, PolicyService, as_new
from catalog.reference import ITEM_TYPES
from circ.lab import CANNOT_KNOW, KINDS, UNKNOWN
from circ.refusals import REFUSALS
from circ.replay import Verdict
from circ.service.policy_lab import Replayed, replay
from kernel.clock import day_text, local_day
from kernel.errors import Invalid
from kernel.http import right
from kernel.i18n import Text
from patrons.reference import CATEGORIES
from web.pages.acts import Done, act
from web.pages.admin.policy_criteria import criteria_in_words, criterion_choices, value_in_words
from web.pages.admin.policy_fields import (
    Field,
    Sent,
    Surroundings,
    build_field,
    change_rows,
    read_back,
    read_value,
    starting_value,
)
from web.pages.admin.policy_words import CRITERION_LABELS, GROUPS, label_of, settings_in_order
from web.pages.forms import DETAIL, Form

page = Blueprint("policy_lab_pages", __name__, url_prefix="/admin/policies/lab")

NEW: Final = "n"  # before the number of a row that is added
ADD: Final = "add"  # what the button says that adds a rule
ADDED: Final = re.compile(rf"{NEW}(\d{{1,4}})-setting\Z")
CHOOSE: Final = Text("请选择一项设置。", "Choose a setting.")
FIRST_PERIOD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the draft on the page. `shown` is its value as its fields hold it; `number` the row in force that it changes, None for a
    new one."""

    name: str
    row: NewRow
    shown: Any
    number: int | None
    is_gone: bool = False

    @property
    def field(self) -> str:
        return f"{self.name}-value"


@page.route("", methods=["GET"])
@right("policy.lab")
def index() -> str:
    asked = context()
    today = local_day(asked.now)
    days = Form({"from": (today - FIRST_PERIOD).isoformat(), "to": today.isoformat()})
    return _render(asked, days, _lines_in_force(asked.policies.rows))


@page.route("", methods=["POST"])
@right("policy.lab")
def try_out() -> str | tuple[str, int]:
    """Replay the days under the draft. Nothing is written, however often it is sent."""
    g.reads_only = True
    asked, form = context(), Form.sent()
    lines = _lines_sent(asked, request.form)
    from_on, to_on = form.day("from", required=True), form.day("to", required=True)
    try:
        form.check()
        assert from_on is not None
        assert to_on is not None
        done = replay(asked, [line.row for line in lines if not line.is_gone], from_on, to_on)
    except Invalid as error:
        return _render(asked, Form(request.form, _by_line(error, lines)), lines), error.status
    return _render(asked, form, lines, done)


@page.route("/rows", methods=["POST"])
@right("policy.lab")
def lines() -> str:
    """The draft with a rule more, or with a row more or less in the value of a rule. Nothing is written."""
    g.reads_only = True
    asked, wish = context(), request.form.get("rows", "")
    if wish == ADD:
        kept, line = _lines_sent(asked, request.form), _begun(request.form)
        form = Form(request.form)
        if line is None:
            form = Form(request.form, Invalid("form.invalid", DETAIL, {f"{NEW}-setting": [CHOOSE]}))
        return _render(asked, form, [*kept, line] if line else kept, focus=line.name if line else "")
    sent, focus = change_rows(request.form, wish)
    return _render(asked, Form(request.form), _lines_sent(asked, sent, keeps_blank=True), focus=focus)


@page.route("/rows", methods=["GET"])
@right("policy.lab")
def lines_again() -> str:
    """A draft that was not saved is gone with its page."""
    return index()


def _again(form: Form) -> str:
    asked = context()
    return _render(asked, form, _lines_sent(asked, request.form))


@page.route("/saved", methods=["POST"])
@right("policy.write")
@act(lambda form: _again(form))
def save() -> Done:
    """Put the draft in force."""
    asked, form = context(), Form.sent()
    version = form.number("version", 0, 2**31, required=True)
    note = form.text("why", 200, required=False)
    form.check()
    lines = _lines_sent(asked, request.form)
    rows = [line.row for line in lines if not line.is_gone]
    try:
        book = PolicyService(asked).replace(rows, expected_version=int(version or 0), note=note)
    except Invalid as error:
        raise _by_line(error, lines) from error
    return Done(
        url_for("policy_version_pages.show", version=book.version),
        Text("已生效，第 {n} 版。", "In force now, as version {n}.").format(n=book.version),
    )


@page.route("/saved", methods=["GET"])
@right("policy.lab")
def saved_again() -> str:
    """A reload of a draft that could not be saved begins anew."""
    return index()


# --- the draft ------------------------------------------------------------------------------------------------------------------


def _lines_in_force(rows: Sequence[Row]) -> list[Line]:
    return [Line(name=f"r{row.id}", row=as_new(row), shown=row.value, number=row.id) for row in rows]


def _lines_sent(asked: Context, sent: Sent, *, keeps_blank: bool = False) -> list[Line]:
    """The rows in force with what was typed for each, then those that were added."""
    kept = [_line_sent(line, sent, keeps_blank) for line in _lines_in_force(asked.policies.rows)]
    numbers = sorted({int(found[1]) for name in sent if (found := ADDED.match(name))})
    return [*kept, *(_added(f"{NEW}{n}", sent, keeps_blank) for n in numbers)]


def _line_sent(line: Line, sent: Sent, keeps_blank: bool) -> Line:
    """A row in force whose value nobody touched stays as it is written."""
    setting = REGISTRY.find(line.row.setting)
    if f"{line.name}-shown" not in sent or setting is None:
        return replace(line, is_gone=sent.get(f"{line.name}-gone") == "1")
    shape = setting.shape
    shown = read_value(shape, sent, line.field, keeps_blank=keeps_blank)
    is_same = shown == read_back(shape, line.row.value, line.field)
    return Line(
        name=line.name,
        row=line.row if is_same else replace(line.row, value=shown),
        shown=shown,
        number=line.number,
        is_gone=sent.get(f"{line.name}-gone") == "1",
    )


def _added(name: str, sent: Sent, keeps_blank: bool) -> Line:
    setting = sent.get(f"{name}-setting", "")
    known = REGISTRY.find(setting)
    shown = read_value(known.shape, sent, f"{name}-value", keeps_blank=keeps_blank) if known else None
    row = NewRow(setting=setting, value=shown, note="", **_criteria(name, sent))
    return Line(name=name, row=row, shown=shown, number=None, is_gone=sent.get(f"{name}-gone") == "1")


def _criteria(name: str, sent: Sent) -> dict[str, Any]:
    return {one: sent.get(f"{name}-{one}") or None for one in CRITERIA}


def _begun(sent: Sent) -> Line | None:
    """A rule that begins with the default of its setting; None where no setting was chosen."""
    setting = REGISTRY.find(sent.get(f"{NEW}-setting", ""))
    if setting is None:
        return None
    used = [int(found[1]) for key in sent if (found := ADDED.match(key))]
    value = starting_value(setting)
    row = NewRow(setting=setting.name, value=value, note="", **_criteria(NEW, sent))
    return Line(name=f"{NEW}{max(used, default=-1) + 1}", row=row, shown=value, number=None)


def _by_line(error: Invalid, lines: Sequence[Line]) -> Invalid:
    """What is wrong with the rows, under the names of their lines."""
    names = [line.name for line in lines if not line.is_gone]
    problems: dict[str, list[Text]] = {}
    for field, sentences in error.errors.items():
        parts = field.split(".")
        name = _field_of(names[int(parts[1])], parts[2:]) if parts[0] == "rows" and len(parts) > 1 else field
        problems.setdefault(name, []).extend(sentences)
    return Invalid(error.code, error.detail, problems)


def _field_of(line: str, place: Sequence[str]) -> str:
    """What is wrong with a row as a whole, or with its criteria, stands beside its value."""
    return ".".join([f"{line}-value", *place[1:]] if place[:1] == ["value"] else [f"{line}-value"])


# --- the page -------------------------------------------------------------------------------------------------------------------


def _render(asked: Context, form: Form, lines: Sequence[Line], done: Replayed | None = None, *, focus: str = "") -> str:
    """`focus`: the line, or the row of its value, in which to go on."""
    codes = criterion_choices(asked)
    around = Surroundings(codes=codes, problems=form.problems)
    return render_template(
        "admin/policy_lab.html",
        form=form,
        lines=lines,
        fields={line.name: _field(line, around) for line in lines},
        focus=focus,
        new=NEW,
        add=ADD,
        groups=[(label, [s for s in settings_in_order() if s.group == group]) for group, label in GROUPS.items()],
        choices=codes,
        labels=CRITERION_LABELS,
        criteria=criteria_in_words(asked),
        label_of=label_of,
        say=value_in_words(asked),
        version=asked.policies.version,
        done=done,
        kinds=KINDS,
        unknown=UNKNOWN,
        cannot_know=CANNOT_KNOW,
        counts=_counts(asked, done) if done else [],
        unit=lambda org_id: asked.tree.by_id[org_id].name,
        verdict=lambda verdict: _verdict(asked, verdict),
        reason=_reason,
        may_save=asked.caller.holds("policy.write"),
    )


def _field(line: Line, around: Surroundings) -> Field | None:
    """The fields of its value; of a setting that is gone there are none."""
    setting = REGISTRY.find(line.row.setting)
    return build_field(setting.shape, line.shown, line.field, setting.label, around) if setting else None


def _counts(asked: Context, done: Replayed) -> list[tuple[Text, list[tuple[str, int]]]]:
    """(heading, [(name, count)]) for libraries, categories and item types."""
    report = done.report
    categories, types = CATEGORIES.get(asked.session), ITEM_TYPES.get(asked.session).by_code
    by_id = asked.tree.by_id
    return [
        (Text("按馆点", "By library"), [(by_id[key].name, n) for key, n in report.by_org.most_common()]),
        (
            Text("按读者类别", "By category"),
            [(categories.get(key, key), n) for key, n in report.by_category.most_common()],
        ),
        (
            Text("按文献类型", "By item type"),
            [(types[key].name if key in types else key, n) for key, n in report.by_item_type.most_common()],
        ),
    ]


def _verdict(asked: Context, verdict: Verdict) -> Text:
    """What a set of policies said, in a few words."""
    if verdict.due_at is not None:
        said = Text("{day}前归还", "due {day}").format(day=day_text(local_day(verdict.due_at), _today(asked)))
    elif verdict.goes_to is not None:
        said = Text("书去{org}", "goes to {org}").format(org=asked.tree.by_code[verdict.goes_to].name)
    else:
        said = Text("可以", "allowed")
    if not verdict.refusals:
        return said
    reasons = [_reason(code) for code in verdict.refusals]
    return Text("；", "; ").join(reasons)


def _today(asked: Context) -> date:
    return local_day(asked.now)


REASONS: Final[dict[str, Text]] = {
    "patron.loan_limit": Text("借满", "card full"),
    "patron.type_limit": Text("该类型借满", "type full"),
    "patron.library_limit": Text("该馆的书借满", "library full"),
    "patron.overdue": Text("有逾期", "overdue loans"),
    "patron.expired": Text("证已到期", "card expired"),
    "patron.category_refused": Text("该类读者不借", "not lent to the category"),
    "item.not_lendable": Text("不外借", "not lent"),
    "item.age_protected": Text("新书不外馆借", "new book stays near"),
    "policy.none": Text("没有借期规则", "no loan days"),
    "org.not_lending": Text("此处不借", "does not lend"),
    "loan.renewal_limit": Text("续借次数已满", "no renewals left"),
    "loan.too_soon": Text("续借太早", "too soon to renew"),
    "loan.no_gain": Text("续借不会变晚", "renewal gains nothing"),
    "loan.overdue": Text("逾期不能续", "overdue, not renewed"),
    "hold.limit": Text("预约已满", "holds full"),
    "hold.day_limit": Text("当天预约已满", "holds of the day full"),
    "hold.no_shows": Text("约了不取太多", "holds not collected"),
    "return.not_here": Text("不在此处还", "not returned here"),
}


def _reason(code: str) -> Text:
    return REASONS.get(code) or (REFUSALS[code].message if code in REFUSALS else Text(code, code))
