"""A guardian's family: what each child has borrowed, renewed as the child might; the guardian's consent."""

from __future__ import annotations

from flask import Blueprint, g, render_template, url_for

from branches.http import context
from branches.rights import SELF
from circ.service.families import read_family
from kernel.http import right
from kernel.i18n import Text
from patrons.service.families import FamilyService, find_ward
from web.pages import acts, borrowed
from web.pages.forms import EMPTY, Form

page = Blueprint("family", __name__, url_prefix="/me/family")


@page.before_request
def _name_channel() -> None:
    g.channel = "opac"


@page.route("", methods=["GET"])
@right(SELF)
def index() -> str:
    """The children in one's care, with what is due at each."""
    return render_template("account/family.html", family=read_family(context()))


@page.route("/<card>", methods=["GET"])
@right(SELF)
def show(card: str, form: Form = EMPTY) -> str:
    return borrowed.render(context(), card, hold_form=form)


@page.route("/<card>", methods=["POST"])
@right(SELF)
def renew(card: str) -> str:
    """As for oneself: each loan gets its own answer."""
    g.reads_only = True  # to see whose card it is; the renewals have a transaction of their own
    outcomes = borrowed.renew(find_ward(context(), card).id)
    return borrowed.render(context(), card, outcomes)


@page.route("/<card>/consent/end", methods=["POST"])
@right(SELF)
@acts.act(show)
def take_back_consent(card: str) -> acts.Done:
    FamilyService(context()).take_back_consent(card)
    said = Text(
        "已收回同意。图书馆会在 15 天内删除孩子的资料；请先还清在借的书。改变主意可以再点“我同意”。",
        "You took your consent back. The library erases the child’s data within 15 days; please return the books first. To undo "
        "it, agree again.",
    )
    return acts.Done(url_for("family.show", card=card), said)


@page.route("/<card>/consent", methods=["POST"])
@right(SELF)
@acts.act(show)
def consent(card: str) -> acts.Done:
    FamilyService(context()).consent(card)
    return acts.Done(
        url_for("family.show", card=card), Text("已记下您的同意，谢谢。", "Your consent is noted. Thank you.")
    )
