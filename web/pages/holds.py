"""Holds as to-do lists of a library: what to fetch from the shelves, what lies ready, who waits; and placing a hold for a reader, or
changing it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from flask import Blueprint, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from branches.tree import Unit
from catalog.description import full_title, marked
from catalog.queries.bibs import find_bib
from circ.commands import CheckIn
from circ.queries import holds as queries
from circ.queries.holds import HoldRow
from circ.service import CirculationService
from circ.service.holds import HoldService
from circ.service.holds.reading import why_they_hang, wrong_state
from circ.states import HOLD_STATUSES, OPEN
from kernel.barcodes import LONGEST_ASKED
from kernel.clock import day_text, local_day
from kernel.errors import Invalid, NotFound
from kernel.http import decode_position, encode_cursor, right
from kernel.i18n import Text
from kernel.schema import row_number
from web.pages import choices, wishes
from web.pages.acts import Done, act
from web.pages.desk import place, reading, said
from web.pages.forms import EMPTY, Form
from web.pages.tabs import Tab, chosen_tab

page = Blueprint("hold_pages", __name__, url_prefix="/desk/holds")

PAGE: Final = 50
MOST_IN_A_QUEUE: Final = 100_000


TABS: Final[tuple[Tab, ...]] = (
    Tab(
        name="fetch",
        label=Text("按预约找书", "To fetch"),
        hint=Text(
            "按架位排好。从架上取下后逐本扫码，屏幕会说送往哪里。",
            "In the order of the shelves. Scan each book you fetched; the screen says where it goes.",
        ),
    ),
    Tab(
        name="shelf",
        label=Text("预约架", "Hold shelf"),
        hint=Text("读者来取时，在“借还”里照常借出就行。", "When the reader comes, lend the book at the desk as usual."),
    ),
    Tab(
        name="queue",
        label=Text("排队", "Waiting"),
        hint=Text("在这里取书的读者还在等的书。", "What readers who collect here still wait for."),
    ),
)


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("hold.read")
def index(form: Form = EMPTY) -> str:
    asked, tab = context(), _tab()
    units = asked.caller.units("hold.read", asked.tree)
    here = place.shown(asked, units)
    seen = frozenset({here.id}) if here else units
    lists = _lists(asked, tab, seen)
    return render_template(
        "holds/index.html",
        form=form,
        tab=tab,
        tabs=TABS,
        here=here,
        units=choices.units(asked, units),
        has_many=len(units) > 1,
        tree=asked.tree,
        statuses=HOLD_STATUSES,
        may_scan=tab.name == "fetch" and here is not None and _may_scan(asked, here),
        may_change=lambda row: _may(asked, "hold.change", row),
        may_recall=lambda row: (
            row.status == "queued" and row.recalled_due_at is None and _may(asked, "hold.recall", row)
        ),
        may_print=lambda row: asked.caller.may("hold.fetch", row.pickup_id, asked.tree),
        may_place=asked.caller.holds("hold.place"),
        **lists,
    )


def _lists(asked: Context, tab: Tab, seen: Collection[int]) -> dict[str, Any]:
    session = asked.session
    if tab.name == "fetch":
        return {"rows": queries.pull_list(session, seen), "missed": queries.missed_at(session, seen)}
    if tab.name == "shelf":
        return {"rows": queries.hold_shelf(session, seen), "to_clear": queries.shelf_to_clear(session, seen)}
    rows, following = _waiting(asked, seen)
    closed = [unit.id for unit in asked.tree.by_id.values() if unit.is_closed]
    stuck = queries.stuck_holds(session, seen, closed)
    known = {row.id for row in stuck}
    reasons = why_they_hang(asked, [*stuck, *(row for row in rows if row.id not in known)])
    return {
        "rows": [row for row in rows if not reasons.get(row.id)],
        "stuck": [row for row in {row.id: row for row in (*stuck, *rows)}.values() if reasons.get(row.id)],
        "reasons": reasons,
        "next_page": url_for("hold_pages.index", tab="queue", at=request.args.get("at", ""), cursor=following)
        if following
        else None,
    }


def _waiting(asked: Context, seen: Collection[int]) -> tuple[Sequence[HoldRow], str | None]:
    rows = queries.list_holds(
        asked.session,
        seen_at=None,
        pickup_ids=seen,
        statuses=("queued", "targeted", "in_transit"),
        after_id=decode_position(request.args.get("cursor")),
        limit=PAGE + 1,
    )
    return rows[:PAGE], encode_cursor(rows[PAGE - 1].id) if len(rows) > PAGE else None


@page.route("/scan", methods=["GET"])
@right("hold.read")
def scan_again(form: Form = EMPTY) -> str:
    return index(form)


@page.route("/scan", methods=["POST"])
@right("hold.fetch")
@act(scan_again)
def scan() -> Done:
    """A book fetched from the shelf here: a check-in of it, which says where it goes."""
    asked = context()
    here = asked.tree.unit(request.form.get("at", ""))
    text = reading.normalise(request.form.get("scan", ""))
    if not text:
        return Done(_back())
    asked.caller.require_at("hold.fetch", here.id, asked.tree)
    spoken = said.of_return(CirculationService(asked).check_in(CheckIn(item=text, at=here.code)), asked)
    return Done(_back(), spoken.sentence, spoken.tone)


@page.route("/<int:hold_id>/<any(miss,recall,cancellation):move>", methods=["GET"])
@right("hold.read")
def one_again(hold_id: int, move: str, form: Form = EMPTY) -> str:  # noqa: ARG001 - the address names them
    return index(form)


@page.route("/<int:hold_id>/miss", methods=["POST"])
@right("hold.fetch")
@act(lambda hold_id, form: index(form))  # noqa: ARG005
def miss(hold_id: int) -> Done:
    hold = HoldService(context()).note_missing(hold_id)
    if hold.status == "targeted" and hold.copy_location_id is not None:
        sentence = Text("已转请 {org} 找{title}。", "{org} is asked for {title} now.").format(
            org=context().tree.by_id[hold.copy_location_id].name, title=marked(hold.title)
        )
    else:
        sentence = Text(
            "已记下。{title}没有别的在架复本，读者继续排队。",
            "Noted. No other copy of {title} is in; the reader waits on.",
        ).format(title=marked(hold.title))
    return Done(_back(), sentence)


@page.route("/<int:hold_id>/recall", methods=["POST"])
@right("hold.recall")
@act(lambda hold_id, form: index(form))  # noqa: ARG005
def recall(hold_id: int) -> Done:
    hold = HoldService(context()).recall(hold_id)
    assert hold.recalled_due_at is not None
    day = day_text(local_day(hold.recalled_due_at), local_day(context().now))
    sentence = Text(
        "已催还一册{title}，应于 {day}前归还，其间不能续借。",
        "A copy of {title} was called back: it is due by {day} and is not renewed meanwhile.",
    )
    return Done(_back(), sentence.format(title=marked(hold.title), day=day))


@page.route("/<int:hold_id>/cancellation", methods=["POST"])
@right("hold.change")
@act(lambda hold_id, form: index(form))  # noqa: ARG005
def cancel(hold_id: int) -> Done:
    hold = HoldService(context()).cancel(hold_id)
    return Done(
        _back(), Text("{title}的预约已取消。", "The hold on {title} is called off.").format(title=marked(hold.title))
    )


# --- changing one for a reader ------------------------------------------------------------------------------------------


@page.route("/<int:hold_id>", methods=["GET"])
@right("hold.change")
def change(hold_id: int, form: Form | None = None) -> str:
    """Where it is collected, until when it is paused, and which place it has: what a reader asks for at the desk or by telephone."""
    asked = context()
    hold = HoldService(asked).find(hold_id)
    if hold.status not in OPEN:
        raise wrong_state(hold.status)
    today = local_day(asked.now)
    given = Form(
        {
            "pickup": asked.tree.by_id[hold.pickup_id].code,
            "until": hold.suspended_until if _is_paused(hold, today) else "",
            "position": hold.position or "",
        }
    )
    return render_template(
        "holds/change.html",
        form=form or given,
        hold=hold,
        statuses=HOLD_STATUSES,
        pickups=wishes.pickups(asked),
        tree=asked.tree,
    )


@page.route("/<int:hold_id>", methods=["POST"])
@right("hold.change")
@act(change)
def save(hold_id: int) -> Done:
    """What is left as it was is not touched."""
    form, asked = Form.sent(), context()
    service = HoldService(asked)
    hold, today = service.find(hold_id), local_day(asked.now)
    pickup = form.choice("pickup", [code for code, _name in wishes.pickups(asked)])
    until = form.day("until")
    position = form.number("position", 1, MOST_IN_A_QUEUE) if hold.position else None
    form.check()
    if position is not None and position != hold.position:
        service.move(hold_id, int(position))
    if until is not None and until != hold.suspended_until:
        service.suspend(hold_id, until)
    elif until is None and _is_paused(hold, today):
        service.resume(hold_id)
    hold = service.change_pickup(hold_id, pickup or "")
    at = asked.tree.by_id[hold.pickup_id].code
    sentence = Text("{title}的预约已更改。", "The hold on {title} is changed.").format(title=marked(hold.title))
    tab = "shelf" if hold.status == "ready" else "queue"
    return Done(url_for("hold_pages.index", tab=tab, at=at if _sees(asked, hold) else ""), sentence)


def _is_paused(hold: HoldRow, today: date) -> bool:
    return hold.suspended_until is not None and hold.suspended_until >= today


def _sees(asked: Context, hold: HoldRow) -> bool:
    return asked.caller.may("hold.read", hold.pickup_id, asked.tree)


@page.route("/<int:hold_id>/slip", methods=["GET"])
@right("hold.fetch")
def slip(hold_id: int) -> str:
    """The strip of paper in a book on the hold shelf: the end of the card's number, and until when it stays. No name."""
    asked = context()
    hold = queries.hold_by_id(asked.session, hold_id)
    if hold is None or hold.status != "ready" or not asked.caller.may("hold.fetch", hold.pickup_id, asked.tree):
        raise NotFound("hold", hold_id)
    return render_template("holds/slip.html", hold=hold, tree=asked.tree)


