"""One scan or act at a shop's counter, answered: what it means, the one service method, and what the counter says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from flask import g

from branches.context import Context
from branches.http import context
from branches.tree import Unit
from catalog.languages import LANGUAGES
from kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused, TooManyRequests
from kernel.http import database
from kernel.i18n import Text
from kernel.money import MAX_MONEY_FEN, MONEY, read_money
from patrons.http import vault
from patrons.queries import find_patron
from purchasing.isbns import is_unified_number, isbn_of
from purchasing.programmes import Programme
from purchasing.queries.selections import find_selection
from purchasing.queries.shops import label_runs
from purchasing.refusals import refuse
from purchasing.service.selecting import Pick, SelectionService, proving
from purchasing.service.selecting.allowance import look_at_reader
from web.pages import acts
from web.pages.forms import FULL_WIDTH
from web.pages.shop import told
from web.pages.shop.told import Told

ANSWERED: Final = (Refused, NotFound, Conflict, Invalid)  # what somebody at the counter can do something about
_EAN: Final = re.compile(r"97[89][0-9]{10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A book on the counter as it was scanned and typed. `is_volume_said`: it is clear which volume of a set it is."""

    isbn: str
    title: str = ""
    author: str = ""
    publisher: str = ""
    year: str = ""
    price: str = ""
    volume: str = ""
    class_number: str = ""
    lang: str = ""
    is_volume_said: bool = False

    def price_fen(self) -> int | None:
        text = self.price.strip().translate(FULL_WIDTH).lstrip("¥￥").removesuffix("元").strip()
        return read_money(text) if MONEY.match(text) and read_money(text) <= MAX_MONEY_FEN else None

    def year_number(self) -> int | None:
        text = self.year.strip().translate(FULL_WIDTH)
        return int(text) if re.fullmatch(r"[12][0-9]{3}", text, re.ASCII) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Who stands at the counter of a shop, with which book, and which choice it is to replace. `proof` is sealed: that the reader typed
    their PIN."""

    shop: Unit
    card: str | None = None
    proof: str = ""
    book: Book | None = None
    replaces: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How the counter goes on, and what it says; None: what stands on it speaks for itself."""

    counter: Counter
    told: Told | None = None


def answer(counter: Counter, text: str) -> Answer:
    """A scan: a book, one of the shop's labels, or a card; with a book and a reader there, anything else is a label that does not fit."""
    asked = _read()
    if _EAN.fullmatch(text.replace("-", "")) and isbn_of(text):
        return Answer(counter=replace(counter, book=Book(isbn=text)))
    if any(labels.run.number_of(text) is not None for labels in label_runs(asked.session, counter.shop.id)):
        return choose(counter, label=text)
    try:
        return _take_card(counter, text)
    except NotFound:
        return _other(counter, text)
    except ANSWERED as error:
        return Answer(counter=counter, told=told.of_error(error))


def choose(counter: Counter, *, label: str | None = None, override: tuple[str, ...] = (), reason: str = "") -> Answer:
    """Buy the book on the counter and lend it, once however often this is sent."""
    if counter.book is None:
        sentence = Text("条码标签要贴在书上：先扫书的 ISBN。", "A label belongs on a book: scan the ISBN first.")
        return Answer(counter=counter, told=Told(tone="warn", word=told.WORDS["book_first"], sentence=sentence))
    if counter.card is None:
        return Answer(counter=counter, told=card_first())
    pick = replace(
        pick_of(counter, counter.book, counter.card),
        item_barcode=label,
        override=override,
        reason=reason or None,
        proof=proving.open_proof(vault(), counter.proof),
    )
    try:
        spoken = _do(lambda: _chosen(counter, pick))
    except ANSWERED as error:
        return Answer(counter=counter, told=told.of_error(error))
    return Answer(counter=replace(counter, book=None, replaces=None), told=spoken)


def prove(counter: Counter, pin: str) -> Answer:
    """The reader typed their PIN. Nothing else is done, and nothing else is said than whether it fits."""
    if counter.card is None:
        return Answer(counter=counter, told=card_first())
    try:
        proof = proving.prove(database(), _read(), counter.shop.code, counter.card, pin, real_now=g.real_now)
    except TooManyRequests as error:
        return Answer(counter=counter, told=told.of_error(error))
    if proof is None:
        return Answer(counter=counter, told=_wrong_pin())
    return Answer(counter=replace(counter, proof=proving.seal_proof(vault(), proof)))


def is_proven(counter: Counter, programme: Programme) -> bool:
    """Whether what the programme asks for as proof is there, by the rule that the act itself asks."""
    if programme.rules.presence == "none":
        return True
    asked, proof = _read(), proving.open_proof(vault(), counter.proof)
    if proof is None or counter.card is None:
        return False
    reader = find_patron(asked.session, counter.card, asked.tree, at=counter.shop.id)
    return proving.is_good(asked, proof, patron_id=reader.id, shop_id=counter.shop.id)


