"""The counter of a bookshop: one field for cards, books and labels. The same routes serve the page and its script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from branches.tree import Unit
from catalog.languages import LANGUAGES
from circ.queries import loan_by_id
from kernel.clock import local_day, start_of_day
from kernel.http import right
from kernel.i18n import Text
from kernel.schema import row_number
from purchasing.isbns import isbn_of
from purchasing.queries.funds import programme_by_id
from purchasing.queries.selections import SelectionRow, find_selection, list_selections
from purchasing.queries.settlements import past_calling_off
from purchasing.queries.shops import VolumeRow, volumes_with
from purchasing.rules import window_ends
from purchasing.service.selecting import Quote, SelectionService
from purchasing.service.selecting.allowance import Allowance, allowance_of
from purchasing.service.selecting.making import first_made_at
from purchasing.service.shops import shops_of
from purchasing.show import may_hear_way
from web.pages.desk.board import open_card, seal_card
from web.pages.desk.reading import normalise
from web.pages.shop import answering, told, which
from web.pages.shop.answering import ANSWERED, Answer, Book, Counter
from web.pages.shop.told import Told

page = Blueprint("shop", __name__, url_prefix="/shop")

RECENT: Final = 30
TYPED: Final = ("isbn", "title", "author", "publisher", "year", "price", "volume", "class_number", "lang")
REASONS: Final = (
    Text("读者不要了", "the reader changed their mind"),
    Text("书有破损", "the book is damaged"),
    Text("扫错了书", "the wrong book"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """A choice of today, and until when it may be called off still; `may_cancel`: that is not over, and nothing else stands against it."""

    selection: SelectionRow
    until: datetime
    is_over: bool
    may_cancel: bool


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("selection.read")
def show() -> ResponseReturnValue:
    """The counter for whoever works at one, else what was chosen today."""
    asked = context()
    shop = which.chosen(asked, "selection.make") if asked.caller.holds("selection.make") else None
    if shop is None:
        return redirect(url_for("shop_days.show"))
    return _render(Answer(counter=Counter(shop=shop)))


@page.route("/scan", methods=["GET"])
@right("selection.make")
def scan_again() -> ResponseReturnValue:
    """Somebody reloads the answer to a scan: back to the counter."""
    return redirect(url_for("shop.show"))


@page.route("/scan", methods=["POST"])
@right("selection.make")
def scan() -> ResponseReturnValue:
    """Answer a scan or an act at the counter."""
    g.reads_only = True
    answer = _answer(_sent(which.required(context(), "selection.make")))
    g.reads_only = True
    return _render(answer)


@page.route("/receipts/<int:selection_id>", methods=["GET"])
@right("selection.read")
def receipt(selection_id: int) -> str:
    """For the reader, on an 80 mm roll: the book, its label, when it is due. Nobody's name."""
    asked = context()
    row = find_selection(asked.session, selection_id)
    asked.caller.require_at("selection.read", row.shop_id, asked.tree, thing="selection", key=selection_id)
    return render_template("shop/receipt.html", row=row, shop=asked.tree.by_id[row.shop_id], due_at=_due_at(asked, row))


def _due_at(asked: Context, row: SelectionRow) -> datetime | None:
    loan = loan_by_id(asked.session, row.loan_id) if row.loan_id is not None else None
    return None if loan is None else loan.due_at


# --- what was sent ------------------------------------------------------------------------------------------------------


def _sent(shop: Unit) -> Counter:
    form = request.form
    typed = {name: form.get(name, "")[:300] for name in TYPED}
    book = Book(**typed, is_volume_said=form.get("volume_said") == "1") if typed["isbn"] else None
    return Counter(
        shop=shop,
        card=open_card(context().caller, form.get("reader", "")),
        proof=form.get("proof", "")[:1000],
        book=book,
        replaces=row_number(form.get("replaces", "")),
    )


def _answer(counter: Counter) -> Answer:
    form = request.form
    if form.get("leave"):
        return Answer(counter=Counter(shop=counter.shop))
    if form.get("prove"):
        return answering.prove(counter, form.get("pin", "")[:64])
    if form.get("aside"):
        return Answer(counter=replace(counter, book=None))
    if (changed := _change(counter)) is not None:
        return changed
    if form.get("details"):
        return Answer(counter=counter)
    if form.get("lift"):
        override = tuple(form.getlist("override"))
        return answering.choose(counter, override=override, reason=form.get("why", "").strip()[:200])
    text = normalise(form.get("scan", ""))
    if text:
        return answering.answer(counter, text)
    if counter.book is not None and counter.card is not None and form.get("ready") == "1":
        return answering.choose(counter)
    return Answer(counter=counter)


