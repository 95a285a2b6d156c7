"""What becomes of a request when its copy is not to be had: another copy is asked for, or the asker hears that nobody can help."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from branches.context import Context
from branches.policy import Question
from catalog.queries import ItemRow, item_by_id
from catalog.service.placing import place_item
from circ import terms
from circ.queries import requests as queries
from circ.queries.holds import hold_with_copy
from circ.request_rules import Candidate
from circ.service.requests.finding import Finder, take
from circ.service.requests.staying import settle_arrival
from kernel.clock import local_day, start_of_day
from transit.queries import TransferRow, open_transfer, transfer_by_id
from transit.queries import requests as transit_queries
from transit.queries.requests import RequestRow
from transit.service import TransferService
from transit.service import asking as writing

NO_ANSWER: Final = "no_answer"
(_ANSWER_DAYS,) = terms.ANSWERING
AT_ONCE: Final = 200  # requests in one turn of the job; the next turn goes on


def go_on(context: Context, transfer: TransferRow, *, besides: Collection[int] = ()) -> bool:
    """Ask for the next copy in its place; False where nobody has one, which ends the request. Its row is locked."""
    refused = transit_queries.refused_by(context.session, transfer.id)
    copy = None if transfer.is_named else _next_copy(context, transfer, refused, besides)
    if copy is None:
        writing.end_refused(context, transfer, _why_nobody(context, transfer))
        return False
    writing.ask_elsewhere(context, transfer, item_id=copy.id, bib_id=copy.bib_id, from_id=copy.location_id)
    return True


def end_by_loan(context: Context, item: ItemRow, transfer: TransferRow, here_id: int) -> None:
    """A copy under way is lent, its row locked. Where it was going for a request, it has arrived; elsewhere the request goes on to another
    copy."""
    if transfer.request_id is not None and transfer.to_id == here_id:
        TransferService(context).receive(transfer)
        settle_arrival(context, item, transfer)
        return
    TransferService(context).end_by_loan(transfer, here_id)
    replace(context, transfer)


def replace(context: Context, transfer: TransferRow) -> None:
    """The copy of a transfer that was called off was needed elsewhere: its request goes on with another one, if there is one."""
    if transfer.request_id is None or transfer.is_named:
        return
    copy = _next_copy(context, transfer, (), () if transfer.item_id is None else (transfer.item_id,))
    writing.mark_gone_on(context, transfer.id)
    if copy is None:
        writing.add_unfilled(context, transfer.request_id)
        return
    writing.ask(
        context,
        transfer.request_id,
        item_id=copy.id,
        bib_id=copy.bib_id,
        from_id=copy.location_id,
        to_id=transfer.to_id,
        reason=transfer.reason,
    )


def give_up_for_hold(context: Context, item_id: int) -> None:
    """A copy that waits to be sent, its row locked, goes to a reader who waits; the request goes on to another one."""
    transfer = open_transfer(context.session, item_id)
    assert transfer is not None
    item = item_by_id(context.session, item_id)
    TransferService(context).call_off(transfer, "hold_first")
    place_item(context, item, status="available", location_id=item.location_id)
    replace(context, transfer)


def follow_due(context: Context) -> int:
    """Pass on what cannot be fetched any more or is not answered, end what comes too late; how many requests were touched."""
    session, today, touched = context.session, local_day(context.now), 0
    for transfer_id in queries.gone_from_the_shelf(session, today, AT_ONCE):
        touched += follow(context, transfer_id)
    for transfer_id in _unanswered(context):
        touched += _pass_on(context, transfer_id)
    return touched


def _unanswered(context: Context) -> list[int]:
    """What libraries were asked for longer ago than they may take to answer, the oldest first."""
    units_by_days: dict[int, list[int]] = {}
    for unit_id in transit_queries.load_of_requests(context.session):
        days = context.policies.resolve(_ANSWER_DAYS, Question(org=context.tree.codes(unit_id))).value
        if days is not None:
            units_by_days.setdefault(days, []).append(unit_id)
    today, found = local_day(context.now), list[int]()
    for days, units in sorted(units_by_days.items()):
        before = start_of_day(today - timedelta(days=days))
        found += transit_queries.asked_before(context.session, units, before, AT_ONCE)
    return found


def _pass_on(context: Context, transfer_id: int) -> bool:
    """A library that does not answer has said no, as far as the one that asked is concerned; the trace says that nobody did."""
    if not transit_queries.take_asked(context.session, transfer_id):
        return False
    transfer = transfer_by_id(context.session, transfer_id)
    assert transfer is not None
    writing.note_refusal(context, transfer, NO_ANSWER)
    if transfer.is_named:
        writing.end_refused(context, transfer, NO_ANSWER)
    else:
        go_on(context, transfer)
    return True


def follow_taken(context: Context, item_ids: Collection[int]) -> None:
    """Copies that were proposed to units were taken by somebody else: other copies are asked for."""
    for transfer_id in queries.asked_for_copies(context.session, item_ids):
        follow(context, transfer_id, besides=item_ids)


def follow(context: Context, transfer_id: int, *, besides: Collection[int] = ()) -> bool:
    """True where the request was touched; one that somebody answers just now is left alone."""
    if not transit_queries.take_asked(context.session, transfer_id):
        return False
    transfer = transfer_by_id(context.session, transfer_id)
    assert transfer is not None
    if transfer.needed_by is not None and transfer.needed_by < local_day(context.now):
        writing.end_refused(context, transfer, "too_late")
    else:
        go_on(context, transfer, besides=besides)
    return True


def _why_nobody(context: Context, transfer: TransferRow) -> str:
    """Where one copy alone was asked for, a reader may have it now; else no library has any."""
    if transfer.is_named and transfer.item_id is not None:
        return "hold_first" if hold_with_copy(context.session, transfer.item_id) is not None else "nobody"
    return "nobody"


def _next_copy(
    context: Context, transfer: TransferRow, refused: Collection[int], besides: Collection[int]
) -> Candidate | None:
    """The nearest copy that is free, not of a library that said no."""
    assert transfer.request_id is not None
    request = transit_queries.request_by_id(context.session, transfer.request_id)
    assert request is not None
    fit = [
        one
        for one in _candidates(context, transfer, request)
        if one.location_id not in refused and one.id not in besides
    ]
    taken = take(context, fit, 1)
    return taken[0] if taken else None


def _candidates(context: Context, transfer: TransferRow, request: RequestRow) -> list[Candidate]:
    finder = Finder(context, context.tree.by_id[request.to_id])
    if request.criteria is None:
        assert request.bib_id is not None
        fit = finder.of_title(request.bib_id, volume=request.volume).fit
    else:
        lines = transit_queries.lines_of(context.session, [request.id])[request.id]
        # As many as have refused may be passed over, so as many more are looked at.
        titles = {line.bib_id for line in lines}
        fit = finder.like(request.criteria, 1 + len(lines), titles, instead_of=transfer.id).fit
    return fit if transfer.reason == "request" else [one for one in fit if one.home_id == request.to_id]
