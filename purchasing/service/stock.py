"""What a shop has of a book, where its list says so: one less with every choice, at the counter or online, one more when it is called off.

The row of the list is taken after the funds, for all choices alike. It never goes below zero, whoever asks at the same time.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kernel.db import table_of
from kernel.errors import Refused
from purchasing.queries.selections import SelectionRow
from purchasing.refusals import refuse
from purchasing.rules import sold_out
from purchasing.selection_models import ShopOffer
from purchasing.service.selecting.judging import Case

_offers: Final = table_of(ShopOffer)


def take_one(session: Session, case: Case, *, is_online: bool) -> bool:
    """One copy less on the list; whether it was counted there. Raises Refused where the last one went meanwhile and stock binds; where it
    does not, the book in hand was there whatever the list says."""
    here = (_offers.c.shop_id == case.shop.id, _offers.c.isbn == case.known.isbn)
    left = update(_offers).where(*here, _offers.c.stock > 0).values(stock=_offers.c.stock - 1)
    if session.execute(left.returning(_offers.c.isbn)).first() is not None:
        return True
    counts = session.scalar(select(_offers.c.stock).where(*here)) is not None
    if counts and (is_online or case.terms.stock_binds):
        raise Refused([refuse(sold_out(is_online=is_online), shop=case.shop.name)])
    return False


def put_back(session: Session, selection: SelectionRow) -> None:
    """What was counted out of the list stands on it again, if the shop still counts that book."""
    if not selection.took_stock:
        return
    here = (_offers.c.shop_id == selection.shop_id, _offers.c.isbn == selection.isbn, _offers.c.stock.is_not(None))
    session.execute(update(_offers).where(*here).values(stock=_offers.c.stock + 1))


def say_none(session: Session, selection: SelectionRow) -> None:
    """The shop looked and has none, whatever the list said."""
    here = (_offers.c.shop_id == selection.shop_id, _offers.c.isbn == selection.isbn)
    session.execute(update(_offers).where(*here).values(stock=0))
