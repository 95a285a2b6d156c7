"""Placing a hold: who waits, for what, where it is collected, and every reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from branches.context import Context
from branches.policy import Question, about_reader
from branches.tree import Unit
from catalog.queries import ItemRow, find_item
from catalog.queries.bibs import find_bib
from circ import hold_rules, queries, rules, terms
from circ.commands import PlaceHold
from circ.hold_rules import CopyFacts, HoldCounts, Wish
from circ.policies.money import fen_of
from circ.queries import holds as hold_queries
from circ.queries.holds import HoldRow
from circ.service.facts import may_lift, patron_facts
from circ.service.holds.reading import copies_for, place_facts
from circ.service.holds.targeting import target_titles
from circ.service.holds.writing import open_hold
from circ.service.ledger.charging import charge
from kernel.clock import local_day, start_of_day
from kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Refused
from kernel.i18n import Text
from patrons.queries import PatronRow, find_patron, patron_by_id
from patrons.service.families import find_ward

_NO_ITEM = 0  # the counts of `lending_facts` leave out one copy's loan; here none is left out


def place(context: Context, command: PlaceHold) -> HoldRow:
    """Lock the reader, then the title; ask the rules; wait. Whatever stands on a shelf for the queue is asked for at once."""
    pickup = context.tree.unit(command.pickup)
    patron = _reader(context, command, pickup)
    item = find_item(context.session, command.item, context.tree, at=pickup.id) if command.item is not None else None
    bib_id = _title(context, command, item)
    wish = Wish(item_id=item.id) if item is not None else Wish(volume=command.volume)
    copies = copies_for(context, bib_id, pickup_id=pickup.id, home_id=patron.home_id, category=patron.category)
    _check_fields(context, command, wish, copies)
    counts = _counts(context, patron, bib_id, wish)
    refusals = _refusals(context, patron, pickup, counts, wish, copies)
    standing = rules.stops(refusals, may_lift(context, refusals, command.override, pickup.id))
    if standing:
        raise Refused(standing)
    overridden = sorted({r.code for r in refusals})
    hold_id = _write(context, command, patron, pickup, bib_id, wish, counts, overridden)
    _charge_fee(context, patron, pickup)
    target_titles(context, [bib_id])
    hold = hold_queries.hold_by_id(context.session, hold_id)
    assert hold is not None
    return hold


def _charge_fee(context: Context, patron: PatronRow, pickup: Unit) -> None:
    """What a hold costs, by the policies of the place where it is collected."""
    resolved = terms.resolve(context.policies, ("hold_fee",), _question(context, patron, pickup))
    fen = fen_of(resolved["hold_fee"].value)
    if fen:
        why = {"policy": terms.describe(resolved)}
        charge(context, patron_id=patron.id, org_id=pickup.id, fen=fen, cause="hold", why=why)


def _question(context: Context, patron: PatronRow, pickup: Unit) -> Question:
    return about_reader(context.tree, org_id=pickup.id, home_id=patron.home_id, category=patron.category)


def _reader(context: Context, command: PlaceHold, pickup: Unit) -> PatronRow:
    """The reader, their row locked: themselves, a child in their care, or whom staff place it for."""
    caller, session = context.caller, context.session
    if caller.kind == "patron":
        return _own_or_ward(context, command.patron)
    caller.require_at("hold.place", pickup.id, context.tree)
    if command.patron is None:
        needed = Text("请给出读者证号。", "Name the reader’s card.")
        raise Invalid("patron.missing", needed, {"patron": [needed]})
    return find_patron(session, command.patron, context.tree, at=pickup.id, lock=True)


def _own_or_ward(context: Context, card: str | None) -> PatronRow:
    own = patron_by_id(context.session, context.caller.id, lock=card is None)
    if card is None:
        return own
    if card == own.barcode:
        return patron_by_id(context.session, own.id, lock=True)
    try:
        ward = find_ward(context, card)
    except (NotFound, Conflict) as error:
        raise Forbidden("hold.place") from error
    return patron_by_id(context.session, ward.id, lock=True)


def _title(context: Context, command: PlaceHold, item: ItemRow | None) -> int:
    bib_id = item.bib_id if item is not None else command.bib_id
    if bib_id is None:
        needed = Text("请给出书目或图书条码。", "Name a title or a copy.")
        raise Invalid("hold.what", needed, {"bib": [needed]})
    return find_bib(context.session, bib_id, lock=True).id


def _check_fields(context: Context, command: PlaceHold, wish: Wish, copies: Sequence[CopyFacts]) -> None:
    """What was asked must make sense before the rules are asked: a part of a set is chosen, and the last day is not past."""
    volumes = volumes_of(copies)
    if wish.item_id is None and wish.volume is None and len(volumes) > 1:
        choose = Text("这部书分卷，请选一卷：{volumes}。", "This is a set; choose one volume: {volumes}.")
        choose = choose.format(volumes=Text("、".join(volumes), ", ".join(volumes)))
        raise Invalid("hold.volume_needed", choose, {"volume": [choose]})
    if command.expires_on is not None and command.expires_on < local_day(context.now):
        past = Text("这一天已经过去。", "This day is past.")
        raise Invalid("hold.expires_past", past, {"expires_on": [past]})


def volumes_of(copies: Sequence[CopyFacts]) -> list[str]:
    """The volumes of a set of which there are copies to wait for."""
    return sorted({copy.volume for copy in copies if copy.volume is not None and hold_rules.is_holdable(copy)})


def _counts(context: Context, patron: PatronRow, bib_id: int, wish: Wish) -> HoldCounts:
    began, lately = start_of_day(local_day(context.now)), context.now - hold_rules.NO_SHOWS_COUNT_FOR
    return hold_queries.counts_of(context.session, patron.id, bib_id, wish, day_began=began, lately=lately)


def _refusals(
    context: Context, patron: PatronRow, pickup: Unit, counts: HoldCounts, wish: Wish, copies: Sequence[CopyFacts]
) -> list[Refusal]:
    session, today = context.session, local_day(context.now)
    facts = queries.lending_facts(session, patron_id=patron.id, item_id=_NO_ITEM, now=context.now, today=today)
    question = _question(context, patron, pickup)
    library = hold_rules.only_library(wish, copies)
    of_library = _limit_of_library(context, question, library)
    if library is not None and of_library is not None:
        of_one = hold_queries.count_of_library(session, patron.id, library)
        counts = replace(counts, library=context.tree.by_id[library].name, of_library=of_one)
    limits = terms.hold_terms(terms.resolve(context.policies, terms.HOLD, question), of_library=of_library)
    reader = patron_facts(context, patron, facts, pickup.id)
    return hold_rules.decide_hold(reader, wish, place_facts(pickup), copies, counts, limits, context.now)


def _limit_of_library(context: Context, question: Question, library: int | None) -> int | None:
    """The policy `max_holds_item_library` for books of one library; None where no one library alone can fill the hold."""
    if library is None:
        return None
    asked = replace(question, item_org=context.tree.codes(library))
    limit: int | None = context.policies.resolve("max_holds_item_library", asked).value
    return limit


def _write(
    context: Context,
    command: PlaceHold,
    patron: PatronRow,
    pickup: Unit,
    bib_id: int,
    wish: Wish,
    counts: HoldCounts,
    overridden: Sequence[str],
) -> int:
    hold_id = open_hold(
        context,
        wish,
        patron_id=patron.id,
        bib_id=bib_id,
        pickup_id=pickup.id,
        status="queued",
        expires_on=command.expires_on,
    )
    subjects = {"item_id": wish.item_id, "bib_id": bib_id, "patron_id": patron.id}
    data: dict[str, Any] = {
        "hold": hold_id,
        "pickup": pickup.code,
        "category": patron.category,
        "patron_org": context.tree.by_id[patron.home_id].code,
        "card_until": patron.expires_on.isoformat() if patron.expires_on else None,
        **counts.told(),
    }
    data |= {"volume": wish.volume} if wish.volume else {}
    context.record("hold_placed", org_id=pickup.id, data=data, **subjects)
    if overridden:
        why = {"hold": hold_id, "codes": list(overridden)} | ({"why": command.reason} if command.reason else {})
        context.record("overridden", org_id=pickup.id, data=why, **subjects)
    return hold_id
