"""What a librarian says of a copy: missing, found, at the mender's, damaged, withdrawn; lost or claimed to be returned by whoever has it.

The tables are `catalog.states.STATUS_ACTS` for a copy in the library and `circ.states.LOAN_ACTS` for one that is out. What hangs on the
copy follows in the same act: its hold goes on to the next copy, its transfer ends, its loan bears a mark or ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, update

from branches.context import Context
from branches.tree import Unit
from catalog.models import Item
from catalog.queries import ItemRow, find_item, item_by_id
from catalog.service.documents import DocumentAsked, StockDocumentService
from catalog.service.placing import place_item
from catalog.states import ITEM_STATUSES, STATUS_ACTS, StatusAct
from circ import queries, sentences
from circ.commands import SetStatus
from circ.lost_rules import LostTerms
from circ.queries import LoanRow
from circ.refusals import refuse
from circ.service.answers import Declared
from circ.service.holds.following import release_taken_away
from circ.service.holds.targeting import target_titles
from circ.service.holds.writing import forget_traces
from circ.service.ledger.losing import Settled, believe, charge_lost, give_back, lost_terms
from circ.service.loan_writing import end_loan, mark_loan
from circ.states import LOAN_ACTS, LoanAct, acts_for
from kernel.db import table_of
from kernel.errors import Conflict, NotFound, Refusal, Refused
from kernel.i18n import Text
from patrons.queries import patron_by_id
from transit.queries import TransferRow, open_transfer, transfer_by_id
from transit.service import TransferService, wrong_state

RIGHT = "item.condition"
_LIES_ANYWHERE = (
    "available",
    "in_processing",
    "in_repair",
)  # what lies on a hold shelf, travels or is out is where it was

_items = table_of(Item)
_CONDITION = update(_items).where(_items.c.id == bindparam("item")).values(is_damaged=bindparam("damaged"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The copy with its row locked, and that of its reader before it; `here` is where the thing is said."""

    item: ItemRow
    loan: LoanRow | None
    here: Unit


def set_status(context: Context, command: SetStatus) -> Declared:
    """Raises Refused where the act does not fit what the copy is, saying which would."""
    case = _load(context, command)
    _check_fits(case, command.act)
    entry_id, money = None, Settled()
    told = {"act": command.act} | ({"reason": command.reason} if command.reason else {})
    if case.loan is not None and command.act in LOAN_ACTS:
        entry_id, money = _of_loan(context, case, case.loan, LOAN_ACTS[command.act], told)
    elif command.act not in ("withdrawn", "restored"):
        entry_id = _of_copy(context, case, STATUS_ACTS[command.act], told)
    if command.act in ("withdrawn", "restored"):
        entry_id = None  # the list undoes it
        _withdraw_or_restore(context, case.item, command)
    after = item_by_id(context.session, case.item.id)
    label = acts_for(
        case.item.status,
        is_damaged=case.item.is_damaged,
        has_loan=case.loan is not None,
        mark=case.loan.mark if case.loan else None,
    )[command.act]
    message = sentences.after_status(
        after,
        label,
        after.status,
        owed_fen=sum(fee.amount_fen for fee in money.fees),
        given_back_fen=money.given_back_fen,
        waiting_fen=money.waiting_fen,
    )
    return Declared(item=after, act=command.act, entry_id=entry_id, message=message, fees=money.fees)


def lose_on_the_way(context: Context, transfer_id: int, reason: str) -> TransferRow:
    """A copy was sent and has not arrived: either side may give it up. Raises NotFound for a transfer of others, Refused for one that
    is not on its way."""
    context.caller.require(RIGHT)
    found = transfer_by_id(context.session, transfer_id)
    if found is None or not any(context.caller.may(RIGHT, unit, context.tree) for unit in (found.from_id, found.to_id)):
        raise NotFound("transfer", transfer_id)
    if found.item_id is None:
        raise wrong_state(found.status)
    item = item_by_id(context.session, found.item_id, lock=True)
    now = transfer_by_id(context.session, transfer_id)
    assert now is not None
    if now.status != "dispatched":
        raise wrong_state(now.status)
    case = _Case(item=item, loan=None, here=context.tree.by_id[now.from_id])
    _of_copy(context, case, STATUS_ACTS["missing"], {"act": "missing", "reason": reason})
    return transfer_by_id(context.session, transfer_id) or now


