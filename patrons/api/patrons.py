"""Routes of readers: registration, profile, search, PIN, cards, blocks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from branches.http import context
from kernel.http import command, expected_version, language, reads_only, right, version_header
from kernel.routes import Blueprint
from kernel.schema import EmptySchema
from patrons.http import patron_service
from patrons.schemas import (
    BlockSchema,
    ExpiringQuerySchema,
    FoundPatronPageSchema,
    NewBlockSchema,
    NewCardSchema,
    NewPatronSchema,
    PatronChangesSchema,
    PatronSchema,
    PatronSearchSchema,
    PinSchema,
    RenewalsSchema,
    RenewedCardsSchema,
)
from patrons.service.blocks import BlockService, NewBlock
from patrons.service.cards import CardService
from patrons.service.consents import ConsentService
from patrons.service.profiles import NewPatron, PatronChanges, PatronView
from patrons.service.renewals import CardRenewalService
from patrons.show import show_block, show_found, show_patron, show_renewed

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


@blueprint.route("/patrons/<barcode>/consents", methods=["POST"])
@right("patron.write")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(201, PatronSchema)
def note_consent(_body: dict[str, Any], barcode: str) -> Any:
    """The guardian of a child under 14 has agreed, by a paper that was signed, to its being on record."""
    return _show(patron_service().show_written(ConsentService(context()).note(barcode)))


@blueprint.route("/patrons/<barcode>/consents", methods=["DELETE"])
@right("patron.write")
@command
@blueprint.response(200, PatronSchema)
def note_withdrawal(barcode: str) -> Any:
    """The guardian has taken that consent back: the child's data is to be erased within fifteen days, once the books are back."""
    return _show(patron_service().show_written(ConsentService(context()).note_withdrawal(barcode)))


@blueprint.route("/patrons/renewals", methods=["POST"])
@right("patron.write")
@blueprint.arguments(RenewalsSchema)
@command
@blueprint.response(200, RenewedCardsSchema)
def renew_cards(body: dict[str, Any]) -> dict[str, Any]:
    """Make cards valid until a new day, up to 500 at once. What cannot be done is said card by card."""
    done = CardRenewalService(context()).renew(body["cards"], body["expires_on"], dry_run=body["dry_run"])
    counts = Counter(one.result for one in done)
    return {"items": [show_renewed(one, language()) for one in done]} | {
        name: counts[name] for name in ("renewed", "unchanged", "refused")
    }


@blueprint.route("/patrons/expiring", methods=["GET"])
@right("patron.write")
@blueprint.arguments(ExpiringQuerySchema, location="query")
@blueprint.response(200, FoundPatronPageSchema)
def expiring(query: dict[str, Any]) -> dict[str, Any]:
    """Readers of the caller's units whose cards are valid until a day or less, soonest first; at most 500."""
    tree = context().tree
    found = CardRenewalService(context()).expiring(query["until"], query.get("at"))
    return {"items": [show_found(row, tree) for row in found], "next": None}


def _show(view: PatronView) -> tuple[dict[str, Any], dict[str, str]]:
    return show_patron(view, context().tree), version_header(view.version)
