"""A reader's own affair: what is remembered, what was borrowed, who looked."""

from __future__ import annotations

from typing import Final, get_args

from flask import Blueprint, Response, g, render_template, request, url_for

from branches.http import context
from branches.rights import SELF
from circ.queries.histories import past_loans
from circ.service import leaving
from circ.service.exporting import export_own
from circ.service.forgetting import forget_own
from kernel.barcodes import LONGEST_ASKED
from kernel.http import decode_position, encode_cursor, right
from kernel.i18n import Text
from patrons.histories import LABELS, Choice
from patrons.http import patron_service
from patrons.queries import looks_at
from patrons.service.histories import HistoryService
from web.pages.acts import Done, act, in_transaction
from web.pages.borrowed import address
from web.pages.forms import EMPTY, Form
from web.pages.telling import name_channel

page = Blueprint("privacy_pages", __name__, url_prefix="/me")

PAGE: Final = 50
LOOKS: Final[dict[str, Text]] = {
    "profile": Text("读者资料", "the profile"),
    "card": Text("证能否借书", "whether the card may borrow"),
    "quote": Text("在书店能选什么", "what may be chosen in a shop"),
    "address": Text("邮寄地址", "the address for a parcel"),
    "loans": Text("在借图书", "the books out"),
    "holds": Text("预约", "the holds"),
    "account": Text("账目", "the account"),
    "notices": Text("通知", "the notices"),
    "export": Text("导出全部资料", "all data, for an export"),
}


@page.before_request
def _name_channel() -> None:
    g.channel = "opac"


@page.route("/privacy", methods=["GET"])
@right(SELF)
def show(form: Form = EMPTY) -> str:
    asked = context()
    patron = patron_service().show_self(asked.caller.id)
    return render_template(
        "account/privacy.html",
        patron=patron,
        form=form if form is not EMPTY else Form({"history": patron.history}),
        histories=LABELS,
        looks=looks_at(asked.session, patron.id),
        whats=LOOKS,
        name_channel=name_channel,
        tree=asked.tree,
    )


@page.route("/privacy/history", methods=["POST"])
@right(SELF)
@act(show)
def choose() -> Done:
    """For oneself, or for the child whose page the form was on."""
    form, service = Form.sent(), HistoryService(context())
    ward = form.text("ward", LONGEST_ASKED, required=False) or None
    chosen = form.choice("history", LABELS)
    form.check()
    choice: Choice = next(one for one in get_args(Choice) if one == chosen)
    if ward is not None:
        service.choose_for_ward(ward, choice, agrees=form.flag("agrees"))
        return Done(address(ward), Text("已保存。", "Saved."))
    service.choose(choice, agrees=form.flag("agrees"))
    said = Text("已保存：{choice}。", "Saved: {choice}.").format(choice=LABELS[choice])
    return Done(url_for("privacy_pages.show"), said)


@page.route("/history", methods=["GET"])
@right(SELF)
def history(form: Form = EMPTY) -> str:
    """What the system still knows of one's returned books; the page for those who keep it, and the proof for those who do not."""
    asked = context()
    before = decode_position(request.args.get("cursor")) or None
    rows = past_loans(asked.session, asked.caller.id, before_id=before, limit=PAGE + 1)
    return render_template(
        "account/history.html",
        form=form,
        rows=rows[:PAGE],
        next_page=url_for("privacy_pages.history", cursor=encode_cursor(rows[PAGE - 1].id))
        if len(rows) > PAGE
        else None,
        choice=LABELS[patron_service().show_self(asked.caller.id).history],
        tree=asked.tree,
    )


@page.route("/history", methods=["POST"])
@right(SELF)
@act(history)
def forget() -> Done:
    done = forget_own(context())
    said = Text("已忘记 {loans} 次借阅和 {holds} 个预约。", "Forgotten: {loans} loans and {holds} holds.")
    return Done(url_for("privacy_pages.history"), said.format(loans=done.loans, holds=done.holds))


@page.route("/export", methods=["GET"])
@right(SELF)
def export() -> Response:
    """All that is known of oneself, as a file."""
    return zipped(in_transaction(lambda: export_own(context(), patron_service())))


def zipped(content: bytes) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="my-data.zip"', "Cache-Control": "no-store"}
    return Response(content, mimetype="application/zip", headers=headers)


@page.route("/erasure", methods=["POST"])
@right(SELF)
@act(show)
def ask_for_erasure() -> Done:
    """Ask for it, or take that back."""
    if Form.sent().flag("take_back"):
        leaving.take_back_asking(context())
        return Done(url_for("privacy_pages.show"), Text("已收回删除的要求。", "You took that back."))
    leaving.ask_for_erasure(context())
    said = Text("已记下，图书馆会在 15 天内办理。", "Noted; the library does it within 15 days.")
    return Done(url_for("privacy_pages.show"), said)
