"""Routes of the sources of records: how far each is believed, and how its files are read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from branches.http import context
from catalog.schemas.sources import SourceSchema, SourcesSchema
from catalog.service.describing_anew import ask_to_describe_anew
from catalog.service.sources import Source, SourceService
from kernel.http import command, right
from kernel.routes import Blueprint
from kernel.schema import EmptySchema

blueprint = Blueprint("sources", __name__, description="Sources of records and their priorities")


@blueprint.route("/import-sources", methods=["GET"])
@right("import.run")
@blueprint.response(200, SourcesSchema)
def sources() -> dict[str, Any]:
    """Those that were set up and those that sent a file, the most trusted first."""
    return {"items": [asdict(one) for one in SourceService(context()).all()]}


@blueprint.route("/import-sources/<code>", methods=["GET"])
@right("import.run")
@blueprint.response(200, SourceSchema)
def source(code: str) -> dict[str, Any]:
    """One source: its name, priority and profile."""
    return asdict(SourceService(context()).find(code))


@blueprint.route("/import-sources/<code>", methods=["PUT"])
@right("import.run")
@blueprint.arguments(SourceSchema)
@command
@blueprint.response(200, SourceSchema)
def put_source(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Set up a source or change it. Another priority counts from the next record on that a title gets, for all once described anew."""
    return asdict(SourceService(context()).save(Source(code=code, **body)))


@blueprint.route("/import-sources/<code>/redescription", methods=["POST"])
@right("import.run")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(202, SourceSchema)
def describe_anew(_body: dict[str, Any], code: str) -> dict[str, Any]:
    """Let the worker describe anew the titles that this source shares with others, by the priority it has now."""
    ask_to_describe_anew(context(), code)
    return asdict(SourceService(context()).find(code))
