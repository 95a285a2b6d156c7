"""Choosing, calling off, exchanging: money, title, copy and loan in one transaction, all of it or nothing.

Rows are locked in one order: reader, number (ISBN), the shop's labels, copy, funds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.dialects import postgresql, sqlite

from branches.context import Context
from branches.tree import Unit
from catalog.entering import BibFields
from catalog.models import Item
from catalog.queries import item_by_id
from catalog.service.bibs import BibService
from catalog.service.items import ItemService, NewItem
from catalog.service.placing import place_item
from circ.commands import CheckOut
from circ.queries import loan_by_id
from circ.rules import stops
from circ.service import CirculationService, Lent
from circ.service.calling_off import call_off_loan
from circ.service.facts import may_lift
from kernel.clock import end_of_day, local_day
from kernel.db import Database, table_of
from kernel.errors import Conflict, NotFound, Refusal, Refused
from kernel.i18n import Text
from kernel.money import show_money
from kernel.noting import note
from patrons.queries import patron_by_id
from purchasing.programmes import Programme, parts_of
from purchasing.queries.funds import lock_funds, programme_by_id, taken_for
from purchasing.queries.selections import SelectionRow, find_selection, has_chosen, used_by
from purchasing.refusals import refuse
from purchasing.rules import Left, Verdict, age_group, check_budget, check_window, left_of
from purchasing.selection_models import QuotaUse, Selection
from purchasing.service.funds import charge
from purchasing.service.selecting.commands import Pick
from purchasing.service.selecting.judging import (
    Case,
    Known,
    Quote,
    check_complete,
    look,
    quote_of,
    sees_details,
    without_details,
)
from purchasing.service.shop_barcodes import ShopBarcodeService
from purchasing.states import SELECTION_STATUSES

_selections, _quotas, _items = table_of(Selection), table_of(QuotaUse), table_of(Item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A selection, its loan, and what the quotas leave to the reader now."""

    selection: SelectionRow
    lent: Lent
    left: tuple[Left, ...]


