"""Readers' lists: one's own, those that others share by an address nobody can guess, and the one that is kept on a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, g, render_template, url_for

from branches.context import Context
from branches.http import context
from branches.rights import PUBLIC, SELF
from catalog.queries.bibs import find_bib, find_bibs
from kernel.errors import Invalid
from kernel.http import right
from kernel.i18n import Text
from patrons.reader_lists import (
    LONGEST_NAME,
    LONGEST_NOTE,
    EntryRow,
    ListRow,
    entries_of,
    find_list,
    find_shared,
    lists_of,
)
from patrons.service.lists import ListService
from search.queries import HitRow, hit_rows, holdings_of
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form
from web.pages.opac.addresses import absolute
from web.pages.opac.taking import FORM, FORMS, FileForm, file_of, read_ids

page = Blueprint("list_pages", __name__)

FIRST_LIST: Final = Text("想看的书", "To read")


@page.before_request
def _name_channel() -> None:
    g.channel = "opac"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A title on a list: the note, the row, and how many copies there are and are free this moment."""

    entry: EntryRow
    row: HitRow
    total: int
    available: int


def _shown(asked: Context, list_id: int) -> list[Shown]:
    entries = entries_of(asked.session, list_id)
    ids = [entry.bib_id for entry in entries]
    rows, holdings = hit_rows(asked.session, ids), holdings_of(asked.session, ids)
    return [
        Shown(
            entry=entry,
            row=rows[entry.bib_id],
            total=sum(held.total for held in holdings.get(entry.bib_id, ())),
            available=sum(held.available for held in holdings.get(entry.bib_id, ())),
        )
        for entry in entries
        if entry.bib_id in rows
    ]


# --- one's own ----------------------------------------------------------------------------------------------------------


@page.route("/me/lists", methods=["GET"])
@right(SELF)
def index(form: Form = EMPTY) -> str:
    asked = context()
    return render_template("lists/index.html", lists=lists_of(asked.session, asked.caller.id), form=form)


@page.route("/me/lists", methods=["POST"])
@right(SELF)
@act(index)
def create() -> Done:
    """A new list; with `ids`, the titles from the list kept on a device."""
    form = Form.sent()
    name = form.text("name", LONGEST_NAME)
    form.check()
    asked = context()
    service = ListService(asked)
    list_id = service.create(name)
    ids = read_ids(form.value("ids"))
    known = find_bibs(asked.session, ids)
    service.add(list_id, [bib_id for bib_id in ids if bib_id in known])
    return Done(url_for("list_pages.show", list_id=list_id), Text("清单已建立。", "The list is made."))


@page.route("/me/lists/<int:list_id>", methods=["GET"])
@right(SELF)
def show(list_id: int, form: Form = EMPTY) -> str:
    asked = context()
    own = find_list(asked.session, asked.caller.id, list_id)
    return _render(own, _shown(asked, list_id), form, is_own=True)


def _render(shown: ListRow, titles: list[Shown], form: Form, *, is_own: bool) -> str:
    return render_template(
        "lists/show.html",
        list=shown,
        titles=titles,
        form=form,
        is_own=is_own,
        address=absolute("list_pages.shared", token=shown.token) if shown.token else None,
        forms_out=FORMS,
        longest_note=LONGEST_NOTE,
    )


@page.route("/me/lists/<int:list_id>/rename", methods=["POST"])
@right(SELF)
@act(show)
def rename(list_id: int) -> Done:
    form = Form.sent()
    name = form.text("name", LONGEST_NAME)
    form.check()
    ListService(context()).rename(list_id, name)
    return Done(url_for("list_pages.show", list_id=list_id), Text("已改名。", "Renamed."))


@page.route("/me/lists/<int:list_id>/delete", methods=["POST"])
@right(SELF)
@act(lambda form, **_: index(form))
def delete(list_id: int) -> Done:
    ListService(context()).delete(list_id)
    return Done(url_for("list_pages.index"), Text("清单已删除。", "The list is deleted."))


@page.route("/me/lists/<int:list_id>/share", methods=["POST"])
@right(SELF)
@act(show)
def share(list_id: int) -> Done:
    ListService(context()).share(list_id)
    return Done(
        url_for("list_pages.show", list_id=list_id),
        Text("知道下面网址的人现在都能看这个清单。", "Whoever knows the address below can now see this list."),
    )


