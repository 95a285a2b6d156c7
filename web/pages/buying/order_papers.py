"""An order on paper and as a sheet, for the supplier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, send_file

from branches.http import context
from branches.tree import OrgTree
from kernel.http import right
from purchasing.orders import ORDER_STATUSES
from purchasing.queries.orders import LineRow, lines_of
from web.pages.buying.orders import own_order
from web.presentation import translate as t
from web.spreadsheet import XLSX, Cell, money, write_sheet

page = Blueprint("order_paper_pages", __name__)


@page.route("/purchasing/orders/<int:order_id>/paper", methods=["GET"])
@right("order.read")
def paper(order_id: int) -> str:
    asked, order = context(), own_order(order_id)
    lines = _ordered(lines_of(asked.session, order_id))
    return render_template(
        "buying/order_paper.html",
        order=order,
        unit=asked.tree.by_id[order.org_id],
        lines=[(line, _shared(line, asked.tree)) for line in lines],
        state=ORDER_STATUSES[order.status],
    )


@page.route("/purchasing/orders/<int:order_id>/order.xlsx", methods=["GET"])
@right("order.read")
def sheet(order_id: int) -> Response:
    asked, order = context(), own_order(order_id)
    rows = _rows(_ordered(lines_of(asked.session, order_id)), asked.tree)
    file = write_sheet(t("订单", "Order"), _headings(), rows)
    response = send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"order-{order.number}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


def _ordered(lines: list[LineRow]) -> list[LineRow]:
    """Without titles that were called off altogether."""
    return [line for line in lines if line.kept]


def _shared(line: LineRow, tree: OrgTree) -> list[tuple[str, int]]:
    """For which units, and how many each."""
    counted = Counter(copy.unit_id for copy in line.kept)
    return [(tree.by_id[unit_id].name, count) for unit_id, count in counted.items()]


def _headings() -> list[tuple[str, int]]:
    return [
        (t("序号", "No."), 6),
        ("ISBN", 16),
        (t("题名", "Title"), 40),
        (t("责任者", "Author"), 24),
        (t("出版社", "Publisher"), 24),
        (t("出版年", "Year"), 8),
        (t("定价（码洋）", "List price"), 12),
        (t("折后单价（实洋）", "Cost, net"), 16),
        (t("册数", "Copies"), 8),
        (t("金额（实洋）", "Sum, net"), 14),
        (t("分配", "For"), 36),
    ]


def _rows(lines: list[LineRow], tree: OrgTree) -> Iterator[list[Cell]]:
    for line in lines:
        shared = "；".join(f"{name} {count}" for name, count in _shared(line, tree))
        count = len(line.kept)
        yield [
            line.number, line.isbn or "", line.title, line.author, line.publisher, line.year, money(line.price_fen),
            money(line.cost_fen), count, money(line.cost_fen * count), shared,
        ]  # fmt: skip
    copies = sum(len(line.kept) for line in lines)
    total = money(sum(line.cost_fen * len(line.kept) for line in lines))
    yield [None, None, t("合计", "In all"), None, None, None, None, None, copies, total, None]
