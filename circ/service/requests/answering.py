"""Answering what others ask for: approved with the copies in hand, or refused and passed on. Holds come before stock moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from branches.context import Context
from catalog.queries import ItemRow, find_item, item_by_id
from catalog.reference import ITEM_TYPES
from catalog.service.placing import place_item
from catalog.states import ITEM_STATUSES
from circ import queries
from circ.commands import CheckIn
from circ.queries import requests as request_queries
from circ.refusals import refuse
from circ.request_rules import IN_HAND, fits_criteria
from circ.service.answers import Returned
from circ.service.holds.capturing import choose, read_claims
from circ.service.holds.writing import forget_traces
from circ.service.requests.following import follow_taken, go_on
from circ.service.returning import check_in
from kernel.errors import NotFound, Refusal, Refused
from transit.queries import TransferRow, lock_transfer, transfer_by_id
from transit.queries import requests as transit_queries
from transit.queries.requests import RequestRow
from transit.service import asking as writing
from transit.service import wrong_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """`approved` wait to be sent; `held` went to readers who wait instead. `transfer` is the one that was answered, as it is now."""

    transfer: TransferRow
    approved: tuple[TransferRow, ...]
    held: tuple[Returned, ...]


def approve(context: Context, transfer_id: int, items: Sequence[str]) -> Answered:
    """Send these copies, all or none of them; a copy that a reader waits for goes to the reader, and the request goes on to another."""
    transfer = _find(context, transfer_id)
    copies = _lock_copies(context, transfer, items)
    assert transfer.request_id is not None
    asked = transit_queries.lock_asked(context.session, transfer.request_id, transfer.from_id)
    if transfer_id not in {row.id for row in asked}:
        raise _answered(context, transfer_id, transfer)
    request = transit_queries.request_by_id(context.session, transfer.request_id)
    assert request is not None
    _check(context, request, asked, copies)
    return _give(context, transfer, asked, copies)


def take_in_hand(context: Context, scanned: str, at: str) -> Answered:
    """Which request a fetched copy is for: the one that proposed it, else the oldest that it fits."""
    here = context.tree.unit(at)
    context.caller.require_at("transfer.answer", here.id, context.tree)
    item = find_item(context.session, scanned, context.tree, at=here.id)
    asked = sorted(
        transit_queries.to_answer(context.session, [here.id]), key=lambda row: (row.item_id != item.id, row.id)
    )
    for row in asked:
        request = transit_queries.request_by_id(context.session, row.request_id or 0)
        if request is not None and _fits(context, request, item):
            return approve(context, row.id, [_exactly(context, item)])
    raise Refused([refuse("transfer.not_asked_for", title=item.title, item=item.barcode)])


def refuse_asked(context: Context, transfer_id: int, reason: str, *, pass_on: bool, rest: bool) -> list[TransferRow]:
    """Say no for this library. The next that can help is asked, if `pass_on` says so; else, or where there is none, the asker hears it."""
    found = _find(context, transfer_id)
    assert found.request_id is not None
    asked = transit_queries.lock_asked(context.session, found.request_id, found.from_id)
    refused = [row for row in asked if rest or row.id == transfer_id]
    if transfer_id not in {row.id for row in refused}:
        raise _answered(context, transfer_id, found)
    for row in refused:
        writing.note_refusal(context, row, reason)
    for row in refused:
        if not pass_on or row.is_named:
            writing.end_refused(context, row, reason)
        else:
            go_on(context, row)
    return [_read(context, row.id) for row in refused]


def _find(context: Context, transfer_id: int) -> TransferRow:
    """A transfer that this library was asked for; one of others is answered as absent."""
    context.caller.require("transfer.answer")
    transfer = transfer_by_id(context.session, transfer_id)
    if transfer is None:
        raise NotFound("transfer", transfer_id)
    at = transfer.from_id
    context.caller.require_at("transfer.answer", at, context.tree, thing="transfer", key=transfer_id)
    if transfer.status != "requested":
        raise wrong_state(transfer.status)
    return transfer


def _answered(context: Context, transfer_id: int, before: TransferRow) -> Exception:
    """Somebody was faster: it was answered, called off, or passed on to a library that is not the caller's."""
    now = lock_transfer(context.session, transfer_id)
    if now is None or (now.status == "requested" and now.from_id != before.from_id):
        return NotFound("transfer", transfer_id)
    return wrong_state(now.status)