@page.route("/me/lists/<int:list_id>/unshare", methods=["POST"])
@right(SELF)
@act(show)
def unshare(list_id: int) -> Done:
    ListService(context()).unshare(list_id)
    return Done(
        url_for("list_pages.show", list_id=list_id),
        Text("已停止分享，原来的网址不再有效。", "No longer shared; the old address shows nothing."),
    )


@page.route("/me/lists/<int:list_id>/titles/<int:bib_id>", methods=["POST"])
@right(SELF)
@act(lambda list_id, form, **_: show(list_id, form))
def note(list_id: int, bib_id: int) -> Done:
    form = Form.sent()
    text = form.text("note", LONGEST_NOTE, required=False)
    form.check()
    ListService(context()).note(list_id, bib_id, text)
    return Done(url_for("list_pages.show", list_id=list_id), Text("附注已保存。", "The note is saved."))


@page.route("/me/lists/<int:list_id>/titles/<int:bib_id>/remove", methods=["POST"])
@right(SELF)
@act(lambda list_id, form, **_: show(list_id, form))
def remove(list_id: int, bib_id: int) -> Done:
    ListService(context()).remove(list_id, bib_id)
    return Done(url_for("list_pages.show", list_id=list_id), Text("已从清单移出。", "Taken off the list."))


@page.route(f"/me/lists/<int:list_id>/export.{FORM}", methods=["GET"])
@right(SELF)
def export(list_id: int, form: FileForm) -> Response:
    asked = context()
    own = find_list(asked.session, asked.caller.id, list_id)
    return file_of([entry.bib_id for entry in entries_of(asked.session, own.id)], form, "list")


# --- putting a title on a list ------------------------------------------------------------------------------------------


@page.route("/bibs/<int:bib_id>/keep", methods=["GET"])
@right(SELF)
def keep_form(bib_id: int, form: Form = EMPTY) -> str:
    asked = context()
    lists = lists_of(asked.session, asked.caller.id)
    return render_template(
        "lists/keep.html",
        bib=find_bib(asked.session, bib_id),
        lists=lists,
        first_list=FIRST_LIST,
        form=form if form is not EMPTY else Form({"list": lists[0].id if lists else ""}),
    )


@page.route("/bibs/<int:bib_id>/keep", methods=["POST"])
@right(SELF)
@act(keep_form)
def keep(bib_id: int) -> Done:
    """Onto the list chosen, or a new one of the name typed."""
    form, asked = Form.sent(), context()
    find_bib(asked.session, bib_id)
    service = ListService(asked)
    name = form.text("name", LONGEST_NAME, required=False)
    known = {str(one.id) for one in lists_of(asked.session, asked.caller.id)}
    chosen = form.choice("list", known, required=not name)
    text = form.text("note", LONGEST_NOTE, required=False)
    form.check()
    list_id = service.create(name) if name else int(chosen or 0)
    if service.add(list_id, [bib_id], text) == 0:
        message = Text("这本书已在清单上。", "This title is on the list already.")
        raise Invalid("list.title_there", message, {"list": [message]})
    return Done(
        url_for("opac.bib", bib_id=bib_id), Text("已收入清单，在「我的清单」里。", "Kept; find it under “My lists”.")
    )


# --- shared by its address ----------------------------------------------------------------------------------------------


@page.route("/lists/<token>", methods=["GET"])
@right(PUBLIC)
def shared(token: str) -> str:
    """A list that its reader shares. Whose it is stands nowhere."""
    asked = context()
    found = find_shared(asked.session, token)
    return _render(found, _shown(asked, found.id), EMPTY, is_own=False)


@page.route(f"/lists/<token>/export.{FORM}", methods=["GET"])
@right(PUBLIC)
def export_shared(token: str, form: FileForm) -> Response:
    asked = context()
    found = find_shared(asked.session, token)
    return file_of([entry.bib_id for entry in entries_of(asked.session, found.id)], form, "list")


# --- on this device -----------------------------------------------------------------------------------------------------


@page.route("/lists/device", methods=["GET"])
@right(PUBLIC)
def device() -> str:
    """The list and the searches that the browser itself keeps; nothing of them comes here unless it is exported."""
    return render_template("lists/device.html", forms_out=FORMS)
