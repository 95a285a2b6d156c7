"""What was chosen in a shop on a day: a list with its sums, and the same as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flask import Blueprint, g, render_template, request, send_file
from werkzeug.wrappers import Response

from branches.context import Context
from branches.http import context
from branches.tree import Unit
from kernel.clock import bounds_of, clock_time, local_day, read_day
from kernel.http import language, right
from kernel.i18n import Text
from purchasing.queries.selections import SelectionRow, list_selections
from purchasing.service.shops import labels_of, shops_of
from purchasing.states import SELECTION_STATUSES
from web.pages.shop import which
from web.pages.telling import name_author
from web.spreadsheet import XLSX, Cell, money, write_sheet

page = Blueprint("shop_days", __name__, url_prefix="/shop/days")

MOST: Final = 5000
HEADS: Final[tuple[tuple[Text, int], ...]] = (
    (Text("时间", "time"), 18),
    (Text("条码", "label"), 16),
    (Text("ISBN", "ISBN"), 16),
    (Text("书名", "title"), 40),
    (Text("定价（码洋）", "list price"), 12),
    (Text("图书馆付（实洋）", "library pays, net"), 16),
    (Text("活动", "programme"), 24),
    (Text("状态", "status"), 14),
    (Text("经手", "by"), 14),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The choices of a day in the order they were made; sums are of those that stand. `labels` are those they used up, called off ones
    too: a label is used once."""

    rows: Sequence[SelectionRow]
    books: int
    price_fen: int
    cost_fen: int
    cancelled: int

    @property
    def labels(self) -> int:
        return len(self.rows)


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("selection.read")
def show() -> str:
    """A day of a shop; today where none is named."""
    asked = context()
    shop, today = which.chosen(asked, "selection.read"), local_day(asked.now)
    day = read_day(request.args.get("day", "")) or today
    return render_template(
        "shop/days.html",
        shop=shop,
        shops=shops_of(asked, "selection.read"),
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < today else None,
        found=_found(asked, shop, day),
        statuses=SELECTION_STATUSES,
        labels_left=sum(left for _labels, left in labels_of(asked, shop)) if shop else 0,
        most=MOST,
        name_author=name_author,
    )


@page.route("/sheet", methods=["GET"])
@right("selection.read")
def sheet() -> Response:
    """The day as a spreadsheet, the sums in its last row."""
    asked = context()
    shop = which.required(asked, "selection.read")
    day = read_day(request.args.get("day", "")) or local_day(asked.now)
    told = language()
    file = write_sheet(
        day.isoformat(), [(head.in_(told), width) for head, width in HEADS], _cells(_found(asked, shop, day))
    )
    return send_file(
        file, mimetype=XLSX, as_attachment=True, download_name=f"{shop.code}-{day.isoformat()}.xlsx", max_age=0
    )


def _found(asked: Context, shop: Unit | None, day: date) -> Day:
    since, until = bounds_of(day)
    rows = list_selections(asked.session, units=[shop.id], since=since, until=until, limit=MOST) if shop else []
    standing = [row for row in rows if SELECTION_STATUSES[row.status].counts]
    return Day(
        rows=rows[::-1],
        books=len(standing),
        price_fen=sum(row.price_fen for row in standing),
        cost_fen=sum(row.cost_fen for row in standing),
        cancelled=len(rows) - len(standing),
    )


def _cells(day: Day) -> Iterator[Sequence[Cell]]:
    told = language()
    for row in day.rows:
        yield (
            f"{local_day(row.made_at)} {clock_time(row.made_at)}",
            row.item,
            row.isbn,
            row.title,
            money(row.price_fen),
            money(row.cost_fen),
            row.programme_name,
            SELECTION_STATUSES[row.status].label.in_(told),
            name_author(row.made_by).in_(told),
        )
    total = Text("合计 {n} 册", "{n} books in all").format(n=day.books).in_(told)
    yield (total, None, None, None, money(day.price_fen), money(day.cost_fen))
