"""A reader's own page: what is due first, renewing one or all, the card, a new PIN."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.http import caller, context
from branches.rights import SELF
from catalog.description import marked
from circ.queries.holds import HoldRow
from circ.service.holds import HoldService
from kernel import http
from kernel.errors import Invalid, TooManyRequests, Unauthenticated
from kernel.http import right
from kernel.i18n import Text
from patrons.service.cards import CardService
from web import signing
from web.pages import acts, borrowed, wishes
from web.pages.forms import EMPTY, Form
from web.pages.layout import tell

page = Blueprint("account", __name__, url_prefix="/me")


@page.before_request
def _name_channel() -> None:
    g.channel = "opac"


@page.route("", methods=["GET"])
@right(SELF)
def show() -> str:
    return borrowed.render(context(), None)


@page.route("", methods=["POST"])
@right(SELF)
def renew() -> str:
    """Renew the loan named by the button, or all. Each loan gets its own answer; a refused one changes nothing."""
    outcomes = borrowed.renew(caller().id)
    return borrowed.render(context(), None, outcomes)


# --- holds --------------------------------------------------------------------------------------------------------------


def show_with(hold_id: int, form: Form, **_: object) -> str:
    """The page again, with what was wrong beside the hold it was about."""
    return borrowed.render(context(), _ward(), hold_form=form, hold_id=hold_id)


def _ward() -> str | None:
    """The card of the child whose page the form was on."""
    return request.form.get("ward") or None


@page.route("/holds/<int:hold_id>/<any(cancellation,pause,resumption,pickup):move>", methods=["GET"])
@right(SELF)
def hold_again(hold_id: int, move: str) -> str:  # noqa: ARG001 - a reload of a refused act shows the page
    return show()


@page.route("/holds/<int:hold_id>/cancellation", methods=["POST"])
@right(SELF)
@acts.act(show_with)
def cancel_hold(hold_id: int) -> acts.Done:
    hold = HoldService(context()).cancel(hold_id)
    return _done(Text("{title}的预约已取消。", "Your hold on {title} is called off."), hold)


@page.route("/holds/<int:hold_id>/pause", methods=["POST"])
@right(SELF)
@acts.act(show_with)
def pause_hold(hold_id: int) -> acts.Done:
    form = Form.sent()
    until = form.day("until", required=True)
    form.check()
    assert until is not None
    hold = HoldService(context()).suspend(hold_id, until)
    return _done(
        Text("已暂停{title}的预约，位置还留着。", "Your hold on {title} is paused; you keep your place."), hold
    )


@page.route("/holds/<int:hold_id>/resumption", methods=["POST"])
@right(SELF)
@acts.act(show_with)
def resume_hold(hold_id: int) -> acts.Done:
    hold = HoldService(context()).resume(hold_id)
    return _done(Text("{title}的预约继续排队。", "Your hold on {title} goes on."), hold)


@page.route("/holds/<int:hold_id>/pickup", methods=["POST"])
@right(SELF)
@acts.act(show_with)
def move_pickup(hold_id: int) -> acts.Done:
    form, asked = Form.sent(), context()
    pickup = form.choice("pickup", [code for code, _name in wishes.pickups(asked)])
    form.check()
    hold = HoldService(asked).change_pickup(hold_id, pickup or "")
    where = asked.tree.by_id[hold.pickup_id].name
    return _done(Text("{title}改到 {where} 取。", "{title} will be ready at {where}."), hold, where=where)


def _done(sentence: Text, hold: HoldRow, **values: object) -> acts.Done:
    return acts.Done(borrowed.address(_ward()) + "#holds", sentence.format(title=marked(hold.title), **values))


@page.route("/pin", methods=["GET"])
@right(SELF)
def show_pin(form: Form = EMPTY) -> str:
    return render_template("account/pin.html", form=form)


@page.route("/pin", methods=["POST"])
@right(SELF)
def change_pin() -> ResponseReturnValue:
    """The old PIN is asked again; afterwards every login of this reader ends, this one too."""
    form = Form.sent()
    new = form.text("pin", 12)
    if new and new != form.value("pin_again"):
        form.wrong("pin_again", Text("两次输入不一样。", "The two do not agree."))
    try:
        form.check()
        signing.confirm_secret(http.database(), caller(), form.value("old_pin"), g.real_now)
        acts.in_transaction(lambda: CardService(context()).set_own_pin(new))
    except (Invalid, Unauthenticated, TooManyRequests) as error:
        g.reads_only = True
        return show_pin(Form({}, error)), error.status
    tell(Text("PIN 已更改，请用新 PIN 登录。", "The PIN is changed. Log in with the new one."))
    return redirect(url_for("login.show", next=url_for("account.show")), 303)
