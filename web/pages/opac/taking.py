"""Titles taken along as a file: what a search found, what stands on a list. Bounded for everybody, wider for staff with the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from catalog.queries.bibs import BibRow
from catalog.service.taking import BATCH, SetForm, read_titles, take_titles
from catalog.states import VISIBLE
from kernel import http
from kernel.db import Database
from kernel.http import right
from search.api import engine
from search.listing import list_titles
from search.port import DEEPEST_HIT
from search.queries import holdings_of
from web.pages.opac import asking
from web.pages.opac.addresses import absolute
from web.pages.opac.blueprint import page
from web.presentation import translate as t
from web.spreadsheet import XLSX, Cell, write_sheet

FileForm = Literal["xlsx", "ris", "bib", "mrc", "xml"]
FORMS: Final[dict[FileForm, str]] = {"xlsx": "Excel", "ris": "RIS", "bib": "BibTeX", "mrc": "MARC", "xml": "MARCXML"}
MOST_FOR_ALL: Final = 500
_TYPES: Final[dict[SetForm, str]] = {
    "ris": "application/x-research-info-systems; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "mrc": "application/marc",
    "xml": "application/marcxml+xml; charset=utf-8",
}


@page.route("/search/export.<any(xlsx,ris,bib,mrc,xml):form>", methods=["GET"])
@right(PUBLIC)
def export_search(form: FileForm) -> Response:
    """What a search finds, in the order of its pages."""
    asked = asking.read_question()
    found = list_titles(context(), engine(), asked.question, most_titles(caller()))
    return file_of(found.ids, form, "titles", left_out=found.total - len(found.ids))


@page.route("/lists/export.<any(xlsx,ris,bib,mrc,xml):form>", methods=["GET"])
@right(PUBLIC)
def export_named(form: FileForm) -> Response:
    """The titles whose numbers the address gives, for the list that is kept on a device."""
    return file_of(read_ids(request.args.get("ids", "")), form, "list")


def read_ids(text: str) -> list[int]:
    """Numbers divided by commas, as many as everybody may take; what is none is passed over."""
    parts = (part.strip() for part in text.split(","))
    ids = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19]
    return list(dict.fromkeys(ids))[:MOST_FOR_ALL]


def most_titles(who: Caller) -> int:
    return DEEPEST_HIT if who.holds("bib.export") else MOST_FOR_ALL


def file_of(bib_ids: Sequence[int], form: FileForm, name: str, *, left_out: int = 0) -> Response:
    """`left_out` says in the last row of a sheet how many more there are; the other forms have no place for it."""
    database, filename = http.database(), f"{name}.{form}"
    if form == "xlsx":
        file = write_sheet(t("书目", "Titles"), _headings(), _rows(database, context().tree, bib_ids, left_out))
        response = send_file(file, mimetype=XLSX, as_attachment=True, download_name=filename)
    else:
        encoding: IsoEncoding | None = "gb18030" if request.args.get("encoding") == "gb18030" else None
        body = take_titles(database, bib_ids, form, encoding if form == "mrc" else None)
        response = Response(body, content_type=_TYPES[form])
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "no-store"
    return response


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
    batch: list[BibRow] = []
    for bib, _ in read_titles(database, bib_ids):
        batch.append(bib)
        if len(batch) == BATCH:
            yield from _rows_of(database, tree, batch)
            batch = []
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
