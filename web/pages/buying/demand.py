"""The ranked list of what readers want a unit to buy: putting titles on an order, or aside."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, g, render_template, request, send_file, url_for

from branches.context import Context
from branches.http import context
from branches.tree import Unit
from kernel.errors import NotFound
from kernel.http import right
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.demand import WEIGHTS, Ranked, explain
from purchasing.queries.orders import drafts_of
from purchasing.service import ordering
from purchasing.service.demand import LONGEST_REASON, Demand, DemandService
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.buying.places import places_for
from web.pages.forms import EMPTY, Form
from web.presentation import translate as t
from web.spreadsheet import XLSX, Cell, money, write_sheet

page = Blueprint("demand_pages", __name__)

A_PAGE: Final = 50
MOST_UNITS: Final = 4  # to which copies of one title are given in one go
PRICE_FROM: Final = {"shop": Text("书店报价", "a shop’s price"), "copy": Text("已有的册", "paid for a copy")}


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/purchasing/demand", methods=["GET"])
@right("order.read")
def index(form: Form = EMPTY) -> str:
    asked = context()
    demand = DemandService(asked).of_unit(_unit(asked).code)
    shows_aside = request.values.get("tab") == "aside"
    rows = list(demand.aside) if shows_aside else [(row, None) for row in demand.lines]
    number = max(request.args.get("page", 1, type=int) or 1, 1) if len(request.args.get("page", "")) < 6 else 1
    start = (number - 1) * A_PAGE
    return render_template(
        "buying/demand.html",
        places=places_for(asked.caller),
        unit=demand.unit,
        rows=rows[start : start + A_PAGE],
        total=len(rows),
        counts={"open": len(demand.lines), "aside": len(demand.aside)},
        shows_aside=shows_aside,
        before=number - 1 if number > 1 else None,
        after=number + 1 if len(rows) > start + A_PAGE else None,
        number=number,
        weights=WEIGHTS,
        explain=explain,
        price_from=PRICE_FROM,
        units=choices.but_shops(asked, asked.caller.units("order.read", asked.tree)),
        may_order=asked.caller.may("order.write", demand.unit.id, asked.tree),
        longest=LONGEST_REASON,
        form=form,
    )


def _unit(asked: Context) -> Unit:
    """The one named, else the first of the caller's."""
    units, code = asked.caller.units("order.read", asked.tree), request.values.get("org", "")
    if code:
        return asked.tree.unit(code)
    own = asked.caller.own_unit()
    first = own if own in units else next(unit.id for unit in asked.tree.in_order if unit.id in units)
    return asked.tree.by_id[first]


@page.route("/purchasing/demand/aside", methods=["POST"])
@right("order.write")
@act(lambda form: index(form))
def put_aside() -> Done:
    form = Form.sent()
    reason = form.text("reason", LONGEST_REASON)
    form.check()
    put = DemandService(context()).put_aside(form.value("org"), form.value("demand"), reason)
    message = Text(
        "《{title}》已搁置；再有人要，它会回到需求里。",
        "“{title}” is put aside; it comes back when somebody asks again.",
    )
    return Done(url_for("demand_pages.index", org=form.value("org")), message.format(title=put.title))


@page.route("/purchasing/demand/return", methods=["POST"])
@right("order.write")
@act(lambda form: index(form))
def take_back() -> Done:
    form = Form.sent()
    DemandService(context()).take_back(form.value("org"), form.value("demand"))
    address = url_for("demand_pages.index", org=form.value("org"), tab="aside")
    return Done(address, Text("已放回需求。", "It is on the list again."))


# --- onto an order ------------------------------------------------------------------------------------------------------