def cancel(counter: Counter, selection_id: int, reason: str) -> Answer:
    try:
        spoken = _do(lambda: told.of_cancelling(SelectionService(context()).cancel(selection_id, reason)))
    except ANSWERED as error:
        return Answer(counter=counter, told=told.of_error(error))
    return Answer(counter=counter, told=spoken)


def begin_exchange(counter: Counter, selection_id: int) -> Answer:
    """From here on the next book replaces that one; the reader shows the card again. One that was begun goes on in the same way."""
    if find_selection(_read().session, selection_id).shop_id != counter.shop.id:
        raise NotFound("selection", selection_id)
    try:
        spoken = _do(lambda: told.of_beginning(SelectionService(context()).begin_exchange(selection_id)))
    except ANSWERED as error:
        return Answer(counter=counter, told=told.of_error(error))
    return Answer(counter=replace(counter, book=None, card=None, proof="", replaces=selection_id), told=spoken)


def drop_exchange(counter: Counter, selection_id: int) -> Answer:
    """The reader keeps the book; whoever stands at this counter stays."""
    try:
        spoken = _do(lambda: told.of_dropping(SelectionService(context()).drop_exchange(selection_id)))
    except ANSWERED as error:
        return Answer(counter=counter, told=told.of_error(error))
    still = None if counter.replaces == selection_id else counter.replaces
    return Answer(counter=replace(counter, replaces=still), told=spoken)


def pick_of(counter: Counter, book: Book, card: str) -> Pick:
    return Pick(
        patron=card,
        isbn=book.isbn,
        shop=counter.shop.code,
        price_fen=book.price_fen(),
        title=book.title.strip()[:300],
        author=book.author.strip()[:200],
        publisher=book.publisher.strip()[:200],
        year=book.year_number(),
        volume=book.volume.strip()[:100] or None,
        class_number=book.class_number.strip().translate(FULL_WIDTH)[:64] or None,
        language=book.lang if book.lang in LANGUAGES else None,
    )


def ask_pin() -> Told:
    sentence = Text("请读者本人在这里输 PIN。", "Let the reader type their PIN here.")
    return Told(tone="warn", word=told.WORDS["pin_first"], sentence=sentence)


def _wrong_pin() -> Told:
    sentence = Text(
        "PIN 不对。请读者再输一次；忘了或没有 PIN，可以到任何一个馆点重设。",
        "The PIN does not fit. Let the reader try again; any library sets a new one.",
    )
    return Told(tone="stop", word=told.WORDS["pin_no"], sentence=sentence)


def card_first() -> Told:
    sentence = Text("书已扫到，请扫读者证。", "The book is scanned; now the reader’s card.")
    return Told(tone="warn", word=told.WORDS["card_first"], sentence=sentence)


# --- parts --------------------------------------------------------------------------------------------------------------


def _take_card(counter: Counter, text: str) -> Answer:
    found = acts.in_transaction(lambda: look_at_reader(context(), counter.shop.code, text))
    g.reads_only = True
    if counter.replaces is not None and not SelectionService(context()).is_of(counter.replaces, found.card):
        return Answer(counter=replace(counter, card=None, proof=""), told=told.of_another())
    proof = counter.proof if found.card == counter.card else ""
    return Answer(counter=replace(counter, card=found.card, proof=proof))


def _other(counter: Counter, text: str) -> Answer:
    """Neither a number of a book as scanners read it, nor a label of this shop, nor a card."""
    if is_unified_number(text):
        return Answer(counter=counter, told=_unlocked(Refused([refuse("purchase.unified_number", written=text[:40])])))
    if counter.book is not None and counter.card is not None and isbn_of(text) is None:
        return choose(counter, label=text)
    if isbn_of(text) is not None:
        return Answer(counter=replace(counter, book=Book(isbn=text)))
    sentence = Text(
        "“{text}”既不是 ISBN，也不是读者证或本店的条码。请再扫一次。",
        "“{text}” is no ISBN, no reader card and no label of this shop. Scan it again.",
    )
    return Answer(
        counter=counter,
        told=Told(tone="stop", word=told.WORDS["refused"], sentence=sentence.format(text=text[:64])),
    )


def _unlocked(error: DomainError) -> Told:
    return replace(told.of_error(error), locks=False)


def _chosen(counter: Counter, pick: Pick) -> Told:
    service = SelectionService(context())
    made = service.choose(pick) if counter.replaces is None else service.exchange(counter.replaces, pick)
    return told.of_choice(made)


def _do(work: Callable[[], Told]) -> Told:
    return Told.from_json(acts.once(lambda: work().as_json()))


def _read() -> Context:
    """A context that only reads: the counter looks before it acts."""
    g.reads_only = True
    return context()
