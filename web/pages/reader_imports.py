"""Readers from a spreadsheet: what it would come to is shown first, then it is done.

The table that was looked at travels along in the form, so that exactly that one is taken; nothing is kept in between.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import zlib
from typing import Any, Final

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.http import context
from kernel.errors import Invalid
from kernel.http import language, largest_body, right
from kernel.i18n import Text
from kernel.schema import is_storable
from kernel.sheets.cells import FORMULA, safe
from patrons.api.imports import LARGEST_FORM, sent_table
from patrons.http import vault
from patrons.service.imports import ImportReport, PatronImportService
from patrons.tables import FIELDS, MOST_ROWS, ReaderTable
from web.pages.acts import SHOWN_IN_THE_FORM, Done, act, in_transaction
from web.pages.forms import EMPTY, Form

page = Blueprint("reader_import_pages", __name__, url_prefix="/patrons/imports")

MOST_SHOWN: Final = 100
_LARGEST_PACKED: Final = 900_000  # what a form's fields may weigh, with room for the rest
_LARGEST_UNPACKED: Final = 30_000_000
_TOO_LARGE: Final = Text(
    "表太大，请拆成几个文件，或去掉多余的列。",
    "The table is too large: split it, or leave out columns that are not needed.",
)
_LOST: Final = Text("请重新选择文件。", "Choose the file again.")
_TAKEN: Final = Text(
    "新办 {created} 位，修改 {updated} 位，不变 {unchanged} 位，与记录不同而没有改 {differs} 位，没有办理 {refused} 位。",
    "{created} readers registered, {updated} changed, {unchanged} as they were, {differs} left though they differ, {refused} not done.",
)
_NOTHING: Final = Text(
    "有 {refused} 行不能办理，什么也没有改。请改好再试，或选“只办能办的”。",
    "{refused} rows cannot be done; nothing was changed. Correct them, or take only the good ones.",
)


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("patron.write")
def show(form: Form = EMPTY, report: ImportReport | None = None, table: str = "") -> str:
    """A place for the file, and above it what the one that was looked at would come to."""
    told = [line for line in report.lines if line.result in ("refused", "differs", "updated")] if report else []
    return render_template(
        "patrons/imports.html",
        form=form,
        report=report,
        counts=report.counts if report else {},
        rows=sorted(told, key=lambda line: line.result != "refused"),
        table=table,
        fields=FIELDS,
        most=MOST_SHOWN,
        most_rows=MOST_ROWS,
    )


@page.route("", methods=["POST"])
@right("patron.write")
@largest_body(LARGEST_FORM)
def look_or_take() -> ResponseReturnValue:
    """`do` says whether a file is looked at, what was looked at is taken, or its refused rows are wanted as a file."""
    return _take() if request.form.get("do") == "take" else _look()


def _look() -> ResponseReturnValue:
    g.reads_only = True
    form = Form.sent()
    try:
        if request.form.get("do") == "refused":
            return _refused(_unpacked())
        table = sent_table()
        packed = _packed(table)
        report = in_transaction(lambda: _try(table, form))
    except SHOWN_IN_THE_FORM as error:
        return show(Form(request.form, error)), error.status
    return show(form, report, packed)


@act(show)
def _take() -> Done:
    form = Form.sent()
    asked = {name: form.flag(name) for name in ("update", "take_good")}
    report = PatronImportService(context(), vault()).take(_unpacked(), **asked)
    if report.counts["refused"] and not asked["take_good"]:
        detail = _NOTHING.format(**report.counts)
        raise Invalid("patron_import.refused", detail, {"file": [detail]})
    tone = "warn" if report.counts["refused"] or report.counts["differs"] else "good"
    return Done(url_for("reader_import_pages.show"), _TAKEN.format(**report.counts), tone)


def _try(table: ReaderTable, form: Form) -> ImportReport:
    return PatronImportService(context(), vault()).take(table, dry_run=True, update=form.flag("update"))


def _refused(table: ReaderTable) -> Response:
    """The rows that cannot be done as they stand in the file, with the reasons; corrected, it can be sent again."""
    report = in_transaction(lambda: _try(table, EMPTY))
    told = language()
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([*(FIELDS[name].in_(told) for name in table.fields), *(head.in_(told) for head in _BESIDE)])
    for line in report.lines:
        if line.result == "refused":
            reasons = " ".join(reason.in_(told) for reason in line.reasons)
            writer.writerow([*(safe(line.shown[name]) for name in table.fields), line.number, safe(reasons)])
    headers = {"Content-Disposition": 'attachment; filename="refused.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + file.getvalue(), mimetype="text/csv", headers=headers)


_BESIDE: Final = (Text("行", "line"), Text("原因", "reasons"))


def _packed(table: ReaderTable) -> str:
    """The table as a form's field carries it along."""
    plain = json.dumps([table.fields, table.rows, table.ignored, table.counts_from_1904], ensure_ascii=False)
    packed = base64.urlsafe_b64encode(zlib.compress(plain.encode(), 6)).decode()
    if len(packed) > _LARGEST_PACKED:
        raise Invalid("patron_import.too_large", _TOO_LARGE, {"file": [_TOO_LARGE]})
    return packed


def _unpacked() -> ReaderTable:
    """Raises Invalid for what did not come from here."""
    try:
        body = zlib.decompressobj().decompress(
            base64.urlsafe_b64decode(request.form.get("table", "").encode()), _LARGEST_UNPACKED
        )
        return _rebuilt(*json.loads(body.decode()))
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error, zlib.error) as error:
        raise Invalid("patron_import.unreadable", _LOST, {"file": [_LOST]}) from error


def _rebuilt(fields: Any, rows: Any, ignored: Any, counts_from_1904: Any) -> ReaderTable:
    """The table of what a form carried, which may be anything: a row has a number and a cell for each field."""
    names = tuple(name for name in FIELDS if name in fields)
    if sorted(names) != sorted(fields) or not 1 <= len(rows) <= MOST_ROWS or not is_storable(ignored):
        raise ValueError(fields)
    read = []
    for number, cells in rows:
        if type(number) is not int or len(cells) != len(fields) or not all(map(_is_cell, cells)):
            raise ValueError(number)
        read.append((number, tuple(cells)))
    return ReaderTable(
        fields=tuple(fields),
        rows=tuple(read),
        ignored=tuple(map(str, ignored)),
        counts_from_1904=counts_from_1904 is True,
    )


def _is_cell(value: Any) -> bool:
    return type(value) is float or (type(value) is str and (value == FORMULA or is_storable(value)))