def _lock_copies(context: Context, transfer: TransferRow, items: Sequence[str]) -> list[ItemRow]:
    """The copies in hand, their rows locked in one order, whoever named them in which."""
    if not items:
        assert transfer.item_id is not None
        return [item_by_id(context.session, transfer.item_id, lock=True)]
    found = {
        item.id: item for item in (find_item(context.session, one, context.tree, at=transfer.from_id) for one in items)
    }
    return [item_by_id(context.session, item_id, lock=True) for item_id in sorted(found)]


def _check(
    context: Context,
    request: RequestRow,
    asked: Sequence[TransferRow],
    copies: Sequence[ItemRow],
) -> None:
    refusals = [reason for item in copies for reason in _why_not(context, request, item)]
    if len(copies) > len(asked):
        refusals.append(refuse("transfer.more_than_asked", asked=len(asked), given=len(copies)))
    if refusals:
        raise Refused(refusals)


def _why_not(context: Context, request: RequestRow, item: ItemRow) -> list[Refusal]:
    said = {"title": item.title, "item": item.barcode}
    if item.status == "in_transit":
        return [refuse("transfer.open", **said)]
    if item.status == "on_hold_shelf":
        return [refuse("transfer.for_a_hold", **said)]
    if item.status not in IN_HAND:
        return [refuse("transfer.not_idle", **said, status=ITEM_STATUSES[item.status].label)]
    return [] if _fits(context, request, item) else [refuse("transfer.not_asked_for", **said)]


def _fits(context: Context, request: RequestRow, item: ItemRow) -> bool:
    if request.item_id is not None:
        return item.id == request.item_id
    if request.criteria is None:
        return item.bib_id == request.bib_id and request.volume in (None, item.volume)
    likeness = request_queries.likeness_of(context.session, item.bib_id)
    return fits_criteria(
        request.criteria,
        types=ITEM_TYPES.get(context.session).chain(item.item_type),
        class_number=likeness.class_number,
        readership=likeness.readership,
    )


def _give(context: Context, transfer: TransferRow, asked: Sequence[TransferRow], copies: Sequence[ItemRow]) -> Answered:
    """Each copy to the line that proposed it, else to the next one; the line that was answered comes first."""
    left = sorted(asked, key=lambda row: (row.id != transfer.id, row.id))
    approved: list[int] = []
    held: list[Returned] = []
    for item in copies:
        if _is_awaited(context, item, transfer.from_id):
            held.append(check_in(context, CheckIn(item=_exactly(context, item), at=_code(context, transfer.from_id))))
            continue
        line = next((row for row in left if row.item_id == item.id), left[0])
        left.remove(line)
        _send(context, line, item)
        approved.append(line.id)
    follow_taken(context, [one.item.id for one in held])
    return Answered(
        transfer=_read(context, transfer.id),
        approved=tuple(_read(context, one) for one in approved),
        held=tuple(held),
    )


def _is_awaited(context: Context, item: ItemRow, here_id: int) -> bool:
    """Whether a reader waits whom this copy, at this place, could serve."""
    if not queries.return_facts(context.session, item.id).concerns_holds:
        return False
    return choose(context, read_claims(context, item), item, here_id).chosen is not None


def _send(context: Context, line: TransferRow, item: ItemRow) -> None:
    """In the box for the unit that asked. Whoever else was to get this copy is asked for another."""
    forget_traces(context, item.id)
    place_item(context, item, status="in_transit", location_id=line.from_id)
    writing.approve(context, line, item)
    follow_taken(context, [item.id])


def _exactly(context: Context, item: ItemRow) -> str:
    return f"{context.tree.by_id[item.namespace_id].code}:{item.barcode}"


def _code(context: Context, org_id: int) -> str:
    return context.tree.by_id[org_id].code


def _read(context: Context, transfer_id: int) -> TransferRow:
    found = transfer_by_id(context.session, transfer_id)
    assert found is not None
    return found
