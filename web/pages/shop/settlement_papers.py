"""A settlement on paper, to be signed, and as a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, g, render_template, send_file

from branches.http import context
from kernel.http import right
from purchasing.queries.funds import list_programmes
from purchasing.queries.settlements import LineRow, lines_of
from purchasing.service.settling import SettlementService
from purchasing.settling import DIFFERENCES, RESOLUTIONS
from purchasing.states import SETTLEMENT_STATUSES
from web.pages.shop.settlements import sums_of
from web.presentation import translate as t
from web.spreadsheet import XLSX, Cell, money, write_sheet

page = Blueprint("shop_settlement_papers", __name__, url_prefix="/shop/settlements")


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/<int:settlement_id>/paper", methods=["GET"])
@right("settlement.read")
def paper(settlement_id: int) -> str:
    asked = context()
    row = SettlementService(asked).find(settlement_id)
    lines = lines_of(asked.session, row.id)
    by_programme: Counter[str] = Counter()
    for line in lines:
        if line.programme is not None:
            by_programme[line.programme] += line.paid_fen
    return render_template(
        "shop/settlement_paper.html",
        row=row,
        shop=asked.tree.by_id[row.shop_id],
        paid=[line for line in lines if line.is_paid],
        left=[line for line in lines if not line.is_paid],
        sums=sums_of(lines),
        by_programme=sorted(by_programme.items()),
        programme_names={one.code: one.name for one in list_programmes(asked.session)},
        state=SETTLEMENT_STATUSES[row.status],
        differences=DIFFERENCES,
        resolutions=RESOLUTIONS,
    )


@page.route("/<int:settlement_id>/settlement.xlsx", methods=["GET"])
@right("settlement.read")
def sheet(settlement_id: int) -> Response:
    asked = context()
    row = SettlementService(asked).find(settlement_id)
    file = write_sheet(str(row.span), _headings(), _rows(lines_of(asked.session, row.id)))
    name = f"settlement-{asked.tree.by_id[row.shop_id].code}-{row.span}-{row.id}.xlsx"
    response = send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _headings() -> list[tuple[str, int]]:
    return [
        (t("序号", "No."), 6),
        (t("选书日期", "Chosen on"), 12),
        ("ISBN", 16),
        (t("书名", "Title"), 40),
        (t("条码", "Barcode"), 16),
        (t("活动", "Programme"), 14),
        (t("定价（码洋）", "List price"), 12),
        (t("约定付（实洋）", "Agreed, net"), 14),
        (t("发票行", "Invoice row"), 8),
        (t("发票定价（码洋）", "Invoiced list price"), 16),
        (t("发票要（实洋）", "Asked, net"), 14),
        (t("不同", "Difference"), 16),
        (t("处理", "Settled"), 16),
        (t("原因", "Reason"), 24),
        (t("实付（实洋）", "Paid, net"), 12),
    ]


def _rows(lines: Sequence[LineRow]) -> Iterator[list[Cell]]:
    for line in lines:
        yield [
            line.number,
            line.chosen_on.isoformat() if line.chosen_on else None,
            line.isbn,
            line.title,
            line.item,
            line.programme,
            money(line.price_fen),
            money(line.cost_fen),
            line.invoice_row,
            money(line.invoiced_price_fen),
            money(line.charged_fen),
            "；".join(t(DIFFERENCES[one.kind].label) for one in line.differences) or None,
            "；".join(t(RESOLUTIONS[one.resolution]) if one.resolution else "—" for one in line.differences) or None,
            "；".join(one.reason for one in line.differences if one.reason) or None,
            money(line.paid_fen),
        ]
    sums = sums_of(lines)
    said = t("合计 {n} 册", "{n} copies in all", n=sums.copies)
    yield [None, None, None, said, *[None] * 10, money(sums.paid_fen)]
