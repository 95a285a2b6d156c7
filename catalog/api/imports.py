"""Routes of imports and holdings profiles."""

from __future__ import annotations

from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from flask import Response, g, request, stream_with_context

from branches.context import Context
from branches.http import context
from catalog.import_models import ImportProfile
from catalog.marc import NotMarc
from catalog.profiles import find_stored, save_profile, to_json
from catalog.queries import imports as queries
from catalog.schemas.imports import (
    ImportPageSchema,
    ImportProfileSchema,
    ImportQuerySchema,
    ImportSchema,
    NewImportSchema,
    ProblemPageSchema,
    SampleQuerySchema,
    SampleSchema,
)
from catalog.service.imports import NewImport, queue_import
from catalog.service.imports.sampling import look_at_file
from catalog.show import show_import, show_problem, show_sample
from catalog.weighing import build_weights
from kernel.errors import Invalid
from kernel.http import View, command, data_dir, decode_position, encode_cursor, language, reads_only, right
from kernel.i18n import Text
from kernel.routes import Blueprint

blueprint = Blueprint("imports", __name__, description="Files of records on their way into the catalogue")


def keeps_upload(view: View) -> View:
    """Keep the form's file in the data folder, under a name of our own, before the transaction begins: copying a gigabyte within it would
    hold up every desk. What `view` does not queue (refused, or sent a second time) is deleted."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        g.upload, g.upload_is_queued = _store(), False
        is_done = False
        try:
            answer = view(*args, **kwargs)
            is_done = True
            return answer
        finally:
            if g.upload is not None and not (is_done and g.upload_is_queued):
                g.upload.unlink(missing_ok=True)

    return cast(View, run)


def _store() -> Path | None:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    folder = data_dir() / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid4().hex}.marc"
    try:
        upload.save(path)
    except OSError:
        path.unlink(missing_ok=True)  # half of it would keep a full disk full, and every desk stopped
        raise
    return path


def keep_upload() -> Path:
    """The kept file, to stay there when the view is done, though it is not queued yet: it is looked at first."""
    path: Path = g.upload
    g.upload_is_queued = True
    return path


def queue_upload(asked: Context, **options: Any) -> int:
    """Queue the kept file with these options of `NewImport` and return the batch's id; 422 without a file."""
    g.upload_is_queued = False
    if g.upload is None:
        raise no_file()
    filename = request.files["file"].filename or "unnamed"
    import_id = queue_import(asked, NewImport(path=g.upload, filename=filename, is_upload=True, **options))
    g.upload_is_queued = True
    return import_id


def no_file() -> Invalid:
    detail = Text("请选择要导入的文件（表单字段 file）。", "Choose the file to import (form field `file`).")
    return Invalid("import.no_file", detail, {"file": [detail]})


@blueprint.route("/imports", methods=["POST"])
@right("import.run")
@blueprint.arguments(NewImportSchema, location="form")
@keeps_upload
@command
@blueprint.response(202, ImportSchema)
def create_import(body: dict[str, Any]) -> dict[str, Any]:
    """Queue a file (`file` of a multipart form). The worker reads it; ask `GET /imports/{id}` how far it is."""
    asked = context()
    import_id = queue_upload(asked, **body)
    return show_import(queries.find_import(asked.session, import_id), asked.tree, language())


@blueprint.route("/imports/samples", methods=["POST"])
@right("import.run")
@blueprint.arguments(SampleQuerySchema, location="form")
@keeps_upload
@reads_only
@blueprint.response(200, SampleSchema)
def sample(body: dict[str, Any]) -> dict[str, Any]:
    """What the first records of a file show: format, layout of copies, library codes, titles. Nothing is kept, and no key is needed."""
    if g.upload is None:
        raise no_file()
    try:
        found = look_at_file(context(), g.upload, body["format"], body["profile"])
    except NotMarc as error:
        raise Invalid(error.code, error.message, {"file": [error.message]}) from error
    return show_sample(found, language())


@blueprint.route("/imports", methods=["GET"])
@right("import.run")
@blueprint.arguments(ImportQuerySchema, location="query")
@blueprint.response(200, ImportPageSchema)
def imports(query: dict[str, Any]) -> dict[str, Any]:
    """All imports, newest first."""
    asked = context()
    limit = query["limit"]
    before_id = decode_position(query.get("cursor")) or None
    rows = queries.list_imports(asked.session, before_id=before_id, limit=limit + 1)
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": [show_import(row, asked.tree, language()) for row in rows[:limit]], "next": following}


@blueprint.route("/imports/<int:import_id>", methods=["GET"])
@right("import.run")
@blueprint.response(200, ImportSchema)
def show(import_id: int) -> dict[str, Any]:
    """The report, with the first problems."""
    asked = context()
    return show_import(queries.find_import(asked.session, import_id), asked.tree, language())


@blueprint.route("/imports/<int:import_id>/problems", methods=["GET"])
@right("import.run")
@blueprint.arguments(ImportQuerySchema, location="query")
@blueprint.response(200, ProblemPageSchema)
def problems(query: dict[str, Any], import_id: int) -> dict[str, Any]:
    """Every record kept aside and every copy that could not be taken."""
    asked = context()
    queries.find_import(asked.session, import_id)
    limit = query["limit"]
    after_id = decode_position(query.get("cursor"))
    rows = queries.list_problems(asked.session, import_id, after_id=after_id, limit=limit + 1)
    following = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": [show_problem(row, language()) for row in rows[:limit]], "next": following}


@blueprint.route("/imports/<int:import_id>/rejected", methods=["GET"])
@right("import.run")
def rejected(import_id: int) -> Response:
    """The records kept aside, byte for byte, to be put right and imported again."""
    asked = context()
    report = queries.find_import(asked.session, import_id)
    body = stream_with_context(queries.rejected_bytes(asked.session, import_id))
    headers = {"Content-Disposition": f'attachment; filename="{report.rejected_name}"'}
    return Response(body, mimetype="application/marc", headers=headers)


@blueprint.route("/import-profiles/<code>", methods=["GET"])
@right("import.run")
@blueprint.response(200, ImportProfileSchema)
def profile(code: str) -> dict[str, Any]:
    """How a source writes its holdings, and how its records are matched."""
    return _show_profile(find_stored(context().session, code))


@blueprint.route("/import-profiles/<code>", methods=["PUT"])
@right("import.run")
@blueprint.arguments(ImportProfileSchema)
@command
@blueprint.response(200, ImportProfileSchema)
def put_profile(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Make or replace a profile."""
    return _show_profile(save_profile(context(), code, body["name"], body["holdings"], body.get("weights")))


def _show_profile(stored: ImportProfile) -> dict[str, Any]:
    weights = asdict(build_weights(stored.weights))
    return {"code": stored.code, "name": stored.name, "holdings": to_json(stored), "weights": weights}
