"""Transfers as to-do lists: to be sent, on the way, to be received; oldest first, one scan settles a line."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, Final

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from branches.tree import Unit
from catalog.description import marked
from catalog.queries import find_item
from circ.commands import CheckIn
from circ.service import CirculationService
from circ.service.request_service import Answered, RequestService
from circ.service.requests.lateness import count_late, late_transfers
from kernel.errors import NotFound, Refusal, Refused
from kernel.http import decode_cursor, encode_cursor, right
from kernel.i18n import Text
from transit.queries import TransferRow, list_transfers, open_transfer, transfer_by_id
from transit.queries.requests import count_to_answer
from transit.service import TransferService
from transit.states import OPEN, REASONS, TRANSFER_STATUSES, ending, moves_from
from web.pages import choices, requests
from web.pages.acts import Done, act
from web.pages.bars import draw_bars
from web.pages.desk import place, reading, said
from web.pages.forms import EMPTY, Form
from web.pages.tabs import Tab, chosen_tab

page = Blueprint("transfer_pages", __name__, url_prefix="/transfers")

PAGE: Final = 50


TABS: Final[tuple[Tab, ...]] = (
    Tab(
        name="answer",
        label=Text("待找", "To fetch"),
        statuses=("requested",),
        hint=Text(
            "别馆要的书，按架位排好。从架上取下后逐本扫码，就是同意；夹上调拨条放进“待发”。",
            "What others ask for, in the order of the shelves. Scanning a book you fetched approves it; then it waits to be sent.",
        ),
    ),
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
    Tab(
        name="late",
        label=Text("逾期未到", "Late"),
        statuses=("dispatched",),
        hint=Text(
            "发出很久还没有收到的书。先在两边的筐里找一找；找不到就记为途中遗失，以后扫到就算找到。",
            "Sent long ago and not received. Look in the boxes on both sides; give up what is gone, and a later scan finds it again.",
        ),
    ),
    Tab(
        name="asked",
        label=Text("我们申请的", "Asked for"),
        statuses=(),
        hint=Text(
            "这里向别馆申请的书，和每一册的下落。",
            "What was asked of other libraries from here, and what became of it.",
        ),
    ),
)
TEMPLATES: Final[dict[str, str]] = {"answer": "transfers/answer.html", "asked": "transfers/asked.html"}
# What a scan needs where something is scanned.
SCANS: Final[dict[str, tuple[str, ...]]] = {
    "answer": ("transfer.answer",),
    "send": ("transfer.send",),
    "receive": ("transfer.receive", "loan.return"),
}
SLIP: Final = re.compile(r"DB-(\d{1,18})")  # what the barcode on a slip says


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
    return render_template(
        TEMPLATES.get(tab.name, "transfers/index.html"),
        form=form,
        tab=tab,
        tabs=TABS,
        here=here,
        units=choices.units(asked, units),
        has_many=len(units) > 1,
        counts={"answer": count_to_answer(asked.session, seen), "late": count_late(asked, seen)},
        tree=asked.tree,
        reasons=REASONS,
        statuses=TRANSFER_STATUSES,
        ending=ending,
        may_scan=here is not None and _may_scan(asked, tab, here),
        may_ask=asked.caller.holds("transfer.request"),
        **_lists(asked, tab, here, seen),
    )


def _lists(asked: Context, tab: Tab, here: Unit | None, seen: Collection[int]) -> dict[str, Any]:
    if tab.name == "answer":
        return requests.to_answer(asked, seen)
    if tab.name == "asked":
        found = requests.asked_for(asked, seen)
        following = found.pop("following")
        return found | {"next_page": _address(tab, here, cursor=following) if following else None}
    late = late_transfers(asked, seen) if tab.name in ("late", "way", "receive") else []
    rows, following = (late, None) if tab.name == "late" else _rows(asked, tab, seen)
    return {
        "rows": rows,
        "late": {row.id for row in late},
        "acts": {row.id: _acts(asked, row) for row in rows},
        "next_page": _address(tab, here, cursor=following) if following else None,
    }


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
    if tab.name == "answer":
        return _answered(tab, here, RequestService(asked).take_in_hand(text, here.code))
    slip = SLIP.fullmatch(text)
    if tab.name == "receive":
        asked.caller.require_at("transfer.receive", here.id, asked.tree)
        service = CirculationService(asked)
        returned = (
            service.receive_transfer(int(slip[1])) if slip else service.check_in(CheckIn(item=text, at=here.code))
        )
        spoken = said.of_return(returned, asked)
        return Done(_address(tab, here), spoken.sentence, spoken.tone)
    transfer = _of_slip(asked, int(slip[1]), here) if slip else _waiting_here(asked, text, here)
    sent = TransferService(asked).dispatch(transfer.id)
    return Done(_address(tab, here), _sent(sent, asked), "send")


def _answered(tab: Tab, here: Unit | None, answered: Answered) -> Done:
    """Into the box for the one who asked; or a reader comes first, and the sentence says where the book goes."""
    if answered.held:
        return Done(_address(tab, here), answered.held[0].message, "look")
    to = context().tree.by_id[answered.transfer.to_id].name
    title = marked(answered.approved[0].title)
    said_ = Text("{title}请夹上调拨条，放入调拨筐 → {to}。", "Put the slip into {title}, and it into the box → {to}.")
    return Done(_address(tab, here), said_.format(title=title, to=to), "send")


def _of_slip(asked: Context, transfer_id: int, here: Unit) -> TransferRow:
    transfer = transfer_by_id(asked.session, transfer_id)
    if transfer is None or transfer.from_id != here.id:
        raise NotFound("transfer", transfer_id)
    return transfer


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


@page.route("/<int:transfer_id>/<any(dispatch,receipt,cancellation,approval,refusal,loss):move>", methods=["GET"])
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


@page.route("/<int:transfer_id>/approval", methods=["POST"])
@right("transfer.answer")
@act(lambda transfer_id, form: index(form))  # noqa: ARG005
def approve(transfer_id: int) -> Done:
    """The copy that the list names is in hand."""
    return _answered(_tab(), _here(), RequestService(context()).approve(transfer_id))


@page.route("/<int:transfer_id>/refusal", methods=["POST"])
@right("transfer.answer")
@act(lambda transfer_id, form: index(form))  # noqa: ARG005
def refuse(transfer_id: int) -> Done:
    form = Form.sent()
    reason = form.text("reason", 200)
    form.check()
    asked = context()
    before = transfer_by_id(asked.session, transfer_id)
    title = marked(before.title) if before else Text("", "")
    rows = RequestService(asked).refuse(transfer_id, reason, pass_on=form.flag("pass_on"), rest=form.flag("rest"))
    row = next(one for one in rows if one.id == transfer_id)
    if row.status == "requested":
        next_ = asked.tree.by_id[row.from_id].name
        said_ = Text("{title}已拒绝，转给 {next}。", "{title} is refused, and the request passed on to {next}.")
        return Done(_back(), said_.format(title=title, next=next_))
    said_ = Text("{title}已拒绝，申请的馆会看到原因。", "{title} is refused; the library that asked sees why.")
    return Done(_back(), said_.format(title=title))


@page.route("/<int:transfer_id>/loss", methods=["POST"])
@right("item.condition")
@act(lambda transfer_id, form: index(form))  # noqa: ARG005
def give_up(transfer_id: int) -> Done:
    form = Form.sent()
    reason = form.text("reason", 200)
    form.check()
    row = RequestService(context()).give_up(transfer_id, reason)
    said_ = Text("{title}记为途中遗失；扫到它就算找到。", "{title} is given up; a scan anywhere finds it again.")
    return Done(_back(), said_.format(title=marked(row.title)))


@page.route("/<int:transfer_id>/slip", methods=["GET"])
@right("transfer.read")
def slip(transfer_id: int) -> ResponseReturnValue:
    """The strip of paper that goes into the book."""
    asked = context()
    row = transfer_by_id(asked.session, transfer_id)
    units = asked.caller.units("transfer.read", asked.tree)
    if row is None or not {row.from_id, row.to_id} & units:
        raise NotFound("transfer", transfer_id)
    return render_template(
        "transfers/slip.html",
        transfer=row,
        tree=asked.tree,
        reasons=REASONS,
        bars=draw_bars(f"DB-{row.id}"),
        is_roll=request.args.get("paper") != "a4",
    )


# --- what the list needs ------------------------------------------------------------------------------------------------


def _tab() -> Tab:
    return chosen_tab(TABS, first=1)


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
    both = (row.from_id, row.to_id)
    units = {"dispatch": (row.from_id,), "receipt": (row.to_id,), "cancellation": both, "loss": both}
    moves = (move for move in moves_from(row.status) if move.act in units)
    return {move.act for move in moves if any(asked.caller.may(move.right, at, asked.tree) for at in units[move.act])}


def _may_scan(asked: Context, tab: Tab, here: Unit) -> bool:
    rights = SCANS.get(tab.name)
    return rights is not None and all(asked.caller.may(name, here.id, asked.tree) for name in rights)


def _sent(row: TransferRow, asked: Context) -> Text:
    return Text("{title}已发出 → {to}。", "{title} is on its way to {to}.").format(
        title=marked(row.title), to=asked.tree.by_id[row.to_id].name
    )


def _here() -> Unit | None:
    code = request.form.get("at", "")
    return context().tree.unit(code) if code else None


def _address(tab: Tab, here: Unit | None, **more: Any) -> str:
    return url_for("transfer_pages.index", tab=tab.name, at=here.code if here else "", **more)


def _back() -> str:
    return url_for("transfer_pages.index", tab=_tab().name, at=request.form.get("at", ""))
