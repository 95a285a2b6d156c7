"""Settlements with shops, for both sides: the list, and one with what is to be done next. On paper and as a sheet: `settlement_papers`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from kernel.clock import local_day
from kernel.http import largest_body, right
from kernel.i18n import Text
from purchasing.api.settlements import LARGEST_FORM, sent_invoice
from purchasing.invoices import typed_invoice
from purchasing.queries.settlement_shares import shares_of, waiting_for
from purchasing.queries.settlements import (
    LineRow,
    SettlementRow,
    count_open,
    lines_of,
    list_settlements,
    settlements_by_id,
)
from purchasing.service.settling import RIGHTS, Settled, SettlementService
from purchasing.service.shops import shops_of
from purchasing.settlement_show import seen_shares
from purchasing.settling import DIFFERENCES, RESOLUTIONS, SIDES, Kind, Resolution, Side, month_of, read_period
from purchasing.states import SETTLEMENT_STATUSES
from web.pages.acts import SHOWN_IN_THE_FORM, Done, act
from web.pages.forms import EMPTY, NEEDED, Form
from web.pages.shop import which
from web.pages.shop.settlement_steps import may_agree, next_step

page = Blueprint("shop_settlements", __name__, url_prefix="/shop/settlements")

MOST: Final = 100
A_PAGE: Final = 100
TONES: Final = {"draft": "", "frozen": "send", "paid": "good", "discarded": "warn"}
_TAKEN_BACK: Final = Text(
    "{side}已确认的，因这次改动收回，要再确认一次。",
    "{side} had confirmed; this change undid it, and it is to be confirmed again.",
)
_MONTH: Final = Text(
    "月份请写成 2026-11，或两个日期 2026-11-01..2026-11-15。",
    "Write a month as 2026-11, or two days as 2026-11-01..2026-11-15.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What the lines that are paid come to."""

    copies: int
    listed_fen: int
    paid_fen: int

    @property
    def discount_fen(self) -> int:
        return self.listed_fen - self.paid_fen


def sums_of(lines: Sequence[LineRow]) -> Sums:
    paid = [line for line in lines if line.is_paid]
    return Sums(
        copies=len(paid),
        listed_fen=sum(line.listed_fen for line in paid),
        paid_fen=sum(line.paid_fen for line in paid),
    )


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("settlement.read")
def index(form: Form = EMPTY) -> str:
    asked = context()
    shop = which.chosen(asked, "settlement.read")
    rows = list_settlements(asked.session, units=[shop.id], limit=MOST) if shop else []
    last_month = month_of(month_of(local_day(asked.now)).first_on - timedelta(days=1))
    return render_template(
        "shop/settlements.html",
        tree=asked.tree,
        shop=shop,
        shops=shops_of(asked, "settlement.read"),
        rows=rows,
        waiting=count_open(asked.session, [row.id for row in rows]),
        statuses=SETTLEMENT_STATUSES,
        tones=TONES,
        to_agree=settlements_by_id(
            asked.session, waiting_for(asked.session, asked.caller.units("settlement.write", asked.tree))
        ),
        may_make=shop is not None and asked.caller.may("settlement.write", shop.id, asked.tree),
        form=form.with_defaults({"period": str(last_month)}),
    )


@page.route("", methods=["POST"])
@right("settlement.write")
@act(index)
def make() -> Done:
    form, asked = Form.sent(), context()
    shop = which.required(asked, "settlement.write")
    span = read_period(form.text("period", 40))
    if span is None and not form.problems("period"):
        form.wrong("period", _MONTH)
    form.check()
    assert span is not None
    made = SettlementService(asked).make(shop.code, span).settlement
    message = Text("{n} 册已列入结算。", "{n} copies are in the settlement.")
    return Done(_address(made.id), message.format(n=len(lines_of(asked.session, made.id))))


@page.route("/<int:settlement_id>", methods=["GET"])
@right("settlement.read")
def show(settlement_id: int, form: Form = EMPTY) -> str:
    """One settlement: what is to be done next, what differs, every line."""
    asked = context()
    row = SettlementService(asked).find(settlement_id)
    lines = lines_of(asked.session, row.id)
    differing = [line for line in lines if line.differences]
    sides = sides_of(asked, row)
    shares = shares_of(asked.session, row.id)
    waiting = sum(line.open_count for line in differing)
    asked_page = request.args.get("page", "")
    first = (
        (int(asked_page) - 1) * A_PAGE if asked_page.isascii() and asked_page.isdigit() and len(asked_page) < 6 else 0
    )
    first = max(0, first)
    return render_template(
        "shop/settlement.html",
        tree=asked.tree,
        row=row,
        shop=asked.tree.by_id[row.shop_id],
        lines=lines[first : first + A_PAGE],
        count=len(lines),
        before=first // A_PAGE if first else None,
        after=first // A_PAGE + 2 if len(lines) > first + A_PAGE else None,
        sums=sums_of(lines),
        differing=sorted(differing, key=lambda line: not line.open_count)[:MOST],
        differing_count=sum(len(line.differences) for line in differing),
        more_lines=max(0, len(differing) - MOST),
        waiting=waiting,
        next_step=next_step(row, sides, waiting, shares, has_lines=bool(lines)),
        shares=seen_shares(asked, row, shares),
        may_agree=[share.code for share in shares if may_agree(asked, row, share) and not waiting],
        taken_back=[side for side in sides if getattr(row, f"{side}_taken_back_at") is not None],
        to_confirm=[side for side in sides if row.status == "draft" and not waiting and not row.confirmed_by(side)],
        may_write="library" in sides,
        may_enter=bool(sides) and row.status == "draft",
        state=SETTLEMENT_STATUSES[row.status],
        tone=TONES[row.status],
        differences=DIFFERENCES,
        resolutions=RESOLUTIONS,
        side_names=SIDES,
        form=form.with_defaults(
            {"number": row.invoice_number, "date": row.invoice_on, "paid_on": local_day(asked.now)}
        ),
    )


