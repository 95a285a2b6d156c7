"""HTTP routes of the books that readers may choose online."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from branches.context import Context
from branches.http import context
from branches.rights import SELF
from kernel.clock import local_day
from kernel.errors import NotFound
from kernel.http import decode_position, encode_cursor, language, right
from kernel.routes import Blueprint
from purchasing.schemas.offers import OfferedBookSchema, OfferedBooksSchema, OffersQuerySchema
from purchasing.service.online import Listed, OnlineService, Wanted
from purchasing.service.online.browsing import HadAt
from purchasing.show import show_arrival

blueprint = Blueprint("offers", __name__, description="New books on the shops’ lists that readers may choose")


@blueprint.route("/offers", methods=["GET"])
@right(SELF)
@blueprint.arguments(OffersQuerySchema, location="query")
@blueprint.response(200, OfferedBooksSchema)
def list_all(query: dict[str, Any]) -> dict[str, Any]:
    """The books that shops have, each once with the shops to choose from, the newest on a list first.

    Whether this reader may have one is asked at `POST /selections/quote`; it is ordered at `POST /selections` with `pickup` or `post`."""
    asked, limit, start = context(), query["limit"], max(decode_position(query["cursor"]), 0)
    wanted = Wanted(words=tuple(query["q"].split()), up_to_fen=query["up_to"])
    books = OnlineService(asked).browse(wanted, skip=start, limit=limit + 1)
    more = encode_cursor(start + limit) if len(books) > limit else None
    return {"items": [_show(book, asked) for book in books[:limit]], "next": more}


@blueprint.route("/offers/<isbn>", methods=["GET"])
@right(SELF)
@blueprint.response(200, OfferedBookSchema)
def show(isbn: str) -> dict[str, Any]:
    """One book with the shops that have it."""
    asked = context()
    book = OnlineService(asked).shops_with(isbn)
    if book is None:
        raise NotFound("offer", isbn)
    return _show(book, asked)


def _show(book: Listed, asked: Context) -> dict[str, Any]:
    return asdict(book) | {"shops": [_show_shop(one, asked) for one in book.shops]}


def _show_shop(one: HadAt, asked: Context) -> dict[str, Any]:
    return {
        "shop": one.shop.code,
        "name": one.shop.name,
        "price": one.price_fen,
        "stock": one.stock,
        "volumes": one.volumes,
        "arrival": show_arrival(one.arrival, local_day(asked.now), language()),
    }
