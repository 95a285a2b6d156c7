"""What the rules of holds are asked with: copies and queues with the policies that hold for each; and whose hold a caller may touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from branches.context import Context
from branches.tree import Unit
from catalog.queries import ItemRow
from circ import terms
from circ.hold_rules import CopyFacts, CopyInHand, Waiting, can_fill, can_pick_up, serves_all, why_stuck
from circ.queries import hold_queues
from circ.queries import holds as queries
from circ.queries.hold_queues import WaitingRow, copies_of
from circ.queries.holds import HoldRow
from circ.refusals import refuse
from circ.rules import PlaceFacts, near_until
from circ.service.asked import question_of
from circ.states import HOLD_STATUSES, may_move
from kernel.clock import local_day
from kernel.errors import NotFound, Refusal, Refused
from patrons.service.families import acts_for


def find_hold(context: Context, hold_id: int, right: str) -> HoldRow:
    """The hold, for its reader and their guardian; and for staff who hold the right where it is collected or the reader is at home."""
    return check_access(context, queries.hold_by_id(context.session, hold_id), hold_id, right)


def check_access(context: Context, hold: HoldRow | None, hold_id: int, right: str) -> HoldRow:
    caller, tree = context.caller, context.tree
    if caller.kind == "patron":
        may = hold is not None and acts_for(context, hold.patron_id)
    else:
        caller.require(right)
        may = hold is not None and any(
            unit is not None and caller.may(right, unit, tree) for unit in (hold.pickup_id, hold.patron_home_id)
        )
    if hold is None or not may:
        raise NotFound("hold", hold_id)
    return hold


def require_move(hold: HoldRow, act: str) -> None:
    if not may_move(act, hold.status):
        raise wrong_state(hold.status)


def wrong_state(status: str) -> Refused:
    return Refused([refuse("hold.state", status=HOLD_STATUSES[status])])


def place_facts(unit: Unit) -> PlaceFacts:
    return PlaceFacts(org_id=unit.id, name=unit.name, kind=unit.kind, is_closed=unit.is_closed)


def copies_for(context: Context, bib_id: int, *, pickup_id: int, home_id: int, category: str) -> list[CopyFacts]:
    """The copies of a title as the policies see them for one reader and one pickup place."""
    asked: dict[tuple[int, str], Mapping[str, Any]] = {}
    copies = []
    for row in copies_of(context.session, bib_id):
        key = (row.home_id, row.item_type)
        if key not in asked:
            asked[key] = _policies(context, terms.HOLD_OF_COPY, pickup_id, *key, home_id, category)
        policies = asked[key]
        copies.append(
            CopyFacts(
                id=row.id,
                home_id=row.home_id,
                location_id=row.location_id,
                status=row.status,
                volume=row.volume,
                hold_allowed=_is_allowed(policies, is_damaged=row.is_damaged),
                hold_if_all_out=policies["hold_if_all_out"],
                hold_pickup=policies["hold_pickup"],
                **_pickup_places(context, row.home_id, row.acquired_on, policies),
            )
        )
    return copies


def copies_of_hold(context: Context, hold: HoldRow, *, pickup_id: int | None = None) -> list[CopyFacts]:
    """The same for a hold that waits, as if it were collected at `pickup_id`; else where it is."""
    assert hold.patron_home_id is not None
    assert hold.patron_category is not None
    return copies_for(
        context,
        hold.bib_id,
        pickup_id=hold.pickup_id if pickup_id is None else pickup_id,
        home_id=hold.patron_home_id,
        category=hold.patron_category,
    )


def why_they_hang(context: Context, holds: Sequence[HoldRow]) -> dict[int, list[Refusal]]:
    """For each hold that waits, why no copy of the network can fill it as things stand; nothing for one that only has to wait."""
    told: dict[int, list[Refusal]] = {}
    for hold in holds:
        if hold.patron_home_id is None or hold.patron_category is None:
            continue
        pickup = place_facts(context.tree.by_id[hold.pickup_id])
        told[hold.id] = why_stuck(hold.wish, pickup, copies_of_hold(context, hold))
    return told


def queue_before(context: Context, rows: Sequence[WaitingRow], item: ItemRow) -> list[Waiting]:
    """The queue as it stands before a copy in hand."""
    return [_waiting(context, row, item) for row in rows]


def _waiting(context: Context, row: WaitingRow, item: ItemRow) -> Waiting:
    pickup = context.tree.by_id[row.pickup_id]
    asked = (row.pickup_id, item.home_id, item.item_type, row.patron_home_id, row.patron_category)
    policies = _policies(context, terms.HOLD_OF_COPY, *asked)
    return Waiting(
        id=row.id,
        pickup_id=row.pickup_id,
        patron_home_id=row.patron_home_id,
        wish=row.wish,
        hold_allowed=_is_allowed(policies, is_damaged=item.is_damaged),
        hold_pickup=policies["hold_pickup"],
        can_pick_up=can_pick_up(pickup.kind, is_closed=pickup.is_closed),
        **_pickup_places(context, item.home_id, item.acquired_on, policies),
    )


def _is_allowed(policies: Mapping[str, Any], *, is_damaged: bool) -> bool:
    return bool(policies["hold_allowed"] and (policies["hold_damaged"] or not is_damaged))


def _pickup_places(
    context: Context, home_id: int, acquired_on: date | None, policies: Mapping[str, Any]
) -> dict[str, Any]:
    """Where a copy is handed out, if not everywhere: what is listed, and what is near while it is new."""
    tree, places = context.tree, dict[str, Any]()
    last_day = near_until(acquired_on, policies["local_only_days"])
    if last_day is not None and local_day(context.now) <= last_day:
        places |= {"stays_near": True, "units_near": frozenset(tree.subtree(home_id))}
    if policies["hold_pickup"] == "listed":
        listed = (tree.by_code[code].id for code in policies["hold_pickup_units"] or () if code in tree.by_code)
        places["units_listed"] = frozenset(unit for one in listed for unit in tree.subtree(one))
    return places


def others_are_served(context: Context, bib_id: int, item: ItemRow, patron_id: int) -> bool:
    """Whether copies on the shelves serve all the others who wait for this one; a copy that is being fetched for somebody serves them."""
    session = context.session
    idle = {copy.id for copy in hold_queues.idle_copies(session, [bib_id])} - {item.id}
    waiting = [
        row
        for row in hold_queues.waiting_for(session, [bib_id], local_day(context.now))
        if row.status == "queued" and row.patron_id != patron_id and row.wish.takes(item.id, item.volume)
    ]
    return serves_all([_fitting(context, bib_id, row, idle) for row in waiting])


def _fitting(context: Context, bib_id: int, row: WaitingRow, idle: Collection[int]) -> list[int]:
    copies = copies_for(
        context, bib_id, pickup_id=row.pickup_id, home_id=row.patron_home_id, category=row.patron_category
    )
    return [copy.id for copy in copies if copy.id in idle and can_fill(copy, row.wish, row.pickup_id)]


def in_hand(item: ItemRow, here_id: int) -> CopyInHand:
    return CopyInHand(id=item.id, home_id=item.home_id, here_id=here_id, volume=item.volume)


def local_first(context: Context, item: ItemRow, here_id: int) -> Mapping[str, Any] | None:
    """The policy `local_holds_first` for a copy at a unit."""
    question = question_of(
        context,
        org_id=here_id,
        item_org_id=item.home_id,
        patron_org_id=None,
        category=None,
        item_type=item.item_type,
    )
    value: Mapping[str, Any] | None = context.policies.resolve("local_holds_first", question).value
    return value


def _policies(
    context: Context,
    names: tuple[str, ...],
    pickup_id: int,
    item_home_id: int,
    item_type: str,
    home_id: int,
    category: str,
) -> Mapping[str, Any]:
    """The place that counts is where the book is collected."""
    question = question_of(
        context,
        org_id=pickup_id,
        item_org_id=item_home_id,
        patron_org_id=home_id,
        category=category,
        item_type=item_type,
    )
    return {name: one.value for name, one in terms.resolve(context.policies, names, question).items()}
