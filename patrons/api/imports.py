"""The route by which many readers come in from a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from flask import g, request

from branches.http import context
from kernel.errors import Invalid
from kernel.http import View, command, language, largest_body, right
from kernel.i18n import Text
from kernel.routes import Blueprint
from patrons.http import vault
from patrons.schemas import ImportReportSchema, PatronImportSchema
from patrons.service.imports import PatronImportService
from patrons.show import show_imported
from patrons.tables import LARGEST_FILE, ReaderTable, read_table

LARGEST_FORM: Final = LARGEST_FILE + 100_000  # the file, and the fields beside it

blueprint = Blueprint("patron_imports", __name__, description="Readers from a spreadsheet")


def sent_table() -> ReaderTable:
    """The table in `file` of the form that was sent. Raises Invalid."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        detail = Text("请选择读者表（表单字段 file）。", "Choose the table of readers (form field `file`).")
        raise Invalid("patron_import.no_file", detail, {"file": [detail]})
    return read_table(upload.stream)


def reads_table(view: View) -> View:
    """Read the form's file before the transaction begins, for no desk is to wait for that."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        g.table = sent_table()
        return cast(Callable[..., Any], view)(*args, **kwargs)

    return cast(View, run)


@blueprint.route("/patrons/imports", methods=["POST"])
@right("patron.write")
@largest_body(LARGEST_FORM)
@blueprint.arguments(PatronImportSchema, location="form")
@reads_table
@command
@blueprint.response(200, ImportReportSchema)
def import_readers(body: dict[str, Any]) -> dict[str, Any]:
    """Register the readers of a table (`file` of a multipart form, .xlsx or CSV, at most 10,000). Each row that cannot be done says why."""
    return show_imported(PatronImportService(context(), vault()).take(g.table, **body), language())
