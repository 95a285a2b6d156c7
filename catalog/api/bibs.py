"""Routes of titles."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, Literal, cast

from flask import Response, request
from marshmallow import Schema

from branches.http import context
from branches.rights import PUBLIC
from catalog.citing import as_bibtex, as_ris
from catalog.entering import BibFields
from catalog.marc import TooLong
from catalog.queries.bibs import BibRow, current_sources, find_bib, visible_copies
from catalog.queries.void import find_shown
from catalog.schemas import BibChangesSchema, BibSchema, NewBibSchema, NewRecordQuerySchema
from catalog.service.bibs import BibService, read_single
from catalog.service.desk import CataloguingDesk
from catalog.service.exporting import as_iso2709, as_marcxml
from catalog.show import show_bib
from kernel.errors import Conflict
from kernel.http import View, command, expected_version, language, largest_body, right, version_header
from kernel.routes import Blueprint, WrongMediaType

blueprint = Blueprint("bibs", __name__, description="Titles: what the network holds")

LARGEST_RECORD_BYTES: Final = 1_000_000
Form = Literal["json", "mrc", "xml", "ris", "bib"]
MEDIA_TYPES: Final[dict[str, Form]] = {
    "application/json": "json",
    "application/marc": "mrc",
    "application/marcxml+xml": "xml",
    "application/x-research-info-systems": "ris",
    "application/x-bibtex": "bib",
}
_CONTAINERS: Final[dict[str, Literal["iso2709", "marcxml"]]] = {
    "application/marc": "iso2709",
    "application/marcxml+xml": "marcxml",
}
_RECORDS: Final[dict[str, Any]] = {name: {"schema": {"type": "string", "format": "binary"}} for name in _CONTAINERS}
RECORD_BODY: Final[dict[str, Any]] = {"required": True, "content": _RECORDS}


def _body(schema: type[Schema]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}, **_RECORDS}}


def _reads_title(schema: type[Schema]) -> Callable[[View], View]:
    """Hand the view a form that was checked, or the bytes of a record with their container, before any transaction begins."""

    def wrap(view: View) -> View:
        @wraps(view)
        def read(*args: Any, **kwargs: Any) -> Any:
            container = _CONTAINERS.get(request.mimetype)
            if container is not None:
                return view((request.get_data(), container), *args, **kwargs)
            if not request.is_json:
                raise WrongMediaType(", ".join(["application/json", *_CONTAINERS]))
            return view(blueprint.ARGUMENTS_PARSER.parse(schema(), request, location="json"), *args, **kwargs)

        return cast(View, read)

    return wrap


def reads_record(view: View) -> View:
    """Hand the view the bytes of a record with their container."""

    @wraps(view)
    def read(*args: Any, **kwargs: Any) -> Any:
        container = _CONTAINERS.get(request.mimetype)
        if container is None:
            raise WrongMediaType(", ".join(_CONTAINERS))
        return view((request.get_data(), container), *args, **kwargs)

    return cast(View, read)


@blueprint.route("/bibs", methods=["POST"])
@right("bib.write")
@largest_body(LARGEST_RECORD_BYTES)
@blueprint.doc(requestBody=_body(NewBibSchema))
@blueprint.arguments(NewRecordQuerySchema, location="query")
@_reads_title(NewBibSchema)
@command
@blueprint.response(201, BibSchema)
def create_bib(title: Any, query: dict[str, Any]) -> Any:
    """Make a title from a form, or from one MARC record.

    Where it seems to be here already (`bib.alike`), the titles are named in `bibs`: sent again with these in `not_these` of the form, or of
    the address where a record is sent, it is made as another."""
    service = BibService(context())
    if isinstance(title, tuple):
        return _show(service.create_from_record(*title, not_these=query["not_these"]))
    return _show(service.create(title, not_these=[*title.pop("not_these"), *query["not_these"]]))


@blueprint.route("/bibs/<int:bib_id>", methods=["GET"])
@right(PUBLIC)
@blueprint.response(200, BibSchema)
def show(bib_id: int) -> Any:
    """A title and who holds copies of it, in the form that Accept names. One that came to nothing is absent to all but staff."""
    form = MEDIA_TYPES[request.accept_mimetypes.best_match(MEDIA_TYPES, "application/json")]
    return _in_form(bib_id, form)


@blueprint.route("/bibs/<int:bib_id>.<any(json,mrc,xml,ris,bib):form>", methods=["GET"])
@right(PUBLIC)
@blueprint.response(200, BibSchema)
def show_in_form(bib_id: int, form: Form) -> Any:
    """A title as JSON, ISO 2709, MARCXML, RIS or BibTeX. What came as MARC goes out as it came."""
    return _in_form(bib_id, form)


@blueprint.route("/bibs/<int:bib_id>", methods=["PATCH"])
@right("bib.write")
@largest_body(LARGEST_RECORD_BYTES)
@blueprint.doc(requestBody=_body(BibChangesSchema))
@_reads_title(BibChangesSchema)
@command
@blueprint.response(200, BibSchema)
def change_bib(title: BibFields | tuple[bytes, Literal["iso2709", "marcxml"]], bib_id: int) -> Any:
    """Change a title, or exchange its record for the one sent, which is checked and kept as it is. If-Match names the version read."""
    version = expected_version()
    if isinstance(title, tuple):
        return _show(CataloguingDesk(context()).replace(bib_id, read_single(*title), expected_version=version))
    return _show(BibService(context()).change(bib_id, title, expected_version=version))


def _show(bib: BibRow) -> Any:
    asked = context()
    copies = visible_copies(asked.session, bib.id)
    return show_bib(bib, copies, asked.tree, language()), version_header(bib.version) | {"Vary": "Accept"}


def _in_form(bib_id: int, form: Form) -> Any:
    asked = context()
    session = asked.session
    bib = (find_bib if asked.caller.kind == "staff" else find_shown)(session, bib_id)
    if form == "json":
        return _show(bib)
    if form in ("ris", "bib"):
        body = (as_ris if form == "ris" else as_bibtex)(bib.id, bib.data).encode()
    else:
        sources = current_sources(session, [bib_id]).get(bib_id, [])
        try:
            body = as_iso2709(bib, sources) if form == "mrc" else as_marcxml(bib, sources)
        except TooLong as error:
            raise Conflict("bib.too_long", error.message) from error
    media_type = next(name for name, known in MEDIA_TYPES.items() if known == form)
    charset = "" if form == "mrc" else "; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="bib-{bib_id}.{form}"', "Vary": "Accept"}
    return Response(body, content_type=media_type + charset, headers=headers)
