"""Money in the demo county: fines that grow and fines that were paid, a lost book, a deposit, what waits for a second person; and the
notices of all that is due. Fees for late returns arose with the returns themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from branches.context import Context
from catalog.models import Item
from catalog.service.items import ItemChanges, ItemService
from circ.commands import Charge, CheckIn, CheckOut, Deposit, LetGo, Pay, SetStatus
from circ.ledger_models import AccountEntry
from circ.models import Hold, Loan
from circ.service import CirculationService
from circ.service.ledger import LedgerService, accrue_due
from circ.service.owing import tell_due
from kernel.clock import ZONE, local_day
from web.demo.founding.history import callers_of_desks

_HUB, _BRANCH = "ZG", "LT"
_HOLDS_A_DEPOSIT, _LEAVES, _SPILLED = "5190000017", "5190000413", "5190000108"
_LATE: Final = (("5190000066", 12), ("5190000033", 9), ("5190000249", 6))


def has_money(session: Session) -> bool:
    return session.scalar(select(AccountEntry.id).where(AccountEntry.kind == "deposit").limit(1)) is not None


def make_money(context: Context) -> None:
    """All of it in the last days, by the staff of the desks."""
    _take_deposits(context)
    _return_late(context)
    _price_what_is_out(context)
    _lose_one(context)
    _ask_for_two_persons(context)
    accrue_due(lambda work: work(context))
    tell_due(lambda work: work(context))


def _take_deposits(context: Context) -> None:
    for card, yuan in ((_HOLDS_A_DEPOSIT, 100), (_LEAVES, 300)):
        _desk(context, _HUB, 20).take_deposit(Deposit(patron=card, fen=yuan * 100, method="wechat"))


def _return_late(context: Context) -> None:
    """Three readers brought a book back late: one pays, one pays a part, and one is let off."""
    for number, (card, days_late) in enumerate(_LATE):
        barcode = _idle_copy(context)
        lent = _at_desk(context, _HUB, 35 + days_late)
        CirculationService(lent).check_out(CheckOut(patron=card, item=barcode, at=_HUB))
        returned = CirculationService(_at_desk(context, _HUB, 5)).check_in(CheckIn(item=barcode, at=_HUB))
        for fee in returned.fees:
            if number < len(_LATE) - 1:
                fen = fee.amount_fen // (number + 1)
                _desk(context, _HUB, 4).pay(Pay(patron=card, fen=fen, method="wechat", against=(fee.id,)))
            else:
                _desk(context, _HUB, 4).waive(LetGo(entry_id=fee.id, reason="读者住院，家人代还"))


def _idle_copy(context: Context) -> str:
    """A book of the hub that stands on its shelf, was never lent and is waited for by nobody."""
    unit = context.tree.unit(_HUB).id
    idle = (Item.location_id == unit, Item.home_id == unit, Item.status == "available", Item.item_type == "book")
    wanted = exists().where(Hold.bib_id == Item.bib_id)
    never_lent = ~exists().where(Loan.item_id == Item.id)
    return (
        context.session.scalars(select(Item.barcode).where(*idle, never_lent, ~wanted).order_by(Item.id)).first() or ""
    )


def _price_what_is_out(context: Context) -> None:
    """The prices of the books that readers have at home, so that a loss costs what the book did."""
    service = ItemService(context)
    out = select(Item).join(Loan, Loan.item_id == Item.id).where(Loan.closed_at.is_(None), Item.price_fen.is_(None))
    for item in context.session.scalars(out.order_by(Item.id)).all():
        key = f"{context.tree.by_id[item.namespace_id].code}:{item.barcode}"
        changes: ItemChanges = {"price_fen": 18_80 + item.id * 7 % 40 * 100}
        service.change(key, changes, expected_version=item.version)


def _lose_one(context: Context) -> None:
    """The loan that is late for the longest: the reader says that the book is lost."""
    late = select(Item.barcode).join(Loan, Loan.item_id == Item.id).where(Loan.closed_at.is_(None))
    barcode = context.session.scalar(late.order_by(Loan.due_at, Loan.id).limit(1))
    if barcode is not None:
        said = SetStatus(item=barcode, act="lost", at=_HUB, reason="读者来馆报失，愿意照价赔偿")
        CirculationService(_at_desk(context, _HUB, 3)).set_status(said)


def _ask_for_two_persons(context: Context) -> None:
    """A deposit above what one person gives back, and a waiver above what a branch decides."""
    _desk(context, _HUB, 1).give_back_deposit(Deposit(patron=_LEAVES, method="cash", reason="读者调往外地"))
    charge = Charge(patron=_SPILLED, fen=68_00, cause="damaged", reason="书被水泡过")
    fee = _desk(context, _BRANCH, 2).charge(charge)
    _desk(context, _BRANCH, 1).waive(LetGo(entry_id=fee.id, reason="水管爆裂，不是读者的过错"))


def _desk(context: Context, unit: str, days_ago: int) -> LedgerService:
    return LedgerService(_at_desk(context, unit, days_ago))


def _at_desk(context: Context, unit: str, days_ago: int) -> Context:
    day = local_day(context.now) - timedelta(days=days_ago)
    moment = datetime.combine(day, time(15, 20), ZONE)
    return replace(context, now=moment, caller=callers_of_desks(context)[unit], channel="desk")
