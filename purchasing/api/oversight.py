"""HTTP routes of oversight: figures of a programme, and what looks odd."""

from __future__ import annotations

from typing import Any

from branches.http import context
from kernel.http import language, right
from kernel.routes import Blueprint
from purchasing.oversight_show import show_alerts, show_oversight
from purchasing.schemas.oversight import AlertListSchema, OversightSchema, SpanQuerySchema
from purchasing.service.oversight import OversightService
from purchasing.spans import read_span

blueprint = Blueprint(
    "oversight", __name__, description="How the money for readers' choices is spent, and what looks odd"
)


@blueprint.route("/programmes/<code>/oversight", methods=["GET"])
@right("selection.read")
@blueprint.arguments(SpanQuerySchema, location="query")
@blueprint.response(200, OversightSchema)
def show(query: dict[str, Any], code: str) -> dict[str, Any]:
    """Figures of a programme in a month, quarter or year (`span`, else the year that runs), in the shops of the caller's units. What fewer
    than five readers did is told together."""
    asked = context()
    return show_oversight(OversightService(asked).show(code, read_span(query["span"])), asked, language())


@blueprint.route("/buying/alerts", methods=["GET"])
@right("report.read")
@blueprint.arguments(SpanQuerySchema, location="query")
@blueprint.response(200, AlertListSchema)
def list_alerts(query: dict[str, Any]) -> dict[str, Any]:
    """What looks odd in the choices of the last 90 days, or of the month, quarter or year asked for; no reader is named."""
    asked = context()
    return {"items": show_alerts(OversightService(asked).alerts(read_span(query["span"])), asked, language())}
