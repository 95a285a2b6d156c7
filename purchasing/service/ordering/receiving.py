"""What came: each book in hand becomes its copy in the catalogue under the number of its label, and waits to be processed.

More than was ordered is kept only if somebody says so, and is paid from the same funds; what nobody ordered is noted to go back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import insert

from branches.context import Context
from catalog.marc.isbn import isbn13s
from catalog.queries import item_by_id
from catalog.service.items import ItemService, NewItem
from catalog.service.placing import place_item
from circ.queries.hold_queues import waiting_for
from kernel.clock import local_day
from kernel.db import table_of
from kernel.errors import Invalid, Refusal, Refused
from kernel.i18n import Text
from purchasing.order_models import OrderReceipt
from purchasing.order_refusals import refuse
from purchasing.orders import Expected, next_expected, standing
from purchasing.queries.orders import LineRow, OrderRow, find_order, lines_of, pick_line
from purchasing.service.ordering.limiting import check_limit
from purchasing.service.ordering.parts import (
    acting,
    copies,
    follow_copies,
    lock_numbers,
    record,
    require_state,
    take_money,
    take_order,
    tell_readers,
    write_copies,
)

_receipts = table_of(OrderReceipt)
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A book in hand, by the number of its line or its ISBN, and the label stuck into it. `unit` says for whom, if that matters."""

    barcode: str
    line: int | None = None
    isbn: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongBook:
    """What was sent and not ordered, and goes back."""

    title: str
    copies: int = 1
    isbn: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReceipt:
    """What came at one time. `override` names what is accepted though it differs."""

    books: Sequence[Arrived]
    wrong: Sequence[WrongBook] = ()
    note: str = ""
    override: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A copy that came in: for which unit, how many readers wait for its title, and where the first of them collects it."""

    barcode: str
    title: str
    line: int
    unit: str
    is_extra: bool
    waiting: int
    first_pickup: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came of a receipt: the order as it stands, its copies, what goes back."""

    order: OrderRow
    copies: tuple[Taken, ...]
    wrong: tuple[WrongBook, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """A book in hand and what it is: a copy that was expected, or one more than that."""

    book: Arrived
    line: LineRow
    copy: Expected | None


def receive(context: Context, order_id: int, new: NewReceipt) -> Received:
    """Enter what came, all of it or nothing. Raises Refused with every book that does not fit."""
    order = take_order(context, order_id, "order.write")
    require_state(order, ["ordered", "partly_received", "received"])
    if not (new.books or new.wrong) or len(new.books) > MOST_AT_ONCE:
        message = Text("请扫入到的书，一次最多 {n} 册。", "Scan what came, at most {n} books at once.")
        message = message.format(n=MOST_AT_ONCE)
        raise Invalid("order.books", message, {"books": [message]})
    stands = lines_of(context.session, order_id)
    matches, refusals = _match(context, stands, new.books)
    refusals += _check_extra(matches)
    refusals += _check_limit(context, order, stands, matches)
    if left := standing(refusals, new.override):
        raise Refused(left)
    receipt_id = _insert(context, order_id, new)
    _tell_first(context, matches)
    lock_numbers(context, [match.line for match in matches])
    barcodes = [_take_in(context, order, match, receipt_id) for match in _in_order(matches)]
    after = follow_copies(context, order)
    data = {"receipt": receipt_id, "books": len(barcodes), "wrong": sum(one.copies for one in new.wrong)}
    record(context, "order_received", after, data)
    return Received(
        order=find_order(context.session, order_id),
        copies=tuple(_taken(context, order_id, matches)),
        wrong=tuple(new.wrong),
    )


# --- what is it ---------------------------------------------------------------------------------------------------------


def _match(context: Context, stands: Sequence[LineRow], books: Iterable[Arrived]) -> tuple[list[_Match], list[Refusal]]:
    """Each book with the copy it is; every copy is taken by one book."""
    left = {line.id: list(line.open_copies) for line in stands}
    matches: list[_Match] = []
    refusals: list[Refusal] = []
    for book in books:
        line = _line_of(stands, book)
        if line is None:
            refusals.append(refuse("order.wrong_book", isbn=book.isbn or "—"))
            continue
        unit_id = context.tree.unit(book.unit).id if book.unit else None
        copy = next_expected(left[line.id], unit_id)
        if copy is not None:
            left[line.id].remove(copy)
        matches.append(_Match(book=book, line=line, copy=copy))
    return matches, refusals


def _line_of(stands: Sequence[LineRow], book: Arrived) -> LineRow | None:
    """By its number, and the ISBN too where both are said; by its ISBN alone the line that still expects copies, else the first."""
    if book.line is not None:
        line = pick_line(stands, book.line)
        fits = book.isbn is None or line.isbn is None or line.isbn in isbn13s(book.isbn)
        return line if fits else None
    numbers = isbn13s(book.isbn or "")
    fitting = [line for line in stands if line.isbn is not None and line.isbn in numbers]
    return next((line for line in fitting if line.expected), fitting[0] if fitting else None)


def _check_extra(matches: Sequence[_Match]) -> list[Refusal]:
    extra = Counter(match.line.number for match in matches if match.copy is None)
    by_number = {match.line.number: match.line for match in matches}
    refusals = []
    for number, count in sorted(extra.items()):
        line = by_number[number]
        if line.is_invoiced:
            refusals.append(refuse("order.invoiced", title=line.title))
        else:
            refusals.append(refuse("order.extra_copies", title=line.title, count=count, line=number))
    return refusals


def _check_limit(
    context: Context, order: OrderRow, stands: Sequence[LineRow], matches: Sequence[_Match]
) -> list[Refusal]:
    before = sum(line.total_fen for line in stands)
    extra = sum(match.line.cost_fen for match in matches if match.copy is None and not match.line.is_invoiced)
    return check_limit(context, order, before, before + extra)


# --- what becomes of it -------------------------------------------------------------------------------------------------


def _insert(context: Context, order_id: int, new: NewReceipt) -> int:
    values = {
        "order_id": order_id,
        "at": context.now,
        "author": context.caller.author,
        "note": new.note.strip(),
        "wrong": [asdict(one) for one in new.wrong],
    }
    receipt_id: int = context.session.execute(insert(_receipts).values(values).returning(_receipts.c.id)).scalar_one()
    return receipt_id


def _tell_first(context: Context, matches: Sequence[_Match]) -> None:
    """Readers who suggested a title hear of its first copy."""
    for line in {match.line.id: match.line for match in matches}.values():
        if not line.received:
            tell_readers(context, line, "bought")


def _in_order(matches: Sequence[_Match]) -> list[_Match]:
    """Copies are locked in the order of their ids; those that are new come last."""
    return sorted(matches, key=lambda match: (match.copy is None, match.copy.id if match.copy else 0))


def _take_in(context: Context, order: OrderRow, match: _Match, receipt_id: int) -> str:
    if match.copy is None:
        return _take_in_extra(context, order, match, receipt_id)
    row = next(one for one in match.line.copies if one.id == match.copy.id)
    assert row.item_id is not None
    item = item_by_id(context.session, row.item_id, lock=True)
    if item.status != "on_order":
        raise Refused([refuse("order.withdrawn", title=match.line.title, barcode=item.barcode)])
    place_item(context, item, status="in_processing", location_id=_where(context, order, item.home_id))
    data = {"before": item.status, "after": "in_processing"}
    context.record("status_changed", org_id=order.org_id, item_id=item.id, bib_id=item.bib_id, data=data)
    ItemService(context).label(item, match.book.barcode)
    write_copies(context, [row.id], status="received", receipt_id=receipt_id)
    return match.book.barcode


def _take_in_extra(context: Context, order: OrderRow, match: _Match, receipt_id: int) -> str:
    line, tree = match.line, context.tree
    assert line.bib_id is not None
    unit = tree.unit(match.book.unit) if match.book.unit else tree.by_id[line.copies[0].unit_id]
    owner = tree.by_id[order.org_id]
    new = NewItem(
        bib=line.bib_id,
        barcode=match.book.barcode,
        home=unit.code,
        owner=unit.code if owner.kind == "network" else owner.code,
        item_type=line.item_type,
        price_fen=line.price_fen,
        acquired_on=local_day(context.now),
        at=tree.by_id[_where(context, order, unit.id)].code,
        status="in_processing",
    )
    item = ItemService(acting(context, ("item.write", order.org_id))).create(new)
    values = {
        "line_id": line.id,
        "unit_id": unit.id,
        "status": "received",
        "item_id": item.id,
        "receipt_id": receipt_id,
        "is_extra": True,
    }
    context.session.execute(insert(copies).values(values))
    take_money(context, order, line, line.cost_fen, "order")
    return match.book.barcode


def _where(context: Context, order: OrderRow, home_id: int) -> int:
    """Books are processed where they were ordered; the network as a whole has no shelf, then where they belong."""
    return home_id if context.tree.by_id[order.org_id].kind == "network" else order.org_id


def _taken(context: Context, order_id: int, matches: Sequence[_Match]) -> Iterable[Taken]:
    """As they were scanned, each with who waits for its title; nobody is named."""
    session, by_id = context.session, context.tree.by_id
    stands = {line.id: line for line in lines_of(session, order_id)}
    bibs = {line.bib_id for line in stands.values() if line.bib_id is not None}
    waiting = waiting_for(session, bibs, local_day(context.now))
    for match in matches:
        line = stands[match.line.id]
        copy = next(one for one in line.copies if one.barcode == match.book.barcode)
        queue = [hold for hold in waiting if hold.bib_id == line.bib_id]
        yield Taken(
            barcode=match.book.barcode,
            title=line.title,
            line=line.number,
            unit=by_id[copy.unit_id].code,
            is_extra=copy.is_extra,
            waiting=len(queue),
            first_pickup=by_id[queue[0].pickup_id].code if queue else None,
        )
