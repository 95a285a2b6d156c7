"""Cards renewed many at once: those whose time runs out, or a list that was scanned or pasted. Looked at first, then done."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from typing import Final

from flask import Blueprint, g, render_template, request, url_for

from branches.http import context
from kernel.clock import local_day
from kernel.http import right
from kernel.i18n import Text
from patrons.reference import CATEGORIES
from patrons.service.renewals import MOST_CARDS, CardRenewalService, RenewedCard
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("renewal_pages", __name__, url_prefix="/patrons/renewals")

BETWEEN: Final = re.compile(r"[\s,;，；、]+")
SOON: Final = timedelta(days=60)


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("patron.write")
def index(form: Form = EMPTY, looked_at: list[RenewedCard] | None = None) -> str:
    """Whose cards run out in the next days, and a place for a list."""
    asked, today = context(), local_day(context().now)
    query = Form(request.args)
    until = query.day("until") or today + SOON
    at = query.choice("at", asked.tree.by_code, required=False)
    service = CardRenewalService(asked)
    return render_template(
        "patrons/renewals.html",
        form=form if form is not EMPTY else Form({"expires_on": _in_a_year(today)}),
        looked_at=looked_at,
        counts=Counter(one.result for one in looked_at or ()),
        found=service.expiring(until, at),
        until=until,
        at=at or "",
        units=choices.units(asked, asked.caller.units("patron.write", asked.tree)),
        tree=asked.tree,
        categories=CATEGORIES.get(asked.session),
        today_=today,
        most=MOST_CARDS,
    )


@page.route("/check", methods=["POST"])
@right("patron.write")
def check() -> str:
    """What the list would come to; nothing is changed."""
    g.reads_only = True
    form = Form(request.form)
    cards, expires_on = _read(form)
    if cards is None or expires_on is None:
        return index(form)
    return index(form, CardRenewalService(context()).renew(cards, expires_on, dry_run=True))


@page.route("", methods=["POST"])
@right("patron.write")
@act(index)
def renew() -> Done:
    form = Form.sent()
    cards, expires_on = _read(form)
    form.check()
    assert cards is not None
    assert expires_on is not None
    done = Counter(one.result for one in CardRenewalService(context()).renew(cards, expires_on))
    said = Text(
        "已续 {renewed} 张，{unchanged} 张不必续，{refused} 张没有办理。",
        "{renewed} cards renewed, {unchanged} needed none, {refused} not done.",
    )
    counts = {name: done[name] for name in ("renewed", "unchanged", "refused")}
    return Done(url_for("renewal_pages.index"), said.format(**counts), "warn" if done["refused"] else "good")


def _read(form: Form) -> tuple[list[str] | None, date | None]:
    """The cards that were ticked and those on the list, and the new last day; what is wrong is noted in the form."""
    expires_on = form.day("expires_on", required=True)
    cards = [card for card in (*request.form.getlist("card"), *BETWEEN.split(form.value("cards"))) if card]
    if not cards:
        form.wrong("cards", Text("请勾选读者，或扫入、粘贴证号。", "Tick readers, or scan or paste card numbers."))
    elif len(cards) > MOST_CARDS:
        form.wrong("cards", Text("一次最多 {n} 张证。", "At most {n} cards at once.").format(n=MOST_CARDS))
    return (cards, expires_on) if cards and len(cards) <= MOST_CARDS else (None, expires_on)


def _in_a_year(today: date) -> date:
    return today + timedelta(days=365)