def _change(counter: Counter) -> Answer | None:
    """What is done about a choice of today; None where it is something else."""
    form = request.form
    if form.get("cancel"):
        reason = form.get("reason", "").strip()[:200] or REASONS[0].zh
        return answering.cancel(counter, row_number(form["cancel"]) or 0, reason)
    if form.get("exchange"):
        return answering.begin_exchange(counter, row_number(form["exchange"]) or 0)
    if form.get("drop"):
        return answering.drop_exchange(counter, row_number(form["drop"]) or 0)
    return None


# --- what is shown ------------------------------------------------------------------------------------------------------


def _render(answer: Answer) -> str:
    """The whole page, or its changing parts for the script."""
    asked, counter, spoken = context(), answer.counter, answer.told
    reader = _reader(asked, counter)
    volumes = _open_volumes(asked, counter)
    quote: Quote | None = None
    if counter.book is not None and reader is not None and not volumes:
        try:
            quote = SelectionService(asked).quote(answering.pick_of(counter, counter.book, reader.card))
            spoken = spoken or told.of_quote(quote, exchanges=counter.replaces is not None)
        except ANSWERED as error:
            spoken = spoken or replace(told.of_error(error), locks=False)
            counter = replace(counter, book=None)
    elif counter.book is not None:
        spoken = spoken or (_ask_volume(counter.book) if volumes else answering.card_first())
    is_ready = quote is not None and told.is_ready(quote, exchanges=counter.replaces is not None)
    programme = quote.programme if quote is not None and is_ready else None
    asks_pin = programme is not None and not answering.is_proven(counter, programme)
    if asks_pin:
        spoken = answer.told or answering.ask_pin()
    return render_template(
        "shop/parts.html" if request.headers.get("X-Parts") else "shop/counter.html",
        shop=counter.shop,
        shops=shops_of(asked, "selection.make"),
        counter=counter,
        sealed=seal_card(asked.caller, counter.card) if counter.card else "",
        reader=reader,
        quote=quote,
        is_ready=is_ready and not asks_pin,
        asks_pin=asks_pin,
        lifting=_lifting(asked, quote) if not is_ready else (),
        volumes=volumes,
        spoken=spoken,
        recent=_recent(asked, counter.shop),
        exchanges=_exchanges(asked, counter.shop),
        reasons=REASONS,
        languages=LANGUAGES,
        typed=TYPED,
        left_sentences=told.left_sentences,
        tells_way=may_hear_way(asked),
    )


def _reader(asked: Context, counter: Counter) -> Allowance | None:
    if counter.card is None:
        return None
    try:
        return allowance_of(asked, counter.shop.code, counter.card)
    except ANSWERED:  # the card ended while its reader stood there
        return None


def _open_volumes(asked: Context, counter: Counter) -> list[VolumeRow]:
    """The volumes to choose from, until it is said which one lies there."""
    book = counter.book
    if book is None or book.is_volume_said:
        return []
    isbn = isbn_of(book.isbn)
    return volumes_with(asked.session, counter.shop.id, isbn) if isbn else []


def _ask_volume(book: Book) -> Told:
    sentence = Text(
        "{isbn} 是几册共用的 ISBN：请选拿来的是哪一册。",
        "Several volumes share the ISBN {isbn}: say which one this is.",
    )
    return Told(tone="warn", word=told.WORDS["volume"], sentence=sentence.format(isbn=book.isbn))


def _lifting(asked: Context, quote: Quote | None) -> tuple[str, ...]:
    """The reasons that the caller may lift, where these are all that is in the way."""
    if quote is None or quote.programme is None or quote.known.missing:
        return ()
    org_id = quote.programme.org_id
    liftable = [
        one.code for one in quote.refusals if one.override and asked.caller.may(one.override, org_id, asked.tree)
    ]
    return tuple(liftable) if len(liftable) == len(quote.refusals) else ()


def _recent(asked: Context, shop: Unit) -> list[Recent]:
    today = start_of_day(local_day(asked.now))
    return _with_windows(
        asked,
        list_selections(asked.session, units=[shop.id], since=today, until=today + timedelta(days=1), limit=RECENT),
    )


def _exchanges(asked: Context, shop: Unit) -> list[Recent]:
    """Those that somebody began here and nobody finished or dropped, until they are: at this counter or another of the shop."""
    return _with_windows(asked, list_selections(asked.session, units=[shop.id], is_exchanging=True, limit=RECENT))


def _with_windows(asked: Context, rows: Sequence[SelectionRow]) -> list[Recent]:
    programmes = {row.programme_id for row in rows}
    windows = {one: programme_by_id(asked.session, one).rules.cancel_minutes for one in programmes}
    kept = past_calling_off(asked.session, [row.id for row in rows])
    found = []
    for row in rows:
        until = window_ends(first_made_at(row), windows[row.programme_id])
        is_open = row.status == "lent" and not row.is_online and row.id not in kept
        is_over = asked.now > until
        found.append(Recent(selection=row, until=until, is_over=is_over, may_cancel=is_open and not is_over))
    return found
