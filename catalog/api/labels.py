"""Labels as PDF. Nothing changes by printing, so the request needs no key."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from branches.http import context
from catalog.labels import find_font
from catalog.schemas.labels import LabelsAskedSchema
from catalog.service.labels import LabelsAsked, print_labels
from kernel.http import reads_only, right
from kernel.routes import Blueprint

blueprint = Blueprint("labels", __name__, description="Spine and barcode labels, ready to print")


@blueprint.route("/labels", methods=["POST"])
@right("item.write")
@blueprint.arguments(LabelsAskedSchema)
@reads_only
@blueprint.response(200, content_type="application/pdf")
def print_pdf(body: dict[str, Any]) -> Response:
    """Labels for these copies; a copy for which none can be made is named, and nothing is printed."""
    return as_pdf(LabelsAsked(**body))


def as_pdf(asked: LabelsAsked) -> Response:
    """The answer with the PDF in it, drawn in the font that the administrator named."""
    pdf = print_labels(context(), asked, find_font(current_app.config["TONGJIE_FONT"] or None))
    headers = {"Content-Disposition": f'attachment; filename="{asked.kind}-labels.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, content_type="application/pdf", headers=headers)
