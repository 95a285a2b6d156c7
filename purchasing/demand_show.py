"""A wanted title as an answer: a line of the list in, JSON of the schema out. No reader is named."""

from __future__ import annotations

from typing import Any

from kernel.i18n import Language
from purchasing.demand import WEIGHTS, Aside, Ranked, explain


def show_wanted(row: Ranked, aside: Aside | None, language: Language) -> dict[str, Any]:
    wanted, supply = row.wanted, row.supply
    return {
        "rank": row.rank,
        "key": wanted.key,
        "isbn": wanted.isbn,
        "title": wanted.title,
        "author": wanted.author,
        "publisher": wanted.publisher,
        "year": wanted.year,
        "points": row.points,
        "counts": {source: wanted.counts.get(source, 0) for source in WEIGHTS},
        "why": explain(wanted.counts).in_(language),
        "copies": supply.copies,
        "on_order": supply.on_order,
        "in_draft": supply.in_draft,
        "price": supply.price_fen,
        "price_from": supply.price_from,
        "bib": supply.bib_id,
        "suggestions": list(wanted.suggestions),
        "last_asked_at": wanted.last_at,
        "aside_reason": aside.reason if aside else None,
        "aside_at": aside.at if aside else None,
    }
