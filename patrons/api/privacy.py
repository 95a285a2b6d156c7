"""Routes by which readers, and staff for them, decide what is remembered, and by which readers see who looked at them."""

from __future__ import annotations

from typing import Any

from branches.http import context
from kernel.http import command, right, version_header
from kernel.routes import Blueprint
from patrons.http import patron_service
from patrons.queries import looks_at
from patrons.schemas import HistoryAtDeskSchema, HistoryChoiceSchema, LookPageSchema, PatronSchema
from patrons.service.histories import HistoryService
from patrons.show import show_patron

blueprint = Blueprint("privacy", __name__, description="What is remembered of a reader, and who looked")


@blueprint.route("/patrons/<barcode>/history", methods=["PUT"])
@right("patron.write")
@blueprint.arguments(HistoryAtDeskSchema)
@command
@blueprint.response(200, PatronSchema)
def choose_at_desk(body: dict[str, Any], barcode: str) -> Any:
    """What a reader at the desk wants remembered of returned books. What they returned is shown to no staff."""
    asked = context()
    patron_id = HistoryService(asked).choose_at_desk(barcode, body["history"], agreed_by=body["agreed_by"])
    view = patron_service().show_written(patron_id)
    return show_patron(view, asked.tree), version_header(view.version)


@blueprint.route("/me/history", methods=["PUT"])
@right("self")
@blueprint.arguments(HistoryChoiceSchema)
@command
@blueprint.response(200, HistoryChoiceSchema)
def choose(body: dict[str, Any]) -> dict[str, Any]:
    """What is remembered of one's own returned books: `forget`, for 30 `days`, or `keep`."""
    HistoryService(context()).choose(body["history"], agrees=body["agrees"])
    return body


@blueprint.route("/me/family/<barcode>/history", methods=["PUT"])
@right("self")
@blueprint.arguments(HistoryChoiceSchema)
@command
@blueprint.response(200, HistoryChoiceSchema)
def choose_for_ward(body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """The same for a child under 14 in one's care."""
    HistoryService(context()).choose_for_ward(barcode, body["history"], agrees=body["agrees"])
    return body


@blueprint.route("/me/looks", methods=["GET"])
@right("self")
@blueprint.response(200, LookPageSchema)
def looks() -> dict[str, Any]:
    """Each look of staff at one's data: when, at which unit, at what; the newest first."""
    asked = context()
    units = asked.tree.by_id
    return {
        "items": [
            {
                "at": look.at,
                "org": units[look.org_id].code if look.org_id in units else None,
                "channel": look.channel,
                "what": look.what,
            }
            for look in looks_at(asked.session, asked.caller.id)
        ],
        "next": None,
    }