class SelectionService:
    """What readers choose in shops. Clerks act in their own shop, readers may only ask."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def quote(self, pick: Pick) -> Quote:
        """Whether this reader may have this book, with every reason. A book that was wanted and refused is noted, without the reader."""
        case = look(self._context, pick, lock=False)
        quote = quote_of(self._context, case)
        self._note_demand(case, quote)
        return quote

    def choose(self, pick: Pick, *, replaces_id: int | None = None) -> Chosen:
        """Buy the book and lend it on the spot. Raises Refused with every reason, Invalid where title or price are not known."""
        if self._context.caller.kind == "patron":
            raise NotFound("shop", pick.shop)
        case = look(self._context, pick, lock=True)
        check_complete(case.known)
        verdict, lifted = self._decide(case, pick)
        programme = verdict.programme
        library = self._context.tree.by_id[programme.library_id]
        labels = ShopBarcodeService(self._context)
        barcode = labels.take(case.shop, library_id=library.id, asked=pick.item_barcode)
        bib_id = case.known.bib_id if case.known.bib_id is not None else self._make_title(case)
        item_id = self._make_copy(case, programme, library, bib_id, barcode)
        lent = self._lend(case, programme, library, barcode, pick)
        selection_id = self._write(case, verdict, lent, item_id, bib_id, lifted, pick, replaces_id)
        return Chosen(
            selection=find_selection(self._session, selection_id), lent=lent, left=self._left(case, programme)
        )

    def cancel(self, selection_id: int, reason: str) -> SelectionRow:
        """Call a choice off within its window: money, quota, loan and copy are as if it had not been. Raises Refused `purchase.window`."""
        selection = self._own(selection_id)
        self._take_rows(selection)
        selection = find_selection(self._session, selection_id, lock=True)  # perhaps called off while this act waited
        if "cancelled" not in SELECTION_STATUSES[selection.status].moves:
            now = SELECTION_STATUSES[selection.status].label
            message = Text("这一笔{now}，不能再撤销。", "This choice is {now}; it cannot be called off.")
            raise Conflict("selection.state", message.format(now=now))
        programme = programme_by_id(self._session, selection.programme_id)
        refusals = check_window(selection.made_at, self._context.now, programme.rules.cancel_minutes)
        if refusals:
            raise Refused(refusals)
        self._take_copy_back(selection)
        self._give_back(selection)
        values = {"status": "cancelled", "ended_at": self._context.now, "end_reason": reason, "patron_id": None}
        self._session.execute(update(_selections).where(_selections.c.id == selection_id).values(values))
        self._record("selection_cancelled", selection, {"why": reason})
        return find_selection(self._session, selection_id)

    def exchange(self, selection_id: int, pick: Pick) -> Chosen:
        """Call one choice off and make another in its place, both or neither."""
        replaced = self.cancel(selection_id, "换书 / exchanged")
        return self.choose(pick, replaces_id=replaced.id)

    # --- deciding

    def _note_demand(self, case: Case, quote: Quote) -> None:
        codes = [one.code for one in quote.refusals if one.code != "purchase.card" and one.code.startswith("purchase.")]
        if not codes or not case.known.title:
            return
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
        )

    def _decide(self, case: Case, pick: Pick) -> tuple[Verdict, list[str]]:
        """The best programme whose money, now locked, suffices, and what is lifted. Raises Refused with the reasons of the best one."""
        context, first = self._context, None
        for verdict in case.verdicts:
            refusals = [*verdict.refusals, *case.standing]
            lifted = may_lift(context, refusals, pick.override, verdict.programme.org_id)
            standing = stops(refusals, self._with_card(lifted, case, pick))
            if not standing:
                standing = self._money(verdict.programme, case.cost_fen or 0)
            if not standing:
                return verdict, lifted
            first = first or standing
        raise Refused(first or [refuse("purchase.no_programme"), *case.standing])

    def _with_card(self, lifted: list[str], case: Case, pick: Pick) -> list[str]:
        """With what is lifted of the reader's card, by whoever may at this desk."""
        return [*lifted, *may_lift(self._context, case.standing, pick.override, case.shop.id)]

    def _money(self, programme: Programme, cost_fen: int) -> list[Refusal]:
        """Whether the funds, whose rows are the caller's from here on, still pay."""
        now = lock_funds(self._session, [fund.id for fund in programme.funds])
        funds = tuple(
            replace(fund, allocated_fen=now[fund.id].allocated_fen, spent_fen=now[fund.id].spent_fen)
            for fund in programme.funds
        )
        return check_budget(replace(programme, funds=funds), cost_fen)

    # --- making

    def _make_title(self, case: Case) -> int:
        """A title of what is known; cataloguers complete it when the book comes back."""
        known = case.known
        fields: BibFields = {
            "title": known.title,
            "authors": known.author or None,
            "publisher": known.publisher or None,
            "year": known.year,
            "isbns": [known.isbn],
            "price_fen": known.price_fen,
            "class_number": known.class_number,
            "language": known.language,
        }
        acting = self._acting(("bib.write", case.shop.id))
        return BibService(acting).create({name: value for name, value in fields.items() if value}).id  # type: ignore[arg-type]

    def _make_copy(self, case: Case, programme: Programme, library: Unit, bib_id: int, barcode: str) -> int:
        acting = self._acting(("item.write", library.id))
        new = NewItem(
            bib=bib_id,
            barcode=barcode,
            home=library.code,
            item_type=programme.item_type,
            volume=case.known.volume,
            price_fen=case.known.price_fen,
            acquired_on=local_day(self._context.now),
            at=case.shop.code,
            awaits_processing=True,
        )
        return ItemService(acting).create(new).id

    def _lend(self, case: Case, programme: Programme, library: Unit, barcode: str, pick: Pick) -> Lent:
        """The loan of the new copy at the shop, for as long as the programme says, else as the policies do."""
        tree, shop = self._context.tree, case.shop
        days = programme.rules.loan_days
        rights = [("loan.lend", shop.id)] if days is None else [("loan.lend", shop.id), ("loan.override.item", shop.id)]
        namespace = tree.by_id[tree.namespace(library.id)]
        command = CheckOut(
            patron=pick.patron,
            item=f"{namespace.code}:{barcode}",
            at=shop.code,
            due_at=None if days is None else end_of_day(local_day(self._context.now) + timedelta(days=days)),
            override=pick.override if self._context.caller.may("loan.override.patron", shop.id, tree) else (),
            reason=pick.reason,
        )
        try:
            return CirculationService(self._acting(*rights)).check_out(command)
        except Refused as error:
            if sees_details(self._context, shop):
                raise
            raise Refused(without_details(error.refusals)) from error

    def _write(
        self,
        case: Case,
        verdict: Verdict,
        lent: Lent,
        item_id: int,
        bib_id: int,
        lifted: Sequence[str],
        pick: Pick,
        replaces_id: int | None,
    ) -> int:
        known, programme, now = case.known, verdict.programme, self._context.now
        assert known.price_fen is not None
        assert case.cost_fen is not None
        number = (known.class_number or "").strip().upper()
        values = {
            "programme_id": programme.id,
            "shop_id": case.shop.id,
            "bib_id": bib_id,
            "item_id": item_id,
            "loan_id": lent.id,
            "isbn": known.isbn,
            "title": known.title[:300],
            "price_fen": known.price_fen,
            "cost_fen": case.cost_fen,
            "status": "lent",
            "is_online": False,
            "is_first": not has_chosen(self._session, case.patron.id),
            "reader_home_id": case.patron.home_id,
            "age_group": age_group(case.age),
            "class_letter": number[0] if number[:1].isascii() and number[:1].isalpha() else None,
            "known": _kept(known, made_title=case.known.bib_id is None),
            "decided": {"overrides": list(lifted), **({"why": pick.reason} if pick.reason else {})},
            "made_at": now,
            "made_by": self._context.caller.author,
            "replaces_id": replaces_id,
        }
        statement = insert(_selections).values(values).returning(_selections.c.id)
        selection_id: int = self._session.execute(statement).scalar_one()
        charge(self._context, "selection", parts_of(programme, case.cost_fen), selection_id=selection_id)
        self._use_quota(programme.id, case.patron.id, case.shop.id, now, known.price_fen)
        self._record("selection_made", find_selection(self._session, selection_id), {"overrides": list(lifted)})
        return selection_id

    def _left(self, case: Case, programme: Programme) -> tuple[Left, ...]:
        quotas, today = programme.rules.per_patron, local_day(self._context.now)
        used = used_by(self._session, programme.id, case.patron.id, [quota.period for quota in quotas], today)
        return tuple(left_of(quota, used[quota.period]) for quota in quotas)

    # --- taking back

    def _own(self, selection_id: int) -> SelectionRow:
        """A choice in a shop where the caller may make some; another one's is answered as absent."""
        context, selection = self._context, find_selection(self._session, selection_id)
        context.caller.require_at(
            "selection.make", selection.shop_id, context.tree, thing="selection", key=selection_id
        )
        return selection

    def _take_rows(self, selection: SelectionRow) -> None:
        """Lock the reader, then the copy, as every act does."""
        patron_id = self._reader_of(selection)
        if patron_id is not None:
            patron_by_id(self._session, patron_id, lock=True)
        item_by_id(self._session, selection.item_id, lock=True)

    def _reader_of(self, selection: SelectionRow) -> int | None:
        if selection.loan_id is None:
            return selection.patron_id
        loan = loan_by_id(self._session, selection.loan_id)
        return None if loan is None else loan.patron_id

    def _take_copy_back(self, selection: SelectionRow) -> None:
        """The loan never was; the copy is the shop's again and no copy of the library's."""
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
        self._use_quota(
            selection.programme_id, patron_id, selection.shop_id, selection.made_at, -selection.price_fen, books=-1
        )

    def _give_back(self, selection: SelectionRow) -> None:
        taken = taken_for(self._session, selection_id=selection.id)
        charge(self._context, "cancellation", {fund: -fen for fund, fen in taken.items()}, selection_id=selection.id)

    # --- parts

    def _use_quota(
        self, programme_id: int, patron_id: int, shop_id: int, at: datetime, price_fen: int, *, books: int = 1
    ) -> None:
        """Count a choice for its day, or take it back. The reader's row is locked."""
        key = {"programme_id": programme_id, "patron_id": patron_id, "day": local_day(at), "shop_id": shop_id}
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        statement = dialect.insert(_quotas).values(key | {"books": max(books, 0), "price_fen": max(price_fen, 0)})
        added = {"books": _quotas.c.books + books, "price_fen": _quotas.c.price_fen + price_fen}
        self._session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=added))

    def _acting(self, *rights: tuple[str, int]) -> Context:
        return replace(self._context, caller=self._context.caller.carrying(*rights))

    def _record(self, act: str, selection: SelectionRow, data: dict[str, Any]) -> None:
        """Without the reader: whose loan it is stands in the row of the loan, and is forgotten with it."""
        told = {
            "selection": selection.id,
            "programme": selection.programme,
            "price": show_money(selection.price_fen),
            "cost": show_money(selection.cost_fen),
        }
        told |= {name: value for name, value in data.items() if value}
        subjects = {"item_id": selection.item_id, "bib_id": selection.bib_id}
        self._context.record(act, org_id=selection.shop_id, data=told, **subjects)


def _kept(known: Known, *, made_title: bool) -> dict[str, Any]:
    values = {name: value for name, value in asdict(known).items() if value and name not in ("isbn", "title", "bib_id")}
    return values | {"made_title": made_title}
