"""HTTP routes of shops: labels, terms, lists of books."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any, Final, cast

from flask import Response, current_app, g, request

from branches.http import context
from catalog.labels import find_font
from kernel.clock import local_day
from kernel.errors import Invalid
from kernel.http import (
    View,
    command,
    decode_cursor,
    encode_cursor,
    expected_version,
    language,
    largest_body,
    malformed_cursor,
    now,
    right,
    version_header,
)
from kernel.i18n import Language, Text
from kernel.routes import Blueprint
from purchasing.price_lists import LARGEST_FILE, OfferLine
from purchasing.queries.selections import terms_of
from purchasing.queries.shops import list_offers
from purchasing.schemas.shops import (
    BarcodeRangesSchema,
    ClearedListSchema,
    IssuedRangeSchema,
    NewBarcodeRangeSchema,
    PriceListReportSchema,
    PriceListSchema,
    RangeLabelsQuerySchema,
    ShopOfferPageSchema,
    ShopOfferQuerySchema,
    ShopTermsSchema,
    StockSchema,
)
from purchasing.service.offers import ListReport, OfferService, read_list
from purchasing.service.shop_barcodes import ShopBarcodeService
from purchasing.service.shops import ShopTermsService, find_shop, labels_of, print_run
from purchasing.terms import Terms

LARGEST_FORM: Final = LARGEST_FILE + 100_000  # the file, and the fields beside it

blueprint = Blueprint("shops", __name__, description="Partner bookshops: their labels, terms and lists of books")


# --- labels -------------------------------------------------------------------------------------------------------------


@blueprint.route("/shops/<code>/barcode-ranges", methods=["GET"])
@right("selection.read")
@blueprint.response(200, BarcodeRangesSchema)
def list_ranges(code: str) -> dict[str, Any]:
    """The labels a shop was given, and how many are left."""
    asked = context()
    found = labels_of(asked, find_shop(asked, code, "selection.read"))
    items = [
        {
            "id": labels.id,
            "first": labels.first_barcode,
            "last": labels.last_barcode,
            "count": len(labels.run),
            "left": left,
            "issued_at": labels.issued_at,
            "issued_by": labels.issued_by,
        }
        for labels, left in found
    ]
    return {"items": items, "left": sum(left for _labels, left in found)}


@blueprint.route("/shops/<code>/barcode-ranges", methods=["POST"])
@right("shop.write")
@blueprint.arguments(NewBarcodeRangeSchema)
@command
@blueprint.response(201, IssuedRangeSchema)
def issue_range(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Give a shop a run of labels. Runs never overlap within a namespace; numbers on copies already are passed over."""
    issued = ShopBarcodeService(context()).issue(code, body["first"], body["last"])
    run = issued.run
    ends = {"first": run.barcode(run.first), "last": run.barcode(run.last)}
    return ends | {"id": issued.id, "count": len(run), "used": issued.used}


@blueprint.route("/shops/<code>/barcode-ranges/<int:range_id>/labels", methods=["GET"])
@right("shop.write")
@blueprint.arguments(RangeLabelsQuerySchema, location="query")
@blueprint.response(200, content_type="application/pdf")
def print_labels(query: dict[str, Any], code: str, range_id: int) -> Response:
    """Barcode labels of a run as PDF, at most 1,000 at once."""
    return pdf_of(code, range_id, **query)


