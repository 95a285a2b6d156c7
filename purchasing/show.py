"""What readers choose, as answers: services' values in, JSON of the schemas out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from branches.context import Context
from catalog.show import show_refusals
from circ.service.arriving import Arrival
from circ.show import show_lent
from kernel.clock import local_day
from kernel.i18n import Language
from purchasing.queries.funds import programme_by_id
from purchasing.queries.online import delivery_of
from purchasing.queries.selections import SelectionRow
from purchasing.rules import Left, window_ends
from purchasing.service.online import Ordered
from purchasing.service.selecting import Quote
from purchasing.service.selecting.choosing import Chosen
from purchasing.service.selecting.judging import Holding
from purchasing.service.selecting.making import first_made_at


def may_hear_way(asked: Context) -> bool:
    """Where a reader lives is not a shop's affair."""
    return asked.caller.kind == "patron" or asked.caller.holds("card.check")


def show_quote(quote: Quote, asked: Context, language: Language) -> dict[str, Any]:
    programme, verdict = quote.programme, quote.verdict
    tells_budget = asked.caller.kind != "patron"
    tells_way = may_hear_way(asked)
    return {
        "eligible": quote.is_eligible,
        "missing": quote.known.missing,
        "refusals": show_refusals(quote.refusals, language),
        "programme": None if programme is None else {"code": programme.code, "name": programme.name},
        "presence": "none" if programme is None else programme.rules.presence,
        "book": quote.known,
        "cost": quote.cost_fen,
        "holdings": [_show_holding(one, tells_way=tells_way) for one in quote.holdings],
        "alternative": None if quote.alternative is None else _show_holding(quote.alternative, tells_way=tells_way),
        "borrowed_on": quote.borrowed_on,
        "arrival": show_arrival(quote.arrival, local_day(asked.now), language, tells_way=tells_way),
        "usual": [
            {"way": one.way, "until": one.until, "days": one.days, "words": one.words.in_(language)}
            for one in quote.usual
            if tells_way or one.way == "post"
        ],
        "budget_left": quote.budget_left_fen if tells_budget else None,
        "patron_left": _show_left(() if verdict is None else verdict.left),
    }


def show_selection(row: SelectionRow, asked: Context) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": row.status,
        "programme": row.programme,
        "shop": asked.tree.by_id[row.shop_id].code,
        "bib": row.bib_id,
        "item": row.item,
        "loan": row.loan_id,
        "isbn": row.isbn,
        "title": row.title,
        "volume": row.known.get("volume"),
        "price": row.price_fen,
        "cost": row.cost_fen,
        "made_at": row.made_at,
        "made_by": row.made_by.partition(":")[0],
        "ended_at": row.ended_at,
        "end_reason": row.end_reason,
        "replaces": row.replaces_id,
        "exchange": _show_exchange(row, asked),
        "delivery": _show_delivery(row, asked) if row.is_online else None,
    }


def show_chosen(chosen: Chosen, asked: Context, language: Language) -> dict[str, Any]:
    return show_selection(chosen.selection, asked) | {
        "lent": show_lent(chosen.lent, language),
        "patron_left": _show_left(chosen.left),
    }


def show_ordered(ordered: Ordered, asked: Context) -> dict[str, Any]:
    told = {"patron_left": _show_left(ordered.left), "postage": ordered.postage_fen}
    return show_selection(ordered.selection, asked) | told


def _show_exchange(row: SelectionRow, asked: Context) -> dict[str, Any] | None:
    if row.exchange_begun_at is None:
        return None
    minutes = programme_by_id(asked.session, row.programme_id).rules.cancel_minutes
    return {"begun_at": row.exchange_begun_at, "until": window_ends(first_made_at(row), minutes)}


def _show_delivery(row: SelectionRow, asked: Context) -> dict[str, Any]:
    delivery = delivery_of(asked.session, row.id)
    pickup = asked.tree.by_id[delivery.pickup_id].code if delivery.pickup_id is not None else None
    told = {name: getattr(delivery, name) for name in ("way", "sent_at", "tracking", "due_on", "missing_at")}
    return told | {"pickup": pickup}


def _show_left(left: Sequence[Left]) -> list[dict[str, Any]]:
    return [{"period": one.period, "count": one.books, "amount": one.amount_fen} for one in left]


def show_arrival(
    arrival: Arrival | None, today: date, language: Language, *, tells_way: bool = True
) -> dict[str, Any] | None:
    if arrival is None:
        return None
    return {
        "org": arrival.place.code if tells_way else None,
        "name": arrival.place.name if tells_way else None,
        "on": arrival.day,
        "ground": None if arrival.way is None else arrival.way.ground,
        "words": arrival.words(today).in_(language),
    }


def _show_holding(holding: Holding, *, tells_way: bool) -> dict[str, Any]:
    return {
        "org": holding.org.code,
        "name": holding.org.name,
        "copies": holding.copies,
        "available": holding.available,
        "call_number": holding.call_number,
        "km": round(holding.km, 1) if tells_way and holding.km is not None else None,
    }
