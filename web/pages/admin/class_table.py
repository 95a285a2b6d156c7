"""The county's own table of classes by page: a file is looked at, then loaded in place of the table before.

The table that was looked at travels along in the form, so that exactly that one is loaded; nothing is kept in between.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Final

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.http import context
from catalog.queries.classes import own_classes
from catalog.service.classes import ClassService, Preview
from kernel.decoding import decoded
from kernel.errors import Invalid
from kernel.http import right
from kernel.i18n import Text
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("class_table_pages", __name__, url_prefix="/admin/classes")

LARGEST_FILE: Final = 4_000_000
_LARGEST_PACKED: Final = 900_000  # what a form's fields may weigh, with room for the rest
MOST_SHOWN: Final = 50
_TOO_LARGE: Final = Text(
    "文件太大，请拆开或去掉多余的列。", "The file is too large: leave out columns that are not needed."
)
_NO_TEXT: Final = Text(
    "这不是文本文件。请存成 CSV，每行：分类号,类名,上位类。",
    "This is no text. Save it as CSV, a line being code,label,parent.",
)
_LOADED: Final = Text("已装入 {n} 个类。", "{n} classes were loaded.")


@page.route("", methods=["GET"])
@right("settings.write")
def show(form: Form = EMPTY, preview: Preview | None = None, table: str = "") -> str:
    return render_template(
        "admin/class_table.html",
        form=form,
        own=own_classes(context().session),
        preview=preview,
        table=table,
        most=MOST_SHOWN,
    )


@page.route("", methods=["POST"])
@right("settings.write")
def look_or_load() -> ResponseReturnValue:
    """A file is looked at; what was looked at is loaded."""
    return _load() if request.form.get("do") == "load" else _look()


def _look() -> ResponseReturnValue:
    g.reads_only = True
    form = Form.sent()
    try:
        table = _sent_file()
        return show(form, ClassService(context()).preview(table), _packed(table))
    except Invalid as error:
        return show(Form(request.form, error)), error.status


@act(show)
def _load() -> Done:
    loaded = ClassService(context()).load(_unpacked(request.form.get("table", "")))
    return Done(url_for("class_table_pages.show"), _LOADED.format(n=loaded.count))


def _packed(table: str) -> str:
    """The table as a form's field carries it along."""
    packed = base64.urlsafe_b64encode(zlib.compress(table.encode(), 9)).decode()
    if len(packed) > _LARGEST_PACKED:
        raise Invalid("classes.too_large", _TOO_LARGE, {"file": [_TOO_LARGE]})
    return packed


def _unpacked(packed: str) -> str:
    """Raises Invalid for what did not come from here."""
    try:
        body = zlib.decompressobj().decompress(base64.urlsafe_b64decode(packed.encode()), LARGEST_FILE * 2)
        return body.decode()
    except (ValueError, binascii.Error, zlib.error) as error:
        raise Invalid("classes.unreadable", _NO_TEXT, {"file": [_NO_TEXT]}) from error


def _sent_file() -> str:
    file = request.files.get("file")
    body = file.stream.read(LARGEST_FILE + 1) if file is not None else b""
    if len(body) > LARGEST_FILE:
        raise Invalid("classes.too_large", _TOO_LARGE, {"file": [_TOO_LARGE]})
    text = decoded(body) if body else None
    if text is None:
        raise Invalid("classes.unreadable", _NO_TEXT, {"file": [_NO_TEXT]})
    return text
