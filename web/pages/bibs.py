"""Titles by hand: a form for a new one or a change, or one MARC record as it came. A change sends only what was changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.http import context
from catalog.bibdata import ACCESSES, KINDS, BibData
from catalog.description import full_title
from catalog.entering import BibFields, enter
from catalog.languages import LANGUAGES
from catalog.marc import bib_data
from catalog.marc.proposing import hyphenated, isbn10
from catalog.marc.templates import TEMPLATES
from catalog.queries.bibs import find_bib
from catalog.queries.controlled import NameSaid
from catalog.queries.duplicates import Alike, titles_alike
from catalog.resources import why_not_opened
from catalog.schemas.bibs import FIRST_YEAR, LAST_YEAR, LONGEST_LINE, LONGEST_TEXT
from catalog.service.bibs import BibService, read_single
from kernel.errors import Invalid
from kernel.http import right
from kernel.i18n import Text
from kernel.money import show_money
from web.pages import naming
from web.pages.acts import Done, act
from web.pages.forms import CHOSEN, EMPTY, Form, chosen_class
from web.pages.layout import tell
from web.pages.marc.sheet import FORMATS

page = Blueprint("bib_pages", __name__, url_prefix="/titles")

LARGEST_RECORD: Final = 1_000_000
LINES: Final = (
    "title",
    "subtitle",
    "volume",
    "authors",
    "edition",
    "place",
    "publisher",
    "extent",
    "isbn",
    "class_number",
)
LISTS: Final = ("series", "subjects")  # several values, divided by ；
TEXTS: Final = ("abstract",)
DIVIDER: Final = "；"


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("/new", methods=["GET"])
@right("bib.write")
def new(form: Form = EMPTY, said: Sequence[NameSaid] = (), alike: Sequence[Alike] = ()) -> str:
    values = form if form is not EMPTY else Form({"language": "chi", "kind": "book", "access": "anyone"})
    return render_template(
        "bibs/form.html",
        form=values,
        bib=None,
        heading=None,
        languages=languages(),
        templates=TEMPLATES.values(),
        formats=FORMATS,
        kinds=KINDS,
        accesses=ACCESSES,
        said=said,
        alike=alike,
        by_record=_sent_record() is not None,
    )


@page.route("/new", methods=["POST"])
@right("bib.write")
def create() -> ResponseReturnValue:
    return _create() if _saves() else _show_helped(new)


def _new_again(form: Form) -> str:
    """The form with what was sent, and with the titles that may be the same where that is what stopped it."""
    return new(form, alike=_titles_alike() if form.error_code == "bib.alike" else ())


@act(_new_again)
def _create() -> Done:
    """From the form, or from the one record that was chosen instead. A title that seems to be here is made when that was seen."""
    form, service = Form.sent(), BibService(context())
    not_these, record = form.denied(), _sent_record()
    if record is not None:
        if len(record) > LARGEST_RECORD:
            form.wrong(
                "record", Text("文件太大：这里只收一条记录。", "The file is too large: one record is taken here.")
            )
            form.check()
        bib = service.create_from_record(record, None, not_these=not_these)
    else:
        fields = _read(form)
        if "title" not in fields:
            form.text("title", LONGEST_LINE)
        form.check()
        bib = service.create(fields, not_these=not_these)
    return Done(
        url_for("opac.bib", bib_id=bib.id), Text("书目已建好，请登记复本。", "The title is made. Register its copies.")
    )


@page.route("/<int:bib_id>/edit", methods=["GET"])
@right("bib.write")
def edit(bib_id: int, form: Form = EMPTY, said: Sequence[NameSaid] = ()) -> str:
    bib = find_bib(context().session, bib_id)
    values = form if form is not EMPTY else Form(form_values(bib.data) | {"version": bib.version})
    return render_template(
        "bibs/form.html",
        form=values,
        bib=bib,
        heading=full_title(bib.data),
        languages=languages(),
        kinds=KINDS,
        accesses=ACCESSES,
        said=said,
    )


@page.route("/<int:bib_id>/edit", methods=["POST"])
@right("bib.write")
def change(bib_id: int) -> ResponseReturnValue:
    return _change(bib_id) if _saves() else _show_helped(edit, bib_id=bib_id)


@act(edit)
def _change(bib_id: int) -> Done:
    form, asked = Form.sent(), context()
    changed = changes_of(form, find_bib(asked.session, bib_id).data)
    version = form.number("version", 1, 2**31, required=True)
    form.check()
    if changed:
        BibService(asked).change(bib_id, changed, expected_version=int(version or 0))
    return Done(url_for("opac.bib", bib_id=bib_id), Text("已保存。", "Saved."))


def _sent_record() -> bytes | None:
    """The file that was chosen instead of the form, as far as one may reach; None where none was."""
    file = request.files.get("record")
    if file is None or not file.filename:
        return None
    file.stream.seek(0)
    return file.stream.read(LARGEST_RECORD + 1)


def _titles_alike() -> list[Alike]:
    """Those that may be the same as what was sent, which holds."""
    record = _sent_record()
    data = enter(_read(Form.sent())) if record is None else bib_data(read_single(record, None))
    return titles_alike(context().session, data)


def _saves() -> bool:
    return CHOSEN not in request.form and request.form.get("do", "save") == "save"


def _show_helped(show: Callable[..., str], **address: int) -> str:
    """The form again with the class that was chosen, or with what is said of its names. Nothing is kept."""
    g.reads_only = True
    sent = Form.sent()
    if CHOSEN in request.form:
        return show(form=Form(request.form.to_dict() | chosen_class("class_number")), **address)
    if sent.value("do") == "isbn":
        return show(form=_with_isbn(sent), **address)
    said = _names_of(sent)
    values = request.form.to_dict() | naming.use(sent, said, sent.value("do"))
    return show(form=Form(values), said=_names_of(Form(values)), **address)


def _with_isbn(sent: Form) -> Form:
    """The ISBN as 13 digits with hyphens, its form of ten digits said beside it; what is wrong with one that does not hold."""
    try:
        (number,) = enter({"title": "-", "isbn": sent.value("isbn").strip() or None}).isbns or ("",)
    except Invalid as error:
        form = Form(request.form)
        form.wrong("isbn", error.errors["isbn"][0])
        return form
    if not number:
        return sent
    ten = isbn10(number)
    told = Text("ISBN-13：{n}", "ISBN-13: {n}").format(n=hyphenated(number))
    if ten:
        told = Text("{told}；ISBN-10：{ten}", "{told}; ISBN-10: {ten}").format(told=told, ten=hyphenated(ten))
    tell(told)
    return Form(request.form.to_dict() | {"isbn": hyphenated(number)})


def _names_of(form: Form) -> list[NameSaid]:
    """What is said of the names in a form; the other fields may still hold what cannot be saved."""
    authors, subjects = (form.text(name, LONGEST_LINE, required=False) for name in ("authors", "subjects"))
    fields: BibFields = {"title": "-", "authors": authors, "subjects": _parts(subjects)}
    return naming.said_of(context().session, enter(fields))


def changes_of(form: Form, data: BibData) -> BibFields:
    """What the form says otherwise than the description it was filled from; the form notes what does not hold."""
    before, after = _read(Form(form_values(data))), _read(form)
    _keep_what_has_no_room(before, after, data)
    changed: Any = {
        name: after.get(name, [] if name in LISTS else None)
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    }
    found: BibFields = changed
    return found


def _keep_what_has_no_room(before: BibFields, after: BibFields, data: BibData) -> None:
    """A kind that a form does not say stays, and so do a second address and the next."""
    before.setdefault("kind", data.kind)
    after.setdefault("kind", data.kind)
    rest = data.urls[1:]
    for read in (before, after):
        read["urls"] = [*read.get("urls", []), *rest]
        read["url_access"] = [*read.get("url_access", []), *(data.access_of(url) for url in rest)]


def _read(form: Form) -> BibFields:
    """What the form says; empty fields are left out."""
    read: dict[str, Any] = {name: form.text(name, LONGEST_LINE, required=False) for name in LINES}
    read |= {name: form.text(name, LONGEST_TEXT, required=False) for name in TEXTS}
    read |= {name: _parts(form.value(name)) for name in LISTS}
    read["language"] = form.choice("language", LANGUAGES, required=False)
    read["kind"] = form.choice("kind", KINDS, required=False)
    read |= _read_links(form)
    read["price_fen"] = form.money("price")
    year = form.number("year", FIRST_YEAR, LAST_YEAR)
    read["year"] = None if year is None else int(year)
    found: BibFields = {name: value for name, value in read.items() if value not in (None, "", [])}  # type: ignore[assignment]
    return found


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(DIVIDER) if part.strip()]


def _read_links(form: Form) -> dict[str, Any]:
    """One address, the first, as a form has room for one; further ones are left alone, and changed as MARC."""
    url = form.text("url", LONGEST_LINE, required=False)
    problem = why_not_opened(url) if url else None
    if problem is not None:
        form.wrong("url", problem)
    access = form.choice("access", ACCESSES, required=False)
    return {"urls": [url], "url_access": [access or "anyone"]} if url else {}


def form_values(data: BibData) -> dict[str, object]:
    """A description as the form shows it."""
    values: dict[str, object] = {
        name: getattr(data, name) for name in (*LINES, *TEXTS) if name not in ("authors", "isbn")
    }
    values |= {name: DIVIDER.join(getattr(data, name)) for name in LISTS}
    return values | {
        "authors": data.responsibility or DIVIDER.join(f"{one.name}{one.role or ''}" for one in data.contributors),
        "isbn": data.isbns[0] if data.isbns else "",
        "language": data.language or "",
        "kind": data.kind,
        "url": data.urls[0] if data.urls else "",
        "access": data.access_of(data.urls[0]) if data.urls else "anyone",
        "price": "" if data.price_fen is None else show_money(data.price_fen),
        "year": data.year,
    }


def languages() -> list[tuple[str, Text]]:
    return list(LANGUAGES.items())