@page.route("/purchasing/demand/order", methods=["GET"])
@right("order.write")
def choose(form: Form | None = None) -> str:
    """One wanted title, and the order it is to stand on."""
    asked, unit = context(), _unit(context())
    if not asked.caller.may("order.write", unit.id, asked.tree):
        raise NotFound("org", unit.code)
    wanted, supply = DemandService(asked).find(unit, request.values.get("demand", ""))
    within = asked.caller.units("order.write", asked.tree)
    drafts = [one for one in drafts_of(asked.session, within) if asked.tree.is_within(unit.id, one.org_id)]
    drafts = [one for one in drafts if one.org_id == unit.id] or drafts
    known = {"price": show_money(supply.price_fen) if supply.price_fen else "", "count1": "1", "unit1": unit.code}
    known |= {"title": wanted.title, "author": wanted.author, "publisher": wanted.publisher, "item_type": "book"}
    known |= {"isbn": wanted.isbn or "", "year": str(wanted.year or ""), "order": request.values.get("order", "")}
    return render_template(
        "buying/choose.html",
        unit=unit,
        wanted=wanted,
        supply=supply,
        why=explain(wanted.counts),
        price_from=PRICE_FROM,
        drafts=[(str(one.id), f"{one.number} · {one.supplier_name}") for one in drafts],
        units=[one for one in units_for(asked, unit) if one],
        item_types=choices.lasting_types(asked),
        places=range(1, MOST_UNITS + 1),
        form=(form or Form()).with_defaults(known),
    )


def units_for(asked: Context, unit: Unit) -> choices.Choices:
    """The units that may get copies of what this one orders."""
    tree = asked.tree
    fitting = [one for one in tree.subtree(unit.id) if tree.by_id[one].kind not in ("network", "shop")]
    return choices.units(asked, [one for one in fitting if not tree.by_id[one].is_closed])


@page.route("/purchasing/demand/order", methods=["POST"])
@right("order.write")
@act(lambda form: choose(form))
def put_on_order() -> Done:
    form = Form.sent()
    order_id = form.number("order", 1, 2**53, required=True)
    line = read_line(form, demand=form.value("demand") or None)
    form.check()
    made = ordering.add_line(context(), int(order_id or 0), line)
    message = Text("《{title}》已加入订单，{n} 册。", "“{title}” is on the order, {n} copies.")
    return Done(
        url_for("order_pages.show", order_id=made.order_id), message.format(title=made.title, n=len(made.copies))
    )


def read_line(form: Form, *, demand: str | None = None) -> ordering.NewLine:
    """A title with its copies for up to so many units, as the forms ask for it."""
    copies: dict[str, int] = {}
    for place in range(1, MOST_UNITS + 1):
        unit, count = form.value(f"unit{place}"), form.number(f"count{place}", 0, 200)
        if unit and count:
            copies[unit] = copies.get(unit, 0) + int(count)
    year = form.number("year", 1000, 2999)
    return ordering.NewLine(
        copies=copies,
        price_fen=form.money("price"),
        title=form.text("title", 300, required=False),
        isbn=form.text("isbn", 40, required=False),
        author=form.text("author", 200, required=False),
        publisher=form.text("publisher", 200, required=False),
        year=int(year) if year else None,
        item_type=form.value("item_type") or "book",
        demand=demand,
    )


# --- as a file ----------------------------------------------------------------------------------------------------------


@page.route("/purchasing/demand.xlsx", methods=["GET"])
@right("order.read")
def export() -> Response:
    demand = DemandService(context()).of_unit(_unit(context()).code)
    file = write_sheet(t("采购需求", "Wanted"), _headings(), [_row(row) for row in demand.lines])
    response = send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"demand-{_name(demand)}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


def _name(demand: Demand) -> str:
    return demand.unit.code


def _headings() -> list[tuple[str, int]]:
    return [
        (t("名次", "Rank"), 6),
        ("ISBN", 16),
        (t("题名", "Title"), 40),
        (t("责任者", "Author"), 24),
        (t("出版社", "Publisher"), 24),
        (t("出版年", "Year"), 8),
        (t("为什么要", "Why"), 36),
        (t("分数", "Points"), 8),
        (t("网内册数", "Copies"), 10),
        (t("在订册数", "On order"), 10),
        (t("参考价", "Price"), 10),
    ]


def _row(row: Ranked) -> list[Cell]:
    wanted, supply = row.wanted, row.supply
    price = money(supply.price_fen or None)
    why = t(explain(wanted.counts))
    described: list[Cell] = [row.rank, wanted.isbn or "", wanted.title, wanted.author, wanted.publisher, wanted.year]
    return [*described, why, row.points, supply.copies, supply.on_order, price]
