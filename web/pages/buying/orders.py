"""Orders: the list, drafting, placing, approving, calling off. What comes and what is invoiced is `receiving`."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from kernel.errors import NotFound
from kernel.http import right
from kernel.i18n import Text
from kernel.schema import row_number
from purchasing.orders import COPY_STATUSES, ORDER_STATUSES
from purchasing.queries.funds import list_funds
from purchasing.queries.orders import (
    OrderRow,
    count_waiting,
    find_order,
    funds_of,
    invoices_of,
    lines_of,
    list_suppliers,
    orders_of_units,
    receipts_of,
)
from purchasing.service import ordering
from purchasing.service.ordering.drafting import LONGEST
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.buying.demand import MOST_UNITS, read_line, units_for
from web.pages.buying.places import places_for
from web.pages.forms import EMPTY, Form
from web.pages.tabs import Tab, chosen_tab

page = Blueprint("order_pages", __name__)

A_PAGE: Final = 50
TABS: Final = (
    Tab(name="draft", label=Text("草稿", "Drafts"), statuses=("draft",)),
    Tab(name="waiting", label=Text("待批", "To approve"), statuses=("waiting",)),
    Tab(name="out", label=Text("在订", "On order"), statuses=("ordered", "partly_received")),
    Tab(name="over", label=Text("已了结", "Over"), statuses=("received", "cancelled")),
)


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/purchasing/orders", methods=["GET"])
@right("order.read")
def index() -> str:
    asked = context()
    units = asked.caller.units("order.read", asked.tree)
    waiting = count_waiting(asked.session, units)
    tab = chosen_tab(TABS, 1 if waiting and asked.caller.holds("order.approve") else 2)
    rows = orders_of_units(
        asked.session,
        units,
        tab.statuses or (),
        before=row_number(request.args.get("before", "")),
        limit=A_PAGE + 1,
    )
    following = url_for("order_pages.index", tab=tab.name, before=rows[A_PAGE - 1].id) if len(rows) > A_PAGE else None
    return render_template(
        "buying/orders.html",
        places=places_for(asked.caller),
        rows=rows[:A_PAGE],
        tabs=TABS,
        tab=tab,
        waiting=waiting,
        following=following,
        statuses=ORDER_STATUSES,
        tree=asked.tree,
        may_order=asked.caller.holds("order.write"),
    )


# --- drafting -----------------------------------------------------------------------------------------------------------


@page.route("/purchasing/orders/new", methods=["GET"])
@right("order.write")
def new(form: Form | None = None) -> str:
    asked = context()
    units = asked.caller.units("order.write", asked.tree)
    unit_id = asked.caller.own_unit()
    own = asked.tree.by_id[unit_id].code if unit_id in units and unit_id is not None else ""
    return render_template(
        "buying/new_order.html",
        form=(form or Form()).with_defaults({"org": request.values.get("org") or own, "share1": "1", "share2": "1"}),
        demand=request.values.get("demand", ""),
        units=choices.but_shops(asked, units),
        suppliers=[(one.code, one.name) for one in list_suppliers(asked.session, active_only=True)],
        funds=[(one.code, f"{one.name}（{one.code}）") for one in list_funds(asked.session, units)],
        longest=LONGEST,
    )


@page.route("/purchasing/orders/new", methods=["POST"])
@right("order.write")
@act(lambda form: new(form))
def draft() -> Done:
    form = Form.sent()
    shares: dict[str, int] = {}
    for place in (1, 2):
        fund = form.value(f"fund{place}")
        if fund:
            shares[fund] = shares.get(fund, 0) + int(form.number(f"share{place}", 1, 1000) or 1)
    if not shares:
        form.wrong("fund1", Text("请选一笔经费。", "Choose a fund."))
    wanted = ordering.NewOrder(
        org=form.code("org"),
        supplier=form.code("supplier"),
        funds=shares,
        number=form.code("number") if form.has("number") else None,
        note=form.text("note", LONGEST["note"], required=False),
    )
    form.check()
    order = ordering.draft(context(), wanted)
    message = Text("订单 {n} 已起草，现在加书。", "Order {n} is drafted; put titles on it.").format(n=order.number)
    if form.has("demand"):
        address = url_for("demand_pages.choose", org=wanted.org, demand=form.value("demand"), order=order.id)
        return Done(address, message)
    return Done(url_for("order_pages.show", order_id=order.id), message)


@page.route("/purchasing/orders/<int:order_id>", methods=["GET"])
@right("order.read")
def show(order_id: int, form: Form = EMPTY) -> str:
    """One order, and what may be done with it now."""
    asked, order = context(), own_order(order_id)
    unit = asked.tree.by_id[order.org_id]
    lines = lines_of(asked.session, order_id)
    return render_template(
        "buying/order.html",
        order=order,
        unit=unit,
        lines=lines,
        funds=funds_of(asked.session, order_id),
        receipts=receipts_of(asked.session, order_id),
        invoices=invoices_of(asked.session, order_id),
        state=ORDER_STATUSES[order.status],
        copy_statuses=COPY_STATUSES,
        tree=asked.tree,
        may=_acts(asked, order),
        form=form,
        added=form.with_defaults({"unit1": unit.code, "count1": "1", "item_type": "book"}),
        units=units_for(asked, unit) if order.status == "draft" else [],
        item_types=choices.lasting_types(asked),
        places=range(1, MOST_UNITS + 1),
        longest=LONGEST,
    )


def own_order(order_id: int) -> OrderRow:
    """An order that the caller may see; another one's is answered as absent."""
    asked = context()
    order = find_order(asked.session, order_id)
    if not asked.caller.may("order.read", order.org_id, asked.tree):
        raise NotFound("order", order_id)
    return order


