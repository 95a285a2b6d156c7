"""Routes of readers: registration, profile, search, PIN, cards, blocks."""

from __future__ import annotations

from typing import Any

from branches.http import context
from kernel.http import Blueprint, command, expected_version, reads_only, right, version_header
from kernel.schema import EmptySchema
from patrons.http import patron_service
from patrons.schemas import (
    BlockSchema,
    FoundPatronPageSchema,
    NewBlockSchema,
    NewCardSchema,
    NewPatronSchema,
    PatronChangesSchema,
    PatronSchema,
    PatronSearchSchema,
    PinSchema,
)
from patrons.service.blocks import BlockService, NewBlock
from patrons.service.cards import CardService
from patrons.service.profiles import NewPatron, PatronChanges, PatronView
from patrons.show import show_block, show_found, show_patron

blueprint = Blueprint("patrons", __name__, description="Readers, their cards, PINs and blocks")


@blueprint.route("/patrons", methods=["POST"])
@right("patron.write")
@blueprint.arguments(NewPatronSchema)
@command
@blueprint.response(201, PatronSchema)
def register(body: dict[str, Any]) -> Any:
    """Register a reader with a first card."""
    return _show(patron_service().register(NewPatron(**body)))


@blueprint.route("/patrons/search", methods=["POST"])
@right("patron.read")
@reads_only
@blueprint.arguments(PatronSearchSchema)
@blueprint.response(200, FoundPatronPageSchema)
def search(body: dict[str, Any]) -> dict[str, Any]:
    """Readers of the caller's units by phone or the beginning of a name; needs no Idempotency-Key."""
    tree = context().tree
    return {"items": [show_found(row, tree) for row in patron_service().search(**body)], "next": None}


@blueprint.route("/patrons/<barcode>", methods=["GET"])
@right("patron.read")
@command
@blueprint.response(200, PatronSchema)
def show(barcode: str) -> Any:
    """A reader's profile. A command, because the journal remembers who looked."""
    return _show(patron_service().show(barcode))


@blueprint.route("/patrons/<barcode>", methods=["PATCH"])
@right("patron.write")
@blueprint.arguments(PatronChangesSchema)
@command
@blueprint.response(200, PatronSchema)
def change(body: PatronChanges, barcode: str) -> Any:
    """Change a reader; If-Match names the version that was read."""
    return _show(patron_service().change(barcode, body, expected_version=expected_version()))


@blueprint.route("/patrons/<barcode>/pin", methods=["PUT"])
@right("patron.write")
@blueprint.arguments(PinSchema)
@command
@blueprint.response(204)
def set_pin(body: dict[str, str], barcode: str) -> None:
    """Set a reader's PIN, which ends their logins."""
    CardService(context()).set_pin(barcode, body["pin"])


@blueprint.route("/patrons/<barcode>/cards", methods=["POST"])
@right("patron.write")
@blueprint.arguments(NewCardSchema)
@command
@blueprint.response(201, PatronSchema)
def replace_card(body: dict[str, Any], barcode: str) -> Any:
    """Give a reader a new card; the old one works no more. The reader may be named by any card they ever had."""
    patron_id = CardService(context()).replace(barcode, body["barcode"], body["reason"])
    return _show(patron_service().show_written(patron_id))


@blueprint.route("/patrons/<barcode>/loss", methods=["POST"])
@right("patron.write")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, PatronSchema)
def report_loss(_body: dict[str, Any], barcode: str) -> Any:
    """The card is lost and stops working at once. A new one, or the old one found again, is given by `cards`."""
    return _show(patron_service().show_written(CardService(context()).report_lost(barcode)))


@blueprint.route("/patrons/<barcode>/blocks", methods=["POST"])
@right("patron.block")
@blueprint.arguments(NewBlockSchema)
@command
@blueprint.response(201, BlockSchema)
def block(body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """Stop a reader's borrowing, network-wide or at one unit (`at`, else the caller's own) and below it."""
    asked = context()
    return show_block(BlockService(asked).block(barcode, NewBlock(**body)), asked.tree)


@blueprint.route("/patrons/<barcode>/blocks/<int:block_id>", methods=["DELETE"])
@right("patron.block")
@command
@blueprint.response(204)
def unblock(barcode: str, block_id: int) -> None:
    """Lift a block."""
    BlockService(context()).unblock(barcode, block_id)


def _show(view: PatronView) -> tuple[dict[str, Any], dict[str, str]]:
    return show_patron(view, context().tree), version_header(view.version)
