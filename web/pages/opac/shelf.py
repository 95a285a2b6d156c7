"""Walking along the shelf of a library, in the order of call numbers."""

from __future__ import annotations

from typing import Final

from flask import render_template, request

from branches.context import Context
from branches.http import context
from branches.rights import PUBLIC
from catalog.callnumbers import shelf_key
from catalog.queries.shelves import Place, Standing, place_of, titles_beside
from kernel.http import right
from kernel.schema import row_number
from web.pages.opac.blueprint import page

A_BOARD: Final = 20
_START: Final = Place(shelf_key="")


@page.route("/libraries/<code>/shelf", methods=["GET"])
@right(PUBLIC)
def shelf(code: str) -> str:
    """From a call number (`number`), or from a copy on (`after`) or back (`before`)."""
    asked = context()
    unit = asked.tree.unit(code)
    titles = _board(asked, unit.id)
    first, last = (titles[0], titles[-1]) if titles else (None, None)
    return render_template(
        "opac/shelf.html",
        unit=unit,
        titles=titles,
        number=request.args.get("number", "").strip()[:100],
        here=row_number(request.args.get("here", "")),
        before=first.item_id if first and _beyond(asked, unit.id, first, "before") else None,
        after=last.item_id if last and _beyond(asked, unit.id, last, "after") else None,
    )


def _board(asked: Context, home_id: int) -> list[Standing]:
    back = _known_place(asked, "before")
    if back is not None:
        return titles_beside(asked.session, home_id, back, "before", A_BOARD)
    here = _known_place(asked, "here")
    if here is not None:
        left = titles_beside(asked.session, home_id, here, "before", A_BOARD // 2)
        from_here = Place(shelf_key=here.shelf_key, item_id=here.item_id - 1)
        shown = {title.bib_id for title in left}
        right_ = titles_beside(asked.session, home_id, from_here, "after", A_BOARD // 2)
        return left + [title for title in right_ if title.bib_id not in shown]
    place = _known_place(asked, "after") or _typed_place()
    return titles_beside(asked.session, home_id, place, "after", A_BOARD)


def _typed_place() -> Place:
    key = shelf_key(request.args.get("number", "")[:100])
    return _START if key is None else Place(shelf_key=key)


def _known_place(asked: Context, name: str) -> Place | None:
    item_id = row_number(request.args.get(name, ""))
    return None if item_id is None else place_of(asked.session, item_id)


def _beyond(asked: Context, home_id: int, title: Standing, way: str) -> bool:
    place = Place(shelf_key=title.shelf_key, item_id=title.item_id)
    return bool(titles_beside(asked.session, home_id, place, "before" if way == "before" else "after", 1))
