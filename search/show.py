"""A page of titles, and the state of the index, as the API's schemas show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kernel.i18n import Language
from search.analysis.highlight import to_html
from search.failing import FailingTitle
from search.indexer import Status
from search.pages import FoundTitle, HeldAt, Near, SearchPage


def show_page(page: SearchPage, language: Language) -> dict[str, Any]:
    facets = {
        facet.name: [
            {"value": value.value, "label": value.label.in_(language), "count": value.count} for value in facet.values
        ]
        for facet in page.facets
    }
    return {
        "total": page.total,
        "hits": [_show_title(title) for title in page.titles],
        "facets": facets,
        "suggestion": page.suggestion,
        "is_partial": page.is_partial,
        "ignored": page.ignored,
        "took_ms": page.took_ms,
        "degraded": page.is_degraded,
    }


def _show_title(title: FoundTitle) -> dict[str, Any]:
    is_marked = any(segment.is_match for segment in title.title_segments)
    return {
        "id": title.id,
        "title": title.title,
        "authors": title.authors,
        "publisher": title.publisher,
        "year": title.year,
        "isbn": title.isbn,
        "class": title.class_number,
        "holdings": [_show_held(held) for held in title.holdings],
        "total": title.total,
        "available": title.available,
        "near": _show_near(title.near) if title.near else None,
        "highlight": {"title": to_html(title.title_segments)} if is_marked else {},
    }


def _show_held(held: HeldAt) -> dict[str, Any]:
    return {"org": held.code, "name": held.name, "total": held.total, "available": held.available}


def _show_near(near: Near) -> dict[str, Any]:
    return {
        "org": near.org,
        "here": asdict(near.here),
        "below": asdict(near.below),
        "nearest": _show_held(near.nearest) if near.nearest else None,
        "km": near.km,
    }


def show_status(status: Status, titles: Sequence[FailingTitle], now: datetime) -> dict[str, Any]:
    return {
        "generation": status.generation,
        "documents": status.documents,
        "bytes": status.bytes,
        "pending": status.pending,
        "parked": status.parked,
        "oldest_at": status.oldest_at,
        "lag": status.lag_seconds(now),
        "trouble": status.trouble,
        "failing": titles,
    }