# --- what is there ----------------------------------------------------------------------------------------------------


def _load(context: Context, command: SetStatus) -> _Case:
    """Rows are locked in the order of all acts: the reader, then the copy."""
    session, caller, tree = context.session, context.caller, context.tree
    caller.require(RIGHT)
    given = tree.unit(command.at) if command.at is not None else None
    if given is not None:
        caller.require_at(RIGHT, given.id, tree)
    found = find_item(session, command.item, tree, at=given.id if given else caller.own_unit())
    loan = queries.open_loan_of_item(session, found.id)
    if loan is not None and loan.patron_id is not None:
        patron_by_id(session, loan.patron_id, lock=True)
    item = item_by_id(session, found.id, lock=True)
    now_open = queries.open_loan_of_item(session, item.id)
    if (now_open.id if now_open else None) != (loan.id if loan else None):
        changed = Text("这册书刚刚有了变化，请再试一次。", "This copy changed just now. Please try again.")
        raise Conflict("item.changed", changed)
    here = _here(context, command, item, now_open, given)
    if here.kind == "network":
        raise Refused([refuse("org.no_desk", org=here.name)])
    return _Case(item=item, loan=now_open, here=here)


def _here(context: Context, command: SetStatus, item: ItemRow, loan: LoanRow | None, given: Unit | None) -> Unit:
    """Where it is said. Of a copy that is out, any desk may say it that holds the right; of one in the library those that own, house or
    have it, and of a book in hand the desk at which it lies. For others the copy is absent."""
    caller, tree = context.caller, context.tree
    if loan is not None:
        own = caller.own_unit()
        return given or tree.by_id[own if own is not None and caller.may(RIGHT, own, tree) else loan.org_id]
    units = [item.location_id, item.home_id, item.owner_id]
    is_in_hand = command.act in STATUS_ACTS and STATUS_ACTS[command.act].in_hand
    if given is not None and is_in_hand:
        return given
    if not any(caller.may(RIGHT, unit, tree) for unit in units):
        raise NotFound("item", command.item)
    return tree.by_id[item.location_id]


def _check_fits(case: _Case, act: str) -> None:
    item, loan = case.item, case.loan
    allowed = acts_for(
        item.status, is_damaged=item.is_damaged, has_loan=loan is not None, mark=loan.mark if loan else None
    )
    if act in allowed:
        return
    label = STATUS_ACTS[act].label if act in STATUS_ACTS else LOAN_ACTS[act].label
    named = Text("、", ", ").join(allowed.values())
    refusal = refuse(
        "item.status_move",
        status=ITEM_STATUSES[item.status].label,
        act=label,
        allowed=named if allowed else Text("没有", "nothing"),
    )
    data = {"status": item.status, "act": act, "allowed": list(allowed)}
    raise Refused([Refusal(refusal.code, refusal.class_, refusal.message, None, data)])


# --- a copy in the library --------------------------------------------------------------------------------------------


def _of_copy(context: Context, case: _Case, act: StatusAct, told: dict[str, Any]) -> int:
    item = case.item
    status = act.after or item.status
    is_moved = act.in_hand and case.loan is None and status in _LIES_ANYWHERE
    location_id = case.here.id if is_moved else item.location_id
    if act.damaged is not None:
        set_damaged(context, item.id, is_damaged=act.damaged)
        told = told | {"damaged_before": item.is_damaged}
    if item.status == "in_transit" and status != "in_transit":
        _end_transfer(context, item)
    place_item(context, item, status=status, location_id=location_id)
    entry_id = _record(context, case, item.status, status, told, location_id)
    if act.in_hand:
        forget_traces(context, item.id)
    if status not in (item.status, "available"):
        release_taken_away(context, item.id)
    elif status != item.status:
        target_titles(context, [item.bib_id])  # it may be what somebody waits for
    return entry_id


