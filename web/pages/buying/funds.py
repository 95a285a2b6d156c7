"""Funds: what was given, what is left, and every sum in between."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from kernel.http import right
from kernel.i18n import Text
from kernel.schema import row_number
from purchasing.queries.funds import FundRow, entries_of, find_fund, list_funds, what_for
from purchasing.service.funds import FundService
from purchasing.states import ENTRY_KINDS
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.buying.places import places_for
from web.pages.forms import EMPTY, NEEDED, Form
from web.pages.telling import name_author

page = Blueprint("fund_pages", __name__, url_prefix="/purchasing/funds")
A_PAGE: Final = 50


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("fund.read")
def index(form: Form = EMPTY) -> str:
    asked = context()
    units = asked.caller.units("fund.read", asked.tree)
    return render_template(
        "buying/funds.html",
        funds=list_funds(asked.session, units),
        tree=asked.tree,
        form=form,
        units=choices.units(asked, asked.caller.units("fund.write", asked.tree)),
        places=places_for(asked.caller),
    )


@page.route("", methods=["POST"])
@right("fund.write")
@act(index)
def create() -> Done:
    form = Form.sent()
    code, name, org = form.code("code"), form.text("name", 80), form.text("org", 32)
    fen = form.money("allocated")
    form.check()
    FundService(context()).create(code, name, org, fen or 0)
    return Done(url_for("fund_pages.show", code=code), Text("经费已设立。", "The fund was set up."))


@page.route("/<code>", methods=["GET"])
@right("fund.read")
def show(code: str, form: Form = EMPTY) -> str:
    asked = context()
    fund = _find(asked, code)
    before = row_number(request.args.get("before", ""))
    rows = entries_of(asked.session, fund.id, before=before, limit=A_PAGE + 1)
    older = url_for("fund_pages.show", code=code, before=rows[A_PAGE - 1].id) if len(rows) > A_PAGE else None
    return render_template(
        "buying/fund.html",
        fund=fund,
        rows=rows[:A_PAGE],
        books=what_for(asked.session, rows[:A_PAGE]),
        name_author=name_author,
        older=older,
        kinds=ENTRY_KINDS,
        tree=asked.tree,
        form=form,
        may_allocate=asked.caller.may("fund.write", fund.org_id, asked.tree),
        places=places_for(asked.caller),
    )


@page.route("/<code>/allocations", methods=["POST"])
@right("fund.write")
@act(lambda form, code: show(code, form))
def allocate(code: str) -> Done:
    form = Form.sent()
    fen, reason = form.money("amount"), form.text("reason", 200)
    if not fen:
        form.wrong("amount", NEEDED)
    form.check()
    assert fen is not None
    FundService(context()).allocate(code, -fen if form.flag("take_back") else fen, reason)
    return Done(url_for("fund_pages.show", code=code), Text("已记入。", "Entered."))


def _find(asked: Context, code: str) -> FundRow:
    return find_fund(asked.session, code, asked.caller.units("fund.read", asked.tree))
