"""The route of the policy lab."""

from __future__ import annotations

from typing import Any

from flask import g

from branches.http import context
from branches.service.policies import NewRow
from circ.lab_schemas import LabReportSchema, LabSchema
from circ.lab_show import show_replayed
from circ.service.policy_lab import replay
from kernel.http import language, right
from kernel.routes import Blueprint

blueprint = Blueprint("policy_lab", __name__, description="What a draft of the policies would have changed")


@blueprint.route("/policies/lab", methods=["POST"])
@right("policy.lab")
@blueprint.arguments(LabSchema)
@blueprint.response(200, LabReportSchema)
def try_out(body: dict[str, Any]) -> dict[str, Any]:
    """Replay the acts of a period under a draft and under the policies in force, and tell what would change. Writes nothing."""
    g.reads_only = True
    asked = context()
    rows = [NewRow(**row) for row in body["rows"]]
    return show_replayed(replay(asked, rows, body["from_on"], body["to_on"]), asked.tree, language())