def set_damaged(context: Context, item_id: int, *, is_damaged: bool) -> None:
    context.session.execute(_CONDITION, {"item": item_id, "damaged": is_damaged})


def _end_transfer(context: Context, item: ItemRow) -> None:
    transfer = open_transfer(context.session, item.id)
    if transfer is not None:
        TransferService(context).lose(transfer, item.location_id)


def _record(context: Context, case: _Case, before: str, after: str, told: dict[str, Any], location_id: int) -> int:
    item, subjects = case.item, {"item_id": case.item.id, "bib_id": case.item.bib_id}
    if location_id != item.location_id:
        moved = {"from": context.tree.by_id[item.location_id].code, "before": before, "after": after}
        context.record("item_moved", org_id=location_id, data=moved, **subjects)
        told = told | {"location_before": moved["from"]}
    data = {"before": before, "after": after, **told}
    return context.record("status_changed", org_id=location_id, data=data, **subjects)


def _withdraw_or_restore(context: Context, item: ItemRow, command: SetStatus) -> None:
    """A list of one, so that it is filed and undone like any other."""
    service, tree = StockDocumentService(context), context.tree
    key = f"{tree.by_id[item.namespace_id].code}:{item.barcode}"
    if command.act == "restored":
        row = service.restore(key)
    else:
        at = tree.by_id[item.owner_id].code
        asked = DocumentAsked(kind="withdrawal", at=at, barcodes=[key], reason=command.reason or "")
        row = service.make(asked).rows[0]
    if row.outcome == "refused" and row.message is not None:
        raise Refused([Refusal(row.code or "item.tied", "impossible", row.message)])


# --- a copy that is out -----------------------------------------------------------------------------------------------


def _of_loan(context: Context, case: _Case, loan: LoanRow, act: LoanAct, told: dict[str, Any]) -> tuple[int, Settled]:
    """The loan bears the mark, or ends; the copy becomes what the act says, where it was lent."""
    item = case.item
    if act.ends is not None:
        end_loan(context, loan, act.ends, case.here.id)
    else:
        mark_loan(context, loan, act.mark, context.now if act.mark else None)
    is_lost = act.mark == "lost"
    asked = lost_terms(context, loan, item) if is_lost else None
    if asked is not None and asked.ends_loan:
        end_loan(context, loan, "lost", case.here.id)
    place_item(context, item, status=act.status, location_id=item.location_id)
    data = {
        "before": item.status,
        "after": act.status,
        "said_of": "loan",
        "loan": loan.id,
        "mark_before": loan.mark,
        "marked_before": loan.marked_at.isoformat() if loan.marked_at else None,
        **told,
    }
    if act.ends is not None:
        data["ends"] = act.ends
    elif asked is not None and asked.ends_loan:
        data["ends"] = "lost"
    entry_id = context.record(
        "status_changed",
        org_id=case.here.id,
        item_id=item.id,
        bib_id=item.bib_id,
        patron_id=loan.patron_id,
        data=data,
    )
    if act.status != item.status:
        release_taken_away(context, item.id)
    return entry_id, _settle(context, case, loan, act, asked)


def _settle(context: Context, case: _Case, loan: LoanRow, act: LoanAct, asked: LostTerms | None) -> Settled:
    """The fees for a loss, and how much of them is given back."""
    if asked is not None:
        return Settled(fees=tuple(charge_lost(context, loan, case.item, asked, org_id=case.here.id)))
    if act.ends == "claimed_returned":
        let_go, waiting = believe(context, loan)
        return Settled(given_back_fen=let_go, waiting_fen=waiting)
    if act.ends is None and act.mark is None:
        return Settled(given_back_fen=give_back(context, loan, case.item, org_id=case.here.id))
    return Settled()