# --- placing one for a reader -------------------------------------------------------------------------------------------


@page.route("/new", methods=["GET"])
@right("hold.place")
def new(form: Form | None = None) -> str:
    """For the title named in the address; the title's own page leads here."""
    asked = context()
    title = find_bib(asked.session, _bib_id())
    standing, which = place.workplace(asked), wishes.which(asked, title.id)
    given = Form({"which": wishes.first_choice(which), "pickup": standing.code if standing else ""})
    return render_template(
        "holds/new.html",
        form=form or given,
        bib=title,
        heading=full_title(title.data),
        which=which,
        pickups=wishes.pickups(asked),
        waiting=queries.count_waiting(asked.session, title.id),
    )


@page.route("/new", methods=["POST"])
@right("hold.place")
@act(new)
def add() -> Done:
    form, asked = Form.sent(), context()
    command = wishes.read(form, asked, _bib_id(), card=form.text("patron", LONGEST_ASKED))
    hold = HoldService(asked).place(command)
    return Done(
        url_for("hold_pages.index", tab="queue", at=asked.tree.by_id[hold.pickup_id].code), wishes.placed(hold, asked)
    )


def _bib_id() -> int:
    bib_id = row_number(request.values.get("bib", ""))
    if bib_id is None:
        raise Invalid("bib.missing", Text("请从书目页面开始预约。", "Begin at the page of a title."))
    return bib_id


# --- what the lists need ------------------------------------------------------------------------------------------------


def _tab() -> Tab:
    return chosen_tab(TABS)


def _may_scan(asked: Context, here: Unit) -> bool:
    return all(asked.caller.may(name, here.id, asked.tree) for name in ("hold.fetch", "loan.return"))


def _may(asked: Context, name: str, row: HoldRow) -> bool:
    return any(
        unit is not None and asked.caller.may(name, unit, asked.tree) for unit in (row.pickup_id, row.patron_home_id)
    )


def _back() -> str:
    return url_for("hold_pages.index", tab=_tab().name, at=request.form.get("at", ""))
