"""One scan, answered: the thing is found, the one service method is called, and the desk hears a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import g

from branches.context import Context
from branches.http import context
from branches.tree import Unit
from catalog.queries import ItemRow, find_item
from catalog.states import ITEM_STATUSES
from circ import queries, sentences
from circ.commands import CheckIn, CheckOut
from circ.service import CirculationService
from circ.service.standing import look_at_card
from kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused
from kernel.i18n import Text
from kernel.schema import row_number
from patrons.queries import PatronRow
from transit.queries import open_transfer
from web.pages import acts
from web.pages.desk import dropping, reading, said
from web.pages.desk.dropping import Returning
from web.pages.desk.reading import Mode
from web.pages.desk.said import Said

ANSWERED = (Refused, NotFound, Conflict, Invalid)  # what somebody at the desk can do something about


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """`card` is the reader at the desk; `override` names the refusals to lift, `reason` says why. `overflow`: for a short
    time, although the card is full."""

    text: str
    mode: Mode
    place: Unit
    card: str | None = None
    override: tuple[str, ...] = ()
    reason: str | None = None
    returning: Returning = dropping.NOW
    overflow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`mode` and `card` are how the desk goes on."""

    said: Said
    mode: Mode
    card: str | None


def answer(scan: Scan) -> Answer:
    """Do what the scan means here. Errors that people can mend become a sentence; all others go their way."""
    asked = _read()
    try:
        expects = reading.expected(scan.mode, has_reader=scan.card is not None)
        found = reading.identify(asked, scan.text, scan.place, expects=expects)
        return _answer(scan, found, asked)
    except ANSWERED as error:
        return _refuse(scan, error)


def _answer(scan: Scan, found: reading.Found, asked: Context) -> Answer:
    if isinstance(found, Unit):
        return Answer(said=_offer_unit(found, scan), mode=scan.mode, card=scan.card)
    if isinstance(found, PatronRow):
        return _take_card(scan, f"{asked.tree.by_id[found.namespace_id].code}:{found.barcode}")
    if scan.mode == "look":
        return Answer(said=_look_up(asked, found), mode=scan.mode, card=scan.card)
    if scan.mode == "return":
        return Answer(said=_do(lambda: _take_in(scan)), mode=scan.mode, card=scan.card)
    if scan.card is None:
        return Answer(said=_card_first(found, scan), mode=scan.mode, card=None)
    card = scan.card
    return Answer(said=_do(lambda: _lend(scan, card)), mode=scan.mode, card=card)


def _do(work: Callable[[], Said]) -> Said:
    return Said.from_json(acts.once(lambda: work().as_json()))


def _lend(scan: Scan, card: str) -> Said:
    command = CheckOut(
        patron=card,
        item=scan.text,
        at=scan.place.code,
        overflow=scan.overflow,
        override=scan.override,
        reason=scan.reason,
    )
    return said.of_loan(CirculationService(context()).check_out(command))


def _take_in(scan: Scan) -> Said:
    asked = context()
    command = CheckIn(
        item=scan.text,
        at=scan.place.code,
        returned_at=_returned_at(scan, asked),
        counts_use=scan.returning.counts_use,
        override=scan.override,
        reason=scan.reason,
    )
    return said.of_return(CirculationService(asked).check_in(command), asked)


def _returned_at(scan: Scan, asked: Context) -> datetime | None:
    """When the book drop was used; of a book that was lent later than that, now: it did not lie in the drop."""
    dropped_at = scan.returning.dropped_at
    if dropped_at is None:
        return None
    item = find_item(asked.session, scan.text, asked.tree, at=scan.place.id)
    loan = queries.open_loan_of_item(asked.session, item.id)
    return dropped_at if loan is not None and loan.checked_out_at <= dropped_at else None


def undo(entry: str, place: Unit) -> Said:
    """Take back an act of the list beside the desk."""
    try:
        return _do(lambda: said.of_undoing(CirculationService(context()).undo(row_number(entry) or 0)))
    except ANSWERED as error:
        return said.of_error(error, "", _read(), place.id)


def _take_card(scan: Scan, card: str) -> Answer:
    """The reader steps up: from here on the desk lends to them, unless it is only looking things up."""
    spoken = _do(lambda: said.of_card(look_at_card(context(), card, scan.place.code)))
    return Answer(said=spoken, mode="look" if scan.mode == "look" else "lend", card=card)


def _look_up(asked: Context, item: ItemRow) -> Said:
    """Where a copy is and what is with it."""
    tree = asked.tree
    loan = queries.open_loan_of_item(asked.session, item.id)
    transfer = open_transfer(asked.session, item.id)
    notes = [Text("所属馆：{org}。", "Belongs to {org}.").format(org=tree.by_id[item.home_id].name)]
    if item.call_number:
        notes.append(Text("索书号：{number}。", "Call number: {number}.").format(number=item.call_number))
    if loan is not None:
        lent = Text("借自 {org}，应还日期 {day}。", "Lent at {org}, due {day}.")
        notes.append(lent.format(org=tree.by_id[loan.org_id].name, day=sentences.due_text(loan.due_at, asked.now)))
    else:
        notes.append(Text("现在在 {org}。", "Now at {org}.").format(org=tree.by_id[item.location_id].name))
    if transfer is not None:
        notes.append(Text("调往 {org}。", "On its way to {org}.").format(org=tree.by_id[transfer.to_id].name))
    sentence = Text("{title}：{status}。", "{title}: {status}.")
    return Said(
        tone="good" if item.status == "available" else "warn",
        word=said.WORDS["look"],
        sentence=sentence.format(title=sentences.name(item), status=ITEM_STATUSES[item.status].label),
        notes=tuple(notes),
        item=item.barcode,
        bib_id=item.bib_id,
    )


def _offer_unit(unit: Unit, scan: Scan) -> Said:
    sentence = Text(
        "扫到的是馆点代码：{name}。要改在这里工作吗？", "This is the code of {name}. Work there from now on?"
    )
    return Said(
        tone="warn", word=said.WORDS["unit"], sentence=sentence.format(name=unit.name), scan=scan.text, unit=unit.code
    )


def _card_first(item: ItemRow, scan: Scan) -> Said:
    sentence = Text("借{title}请先扫读者证。", "Scan the reader’s card first, then {title}.")
    return Said(
        tone="stop",
        word=said.WORDS["card_first"],
        sentence=sentence.format(title=sentences.name(item)),
        scan=scan.text,
        item=item.barcode,
        bib_id=item.bib_id,
    )


def _refuse(scan: Scan, error: DomainError) -> Answer:
    spoken = said.of_error(error, scan.text, _read(), scan.place.id)
    if error.code == "item.not_found" and scan.mode == "lend" and scan.card is not None:
        spoken = _unknown(scan)
    return Answer(said=spoken, mode=scan.mode, card=scan.card)


def _unknown(scan: Scan) -> Said:
    """A code that is nobody's, while a reader is being served. Whoever stood at the desk still does, and the next book would be theirs."""
    sentence = Text(
        "「{code}」既不是图书条码，也不是读者证。请核对后再试。",
        "“{code}” is no book and no reader card. Check it and try again.",
    ).format(code=scan.text)
    stays = Text("借书的仍是原来的读者；换人请按 F10。", "The reader is still the same; press F10 for another.")
    return Said(tone="stop", word=said.WORDS["refused"], sentence=sentence, scan=scan.text, notes=(stays,))


def _read() -> Context:
    """A context that only reads: a desk looks before it acts."""
    g.reads_only = True
    return context()
