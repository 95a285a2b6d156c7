"""Choosing, calling off, exchanging: money, title, copy and loan in one transaction, all of it or nothing.

Rows are locked in the order of all choices (`making`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import update

from branches.tree import Unit
from catalog.models import Item
from catalog.queries import item_by_id
from catalog.service.placing import place_item
from circ.commands import CheckOut
from circ.queries import loan_by_id
from circ.service import CirculationService, Lent
from circ.service.calling_off import call_off_loan
from kernel.clock import end_of_day, local_day
from kernel.db import Database, table_of
from kernel.errors import Conflict, NotFound, Refused
from kernel.i18n import Text
from kernel.noting import OnceADay, note
from patrons.queries import find_patron, patron_by_id
from purchasing.programmes import Programme
from purchasing.queries.funds import list_programmes, lock_funds, programme_by_id, taken_for
from purchasing.queries.selections import SelectionRow, find_selection, lock_isbn
from purchasing.queries.shops import label_runs
from purchasing.refusals import refuse
from purchasing.rules import Left, check_window
from purchasing.selection_models import Selection
from purchasing.service.pacing import usual_ways
from purchasing.service.selecting.commands import Pick
from purchasing.service.selecting.judging import (
    Case,
    Quote,
    check_complete,
    look,
    quote_of,
    read_isbn,
    sees_details,
    without_details,
)
from purchasing.service.selecting.looking import hiding_numbers, note_question
from purchasing.service.selecting.making import Making, first_made_at
from purchasing.service.selecting.telling import tell_chosen, tell_undone
from purchasing.service.shop_barcodes import ShopBarcodeService
from purchasing.service.stock import put_back, take_one
from purchasing.states import SELECTION_STATUSES

# The programme lends its books, whatever else the policies lend in shops and however new a book is.
_LENT_ALL_THE_SAME: Final = ("item.not_lendable", "item.age_protected", "patron.category_refused")
_SAME_ONLY: Final = Text(
    "换书只能在同一家书店给同一位读者换。要换人或换店，请先撤销，再重新选。",
    "An exchange is for the same reader in the same shop. Call the choice off and choose anew for others.",
)
_EXCHANGED: Final = Text("换书", "exchanged")
_selections, _items = table_of(Selection), table_of(Item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A selection, its loan, and what the quotas leave to the reader now."""

    selection: SelectionRow
    lent: Lent
    left: tuple[Left, ...]


