"""What units ask each other for, on both sides: the form that asks, what to fetch and answer, and what became of one's own requests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from flask import Blueprint, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from catalog.description import full_title, marked
from catalog.queries.bibs import find_bib
from catalog.readership import READERSHIPS
from circ.commands import AskForCopies, Criteria
from circ.queries.requests import volumes_of_title
from circ.request_rules import can_receive
from circ.service.request_service import RequestService
from circ.service.requests.asking import MOST_COPIES
from kernel.barcodes import LONGEST_ASKED
from kernel.http import decode_position, encode_cursor, right
from kernel.i18n import Text
from kernel.schema import row_number
from transit.queries import TransferRow
from transit.queries import requests as queries
from transit.queries.requests import RequestRow
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.desk import place
from web.pages.forms import EMPTY, NEEDED, Form

page = Blueprint("request_pages", __name__, url_prefix="/transfers/requests")

PAGE: Final = 30
FORBIDDEN: Final = "transfer.refused_by_policy"


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


# --- asking ---------------------------------------------------------------------------------------------------------


@page.route("/new", methods=["GET"])
@right("transfer.request")
def new(form: Form = EMPTY) -> str:
    """For a title or a copy that a link names, else by criteria."""
    asked = context()
    units = receiving(asked)
    here = place.workplace(asked)
    bib_id = request.values.get("bib", type=int)
    start = {"to": here.code if here is not None and here.id in units else "", "copies": "1"}
    start |= {name: request.args[name] for name in ("item",) if name in request.args}
    refused = {refusal.code for refusal in form.refusals}
    return render_template(
        "transfers/ask.html",
        form=form if form is not EMPTY else Form(start),
        bib=find_bib(asked.session, bib_id) if bib_id is not None else None,
        heading=full_title(find_bib(asked.session, bib_id).data) if bib_id is not None else None,
        item=request.values.get("item", "")[:LONGEST_ASKED],
        units=choices.units(asked, units),
        libraries=choices.units(asked, _libraries(asked)),
        types=choices.item_types(asked),
        volumes=[(one, one) for one in volumes_of_title(asked.session, bib_id)] if bib_id is not None else [],
        audiences=[(code, label) for code, label in READERSHIPS.items()],
        may_lift=FORBIDDEN in refused and asked.caller.holds("transfer.override"),
    )


@page.route("/new", methods=["POST"])
@right("transfer.request")
@act(lambda form: new(form))
def add() -> Done:
    asked = context()
    command = _read(Form.sent(), asked)
    rows = RequestService(asked).ask(command)
    found = queries.request_by_id(asked.session, rows[0].request_id or 0)
    assert found is not None
    return Done(url_for("transfer_pages.index", tab="asked", at=command.to), _asked(asked, found, rows))


def _read(form: Form, asked: Context) -> AskForCopies:
    """The wish as the form gives it; what is wrong stands beside each field."""
    to = form.choice("to", [asked.tree.by_id[unit].code for unit in receiving(asked)]) or ""
    library = form.choice("from", [asked.tree.by_id[unit].code for unit in _libraries(asked)], required=False)
    item = form.text("item", LONGEST_ASKED, required=False)
    bib_id = row_number(form.value("bib"))
    copies = form.number("copies", 1, MOST_COPIES, required=not item)
    needed_by, keep_until = form.day("needed_by"), form.day("keep_until")
    note, why = form.text("note", 200, required=False), form.text("why", 200, required=False)
    criteria = Criteria(
        item_type=form.choice("type", [code for code, _name in choices.item_types(asked)], required=False),
        class_number=form.text("class", 64, required=False) or None,
        audience=form.choice("audience", list(READERSHIPS), required=False),
    )
    if not item and bib_id is None and not criteria.as_json():
        form.wrong("class", NEEDED)
    form.check()
    return AskForCopies(
        to=to,
        item=item or None,
        bib_id=bib_id if not item else None,
        volume=form.text("volume", 100, required=False) or None if bib_id is not None and not item else None,
        criteria=criteria if not item and bib_id is None else None,
        copies=1 if item else int(copies or 1),
        from_=library,
        needed_by=needed_by,
        keep_until=keep_until,
        note=note or None,
        override=(FORBIDDEN,) if form.flag("lift") else (),
        why=why or None,
    )


def receiving(asked: Context) -> frozenset[int]:
    """Where the caller may ask for books."""
    by_id = asked.tree.by_id
    units = asked.caller.units("transfer.request", asked.tree)
    return frozenset(unit for unit in units if can_receive(by_id[unit].kind, is_closed=by_id[unit].is_closed))


def _libraries(asked: Context) -> frozenset[int]:
    return frozenset(unit.id for unit in asked.tree.in_order if not unit.is_closed)


def _asked(asked: Context, found: RequestRow, rows: list[TransferRow]) -> Text:
    """Who was asked for how many, and how many nobody has."""
    counts: dict[int, int] = {}
    for row in rows:
        counts[row.from_id] = counts.get(row.from_id, 0) + 1
    by_id = asked.tree.by_id
    zh = "，".join(f"{by_id[unit].name} {n} 册" for unit, n in counts.items())
    en = ", ".join(f"{n} of {by_id[unit].name}" for unit, n in counts.items())
    said = Text("已申请：{who}。", "Asked for: {who}.").format(who=Text(zh, en))
    if not found.unfilled:
        return said
    lacking = Text("还有 {n} 册没有馆能提供。", " No library has the other {n}.").format(n=found.unfilled)
    return Text(said.zh + lacking.zh, said.en + lacking.en)


# --- the lists of both sides ----------------------------------------------------------------------------------------


def to_answer(asked: Context, seen: Collection[int]) -> dict[str, Any]:
    """What to fetch, in the order of the shelves, with how many the same request asks of the library."""
    rows = queries.to_answer(asked.session, seen)
    together: dict[tuple[int | None, int], int] = {}
    for row in rows:
        key = (row.request_id, row.from_id)
        together[key] = together.get(key, 0) + 1
    return {
        "rows": rows,
        "together": {row.id: together[row.request_id, row.from_id] for row in rows},
        "may_answer": lambda row: asked.caller.may("transfer.answer", row.from_id, asked.tree),
        "to_send_back": queries.to_send_back(asked.session, seen),
    }


def asked_for(asked: Context, seen: Collection[int]) -> dict[str, Any]:
    """The requests of these units, the newest first, each with its transfers and who said no."""
    before = decode_position(request.args.get("cursor")) or None
    rows = queries.list_requests(asked.session, seen, before_id=before, limit=PAGE + 1)
    shown = rows[:PAGE]
    lines = queries.lines_of(asked.session, [row.id for row in shown])
    every = [line for group in lines.values() for line in group]
    return {
        "rows": shown,
        "lines": lines,
        "said_no": queries.refusals_of(asked.session, [line.id for line in every]),
        "what": {row.id: describe(asked, row) for row in shown},
        "may_call_off": {line.id for line in every if asked.caller.may("transfer.cancel", line.to_id, asked.tree)},
        "following": encode_cursor(shown[-1].id) if len(rows) > PAGE else None,
    }


def describe(asked: Context, row: RequestRow) -> Text:
    """What was asked for, in words."""
    if row.title is not None:
        return marked(f"{row.title} {row.volume}" if row.volume else row.title)
    return _criteria(dict(choices.item_types(asked)), row.criteria or {})


def _criteria(types: Mapping[str, str], criteria: Mapping[str, str]) -> Text:
    words: list[Text] = []
    if "type" in criteria:
        name = types.get(criteria["type"], criteria["type"])
        words.append(Text(name, name))
    if "class" in criteria:
        words.append(Text("{n} 类", "class {n}").format(n=criteria["class"]))
    if "audience" in criteria:
        words.append(READERSHIPS[criteria["audience"]])
    return Text("、", ", ").join(words)