def pdf_of(code: str, range_id: int, *, first: str | None, sheet: str, start: int) -> Response:
    """The answer with the PDF in it, drawn in the font that the administrator named."""
    font = find_font(current_app.config["TONGJIE_FONT"] or None)
    pdf = print_run(context(), code, range_id, first=first, sheet=sheet, start=start, font=font)
    headers = {"Content-Disposition": 'attachment; filename="shop-labels.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, content_type="application/pdf", headers=headers)


# --- terms --------------------------------------------------------------------------------------------------------------


@blueprint.route("/shops/<code>/terms", methods=["GET"])
@right("selection.read")
@blueprint.response(200, ShopTermsSchema)
def show_terms(code: str) -> Any:
    """What was agreed with a shop, with its version as ETag; where nothing was, the library pays the whole price."""
    asked = context()
    agreed = terms_of(asked.session, find_shop(asked, code, "selection.read").id)
    return agreed, version_header(agreed.version)


@blueprint.route("/shops/<code>/terms", methods=["PUT"])
@right("shop.write")
@blueprint.arguments(ShopTermsSchema)
@command
@blueprint.response(200, ShopTermsSchema)
def change_terms(body: dict[str, Any], code: str) -> Any:
    """Say what the library pays, and whether stock binds, from now on. What was chosen before stays as it was."""
    agreed = ShopTermsService(context()).change(code, Terms(**body), expected=expected_version())
    return agreed, version_header(agreed.version)


# --- lists --------------------------------------------------------------------------------------------------------------


def reads_list(view: View) -> View:
    """Read the form's file before the transaction begins, for no counter is to wait for that."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            detail = Text("请选择书目文件（表单字段 file）。", "Choose the list of books (form field `file`).")
            raise Invalid("price_list.no_file", detail, {"file": [detail]})
        with ExitStack() as stack:
            g.price_list = stack.enter_context(read_list(upload.stream, local_day(now())))
            return cast(Callable[..., Any], view)(*args, **kwargs)

    return cast(View, run)


@blueprint.route("/shops/<code>/price-lists", methods=["POST"])
@right("shop.stock")
@largest_body(LARGEST_FORM)
@blueprint.arguments(PriceListSchema, location="form")
@reads_list
@command
@blueprint.response(200, PriceListReportSchema)
def take_list(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Take a shop's list of books (`file` of a multipart form, .xlsx or CSV, at most 100,000 rows): ISBN, and price or stock.

    What the list has no column for stays as it is. Each row that cannot be taken says why; the others are taken."""
    report = OfferService(context()).take(code, g.price_list, replaces=body["replaces"], dry_run=body["dry_run"])
    return _show_report(report, language())


@blueprint.route("/shops/<code>/offers", methods=["GET"])
@right("shop.stock")
@blueprint.arguments(ShopOfferQuerySchema, location="query")
@blueprint.response(200, ShopOfferPageSchema)
def list_all(query: dict[str, Any], code: str) -> dict[str, Any]:
    """The books on a shop's list, by ISBN; `q` is an ISBN, or words of title, author or publisher."""
    asked, limit = context(), query["limit"]
    shop = find_shop(asked, code, "shop.stock")
    after = decode_cursor(query["cursor"])
    if isinstance(after, int):
        raise malformed_cursor()
    rows = list_offers(asked.session, shop.id, query["q"], after=after or "", limit=limit + 1)
    return {"items": rows[:limit], "next": encode_cursor(rows[limit - 1].isbn) if len(rows) > limit else None}


@blueprint.route("/shops/<code>/offers", methods=["DELETE"])
@right("shop.stock")
@command
@blueprint.response(200, ClearedListSchema)
def clear(code: str) -> dict[str, int]:
    """Take all books off a shop's list."""
    return {"removed": OfferService(context()).clear(code)}


@blueprint.route("/shops/<code>/offers/<isbn>/stock", methods=["PUT"])
@right("shop.stock")
@blueprint.arguments(StockSchema)
@command
@blueprint.response(200, StockSchema)
def count(body: dict[str, Any], code: str, isbn: str) -> dict[str, Any]:
    """Say how many copies of a book on the list stand in the shop."""
    OfferService(context()).count(code, isbn, body["stock"])
    return body


@blueprint.route("/shops/<code>/offers/<isbn>", methods=["DELETE"])
@right("shop.stock")
@command
@blueprint.response(204)
def remove(code: str, isbn: str) -> None:
    """Take one book off a shop's list."""
    OfferService(context()).remove(code, isbn)


def _show_report(report: ListReport, told: Language) -> dict[str, Any]:
    return {
        "counts": report.counts,
        "examples": report.examples,
        "columns": report.columns,
        "refused": [_show_line(line, told) for line in report.refused],
        "ignored": report.ignored,
        "is_written": report.is_written,
    }


def _show_line(line: OfferLine, told: Language) -> dict[str, Any]:
    reasons = [reason.in_(told) for reason in line.reasons]
    return {"number": line.number, "isbn": line.isbn, "title": line.title, "reasons": reasons}