class SelectionService(Making):
    """What readers choose in shops. Clerks act in their own shop, readers may only ask."""

    def quote(self, pick: Pick) -> Quote:
        """Whether this reader may have this book, with every reason. A book that was wanted and refused is noted, without the
        reader, and for one reader and one reason once a day, however often the page is loaded."""
        with hiding_numbers(self._context, pick.shop):
            case = look(self._context, pick, lock=False)
        if self._context.caller.kind == "staff":
            note_question(self._context, case.shop, case.patron.id)
        quote = quote_of(self._context, case)
        if pick.delivery is not None and quote.programme is not None:
            online = quote.programme.rules.online
            usual = usual_ways(self._context, case.shop.id, online, home_id=case.patron.home_id)
            quote = replace(quote, usual=usual)
        self._note_demand(case, quote)
        return quote

    def choose(self, pick: Pick, *, replaces: SelectionRow | None = None) -> Chosen:
        """Buy the book and lend it on the spot. Raises Refused with every reason, Invalid where title or price are not known."""
        if self._context.caller.kind == "patron":
            raise NotFound("shop", pick.shop)
        case = look(self._context, pick, lock=True)
        check_complete(case.known)
        verdict, lifted = self._decide(case, pick)
        programme = verdict.programme
        library = self._context.tree.by_id[programme.library_id]
        took_stock = take_one(self._session, case, is_online=False)
        labels = ShopBarcodeService(self._context)
        barcode = labels.take(case.shop, library_id=library.id, asked=pick.item_barcode)
        bib_id = case.known.bib_id if case.known.bib_id is not None else self._make_title(case)
        item_id = self._make_copy(case, programme, library, bib_id, barcode)
        lent = self._lend(case, programme, library, barcode, pick)
        selection_id = self._write(
            case, verdict, lent.id, item_id, bib_id, lifted, pick, replaces, took_stock=took_stock
        )
        selection = find_selection(self._session, selection_id)
        tell_chosen(self._context, selection, case.patron.id)
        return Chosen(selection=selection, lent=lent, left=self._left(case, programme))

    def cancel(self, selection_id: int, reason: str) -> SelectionRow:
        """Call a choice off within its window: money, quota, stock, loan and copy are as if it had not been. Raises Refused
        `purchase.window`."""
        return self._call_off(selection_id, reason)

    def _call_off(self, selection_id: int, reason: str, *, is_exchange: bool = False) -> SelectionRow:
        selection = self._own(selection_id)
        self._take_rows(selection)
        selection = self._require_time(selection_id)
        patron_id = self._take_copy_back(selection)
        self._give_back(selection)
        put_back(self._session, selection)
        values = {"status": "cancelled", "ended_at": self._context.now, "end_reason": reason, "patron_id": None}
        values["exchange_begun_at"] = None
        self._session.execute(update(_selections).where(_selections.c.id == selection_id).values(values))
        self._record("selection_cancelled", selection, {"why": reason})
        self.leave_title(selection)
        tell_undone(self._context, selection, patron_id, _EXCHANGED if is_exchange else Text(reason, reason))
        return find_selection(self._session, selection_id)

    def exchange(self, selection_id: int, pick: Pick) -> Chosen:
        """Call one choice off and make another in its place, both or neither: of the same reader in the same shop, within the window of the
        first. Rows are taken in the order of all choices before the first of them is touched."""
        selection = self._own(selection_id)
        shop, session = self._context.tree.by_id[selection.shop_id], self._session
        patron = find_patron(session, pick.patron, self._context.tree, at=shop.id, lock=True)
        if pick.shop != shop.code or patron.id != self._reader_of(selection):
            raise Conflict("selection.exchange", _SAME_ONLY)
        lock_isbn(session, selection.isbn, read_isbn(pick.isbn))
        label_runs(session, shop.id, lock=True)
        item_by_id(session, selection.item_id, lock=True)
        running = list_programmes(session, open_on=local_day(self._context.now))
        lock_funds(
            session,
            {fund.id for one in running for fund in one.funds} | taken_for(session, selection_id=selection_id).keys(),
        )
        return self.choose(
            pick, replaces=self._call_off(selection_id, f"{_EXCHANGED.zh} / {_EXCHANGED.en}", is_exchange=True)
        )

    def begin_exchange(self, selection_id: int) -> SelectionRow:
        """Say that another book is to take the place of one, within its window. Nothing but that is written, so that whoever finds the
        counter afterwards sees what is open: `exchange` finishes it, `drop_exchange` leaves all as it was, and the window ends it."""
        selection = self._own(selection_id)
        self._take_rows(selection)
        selection = self._require_time(selection_id)
        if self._loan_is_over(selection):
            raise Refused([refuse("purchase.moved_on")])
        if selection.exchange_begun_at is None:
            self._set_begun(selection_id, self._context.now)
        return find_selection(self._session, selection_id)

    def drop_exchange(self, selection_id: int) -> SelectionRow:
        """The reader keeps the book, or walked off: nothing was begun."""
        self._own(selection_id)
        find_selection(self._session, selection_id, lock=True)
        self._set_begun(selection_id, None)
        return find_selection(self._session, selection_id)

    def is_of(self, selection_id: int, card: str) -> bool:
        """Whether a choice in the caller's shop is this reader's."""
        selection = self._own(selection_id)
        return find_patron(self._session, card, self._context.tree, at=selection.shop_id).id == self._reader_of(
            selection
        )

    # --- parts

    def _set_begun(self, selection_id: int, at: datetime | None) -> None:
        self._session.execute(update(_selections).where(_selections.c.id == selection_id).values(exchange_begun_at=at))

    def _require_time(self, selection_id: int) -> SelectionRow:
        """The choice, its row taken: it was perhaps called off while this act waited."""
        selection = find_selection(self._session, selection_id, lock=True)
        if selection.is_online or "cancelled" not in SELECTION_STATUSES[selection.status].moves:
            now = SELECTION_STATUSES[selection.status].label
            message = Text("这一笔{now}，不能再撤销。", "This choice is {now}; it cannot be called off.")
            raise Conflict("selection.state", message.format(now=now))
        self.require_unsettled(selection)
        programme = programme_by_id(self._session, selection.programme_id)
        refusals = check_window(first_made_at(selection), self._context.now, programme.rules.cancel_minutes)
        if refusals:
            raise Refused(refusals)
        return selection

    def _note_demand(self, case: Case, quote: Quote) -> None:
        codes = [one.code for one in quote.refusals if one.code != "purchase.card" and one.code.startswith("purchase.")]
        is_known = case.known.bib_id is not None or case.known.listed_fen is not None
        if not codes or not case.known.title or (self._context.caller.kind == "patron" and not is_known):
            return  # what a reader types is not read out to buyers
        data: dict[str, Any] = {"isbn": case.known.isbn, "title": case.known.title, "codes": codes}
        data |= {"programme": quote.programme.code if quote.programme else None, "shop": case.shop.code}
        database: Database = self._session.info["database"]
        context = self._context
        note(
            database,
            "selection_refused",
            at=context.now,
            channel=context.channel,
            data=data,
            org_id=case.patron.home_id,
            once=OnceADay(asked=(case.patron.id, case.known.isbn), values="codes"),
        )

    def _lend(self, case: Case, programme: Programme, library: Unit, barcode: str, pick: Pick) -> Lent:
        """The loan of the new copy at the shop, for as long as the programme says, else as the policies do."""
        tree, shop = self._context.tree, case.shop
        days = programme.rules.loan_days
        rights = (("loan.lend", shop.id), ("loan.override.item", shop.id))
        namespace = tree.by_id[tree.namespace(library.id)]
        asked = pick.override if self._context.caller.may("loan.override.patron", shop.id, tree) else ()
        command = CheckOut(
            patron=pick.patron,
            item=f"{namespace.code}:{barcode}",
            at=shop.code,
            due_at=None if days is None else end_of_day(local_day(self._context.now) + timedelta(days=days)),
            override=(*asked, *_LENT_ALL_THE_SAME),
            reason=pick.reason or programme.name,
        )
        try:
            return CirculationService(self._acting(*rights)).check_out(command)
        except Refused as error:
            if sees_details(self._context, shop):
                raise
            raise Refused(without_details(error.refusals)) from error

    # --- taking back

    def _own(self, selection_id: int) -> SelectionRow:
        """A choice in a shop where the caller may make some; another one's is answered as absent."""
        context, selection = self._context, find_selection(self._session, selection_id)
        context.caller.require_at(
            "selection.make", selection.shop_id, context.tree, thing="selection", key=selection_id
        )
        return selection

    def _take_rows(self, selection: SelectionRow) -> None:
        """Lock the reader, the number, then the copy, as every choice does: what is called off waits for whoever buys the same title."""
        patron_id = self._reader_of(selection)
        if patron_id is not None:
            patron_by_id(self._session, patron_id, lock=True)
        lock_isbn(self._session, selection.isbn)
        item_by_id(self._session, selection.item_id, lock=True)

    def _reader_of(self, selection: SelectionRow) -> int | None:
        if selection.loan_id is None:
            return selection.patron_id
        loan = loan_by_id(self._session, selection.loan_id)
        return None if loan is None else loan.patron_id

    def _loan_is_over(self, selection: SelectionRow) -> bool:
        loan = loan_by_id(self._session, selection.loan_id) if selection.loan_id is not None else None
        return loan is None or loan.closed_at is not None

    def _take_copy_back(self, selection: SelectionRow) -> int:
        """The loan never was; the copy is the shop's again and no copy of the library's. Whose loan it was."""
        item = item_by_id(self._session, selection.item_id, lock=True)
        patron_id = self._reader_of(selection)
        if selection.loan_id is not None and not call_off_loan(
            self._context, selection.loan_id, item, org_id=selection.shop_id
        ):
            raise Refused([refuse("purchase.moved_on")])
        assert patron_id is not None  # an open loan names its reader
        item = item_by_id(self._session, selection.item_id)
        place_item(self._context, item, status="withdrawn", location_id=selection.shop_id)
        self._session.execute(update(_items).where(_items.c.id == item.id).values(awaits_processing=False))
        self.give_quota_back(selection, patron_id)
        return patron_id