def _acts(asked: Context, order: OrderRow) -> dict[str, bool]:
    """What the caller may do with an order as it stands."""
    may = {one: asked.caller.may(f"order.{one}", order.org_id, asked.tree) for one in ("write", "approve")}
    is_own = order.asked_by == asked.caller.author
    is_out, waits = ORDER_STATUSES[order.status].is_out, order.status == "waiting"
    return {
        "edit": may["write"] and order.status == "draft",
        "place": may["write"] and order.status == "draft" and order.titles > 0,
        "approve": may["approve"] and waits and not is_own,
        "approve_total": may["approve"] and is_out and not is_own,
        "turn_down": waits and ((may["approve"] and not is_own) or (may["write"] and is_own)),
        "cancel": may["write"] and ORDER_STATUSES[order.status].is_open,
        "receive": may["write"] and is_out,
        "invoice": may["write"] and is_out,
    }


def _again(form: Form, order_id: int, **_more: Any) -> str:
    return show(order_id, form)


@page.route("/purchasing/orders/<int:order_id>/lines", methods=["POST"])
@right("order.write")
@act(_again)
def add(order_id: int) -> Done:
    form = Form.sent()
    line = read_line(form)
    form.check()
    made = ordering.add_line(context(), order_id, line)
    message = Text("《{title}》已加入订单，{n} 册。", "“{title}” is on the order, {n} copies.")
    return _on(order_id, message.format(title=made.title, n=len(made.copies)))


@page.route("/purchasing/orders/<int:order_id>/lines/<int:line>/removal", methods=["POST"])
@right("order.write")
@act(_again)
def remove(order_id: int, line: int) -> Done:
    ordering.remove_line(context(), order_id, line)
    return _on(order_id, Text("已从订单里去掉。", "It is off the order."))


# --- placing and calling off --------------------------------------------------------------------------------------------


@page.route("/purchasing/orders/<int:order_id>/placement", methods=["POST"])
@right("order.write")
@act(_again)
def place(order_id: int) -> Done:
    order = ordering.place(context(), order_id)
    if order.status == "waiting":
        message = Text(
            "超过一人可定的金额，已送批；批准后才订购、扣款。",
            "It is above what one person may order: it waits for approval, and no money is taken before.",
        )
        return Done(url_for("order_pages.show", order_id=order_id), message, "warn")
    return _on(
        order_id, Text("已订购，经费已扣，读者可以预约在订的书。", "Ordered and paid; readers can wait for the copies.")
    )


@page.route("/purchasing/orders/<int:order_id>/approval", methods=["POST"])
@right("order.approve")
@act(_again)
def approve(order_id: int) -> Done:
    ordering.approve(context(), order_id, Form.sent().value("sent_in"))
    return _on(order_id, Text("已批准并订购，经费已扣。", "Approved and ordered; the money is taken."))


@page.route("/purchasing/orders/<int:order_id>/approved-total", methods=["POST"])
@right("order.approve")
@act(_again)
def approve_total(order_id: int) -> Done:
    form = Form.sent()
    total = form.money("total")
    if total is None:
        form.wrong("total", Text("请填合计。", "Enter the total."))
    form.check()
    ordering.approve_total(context(), order_id, total or 0)
    return _on(
        order_id, Text("已批准，别人可以办到这个合计。", "Approved; others may now take the order up to this total.")
    )


@page.route("/purchasing/orders/<int:order_id>/refusal", methods=["POST"])
@right("order.read")
@act(_again)
def turn_down(order_id: int) -> Done:
    ordering.turn_down(context(), order_id, request.form.get("reason", "")[: LONGEST["reason"]])
    return _on(order_id, Text("已退回草稿。", "It is a draft again."))


@page.route("/purchasing/orders/<int:order_id>/cancellation", methods=["POST"])
@right("order.write")
@act(_again)
def cancel(order_id: int) -> Done:
    form = Form.sent()
    reason = form.text("reason", LONGEST["reason"])
    line = form.number("line", 1, 10_000)
    form.check()
    ordering.cancel(context(), order_id, reason, int(line) if line else None)
    return _on(
        order_id,
        Text("没到的已取消，钱已退回经费。", "What had not come is called off, its money is back in the funds."),
    )


def _on(order_id: int, message: Text) -> Done:
    return Done(url_for("order_pages.show", order_id=order_id), message)
