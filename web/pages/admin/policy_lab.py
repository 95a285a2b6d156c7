"""The policy lab: a draft made from the table in force, tried out on what really happened, and put in force when it is right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
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
from web.pages.admin.policy_criteria import criteria_in_words, criterion_choices
from web.pages.admin.policy_words import CRITERION_LABELS, GROUPS, label_of, settings_in_order, show_value
from web.pages.forms import Form

page = Blueprint("policy_lab_pages", __name__, url_prefix="/admin/policies/lab")

NEW_LINES: Final = 4  # empty lines for rows to be added; trying them out gives as many again
FIRST_PERIOD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the draft on the page. `text` is its value as it is typed; `number` the row in force that it changes, None for a new one."""

    name: str
    row: NewRow
    text: str
    number: int | None
    is_gone: bool = False


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
    lines = _lines_sent(asked)
    from_on, to_on = form.day("from", required=True), form.day("to", required=True)
    try:
        form.check()
        assert from_on is not None
        assert to_on is not None
        done = replay(asked, [line.row for line in lines if not line.is_gone], from_on, to_on)
    except Invalid as error:
        return _render(asked, Form(request.form, _by_line(error, lines)), lines), error.status
    return _render(asked, form, lines, done)


def _again(form: Form) -> str:
    asked = context()
    return _render(asked, form, _lines_sent(asked))


@page.route("/saved", methods=["POST"])
@right("policy.write")
@act(lambda form: _again(form))
def save() -> Done:
    """Put the draft in force."""
    asked, form = context(), Form.sent()
    version = form.number("version", 0, 2**31, required=True)
    note = form.text("why", 200, required=False)
    form.check()
    lines = _lines_sent(asked)
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
    return [Line(name=f"r{row.id}", row=as_new(row), text=_typed(row.value), number=row.id) for row in rows]


def _lines_sent(asked: Context) -> list[Line]:
    """The rows in force with what was typed for each, then those that were added."""
    kept: list[Line] = []
    for line in _lines_in_force(asked.policies.rows):
        text = request.form.get(f"{line.name}-value", line.text)
        row = line.row if text == line.text else _changed(line.row, _read(text))
        is_gone = request.form.get(f"{line.name}-gone") == "1"
        kept.append(Line(name=line.name, row=row, text=text, number=line.number, is_gone=is_gone))
    names = {name.partition("-")[0] for name in request.form if name.startswith("n")}
    added = [_added(name) for name in sorted(names, key=lambda n: (len(n), n)) if name[1:].isdigit()]
    return [*kept, *(line for line in added if line is not None)]


def _added(name: str) -> Line | None:
    """A new row; None for a line in which no setting was chosen."""
    setting = request.form.get(f"{name}-setting", "")
    if not setting:
        return None
    text = request.form.get(f"{name}-value", "")
    row = NewRow(
        setting=setting,
        value=_read(text),
        note="",
        **{criterion: request.form.get(f"{name}-{criterion}") or None for criterion in CRITERIA},
    )
    is_gone = request.form.get(f"{name}-gone") == "1"
    return Line(name=name, row=row, text=text, number=None, is_gone=is_gone)


def _changed(row: NewRow, value: Any) -> NewRow:
    return NewRow(setting=row.setting, value=value, note=row.note, **{name: getattr(row, name) for name in CRITERIA})


def _typed(value: Any) -> str:
    """A value as it is typed: text without quotes, everything else as JSON; an empty field is null."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read(text: str) -> Any:
    text = text.strip()
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _by_line(error: Invalid, lines: Sequence[Line]) -> Invalid:
    """What is wrong with the rows, under the names of their lines."""
    names = [line.name for line in lines if not line.is_gone]
    problems: dict[str, list[Text]] = {}
    for field, sentences in error.errors.items():
        parts = field.split(".")
        name = f"{names[int(parts[1])]}-value" if parts[0] == "rows" and len(parts) > 1 else field
        problems.setdefault(name, []).extend(sentences)
    return Invalid(error.code, error.detail, problems)


# --- the page -------------------------------------------------------------------------------------------------------------------


def _render(asked: Context, form: Form, lines: Sequence[Line], done: Replayed | None = None) -> str:
    unused = max((int(line.name[1:]) for line in lines if line.number is None), default=-1) + 1
    return render_template(
        "admin/policy_lab.html",
        form=form,
        lines=lines,
        new_names=[f"n{unused + n}" for n in range(NEW_LINES)],
        groups=[(label, [s for s in settings_in_order() if s.group == group]) for group, label in GROUPS.items()],
        choices=criterion_choices(asked),
        labels=CRITERION_LABELS,
        criteria=lambda line: criteria_in_words(asked, line.row),
        label_of=label_of,
        options=_options,
        show_value=show_value,
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


def _options(line: Line) -> list[tuple[str, Text]]:
    """What there is to choose from, of a setting that is a switch or has a few values; what was typed otherwise stays choosable."""
    if line.row.setting not in REGISTRY:
        return []
    setting = REGISTRY[line.row.setting]
    if not (setting.choices or isinstance(setting.default, bool)):
        return []
    values = list(setting.choices) or ["true", "false"]
    if line.text not in values:
        values.append(line.text)
    return [(value, show_value(setting.name, _read(value))) for value in values]


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
