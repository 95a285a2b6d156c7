"""Transfers as to-do lists: to be sent, on the way, to be received; oldest first, one scan settles a line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from branches.tree import Unit
from catalog.description import marked
from catalog.queries import find_item
from circ.commands import CheckIn
from circ.service import CirculationService
from kernel.errors import NotFound, Refusal, Refused
from kernel.http import decode_cursor, encode_cursor, right
from kernel.i18n import Text
from transit.queries import TransferRow, list_transfers, open_transfer, transfer_by_id
from transit.service import TransferService
from transit.states import OPEN, REASONS, moves_from
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.desk import place, reading, said
from web.pages.forms import EMPTY, Form

page = Blueprint("transfer_pages", __name__, url_prefix="/transfers")

TabName = Literal["send", "way", "receive"]
PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    name: TabName
    label: Text
    statuses: tuple[str, ...]
    hint: Text


TABS: Final[tuple[Tab, ...]] = (
    Tab(
        name="send",
        label=Text("待发", "To send"),
        statuses=("approved",),
        hint=Text(
            "装筐时逐本扫码，就记为已发出。", "Scan each book as it goes into the box; it is then noted as sent."
        ),
    ),
    Tab(
        name="way",
        label=Text("在途", "On the way"),
        statuses=("dispatched",),
        hint=Text("已从这里发出、对方还没有收到的书。", "Sent from here, not yet received there."),
    ),
    Tab(
        name="receive",
        label=Text("待收", "To receive"),
        statuses=OPEN,
        hint=Text(
            "拆筐时逐本扫码，就记为收到，屏幕会说放哪里。",
            "Scan each book as it comes out of the box; the screen says where it goes.",
        ),
    ),
)


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("transfer.read")
def index(form: Form = EMPTY) -> str:
    asked = context()
    tab = _tab()
    units = asked.caller.units("transfer.read", asked.tree)
    here = place.shown(asked, units)
    seen = frozenset({here.id}) if here else units
    rows, following = _rows(asked, tab, seen)
    return render_template(
        "transfers/index.html",
        form=form,
        tab=tab,
        tabs=TABS,
        here=here,
        units=choices.units(asked, units),
        has_many=len(units) > 1,
        rows=rows,
        acts={row.id: _acts(asked, row) for row in rows},
        tree=asked.tree,
        reasons=REASONS,
        next_page=_address(tab, here, cursor=following) if following else None,
        may_scan=here is not None and _may_scan(asked, tab, here),
    )


@page.route("/scan", methods=["GET"])
@right("transfer.read")
def scan_again(form: Form = EMPTY) -> str:
    return index(form)


@page.route("/scan", methods=["POST"])
@right("transfer.read")
@act(scan_again)
def scan() -> Done:
    """A book in hand at this unit: sent off, or received."""
    asked, tab = context(), _tab()
    here = asked.tree.unit(request.form.get("at", ""))
    text = reading.normalise(request.form.get("scan", ""))
    if not text:
        return Done(_address(tab, here))
    if tab.name == "receive":
        asked.caller.require_at("transfer.receive", here.id, asked.tree)
        spoken = said.of_return(CirculationService(asked).check_in(CheckIn(item=text, at=here.code)), asked)
        return Done(_address(tab, here), spoken.sentence, spoken.tone)
    transfer = _waiting_here(asked, text, here)
    sent = TransferService(asked).dispatch(transfer.id)
    return Done(_address(tab, here), _sent(sent, asked), "send")


def _waiting_here(asked: Context, text: str, here: Unit) -> TransferRow:
    """The transfer of a scanned copy; anything else than one that waits here is said, and nothing is done."""
    item = find_item(asked.session, text, asked.tree, at=here.id)
    transfer = open_transfer(asked.session, item.id)
    if transfer is None or transfer.from_id != here.id:
        message = Text(
            "{title}没有在这里等待发出。请在“借还”里按还书扫一下，系统会说它去哪里。",
            "{title} is not waiting to be sent from here. Scan it as a return at the desk to learn where it goes.",
        )
        raise Refused([Refusal("transfer.none_here", "impossible", message.format(title=marked(item.title)))])
    return transfer


@page.route("/<int:transfer_id>/<any(dispatch,receipt,cancellation):move>", methods=["GET"])
@right("transfer.read")
def one_again(transfer_id: int, move: str, form: Form = EMPTY) -> str:  # noqa: ARG001 - the address names them
    return index(form)


@page.route("/<int:transfer_id>/dispatch", methods=["POST"])
@right("transfer.send")
@act(lambda transfer_id, form: index(form))  # noqa: ARG005
def dispatch(transfer_id: int) -> Done:
    sent = TransferService(context()).dispatch(transfer_id)
    return Done(_back(), _sent(sent, context()), "send")


@page.route("/<int:transfer_id>/receipt", methods=["POST"])
@right("transfer.receive")
@act(lambda transfer_id, form: index(form))  # noqa: ARG005
def receive(transfer_id: int) -> Done:
    asked = context()
    spoken = said.of_return(CirculationService(asked).receive_transfer(transfer_id), asked)
    return Done(_back(), spoken.sentence, spoken.tone)


@page.route("/<int:transfer_id>/cancellation", methods=["POST"])
@right("transfer.cancel")
@act(lambda transfer_id, form: index(form))  # noqa: ARG005
def cancel(transfer_id: int) -> Done:
    form = Form.sent()
    reason = form.text("reason", 200)
    form.check()
    row = TransferService(context()).cancel(transfer_id, reason, force=form.flag("force"))
    sentence = Text("{title}的调拨已取消，请放回架上。", "The transfer of {title} is cancelled; put it on the shelf.")
    return Done(_back(), sentence.format(title=marked(row.title)))


@page.route("/<int:transfer_id>/slip", methods=["GET"])
@right("transfer.read")
def slip(transfer_id: int) -> ResponseReturnValue:
    """The strip of paper that goes into the book."""
    asked = context()
    row = transfer_by_id(asked.session, transfer_id)
    units = asked.caller.units("transfer.read", asked.tree)
    if row is None or not {row.from_id, row.to_id} & units:
        raise NotFound("transfer", transfer_id)
    return render_template("transfers/slip.html", transfer=row, tree=asked.tree, reasons=REASONS)


# --- what the list needs ------------------------------------------------------------------------------------------------


def _tab() -> Tab:
    asked = request.values.get("tab")
    return next((tab for tab in TABS if tab.name == asked), TABS[0])


def _rows(asked: Context, tab: Tab, seen: Collection[int]) -> tuple[Sequence[TransferRow], str | None]:
    after = decode_cursor(request.args.get("cursor"))
    rows = list_transfers(
        asked.session,
        seen_at=seen,
        from_ids=seen if tab.name != "receive" else None,
        to_ids=seen if tab.name == "receive" else None,
        statuses=tab.statuses,
        after_id=after if isinstance(after, int) else 0,
        limit=PAGE + 1,
    )
    return rows[:PAGE], encode_cursor(rows[PAGE - 1].id) if len(rows) > PAGE else None


def _acts(asked: Context, row: TransferRow) -> set[str]:
    """What this caller may do with a transfer, by the table of its states."""
    unit = {"dispatch": row.from_id, "receipt": row.to_id, "cancellation": row.from_id}
    moves = (move for move in moves_from(row.status) if move.act in unit)  # that a copy got lost is said of the copy
    return {move.act for move in moves if asked.caller.may(move.right, unit[move.act], asked.tree)}


def _may_scan(asked: Context, tab: Tab, here: Unit) -> bool:
    if tab.name == "way":
        return False
    rights = ("transfer.receive", "loan.return") if tab.name == "receive" else ("transfer.send",)
    return all(asked.caller.may(name, here.id, asked.tree) for name in rights)


def _sent(row: TransferRow, asked: Context) -> Text:
    return Text("{title}已发出 → {to}。", "{title} is on its way to {to}.").format(
        title=marked(row.title), to=asked.tree.by_id[row.to_id].name
    )


def _address(tab: Tab, here: Unit | None, **more: Any) -> str:
    return url_for("transfer_pages.index", tab=tab.name, at=here.code if here else "", **more)


def _back() -> str:
    return url_for("transfer_pages.index", tab=_tab().name, at=request.form.get("at", ""))
