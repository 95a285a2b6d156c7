"""For the desk: two accounts merged into one, an account closed or opened again, a reader's data exported or erased."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, request, url_for

from branches.http import context
from circ.service import leaving
from circ.service.exporting import export_for
from circ.service.merging_readers import likely_pairs, look_at_merge, merge_readers
from kernel.barcodes import LONGEST_ASKED
from kernel.http import right
from kernel.i18n import Text
from kernel.money import show_money
from patrons.histories import LABELS
from patrons.http import patron_service
from patrons.queries import patron_by_id
from patrons.reference import CATEGORIES
from web.pages.acts import Done, act, in_transaction
from web.pages.forms import EMPTY, Form
from web.pages.patrons import show
from web.pages.privacy import zipped

page = Blueprint("leaving_pages", __name__, url_prefix="/patrons")


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/duplicates", methods=["GET"])
@right("patron.merge")
def duplicates() -> str:
    """Accounts that may be one person's."""
    return render_template(
        "patrons/duplicates.html",
        pairs=likely_pairs(context()),
        tree=context().tree,
        categories=CATEGORIES.get(context().session),
    )


@page.route("/<barcode>/merge", methods=["GET"])
@right("patron.merge")
def look(barcode: str, form: Form = EMPTY) -> str:
    """Both accounts side by side, before it is final; without a second card, a place to scan it."""
    into = (form.value("into") or request.args.get("into", "")).strip()[:LONGEST_ASKED]
    sides = in_transaction(lambda: look_at_merge(context(), barcode, into)) if into and form is EMPTY else None
    return render_template(
        "patrons/merge.html",
        form=form if form is not EMPTY else Form({"into": into}),
        barcode=barcode,
        into=into,
        sides=sides,
        tree=context().tree,
        categories=CATEGORIES.get(context().session),
        histories=LABELS,
    )


@page.route("/<barcode>/merge", methods=["POST"])
@right("patron.merge")
@act(look)
def merge(barcode: str) -> Done:
    form, asked = Form.sent(), context()
    into = form.text("into", LONGEST_ASKED)
    form.check()
    done = merge_readers(asked, barcode, into)
    stays = patron_by_id(asked.session, done.into_id).barcode
    said = Text("已合并：转入在借 {loans} 册、预约 {holds} 个。", "Merged: {loans} loans and {holds} holds came along.")
    return Done(url_for("patron_pages.show", barcode=stays), said.format(loans=done.loans, holds=done.holds))


@page.route("/<barcode>/closure", methods=["POST"])
@right("patron.write")
@act(show)
def close(barcode: str) -> Done:
    left = leaving.close(context(), barcode)
    said = Text(
        "已注销，取消预约 {holds} 个，请退还押金 {deposit} 元。",
        "Closed; {holds} holds called off. Hand back {deposit} yuan of deposit.",
    )
    if not left.deposit_fen:
        said = Text("已注销，取消预约 {holds} 个。", "Closed; {holds} holds called off.")
    return Done(
        url_for("patron_pages.show", barcode=barcode),
        said.format(holds=left.holds, deposit=show_money(left.deposit_fen)),
    )


@page.route("/<barcode>/reopening", methods=["POST"])
@right("patron.write")
@act(show)
def reopen(barcode: str) -> Done:
    leaving.reopen(context(), barcode)
    return Done(url_for("patron_pages.show", barcode=barcode), Text("账户已恢复。", "The account is open again."))


@page.route("/<barcode>/erasure", methods=["POST"])
@right("patron.erase")
@act(show)
def erase(barcode: str) -> Done:
    leaving.erase(context(), barcode)
    return Done(url_for("patron_pages.show", barcode=barcode), Text("资料已删除。", "The data is erased."))


@page.route("/<barcode>/export", methods=["GET"])
@right("patron.export")
def export(barcode: str) -> Response:
    return zipped(in_transaction(lambda: export_for(context(), patron_service(), barcode)))
