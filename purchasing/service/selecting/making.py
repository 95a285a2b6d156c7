"""What every choice is made of, at the counter or online: the decision with its money, the title, the copy, the row, the quota.

Rows are locked in one order: reader, number (ISBN), the shop's labels, copy, choice, hold, funds, the shop's stock, title, account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert

from branches.context import Context
from branches.tree import Unit
from catalog.entering import BibFields
from catalog.queries import item_by_id
from catalog.queries.bibs import find_bib
from catalog.service.bibs import BibService
from catalog.service.items import ItemService, NewItem
from catalog.service.voiding import void_title
from circ.rules import stops
from circ.service.facts import may_lift
from kernel.clock import local_day
from kernel.db import table_of
from kernel.errors import Refusal, Refused
from kernel.money import show_money
from purchasing.programmes import Programme, parts_of
from purchasing.queries.funds import lock_funds, taken_for
from purchasing.queries.made_titles import came_to_nothing
from purchasing.queries.quotas import has_chosen, used_by
from purchasing.queries.selections import SelectionRow, find_selection
from purchasing.queries.settlements import settlement_of
from purchasing.refusals import refuse
from purchasing.rules import Left, Verdict, age_group, check_budget, left_of
from purchasing.selection_models import Selection
from purchasing.service import quotas
from purchasing.service.funds import charge
from purchasing.service.selecting.commands import Pick
from purchasing.service.selecting.judging import Case, Known
from purchasing.service.selecting.proving import is_good

_selections = table_of(Selection)
_NOT_KEPT: Final = (
    "isbn",
    "title",
    "bib_id",
    "stock",
    "volumes",
)  # they stand in the row itself, or are over with the choice


class Making:
    """The steps of a choice, for the services that make and unmake choices."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def _decide(self, case: Case, pick: Pick) -> tuple[Verdict, list[str]]:
        """The best programme whose money, now locked, suffices, and what is lifted. Raises Refused with the reasons of the best one."""
        context, first = self._context, None
        lock_funds(self._session, {fund.id for verdict in case.verdicts for fund in verdict.programme.funds})
        for verdict in case.verdicts:
            refusals = [*verdict.refusals, *case.standing, *self._absent(verdict.programme, case, pick)]
            lifted = may_lift(context, refusals, pick.override, verdict.programme.org_id)
            standing = stops(refusals, self._with_card(lifted, case, pick))
            if not standing:
                standing = self._money(verdict.programme, case.cost_fen or 0)
            if not standing:
                return verdict, lifted
            if [one.code for one in standing] == ["purchase.presence"]:
                raise Refused(standing)  # with the PIN it is this programme, and no worse one is taken instead
            first = first or standing
        raise Refused(first or [refuse("purchase.no_programme"), *case.standing])

    def _absent(self, programme: Programme, case: Case, pick: Pick) -> list[Refusal]:
        """Why the reader counts as not there, where the programme asks for proof at the counter."""
        at_counter = programme.rules.presence != "none" and pick.delivery is None
        if not at_counter or is_good(self._context, pick.proof, patron_id=case.patron.id, shop_id=case.shop.id):
            return []
        return [refuse("purchase.presence", programme=programme.name)]

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
        said: Any = {name: value for name, value in fields.items() if value}
        return BibService(acting).create(said, not_these=None).id

    def _make_copy(
        self, case: Case, programme: Programme, library: Unit, bib_id: int, barcode: str, *, on_order: bool = False
    ) -> int:
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
            status="on_order" if on_order else "available",
        )
        return ItemService(acting).create(new).id

    def _write(
        self,
        case: Case,
        verdict: Verdict,
        loan_id: int | None,
        item_id: int,
        bib_id: int,
        lifted: Sequence[str],
        pick: Pick,
        replaces: SelectionRow | None = None,
        *,
        took_stock: bool,
    ) -> int:
        """The row, with its money and quota. Without a loan it is a choice made online, which is still to be sent."""
        known, programme, now = case.known, verdict.programme, self._context.now
        assert known.price_fen is not None
        assert case.cost_fen is not None
        number = (known.class_number or "").strip().upper()
        values = {
            "programme_id": programme.id,
            "shop_id": case.shop.id,
            "bib_id": bib_id,
            "item_id": item_id,
            "loan_id": loan_id,
            "isbn": known.isbn,
            "title": known.title[:300],
            "price_fen": known.price_fen,
            "cost_fen": case.cost_fen,
            "patron_id": case.patron.id if loan_id is None else None,
            "status": "ordered" if loan_id is None else "lent",
            "is_online": loan_id is None,
            "took_stock": took_stock,
            "is_first": not has_chosen(self._session, case.patron.id),
            "reader_home_id": case.patron.home_id,
            "age_group": age_group(case.age),
            "class_letter": number[0] if number[:1].isascii() and number[:1].isalpha() else None,
            "known": _kept(known, made_title=case.known.bib_id is None),
            "decided": _decided(lifted, pick, replaces),
            "made_at": now,
            "made_by": self._context.caller.author,
            "replaces_id": None if replaces is None else replaces.id,
        }
        statement = insert(_selections).values(values).returning(_selections.c.id)
        selection_id: int = self._session.execute(statement).scalar_one()
        charge(self._context, "selection", parts_of(programme, case.cost_fen), selection_id=selection_id)
        quotas.use(self._session, programme.id, case.patron.id, case.shop.id, local_day(now), known.price_fen)
        self._record("selection_made", find_selection(self._session, selection_id), {"overrides": list(lifted)})
        return selection_id

    def _left(self, case: Case, programme: Programme) -> tuple[Left, ...]:
        limits, today = programme.rules.per_patron, local_day(self._context.now)
        used = used_by(self._session, programme.id, case.patron.id, [quota.period for quota in limits], today)
        return tuple(left_of(quota, used[quota.period]) for quota in limits)

    def require_unsettled(self, selection: SelectionRow) -> None:
        """Before a choice is called off. Its row is locked, as settling locks it: one of the two comes first, and the other sees it."""
        settled = settlement_of(self._session, selection.id)
        if settled is not None:
            raise Refused([refuse("purchase.settled", period=str(settled.span))])

    def leave_title(self, selection: SelectionRow) -> None:
        """The choice is called off: a title that was made for it, and to which nothing else came, is found by no reader any more."""
        bib = find_bib(self._session, item_by_id(self._session, selection.item_id).bib_id, lock=True)
        if came_to_nothing(self._session, bib.id):
            void_title(self._context, bib.id)

    def _give_back(self, selection: SelectionRow) -> None:
        taken = taken_for(self._session, selection_id=selection.id)
        charge(self._context, "cancellation", {fund: -fen for fund, fen in taken.items()}, selection_id=selection.id)

    def give_quota_back(self, selection: SelectionRow, patron_id: int) -> None:
        """The reader's row is locked."""
        day, fen = local_day(selection.made_at), selection.price_fen
        quotas.give_back(self._session, selection.programme_id, patron_id, selection.shop_id, day, fen)

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
    values = {name: value for name, value in asdict(known).items() if value and name not in _NOT_KEPT}
    return values | {"made_title": made_title}


def first_made_at(selection: SelectionRow) -> datetime:
    """When a choice was made; one that was exchanged counts from the first, so that no window begins anew."""
    since = selection.decided.get("since")
    return selection.made_at if since is None else datetime.fromisoformat(since)


def _decided(lifted: Sequence[str], pick: Pick, replaces: SelectionRow | None) -> dict[str, Any]:
    since = None if replaces is None else first_made_at(replaces).isoformat()
    told = {"why": pick.reason, "since": since}
    return {"overrides": list(lifted), **{name: value for name, value in told.items() if value}}
