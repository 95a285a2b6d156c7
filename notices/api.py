"""HTTP routes of notices. Each shows three steps: schema in, one service call, schema out."""

from __future__ import annotations

from typing import Any

from branches.http import context
from branches.rights import SELF
from kernel.clock import local_day
from kernel.http import command, decode_position, encode_cursor, expected_version, right, version_header
from kernel.routes import Blueprint
from kernel.schema import EmptySchema
from notices import queries
from notices.schemas import (
    NoticePageSchema,
    NoticeQuerySchema,
    NoticesReadSchema,
    NoticeTemplatePageSchema,
    NoticeTemplateSchema,
    NoticeWaysSchema,
    NoticeWaysShownSchema,
    RetriedSchema,
    SentNoticePageSchema,
    SentQuerySchema,
    WordingSchema,
)
from notices.service import reading
from notices.service.choices import Choice, ChoiceService
from notices.service.templates import find_versions, save_template
from notices.show import show_notice, show_sent, show_template
from notices.wording import Wording
from patrons.http import vault

blueprint = Blueprint("notices", __name__, description="What readers and libraries are told, and what became of it")
BLUEPRINTS = (blueprint,)


# --- the reader's own ---------------------------------------------------------------------------------------------------


@blueprint.route("/me/notices", methods=["GET"])
@right(SELF)
@blueprint.arguments(NoticeQuerySchema, location="query")
@blueprint.response(200, NoticePageSchema)
def my_notices(query: dict[str, Any]) -> dict[str, Any]:
    """The reader's notices and those of the children they answer for, the newest first."""
    asked = context()
    me, limit = asked.caller.id, query["limit"]
    before = decode_position(query["cursor"]) or None
    rows = queries.notices_for_reader(asked.session, me, today=local_day(asked.now), before=before, limit=limit + 1)
    return {
        "items": [show_notice(row, asked.tree, me) for row in rows[:limit]],
        "next": encode_cursor(rows[limit - 1].id) if len(rows) > limit else None,
        "unread": queries.count_unread(asked.session, me, local_day(asked.now)),
    }


@blueprint.route("/me/notices/read", methods=["POST"])
@right(SELF)
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, NoticesReadSchema)
def mark_read(_body: dict[str, Any]) -> dict[str, Any]:
    """The reader has seen all that was new."""
    return {"read": len(reading.mark_read(context()))}


@blueprint.route("/me/notice-ways", methods=["GET"])
@right(SELF)
@blueprint.response(200, NoticeWaysShownSchema)
def my_ways() -> dict[str, Any]:
    """By which ways and in which language the reader is told."""
    return _show_choice(ChoiceService(context(), vault()).show())


@blueprint.route("/me/notice-ways", methods=["PUT"])
@right(SELF)
@blueprint.arguments(NoticeWaysSchema)
@command
@blueprint.response(200, NoticeWaysShownSchema)
def choose_ways(body: dict[str, Any]) -> dict[str, Any]:
    """Choose by which ways and in which language to be told."""
    return _show_choice(ChoiceService(context(), vault()).choose(**body))


def _show_choice(choice: Choice) -> dict[str, Any]:
    return {
        "language": choice.language,
        "channels": list(choice.channels),
        "chosen": choice.is_own,
        "email": choice.email,
        "phone": choice.phone,
    }


# --- staff --------------------------------------------------------------------------------------------------------------


@blueprint.route("/patrons/<barcode>/notices", methods=["GET"])
@right("patron.loans")
@command
@blueprint.response(200, SentNoticePageSchema)
def notices_of_patron(barcode: str) -> dict[str, Any]:
    """What was sent to a reader, without what it says. A command, because the journal remembers who looked."""
    asked = context()
    return {"items": show_sent(reading.look_at_notices(asked, barcode), asked), "next": None}


@blueprint.route("/notices", methods=["GET"])
@right("notice.read")
@blueprint.arguments(SentQuerySchema, location="query")
@blueprint.response(200, SentNoticePageSchema)
def sent_notices(query: dict[str, Any]) -> dict[str, Any]:
    """What went to readers for the units of the caller, the newest first; `status=failed`: what was given up."""
    asked = context()
    units, limit = asked.caller.units("notice.read", asked.tree), query["limit"]
    if "org" in query:
        units &= asked.tree.subtree(asked.tree.unit(query["org"]).id)
    rows = queries.sent_at_units(
        asked.session,
        units,
        statuses=[query["status"]] if "status" in query else None,
        kind=query.get("kind"),
        before=decode_position(query["cursor"]) or None,
        limit=limit + 1,
    )
    shown = show_sent(rows, asked)
    more = len(shown) > limit
    return {"items": shown[:limit], "next": encode_cursor(shown[limit - 1]["id"]) if more else None}


@blueprint.route("/notices/<int:notice_id>/retry", methods=["POST"])
@right("notice.send")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, RetriedSchema)
def retry(_body: dict[str, Any], notice_id: int) -> dict[str, Any]:
    """Try what failed of a notice once more."""
    return {"ways": reading.try_again(context(), notice_id)}


# --- wordings -----------------------------------------------------------------------------------------------------------


@blueprint.route("/notice-templates", methods=["GET"])
@right("settings.read")
@blueprint.response(200, NoticeTemplatePageSchema)
def templates() -> dict[str, Any]:
    """The wordings in force, of every kind in every language."""
    rows = queries.templates_in_force(context().session).values()
    return {"items": [show_template(row) for row in rows], "next": None}


@blueprint.route("/notice-templates/<kind>/<language>", methods=["GET"])
@right("settings.read")
@blueprint.response(200, NoticeTemplateSchema)
def template(kind: str, language: str) -> Any:
    """The wording in force, with the ETag that changing it needs."""
    row = find_versions(context(), kind, language)[0]
    return show_template(row), 200, version_header(row.version)


@blueprint.route("/notice-templates/<kind>/<language>", methods=["PUT"])
@right("notice.write")
@blueprint.arguments(WordingSchema)
@command
@blueprint.response(200, NoticeTemplateSchema)
def save(body: dict[str, Any], kind: str, language: str) -> Any:
    """Put a wording in force for the whole network."""
    row = save_template(context(), kind, language, Wording(**body), expected_version=expected_version())
    return show_template(row), 200, version_header(row.version)
