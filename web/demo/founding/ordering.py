"""What the demo county's readers looked for in vain, and what its purchaser orders: suppliers, an order that came in part, and a draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from branches.context import Context
from kernel import journal
from purchasing.demand import key_of
from purchasing.order_models import Supplier
from purchasing.service import ordering
from purchasing.service.demand import DemandService
from web.demo.founding.choosing import BOOKS, caller_of

_PURCHASER: Final = "zg.xie"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """Words that found nothing, on each of these days before today."""

    words: str
    days_ago: tuple[int, ...]


SEARCHES: Final = (
    _Search(words="柑橘修剪一月通", days_ago=(25, 16, 9, 3)),
    _Search(words="给孩子的星空课", days_ago=(12, 6)),
    _Search(words="乡村电商从零开始", days_ago=(8, 5, 1)),
    _Search(words="八段锦图解", days_ago=(4,)),
    _Search(words="炒股秘籍", days_ago=(14,)),
)


def has_ordered(session: Session) -> bool:
    return session.scalar(select(Supplier.id).limit(1)) is not None


def order(context: Context) -> None:
    """Search in vain, put a title aside, order, take in what came, and begin the next order."""
    _search(context)
    buying = replace(context, caller=caller_of(context, _PURCHASER), channel="desk")
    _enter_suppliers(replace(buying, now=context.now - timedelta(days=120)))
    DemandService(replace(buying, now=context.now - timedelta(days=10))).put_aside(
        "ZG", key_of(None, "炒股秘籍"), "不收这类书"
    )
    _order_and_receive(buying)
    _draft(replace(buying, now=context.now - timedelta(days=1)))


def _search(context: Context) -> None:
    for search in SEARCHES:
        for days in search.days_ago:
            journal.append(
                context.session,
                "search_missed",
                at=context.now - timedelta(days=days),
                author="anonymous",
                channel="opac",
                data={"q": search.words, "field": "any", "org": None},
            )


def _enter_suppliers(context: Context) -> None:
    fields: ordering.SupplierFields = {
        "name": "江城图书批销中心",
        "contact": "周经理 0817-555-0162",
        "pays_percent": 78,
        "delivery_days": 10,
    }
    ordering.create_supplier(context, "JCPX", fields)
    fields = {"name": "县新华书店馆配部", "contact": "0817-555-0118", "pays_percent": 85, "delivery_days": 5}
    ordering.create_supplier(context, "XHGP", fields)


def _order_and_receive(context: Context) -> None:
    """Three copies of one title came, two of another are still to come."""
    begun = replace(context, now=context.now - timedelta(days=14))
    placed = ordering.draft(begun, ordering.NewOrder(org="ZG", supplier="JCPX", funds={"XJ2026": 1}))
    for number, copies in ((5, {"ZG": 1, "CG": 1, "LT": 1}), (6, {"ZG": 1, "BS": 1})):
        book = BOOKS[number]
        line = ordering.NewLine(
            copies=copies,
            price_fen=book.price_fen,
            title=book.title,
            isbn=book.isbn,
            author=book.author,
            publisher=book.publisher,
        )
        ordering.add_line(begun, placed.id, line)
    ordering.place(begun, placed.id)
    came = [ordering.Arrived(barcode=f"5130000000{n}", isbn=BOOKS[5].isbn) for n in (1, 2, 3)]
    arriving = replace(context, now=context.now - timedelta(days=3))
    ordering.receive(arriving, placed.id, ordering.NewReceipt(books=came))


def _draft(context: Context) -> None:
    """What most readers suggested stands on the next order already."""
    begun = ordering.draft(context, ordering.NewOrder(org="ZG", supplier="XHGP", funds={"XJ2026": 1}))
    line = ordering.NewLine(copies={"ZG": 1, "SF": 1}, price_fen=4800, demand=key_of(None, "给孩子的星空课", "闻一舟"))
    ordering.add_line(context, begun.id, line)
