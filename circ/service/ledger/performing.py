"""What each act on money posts once it is decided: the entry, and what it settles or opens again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from branches.context import Context
from circ import ledger
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from circ.service.ledger.posting import NewEntry, post, settle_what_is_free


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An act on money that was found possible: of whom, about which entry, how much, why, noted where."""

    act: str
    patron_id: int
    about_id: int | None
    fen: int
    reason: str
    org_id: int
    method: str | None = None
    by_rule: bool = False


def do(context: Context, wish: Wish) -> EntryRow:
    """Post a wish that was decided; credit that came free settles what is open. The account is locked."""
    entry = _DOING[wish.act](context, wish)
    if wish.act in ("refund", "reversal"):
        settle_what_is_free(context, wish.patron_id, entry.id)
    return entry


def _do_waiver(context: Context, wish: Wish) -> EntryRow:
    fee = queries.entry_by_id(context.session, wish.about_id or 0)
    assert fee is not None
    return post(context, _entry(wish, -wish.fen), ledger.plan_waiver(wish.fen, fee.line))


def _do_refund(context: Context, wish: Wish) -> EntryRow:
    fee_id = wish.about_id or 0
    return post(context, _entry(wish, -wish.fen), ledger.plan_refund(wish.fen, fee_id, _paying_moves(context, fee_id)))


def _do_reversal(context: Context, wish: Wish) -> EntryRow:
    payment = queries.entry_by_id(context.session, wish.about_id or 0)
    assert payment is not None
    if payment.method == "deposit":  # the money never was in a till: it goes back to where it was held
        held = NewEntry(patron_id=wish.patron_id, org_id=wish.org_id, kind="deposit", fen=wish.fen, method="deposit")
        post(context, held)
    moves = queries.moves_of(context.session, payment.id)
    return post(context, _entry(wish, wish.fen), ledger.plan_reversal(payment.line, moves))


def _do_payout(context: Context, wish: Wish) -> EntryRow:
    credits = queries.open_credits(context.session, wish.patron_id)
    return post(context, _entry(wish, wish.fen), ledger.plan_payout(wish.fen, credits))


def _do_deposit_return(context: Context, wish: Wish) -> EntryRow:
    return post(context, _entry(wish, -wish.fen))


_DOING: Final[dict[str, Callable[[Context, Wish], EntryRow]]] = {
    "waiver": _do_waiver,
    "refund": _do_refund,
    "reversal": _do_reversal,
    "payout": _do_payout,
    "deposit_return": _do_deposit_return,
}


def _entry(wish: Wish, fen: int) -> NewEntry:
    return NewEntry(
        patron_id=wish.patron_id,
        org_id=wish.org_id,
        kind=wish.act,
        fen=fen,
        about_id=wish.about_id,
        method=wish.method,
        note=wish.reason or None,  # blank where the reader was erased meanwhile
        by_rule=wish.by_rule,
    )


def paid_on(context: Context, fee_id: int) -> int:
    """What was paid on a fee with money and not taken back."""
    return sum(move.fen for move in _paying_moves(context, fee_id))


def _paying_moves(context: Context, fee_id: int) -> list[ledger.Move]:
    """What payments settle of a fee, taken together."""
    settled = ledger.net(queries.moves_of(context.session, fee_id))
    kinds = queries.kinds_of(context.session, [favour_id for favour_id, _ in settled])
    return [
        ledger.Move(favour_id=favour_id, owed_id=owed_id, fen=fen)
        for (favour_id, owed_id), fen in settled.items()
        if kinds.get(favour_id) == "payment"
    ]
