"""Withdrawals and handovers: a look at what would happen, the deed, the printed list, and undoing it."""

from __future__ import annotations

from typing import Any, Final, cast

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.http import context
from catalog.barcode_lists import MOST_AT_ONCE, listed
from catalog.documents import KINDS, DocumentKind
from catalog.queries.documents import lines_of, list_documents
from catalog.service.documents import DocumentAsked, StockDocumentService
from catalog.show import show_changed
from kernel.http import decode_position, encode_cursor, language, largest_body, right
from kernel.i18n import Text
from web.pages import choices
from web.pages.acts import SHOWN_IN_THE_FORM, Done, act, once
from web.pages.forms import EMPTY, NEEDED, Form
from web.pages.layout import tell

page = Blueprint("document_pages", __name__, url_prefix="/stock/lists")

PAGE: Final = 50
LARGEST_LIST: Final = 1_000_000
REASONS: Final = Text("破损、陈旧过时、复本过多、丢失已赔", "worn out, out of date, too many copies, lost and paid for")
KEPT: Final = ("at", "to", "reason", "number", "moves_home")


@page.route("", methods=["GET"])
@right("item.write")
def index() -> str:
    asked = context()
    units = asked.caller.units("item.write", asked.tree)
    before = decode_position(request.args.get("cursor")) or None
    rows = list_documents(asked.session, units, before_id=before, limit=PAGE + 1)
    following = encode_cursor(rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render_template(
        "stock/documents.html",
        rows=rows[:PAGE],
        kinds=KINDS,
        tree=asked.tree,
        following=url_for("document_pages.index", cursor=following) if following else None,
    )


@page.route("/new/<any(withdrawal,handover):kind>", methods=["GET"])
@right("item.write")
def new(kind: str) -> str:
    asked = context()
    units = asked.caller.home_units()
    own = asked.tree.by_id[units[0]].code if units else ""
    return _render(kind, Form({"at": own, "barcodes": request.args.get("item", "")[:200]}), {})


@page.route("/new/<any(withdrawal,handover):kind>", methods=["POST"])
@right("item.write")
@largest_body(LARGEST_LIST)
def make(kind: str) -> ResponseReturnValue:
    """`step` is `do` for the deed; else what would happen is shown."""
    form = Form.sent()
    g.reads_only = True  # all but the deed, which has a transaction of its own
    try:
        if form.value("step") != "do":
            rows = StockDocumentService(context()).preview(_read(kind, form)).rows
            return _render(kind, form, show_changed(rows, language()))
        made = once(lambda: _make(kind, form))
    except SHOWN_IN_THE_FORM as error:
        return _render(kind, Form(request.form, error), {}), error.status
    if made["document"] is None:
        return _render(kind, form, made)
    tell(Text("已办理 {n} 册。", "{n} copies done.").format(n=made["changed"]))
    return redirect(url_for("document_pages.show", document_id=made["document"]), 303)


@page.route("/<int:document_id>", methods=["GET"])
@right("item.write")
def show(document_id: int, form: Form = EMPTY) -> str:
    return _show("stock/document.html", document_id, form)


@page.route("/<int:document_id>/paper", methods=["GET"])
@right("item.write")
def paper(document_id: int) -> str:
    return _show("stock/document_paper.html", document_id, EMPTY)


@page.route("/<int:document_id>/undo", methods=["POST"])
@right("item.write")
@act(show)
def undo(document_id: int) -> Done:
    """Of one copy, or of all that stand on the list."""
    barcode = Form.sent().value("barcode")
    rows = StockDocumentService(context()).undo(document_id, [barcode] if barcode else None)
    refused = [row for row in rows if row.message is not None]
    done = Text("已撤销 {n} 册。", "{n} copies taken back.").format(n=len(rows) - len(refused))
    told = [done, *(_named(row.barcode, row.message) for row in refused if row.message)]
    message = Text("", " ").join(told)
    return Done(url_for("document_pages.show", document_id=document_id), message, "warn" if refused else "good")


def _named(barcode: str, message: Text) -> Text:
    return Text(f"{barcode}：{message.zh}", f"{barcode}: {message.en}")


def _make(kind: str, form: Form) -> dict[str, Any]:
    made = StockDocumentService(context()).make(_read(kind, form))
    return {"document": made.document.id if made.document else None, **show_changed(made.rows, language())}


def _read(kind: str, form: Form) -> DocumentAsked:
    asked = context()
    barcodes = listed(form.value("barcodes"))
    if not barcodes:
        form.wrong("barcodes", NEEDED)
    at = form.choice("at", asked.tree.by_code) or ""
    to = form.choice("to", asked.tree.by_code) if kind == "handover" else None
    reason = form.text("reason", 200)
    number = form.text("number", 40, required=False)
    form.check()
    return DocumentAsked(
        kind=cast(DocumentKind, kind),
        at=at,
        barcodes=barcodes,
        reason=reason,
        number=number or None,
        to=to,
        moves_home=form.flag("moves_home"),
    )


def _render(kind: str, form: Form, result: dict[str, Any]) -> str:
    asked = context()
    own = asked.caller.units("item.write", asked.tree)
    return render_template(
        "stock/document_form.html",
        kind=kind,
        name=KINDS[cast(DocumentKind, kind)].name,
        form=form,
        result=result,
        units=choices.units(asked, own),
        reasons=REASONS.in_(language()),
        kept=KEPT,
        most=MOST_AT_ONCE,
    )


def _show(template: str, document_id: int, form: Form) -> str:
    asked = context()
    document = StockDocumentService(asked).find(document_id)
    lines = lines_of(asked.session, document_id)
    standing = [line for line in lines if line.undone_at is None]
    return render_template(
        template,
        document=document,
        kind=KINDS[cast(DocumentKind, document.kind)],
        lines=lines,
        standing=standing,
        total_fen=sum(line.price_fen or 0 for line in standing),
        unpriced=sum(line.price_fen is None for line in standing),
        tree=asked.tree,
        form=form,
        may_undo=asked.caller.may("item.write", document.org_id, asked.tree),
    )