@page.route("/<int:settlement_id>/gathering", methods=["POST"])
@right("settlement.write")
@act(show)
def gather_again(settlement_id: int) -> Done:
    settled = SettlementService(context()).gather_again(settlement_id)
    return _done(settled, Text("已重新汇集。", "Gathered anew."))


@page.route("/<int:settlement_id>/invoice", methods=["POST"])
@right("settlement.read")
@largest_body(LARGEST_FORM)
def invoice(settlement_id: int) -> ResponseReturnValue:
    """A file or typed lines. They are read before a transaction begins."""
    form = Form.sent()
    try:
        g.invoice = typed_invoice(form.value("lines")) if form.has("lines") else sent_invoice()
    except SHOWN_IN_THE_FORM as error:
        g.reads_only = True
        return show(settlement_id, Form(request.form, error)), error.status
    entered: ResponseReturnValue = _enter(settlement_id)
    return entered


@act(show)
def _enter(settlement_id: int) -> Done:
    form = Form.sent()
    number, on = form.text("number", 64), form.day("date", required=True)
    form.check()
    assert on is not None
    settled = SettlementService(context()).enter_invoice(settlement_id, number, on, g.invoice)
    waiting = count_open(context().session, [settlement_id]).get(settlement_id, 0)
    if waiting:
        message = Text(
            "发票已比对，{n} 处不同，请逐条处理。", "The invoice was compared: {n} differences to settle."
        ).format(n=waiting)
    else:
        message = Text("发票已比对，与选书记录完全一致。", "The invoice was compared: it agrees with what was chosen.")
    return _done(settled, message, "warn" if waiting else "good")


@page.route("/<int:settlement_id>/lines/<int:number>", methods=["POST"])
@right("settlement.write")
@act(lambda settlement_id, form, **_: show(settlement_id, form))
def resolve(settlement_id: int, number: int) -> Done:
    form = Form.sent()
    chosen = form.choice("resolution", RESOLUTIONS)
    kind = form.choice("difference", DIFFERENCES, required=False) or None
    reason = form.text("reason", 200, required=False)
    form.check()
    service = SettlementService(context())
    settled = service.resolve(settlement_id, number, cast(Resolution, chosen), reason, cast(Kind | None, kind))
    message = Text("第 {n} 行：{what}。", "Line {n}: {what}.").format(
        n=number, what=RESOLUTIONS[cast(Resolution, chosen)]
    )
    return _done(settled, message, anchor="#differences")


@page.route("/<int:settlement_id>/agreements", methods=["POST"])
@right("settlement.write")
@act(show)
def agree(settlement_id: int) -> Done:
    form = Form.sent()
    fund, version = form.text("fund", 32), form.number("version", 1, 2**31 - 1, required=True)
    form.check()
    settled = SettlementService(context()).agree(settlement_id, fund, int(version or 0))
    return _done(settled, Text("已同意。", "Agreed."), anchor="#funds")


@page.route("/<int:settlement_id>/confirmation", methods=["POST"])
@right("settlement.read")
@act(show)
def confirm(settlement_id: int) -> Done:
    form = Form.sent()
    side = form.choice("side", SIDES)
    version = form.number("version", 1, 2**31 - 1, required=True)
    form.check()
    settled = SettlementService(context()).confirm(settlement_id, cast(Side, side), int(version or 0))
    frozen = settled.settlement.status == "frozen"
    message = (
        Text("双方都已确认，结算已定，不能再改。", "Both sides have confirmed; nothing changes any more.")
        if frozen
        else Text("已确认，等对方确认。", "Confirmed; the other side is next.")
    )
    return _done(settled, message)


@page.route("/<int:settlement_id>/payment", methods=["POST"])
@right("settlement.write")
@act(show)
def pay(settlement_id: int) -> Done:
    form = Form.sent()
    on, reference = form.day("paid_on", required=True), form.text("reference", 100)
    form.check()
    assert on is not None
    return _done(
        SettlementService(context()).pay(settlement_id, on, reference), Text("已登记付款。", "The payment is noted.")
    )


@page.route("/<int:settlement_id>/discarding", methods=["POST"])
@right("settlement.write")
@act(show)
def discard(settlement_id: int) -> Done:
    form = Form.sent()
    if not form.has("why"):
        form.wrong("why", NEEDED)
    reason = form.text("why", 200)
    form.check()
    settled = SettlementService(context()).discard(settlement_id, reason)
    return _done(settled, Text("已作废，这些选书可以列入别的结算。", "Discarded; its books may be settled in another."))


# --- parts


def sides_of(asked: Context, row: SettlementRow) -> list[Side]:
    """For which sides the caller may speak."""
    return [side for side, right_ in RIGHTS.items() if asked.caller.may(right_, row.shop_id, asked.tree)]


def _done(settled: Settled, message: Text, tone: str = "good", anchor: str = "") -> Done:
    for side in settled.taken_back:
        again = _TAKEN_BACK.format(side=SIDES[side])
        message, tone = Text(message.zh + again.zh, f"{message.en} {again.en}"), "warn"
    return Done(_address(settled.settlement.id) + anchor, message, tone)


def _address(settlement_id: int) -> str:
    return url_for("shop_settlements.show", settlement_id=settlement_id)
