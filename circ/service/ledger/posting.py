"""How an entry comes into the ledger: with the moves that it makes, the balance, and its row of the journal, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, insert, update

from branches.context import Context
from circ.ledger import DEPOSITS, NEW, Move, plan_settling
from circ.ledger_models import Account, AccountEntry, AccountMove
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from kernel.db import table_of
from kernel.money import show_money

ACTS: Final = {
    "charge": "fee_charged",
    "payment": "fee_paid",
    "waiver": "fee_waived",
    "refund": "fee_refunded",
    "reversal": "payment_reversed",
    "payout": "credit_paid_out",
    "deposit": "deposit_taken",
    "deposit_return": "deposit_returned",
}

_accounts, _entries, _moves = table_of(Account), table_of(AccountEntry), table_of(AccountMove)
_INSERT = insert(_entries).returning(_entries.c.id)
_USE = (
    update(_entries).where(_entries.c.id == bindparam("entry")).values(used_fen=_entries.c.used_fen + bindparam("more"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry to be; `fen` is signed as in the ledger."""

    patron_id: int
    org_id: int
    kind: str
    fen: int
    cause: str | None = None
    loan_id: int | None = None
    item_id: int | None = None
    about_id: int | None = None
    method: str | None = None
    note: str | None = None
    why: dict[str, Any] | None = None
    by_rule: bool = False


def post(context: Context, new: NewEntry, plan: Sequence[Move] = ()) -> EntryRow:
    """Write an entry and what it settles. The account is locked."""
    values = {
        "patron_id": new.patron_id,
        "at": context.now,
        "org_id": new.org_id,
        "kind": new.kind,
        "cause": new.cause,
        "amount_fen": new.fen,
        "used_fen": sum(move.fen for move in plan if NEW in (move.favour_id, move.owed_id)),
        "loan_id": new.loan_id,
        "item_id": new.item_id,
        "about_id": new.about_id,
        "method": new.method,
        "note": new.note,
        "why": new.why,
        "by_rule": new.by_rule,
        "author": context.caller.author,
    }
    entry_id: int = context.session.execute(_INSERT, values).scalar_one()
    _write_moves(context, plan, entry_id)
    _count(context, new)
    told = {"entry": entry_id, "amount": show_money(new.fen)}
    told |= {name: value for name, value in (("cause", new.cause), ("about", new.about_id)) if value is not None}
    context.record(ACTS[new.kind], org_id=new.org_id, patron_id=new.patron_id, data=told)
    entry = queries.entry_by_id(context.session, entry_id)
    assert entry is not None
    return entry


def settle_what_is_free(context: Context, patron_id: int, act_id: int) -> None:
    """Credit that an act set free settles the oldest fees."""
    credits = queries.open_credits(context.session, patron_id)
    if credits:
        fees = [fee.line for fee in queries.open_fees(context.session, patron_id)]
        _write_moves(context, plan_settling(credits, fees), act_id)


def _write_moves(context: Context, plan: Sequence[Move], act_id: int) -> None:
    """`NEW` stands for the entry of the act, which counts itself; of the others it is written how much more of them is used."""
    if not plan:
        return
    used: dict[int, int] = {}
    rows = []
    for move in plan:
        for side in (move.favour_id, move.owed_id):
            if side != NEW:
                used[side] = used.get(side, 0) + move.fen
        rows.append(
            {
                "favour_id": move.favour_id or act_id,
                "owed_id": move.owed_id or act_id,
                "amount_fen": move.fen,
                "act_id": act_id,
            }
        )
    context.session.execute(insert(_moves), rows)
    for entry_id, more in used.items():
        if more:
            context.session.execute(_USE, {"entry": entry_id, "more": more})


def _count(context: Context, new: NewEntry) -> None:
    column = _accounts.c.deposit_fen if new.kind in DEPOSITS else _accounts.c.balance_fen
    context.session.execute(
        update(_accounts).where(_accounts.c.patron_id == new.patron_id).values({column: column + new.fen})
    )
