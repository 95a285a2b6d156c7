"""HTTP routes of choosing: may this book be had, choose it, call it off, exchange it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import g

from branches.context import Context
from branches.http import context
from branches.rights import ANYONE, SELF
from kernel.clock import bounds_of
from kernel.errors import Conflict, Invalid, NotFound, Refused
from kernel.http import View, command, database, decode_position, encode_cursor, language, reads_only, right
from kernel.i18n import Text
from kernel.routes import Blueprint
from patrons.http import vault
from patrons.service.families import find_ward
from purchasing.queries.funds import find_programme
from purchasing.queries.online import chosen_at_counters, is_online, waited_for
from purchasing.queries.selections import find_selection, list_selections
from purchasing.schemas.selections import (
    DispatchSchema,
    NewSelectionSchema,
    OwnSelectionsQuerySchema,
    PresenceQuestionSchema,
    PresenceSchema,
    QuoteQuestionSchema,
    QuoteSchema,
    SelectionCancellationSchema,
    SelectionListSchema,
    SelectionPageSchema,
    SelectionQuerySchema,
    SelectionSchema,
)
from purchasing.service.online import OnlineService
from purchasing.service.online.ordering import own_card
from purchasing.service.selecting import Pick, SelectionService
from purchasing.service.selecting.commands import Address, Delivery
from purchasing.service.selecting.looking import note_refused
from purchasing.service.selecting.proving import open_proof, prove, seal_proof
from purchasing.show import show_chosen, show_ordered, show_quote, show_selection

blueprint = Blueprint("selections", __name__, description="New books that readers choose and the library pays")


def refused_is_a_look(view: View) -> View:
    """A choice that is refused tells of its reader what a question would have told: it leaves the same trace, and counts as one."""

    @wraps(view)
    def run(body: dict[str, Any], **kwargs: Any) -> Any:
        try:
            return cast(Callable[..., Any], view)(body, **kwargs)
        except (Refused, Invalid, Conflict, NotFound):
            g.reads_only = True
            if body["patron"] is not None:
                note_refused(context(), body["shop"], body["patron"])
            raise

    return cast(View, run)


@blueprint.route("/selections/quote", methods=["POST"])
@right(ANYONE)
@blueprint.arguments(QuoteQuestionSchema)
@reads_only
@blueprint.response(200, QuoteSchema)
def quote(body: dict[str, Any]) -> dict[str, Any]:
    """Whether a reader may choose a book in a shop, with every reason against it, and where the network has it already. Readers ask for
    themselves and those they answer for. Nothing is written, so no key is needed."""
    asked = context()
    return show_quote(SelectionService(asked).quote(_pick(body)), asked, language())


@blueprint.route("/selections/presence", methods=["POST"])
@right("selection.make")
@blueprint.arguments(PresenceQuestionSchema)
@reads_only
@blueprint.response(200, PresenceSchema)
def prove_presence(body: dict[str, str]) -> dict[str, Any]:
    """Whether the PIN typed at a shop's counter is that of the card's reader, or of the child's guardian: yes or no. A wrong one counts as
    at the login, for the card and for whoever asks. Needs no Idempotency-Key: a second try makes a second proof."""
    proof = prove(database(), context(), body["shop"], body["patron"], body["pin"], real_now=g.real_now)
    sealed = None if proof is None else seal_proof(vault(), proof)
    return {"proven": proof is not None, "proof": sealed, "until": proof.until if proof is not None else None}


@blueprint.route("/selections", methods=["POST"])
@right(ANYONE)
@blueprint.arguments(NewSelectionSchema)
@refused_is_a_look
@command
@blueprint.response(201, SelectionSchema)
def choose(body: dict[str, Any]) -> dict[str, Any]:
    """Buy a book and lend it on the spot: budget taken, title found or made, copy made, loan opened, all of it or nothing. With `pickup` or
    `post` it is ordered from the shop's list instead, by readers themselves or a desk for them, and lent when it has come."""
    asked, pick = context(), _pick(body)
    if pick.delivery is not None:
        return show_ordered(OnlineService(asked).order(pick, vault()), asked)
    asked.caller.require("selection.make")
    return show_chosen(SelectionService(asked).choose(pick), asked, language())


