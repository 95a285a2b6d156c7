"""Titles taken along as a file: what a search found, what stands on a list. Bounded for everybody, wider for staff with the right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, Literal

from flask import Response, request, send_file
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from branches.access import Caller
from branches.http import caller, context
from branches.rights import PUBLIC
from branches.tree import OrgTree
from catalog.description import authors_text, full_title
from catalog.marc.writer import IsoEncoding
from catalog.models import Item
from catalog.queries.bibs import BibRow, visible_copies_of
from catalog.schemas.bibs import BibSchema
from catalog.service.taking import BATCH, SetForm, read_titles, take_titles
from catalog.show import show_bib
from catalog.states import VISIBLE
from kernel import http
from kernel.db import Database
from kernel.http import right
from kernel.i18n import Language
from kernel.schema import row_number
from search.api import engine
from search.listing import list_titles
from search.port import DEEPEST_HIT
from search.queries import holdings_of
from web.pages.opac import asking
from web.pages.opac.addresses import absolute
from web.pages.opac.blueprint import page
from web.presentation import translate as t
from web.spreadsheet import XLSX, Cell, write_sheet

FileForm = Literal["xlsx", "ris", "bib", "mrc", "gb18030.mrc", "xml", "json"]
FORMS: Final[dict[FileForm, str]] = {
    "xlsx": "Excel",
    "ris": "RIS",
    "bib": "BibTeX",
    "mrc": "MARC (UTF-8)",
    "gb18030.mrc": "MARC (GB18030)",
    "xml": "MARCXML",
    "json": "JSON",
}
FORM: Final = "<any({}):form>".format(",".join(f"'{form}'" for form in FORMS))  # as addresses end
MOST_FOR_ALL: Final = 500
_TYPES: Final[dict[SetForm, str]] = {
    "ris": "application/x-research-info-systems; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "mrc": "application/marc",
    "xml": "application/marcxml+xml; charset=utf-8",
}


@page.route(f"/search/export.{FORM}", methods=["GET"])
@right(PUBLIC)
def export_search(form: FileForm) -> Response:
    """What a search finds, in the order of its pages."""
    asked = asking.read_question()
    found = list_titles(context(), engine(), asked.question, most_titles(caller()))
    return file_of(found.ids, form, "titles", left_out=found.total - len(found.ids))


@page.route(f"/lists/export.{FORM}", methods=["GET"])
@right(PUBLIC)
def export_named(form: FileForm) -> Response:
    """The titles whose numbers the address gives, for the list that is kept on a device."""
    return file_of(read_ids(request.args.get("ids", "")), form, "list")


def read_ids(text: str) -> list[int]:
    """Numbers divided by commas, as many as everybody may take; what is none is passed over."""
    numbers = (row_number(part.strip()) for part in text.split(","))
    return list(dict.fromkeys(number for number in numbers if number is not None))[:MOST_FOR_ALL]


def most_titles(who: Caller) -> int:
    return DEEPEST_HIT if who.holds("bib.export") else MOST_FOR_ALL


def file_of(bib_ids: Sequence[int], form: FileForm, name: str, *, left_out: int = 0) -> Response:
    """`left_out` says in the last row of a sheet how many more there are; the other forms have no place for it."""
    database, tree, filename = http.database(), context().tree, f"{name}.{form}"
    if form == "xlsx":
        file = write_sheet(t("书目", "Titles"), _headings(), _rows(database, tree, bib_ids, left_out))
        response = send_file(file, mimetype=XLSX, as_attachment=True, download_name=filename)
    else:
        if form == "json":
            response = Response(_as_json(database, tree, bib_ids, http.language()), content_type="application/json")
        else:
            known: SetForm = "mrc" if form == "gb18030.mrc" else form
            encoding: IsoEncoding = (
                "gb18030" if form == "gb18030.mrc" else "utf-8"
            )  # one for the file, whatever each came in
            response = Response(take_titles(database, bib_ids, known, encoding), content_type=_TYPES[known])
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _as_json(database: Database, tree: OrgTree, bib_ids: Sequence[int], language: Language) -> Iterator[str]:
    """A list of titles, each as `GET /bibs/{id}` shows it."""
    before = "["
    for bibs in _batches(database, bib_ids):
        with database.reading() as session:
            copies = visible_copies_of(session, [bib.id for bib in bibs])
        for bib in bibs:
            shown = BibSchema().dump(show_bib(bib, copies.get(bib.id, []), tree, language))
            yield before + json.dumps(shown, ensure_ascii=False)
            before = ",\n"
    yield "[]" if before == "[" else "]\n"


def _batches(database: Database, bib_ids: Sequence[int]) -> Iterator[list[BibRow]]:
    titles = (bib for bib, _ in read_titles(database, bib_ids))
    while batch := list(islice(titles, BATCH)):
        yield batch


def _headings() -> list[tuple[str, int]]:
    return [
        (t("题名", "Title"), 40),
        (t("责任者", "Author"), 24),
        (t("出版社", "Publisher"), 24),
        (t("出版年", "Year"), 8),
        ("ISBN", 16),
        (t("分类号", "Class"), 14),
        (t("索书号", "Call number"), 18),
        (t("馆藏册数", "Copies"), 10),
        (t("可借册数", "Available"), 10),
        (t("馆点", "Libraries"), 40),
        (t("网址", "Address"), 36),
    ]


def _rows(database: Database, tree: OrgTree, bib_ids: Sequence[int], left_out: int) -> Iterator[Sequence[Cell]]:
    for batch in _batches(database, bib_ids):
        yield from _rows_of(database, tree, batch)
    if left_out > 0:
        yield [t("另有 {n} 种没有导出。", "{n} more were not exported.", n=left_out)]


def _rows_of(database: Database, tree: OrgTree, bibs: Sequence[BibRow]) -> Iterator[Sequence[Cell]]:
    ids = [bib.id for bib in bibs]
    with database.reading() as session:
        holdings, numbers = holdings_of(session, ids), _call_numbers(session, ids)
    for bib in bibs:
        held = holdings.get(bib.id, [])
        yield [
            full_title(bib.data),
            authors_text(bib.data),
            bib.data.publisher,
            bib.data.year,
            next(iter(bib.data.isbns), None),
            bib.data.class_number,
            numbers.get(bib.id),
            sum(one.total for one in held),
            sum(one.available for one in held),
            "；".join(tree.by_id[one.org_id].name for one in held),
            absolute("opac.bib", bib_id=bib.id),
        ]


def _call_numbers(session: Session, bib_ids: Sequence[int]) -> dict[int, str]:
    statement = (
        select(Item.bib_id, func.min(Item.call_number))
        .where(Item.bib_id.in_(bib_ids), Item.call_number.is_not(None), Item.status.in_(VISIBLE))
        .group_by(Item.bib_id)
    )
    return {row[0]: row[1] for row in session.execute(statement) if row[1] is not None}
