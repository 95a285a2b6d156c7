"""Asking: what is wanted, by whom, which copies answer it, and every reason why not."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from branches.context import Context
from branches.policy import Question
from branches.queries import lock_unit
from branches.tree import Unit
from catalog.queries import ItemRow, find_item
from catalog.queries.bibs import find_bib
from catalog.readership import READERSHIPS
from catalog.reference import ITEM_TYPES
from catalog.states import ITEM_STATUSES
from circ import terms
from circ.commands import AskForCopies
from circ.queries import holds as hold_queries
from circ.refusals import refuse
from circ.request_rules import Candidate, can_receive
from circ.service.facts import may_lift
from circ.service.requests.finding import Finder, Found, take
from circ.service.requests.following import go_on
from kernel.clock import local_day
from kernel.errors import Invalid, NotFound, Refusal, Refused
from kernel.i18n import Text
from transit.queries import TransferRow
from transit.queries import requests as transit_queries
from transit.queries.requests import Wanted
from transit.service import asking as writing

MOST_COPIES = 200
ASKED_REASONS = ("request", "return_home")  # the others begin by themselves: by a return, a hold, a rotation


def ask(context: Context, command: AskForCopies) -> list[TransferRow]:
    """Find copies, ask their libraries, and note how many nobody has."""
    to = context.tree.unit(command.to)
    context.caller.require_at("transfer.request", to.id, context.tree)
    _check_fields(context, command)
    if not can_receive(to.kind, is_closed=to.is_closed):
        raise Refused([refuse("transfer.place_refused", org=to.name)])
    within = context.tree.subtree(context.tree.unit(command.from_).id) if command.from_ is not None else None
    _check_limits(context, command, to)
    item = _named(context, command, to)
    bib_id = _title(context, command, item)
    found = _find(context, command, to, item, bib_id, within)
    fit, lifted = _choose(context, command, to, found)
    taken = take(context, fit, command.copies)
    if not taken:
        raise Refused([_busy(item)])
    return _write(context, command, to, item, bib_id, taken, lifted)


def _check_limits(context: Context, command: AskForCopies, to: Unit) -> None:
    """Raises Refused where the unit asks for too much. Its row is locked, so that two desks of it do not go over the limit together."""
    lock_unit(context.session, to.id)
    asked = Question(org=context.tree.codes(to.id))
    most, most_open = (context.policies.resolve(name, asked).value for name in terms.ASKING)
    refusals = []
    if most is not None and command.copies > most:
        refusals.append(refuse("transfer.too_many_copies", org=to.name, most=most))
    count = transit_queries.count_open_requests(context.session, to.id)
    if most_open is not None and count >= most_open:
        refusals.append(refuse("transfer.too_many_open", org=to.name, open=count, most=most_open))
    if refusals:
        raise Refused(refusals)


def _check_fields(context: Context, command: AskForCopies) -> None:
    """What was asked must make sense before the rules are asked."""
    today = local_day(context.now)
    named = [command.item is not None, command.bib_id is not None, command.criteria is not None]
    if sum(named) != 1:
        _wrong("item", "请在条码、书目、条件中给出一项。", "Name a copy, a title, or criteria: one of the three.")
    if command.volume is not None and command.bib_id is None:
        _wrong("volume", "选卷时请给出书目。", "A volume is chosen of a title.")
    if not 1 <= command.copies <= (1 if command.item is not None else MOST_COPIES):
        _wrong("copies", "册数不合适。", "That number of copies cannot be asked for.")
    if command.reason not in ASKED_REASONS:
        _wrong("reason", "这种调拨不能由人申请。", "Nobody asks for this kind of transfer.")
    if command.needed_by is not None and command.needed_by < today:
        _wrong("needed_by", "这一天已经过去。", "This day is past.")
    if command.keep_until is not None and command.keep_until <= max(today, command.needed_by or today):
        _wrong("keep_until", "留到哪天应在需要的那天之后。", "The last day to keep it lies after the day it is needed.")
    if command.criteria is not None:
        _check_criteria(context, command.criteria.as_json())


def _check_criteria(context: Context, criteria: dict[str, str]) -> None:
    if not criteria:
        _wrong("criteria", "请至少给出一个条件。", "Give at least one criterion.")
    if "type" in criteria and criteria["type"] not in ITEM_TYPES.get(context.session).by_code:
        raise NotFound("item_type", criteria["type"])
    if criteria.get("audience") not in (None, *READERSHIPS):
        _wrong("audience", "没有这个读者对象。", "There is no such group of readers.")


def _wrong(field: str, zh: str, en: str) -> None:
    sentence = Text(zh, en)
    raise Invalid(f"transfer.{field}", sentence, {field: [sentence]})


def _named(context: Context, command: AskForCopies, to: Unit) -> ItemRow | None:
    """The very copy that is asked for, if it may be sent at all."""
    if command.item is None:
        return None
    item = find_item(context.session, command.item, context.tree, at=to.id)
    reasons = [*_why_not(context, item, to)]
    if reasons:
        raise Refused(reasons)
    return item


def _why_not(context: Context, item: ItemRow, to: Unit) -> list[Refusal]:
    said = {"title": item.title, "item": item.barcode}
    if item.status == "in_transit":
        return [refuse("transfer.open", **said)]
    if item.location_id == to.id:
        return [refuse("transfer.here_already", **said, org=to.name)]
    if item.status != "available":
        return [refuse("transfer.not_idle", **said, status=ITEM_STATUSES[item.status].label)]
    if hold_queries.hold_with_copy(context.session, item.id) is not None:
        return [refuse("transfer.for_a_hold", **said)]
    asked = transit_queries.asked_of_copy(context.session, item.id)
    return [refuse("transfer.open", **said)] if asked is not None and asked.is_named else []


def _title(context: Context, command: AskForCopies, item: ItemRow | None) -> int | None:
    if item is not None:
        return item.bib_id
    return find_bib(context.session, command.bib_id).id if command.bib_id is not None else None


def _find(
    context: Context,
    command: AskForCopies,
    to: Unit,
    item: ItemRow | None,
    bib_id: int | None,
    within: Collection[int] | None,
) -> Found:
    finder = Finder(context, to)
    if item is not None:
        _free_proposal(context, item)
        found = finder.sort_out([_candidate(item)], within)
    elif bib_id is not None:
        found = finder.of_title(bib_id, within, volume=command.volume)
    else:
        assert command.criteria is not None
        found = finder.like(command.criteria.as_json(), command.copies, (), within)
    return _at_home(found, to) if command.reason == "return_home" else found


def _free_proposal(context: Context, item: ItemRow) -> None:
    """Who asked for any copy of the title gets another one, if this very copy is wanted by somebody else."""
    asked = transit_queries.asked_of_copy(context.session, item.id)
    if asked is not None and not asked.is_named and transit_queries.take_asked(context.session, asked.id):
        go_on(context, asked, besides={item.id})


def _candidate(item: ItemRow) -> Candidate:
    return Candidate(**{name: getattr(item, name) for name in Candidate.__dataclass_fields__})


def _at_home(found: Found, to: Unit) -> Found:
    """Called home are only copies that belong there."""

    def own(candidates: list[Candidate]) -> list[Candidate]:
        return [one for one in candidates if one.home_id == to.id]

    return Found(fit=own(found.fit), forbidden=own(found.forbidden), not_lent=own(found.not_lent))


def _choose(context: Context, command: AskForCopies, to: Unit, found: Found) -> tuple[list[Candidate], list[str]]:
    """The copies to ask for, and the code that somebody lifted where the policy forbids them; raises Refused where there is none."""
    if found.fit:
        return found.fit, []
    if found.forbidden:
        org = context.tree.by_id[found.forbidden[0].location_id].name
        refusal = refuse("transfer.refused_by_policy", org=org)
        if lifted := may_lift(context, [refusal], command.override, to.id):
            return found.forbidden, lifted
        raise Refused([refusal])
    raise Refused([refuse("transfer.not_lent_there", org=to.name) if found.not_lent else refuse("transfer.no_copy")])


def _busy(item: ItemRow | None) -> Refusal:
    """Somebody else was faster."""
    return refuse("transfer.no_copy") if item is None else refuse("transfer.open", title=item.title, item=item.barcode)


def _write(
    context: Context,
    command: AskForCopies,
    to: Unit,
    item: ItemRow | None,
    bib_id: int | None,
    taken: list[Candidate],
    lifted: list[str],
) -> list[TransferRow]:
    new = Wanted(
        to_id=to.id,
        bib_id=bib_id,
        volume=command.volume,
        item_id=item.id if item is not None else None,
        criteria=command.criteria.as_json() if command.criteria is not None else None,
        copies=command.copies,
        unfilled=command.copies - len(taken),
        needed_by=command.needed_by,
        keep_until=command.keep_until,
        note=command.note,
    )
    request_id = writing.write_request(context, new)
    for one in taken:
        named: dict[str, Any] = {"item_id": one.id, "bib_id": one.bib_id, "from_id": one.location_id}
        writing.ask(context, request_id, **named, to_id=to.id, reason=command.reason)
    if lifted:
        data = {"request": request_id, "codes": lifted}
        data |= {"why": command.why} if command.why else {}
        context.record("overridden", org_id=to.id, bib_id=bib_id, data=data)
    return transit_queries.lines_of(context.session, [request_id])[request_id]