@blueprint.route("/selections", methods=["GET"])
@right("selection.read")
@blueprint.arguments(SelectionQuerySchema, location="query")
@blueprint.response(200, SelectionPageSchema)
def list_all(query: dict[str, Any]) -> dict[str, Any]:
    """What was chosen in the shops of the caller's units, the newest first; nobody's name."""
    asked, limit, tree = context(), query["limit"], context().tree
    since, until = bounds_of(query["day"]) if query.get("day") else (None, None)
    rows = list_selections(
        asked.session,
        units=asked.caller.units("selection.read", tree),
        shop_id=tree.unit(query["shop"]).id if "shop" in query else None,
        programme_id=find_programme(asked.session, query["programme"]).id if "programme" in query else None,
        status=query.get("status"),
        since=since,
        until=until,
        before=decode_position(query["cursor"]) or None,
        is_exchanging=query["exchanging"],
        limit=limit + 1,
    )
    more = encode_cursor(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": [show_selection(row, asked) for row in rows[:limit]], "next": more}


@blueprint.route("/selections/<int:selection_id>", methods=["GET"])
@right("selection.read")
@blueprint.response(200, SelectionSchema)
def show(selection_id: int) -> dict[str, Any]:
    """One choice."""
    asked: Context = context()
    row = find_selection(asked.session, selection_id)
    asked.caller.require_at("selection.read", row.shop_id, asked.tree, thing="selection", key=selection_id)
    return show_selection(row, asked)


@blueprint.route("/selections/<int:selection_id>/cancellation", methods=["POST"])
@right(ANYONE)
@blueprint.arguments(SelectionCancellationSchema)
@command
@blueprint.response(200, SelectionSchema)
def cancel(body: dict[str, Any], selection_id: int) -> dict[str, Any]:
    """Call a choice off within its window: money, quota and loan are as if it had not been; the label is void. One made online its reader
    calls off until it is sent, the shop likewise, and the library of the programme also afterwards."""
    asked = context()
    if is_online(asked.session, selection_id):
        return show_selection(OnlineService(asked).call_off(selection_id, body["reason"], body["cause"]), asked)
    asked.caller.require("selection.make")
    return show_selection(SelectionService(asked).cancel(selection_id, body["reason"]), asked)


@blueprint.route("/selections/<int:selection_id>/dispatch", methods=["POST"])
@right("selection.make")
@blueprint.arguments(DispatchSchema)
@command
@blueprint.response(200, SelectionSchema)
def dispatch(body: dict[str, Any], selection_id: int) -> dict[str, Any]:
    """The shop hands a book chosen online over: to where it is collected, as a transfer with a hold, or to the post; again where the first
    did not arrive."""
    asked = context()
    return show_selection(OnlineService(asked).dispatch(selection_id, **body), asked)


@blueprint.route("/selections/<int:selection_id>/receipt", methods=["POST"])
@right(ANYONE)
@command
@blueprint.response(200, SelectionSchema)
def receive(selection_id: int) -> dict[str, Any]:
    """A posted book has come, says its reader or a desk for them: the loan begins."""
    asked = context()
    return show_selection(OnlineService(asked).receive(selection_id), asked)


@blueprint.route("/selections/<int:selection_id>/non-arrival", methods=["POST"])
@right(ANYONE)
@command
@blueprint.response(200, SelectionSchema)
def miss(selection_id: int) -> dict[str, Any]:
    """A posted book did not arrive, says its reader some days after it was sent, or a desk for them: the shop sends another
    (`/dispatch`), or it is called off as lost."""
    asked = context()
    return show_selection(OnlineService(asked).miss(selection_id), asked)


@blueprint.route("/selections/mine", methods=["GET"])
@right(SELF)
@blueprint.arguments(OwnSelectionsQuerySchema, location="query")
@blueprint.response(200, SelectionListSchema)
def list_own(query: dict[str, Any]) -> dict[str, Any]:
    """What the reader who asks, or a child in their care, chose online and does not have yet; with `at=counter` what was chosen on the card
    at a shop."""
    asked = context()
    patron_id = asked.caller.id if query["patron"] is None else find_ward(asked, query["patron"]).id
    chosen = chosen_at_counters if query["at"] == "counter" else waited_for
    return {"items": [show_selection(row, asked) for row in chosen(asked.session, patron_id)]}


@blueprint.route("/selections/<int:selection_id>/exchange", methods=["PUT"])
@right("selection.make")
@command
@blueprint.response(200, SelectionSchema)
def begin_exchange(selection_id: int) -> dict[str, Any]:
    """Say that another book is to take the place of one: it stands with the choice until it is finished or dropped, or its time is over."""
    asked = context()
    return show_selection(SelectionService(asked).begin_exchange(selection_id), asked)


@blueprint.route("/selections/<int:selection_id>/exchange", methods=["DELETE"])
@right("selection.make")
@command
@blueprint.response(200, SelectionSchema)
def drop_exchange(selection_id: int) -> dict[str, Any]:
    """The reader keeps the book: an exchange that was begun is dropped, and nothing else changes."""
    asked = context()
    return show_selection(SelectionService(asked).drop_exchange(selection_id), asked)


@blueprint.route("/selections/<int:selection_id>/exchange", methods=["POST"])
@right("selection.make")
@blueprint.arguments(NewSelectionSchema)
@refused_is_a_look
@command
@blueprint.response(201, SelectionSchema)
def exchange(body: dict[str, Any], selection_id: int) -> dict[str, Any]:
    """Call one choice off and make another in its place, both or neither."""
    asked = context()
    return show_chosen(SelectionService(asked).exchange(selection_id, _pick(body)), asked, language())


def _pick(body: dict[str, Any]) -> Pick:
    """Readers who name no card mean their own."""
    price, patron = body.pop("price"), body.pop("patron")
    pickup, post, online = body.pop("pickup", None), body.pop("post", None), body.pop("online")
    address = Address(**post) if post is not None else None
    if pickup is not None and address is not None:
        message = Text("取书处和邮寄地址只填一样。", "Give a place to collect the book, or an address, not both.")
        raise Invalid("selection.delivery", message, {"pickup": [message]})
    proof = open_proof(vault(), body.pop("proof", None))
    is_online = online or pickup is not None or address is not None
    return Pick(
        **body | {"override": tuple(body.get("override", ()))},
        patron=patron or own_card(context()),
        price_fen=price,
        proof=proof,
        delivery=Delivery(pickup=pickup, address=address) if is_online else None,
    )
