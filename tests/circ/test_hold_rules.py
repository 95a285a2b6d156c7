"""The rules of holds as tables of cases. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from branches.tree import KINDS
from catalog.states import ITEM_STATUSES
from circ.hold_rules import (
    CopyFacts,
    CopyInHand,
    HoldCounts,
    HoldTerms,
    IdleCopy,
    Waiting,
    Wish,
    decide_hold,
    in_order_of_fetching,
    next_holds,
    serves_all,
    why_stuck,
)
from circ.rules import Blocked, PatronFacts, PlaceFacts

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
HOME, OTHER, THIRD = 1, 2, 3
ANY, COPY = Wish(), Wish(item_id=10)
NO_LIMITS = HoldTerms()
PATRON = PatronFacts(id=7, is_active=True, expires_on=None)
PICKUP = PlaceFacts(org_id=OTHER, name="城关分馆", kind="branch")
ON_SHELF = CopyFacts(id=10, home_id=HOME, location_id=HOME, status="available", volume=None)


def decide(
    wish: Wish = ANY,
    copies: tuple[CopyFacts, ...] = (ON_SHELF,),
    *,
    patron: PatronFacts = PATRON,
    pickup: PlaceFacts = PICKUP,
    terms: HoldTerms = NO_LIMITS,
    **counts: Any,
) -> list[str]:
    return [r.code for r in decide_hold(patron, wish, pickup, copies, HoldCounts(**counts), terms, NOW)]


def copy(**changes: Any) -> tuple[CopyFacts, ...]:
    return (replace(ON_SHELF, **changes),)


@pytest.mark.parametrize("status", ITEM_STATUSES)
def test_only_what_is_worth_waiting_for_is_held(status: str) -> None:
    told = [] if ITEM_STATUSES[status].holdable else ["hold.no_holdable_item"]
    assert decide(copies=copy(status=status)) == told


@pytest.mark.parametrize("kind", KINDS)
def test_books_are_handed_out_where_books_are_lent(kind: str) -> None:
    told = ["hold.pickup_refused"] if kind in ("network", "store") else []
    assert decide(pickup=replace(PICKUP, kind=kind)) == told


@pytest.mark.parametrize(
    ("counts", "terms", "codes"),
    [
        ({"open_holds": 4}, HoldTerms(max_holds=5), []),
        ({"open_holds": 5}, HoldTerms(max_holds=5), ["hold.limit"]),
        ({"open_holds": 500}, HoldTerms(), []),
        ({"placed_today": 2}, HoldTerms(max_holds_per_day=3), []),
        ({"placed_today": 3}, HoldTerms(max_holds_per_day=3), ["hold.day_limit"]),
        ({}, HoldTerms(max_holds=0, max_holds_per_day=0), ["hold.limit", "hold.day_limit"]),
        ({"has_loan": True}, HoldTerms(), ["hold.has_loan"]),
        ({"no_shows": 2}, HoldTerms(max_no_shows=2), []),
        ({"no_shows": 3}, HoldTerms(max_no_shows=2), ["hold.no_shows"]),
        ({"no_shows": 3}, HoldTerms(), []),
    ],
)
def test_limits(counts: dict[str, Any], terms: HoldTerms, codes: list[str]) -> None:
    assert decide(terms=terms, **counts) == codes


@pytest.mark.parametrize(
    ("wish", "held", "is_double"),
    [
        (ANY, ANY, True),
        (ANY, COPY, True),
        (COPY, ANY, True),
        (COPY, COPY, True),
        (COPY, Wish(item_id=11), False),
        (Wish(volume="上"), Wish(volume="上"), True),
        (Wish(volume="上"), Wish(volume="下"), False),
    ],
)
def test_a_wish_that_another_fills_is_a_double(wish: Wish, held: Wish, is_double: bool) -> None:
    told = decide(wish, copies=copy(volume=wish.volume), wishes=(held,))
    assert told == (["hold.duplicate"] if is_double else [])


@pytest.mark.parametrize(
    ("changes", "pickup_id", "codes"),
    [
        ({"hold_pickup": "any"}, OTHER, []),
        ({"hold_pickup": "home"}, OTHER, ["hold.pickup_refused"]),
        ({"hold_pickup": "home"}, HOME, []),
        ({"hold_pickup": "current", "location_id": THIRD}, THIRD, []),
        ({"hold_pickup": "current", "location_id": THIRD}, HOME, ["hold.pickup_refused"]),
        ({"hold_pickup": "listed", "units_listed": frozenset({OTHER})}, OTHER, []),
        ({"hold_pickup": "listed", "units_listed": frozenset({OTHER})}, HOME, ["hold.pickup_refused"]),
        ({"hold_pickup": "listed"}, HOME, ["hold.pickup_refused"]),
        ({"hold_allowed": False}, OTHER, ["hold.no_holdable_item"]),
        ({"hold_if_all_out": True}, OTHER, []),
        ({"hold_if_all_out": True}, HOME, ["hold.available_here"]),
        ({"hold_if_all_out": True, "status": "on_loan"}, HOME, []),
    ],
)
def test_policies_of_the_copy(changes: dict[str, Any], pickup_id: int, codes: list[str]) -> None:
    assert decide(copies=copy(**changes), pickup=replace(PICKUP, org_id=pickup_id)) == codes


def test_the_card_is_asked_first() -> None:
    patron = replace(PATRON, expires_on=date(2026, 1, 1), blocks=(Blocked(reason="污损"),))
    assert decide(patron=patron, has_loan=True) == ["patron.expired", "patron.blocked", "hold.has_loan"]


def test_one_copy_that_will_do_is_enough() -> None:
    assert decide(copies=(*copy(status="lost"), replace(ON_SHELF, id=11))) == []
    assert decide(COPY, copies=(*copy(status="lost"), replace(ON_SHELF, id=11))) == ["hold.no_holdable_item"]


# --- whose turn ---------------------------------------------------------------------------------------------------------

IN_HAND = CopyInHand(id=10, home_id=HOME, here_id=THIRD, volume="上")


def waiting(hold_id: int, pickup_id: int = OTHER, **changes: Any) -> Waiting:
    given: dict[str, Any] = {
        "patron_home_id": OTHER,
        "wish": ANY,
        "hold_allowed": True,
        "hold_pickup": "any",
        "can_pick_up": True,
    }
    return Waiting(id=hold_id, pickup_id=pickup_id, **given | changes)


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, True),
        ({"wish": COPY}, True),
        ({"wish": Wish(item_id=11)}, False),
        ({"wish": Wish(volume="上")}, True),
        ({"wish": Wish(volume="下")}, False),
        ({"hold_allowed": False}, False),
        ({"can_pick_up": False}, False),
        ({"hold_pickup": "home"}, False),
        ({"hold_pickup": "home", "pickup_id": HOME}, True),
        ({"hold_pickup": "current", "pickup_id": THIRD}, True),
        ({"hold_pickup": "current", "pickup_id": HOME}, False),
    ],
)
def test_which_hold_a_copy_fills(changes: dict[str, Any], fits: bool) -> None:
    assert [hold.id for hold in next_holds([waiting(1, **changes)], IN_HAND, None)] == ([1] if fits else [])


@pytest.mark.parametrize(
    ("local_first", "order"),
    [
        (None, [1, 2, 3]),
        ({"patron": "pickup", "item": "home"}, [2, 1, 3]),
        ({"patron": "pickup", "item": "current"}, [3, 1, 2]),
        ({"patron": "home", "item": "home"}, [1, 2, 3]),
    ],
)
def test_whose_turn_it_is(local_first: dict[str, str] | None, order: list[int]) -> None:
    queue = [waiting(1), waiting(2, HOME), waiting(3, THIRD)]
    assert [hold.id for hold in next_holds(queue, IN_HAND, local_first)] == order


# --- from which shelf ---------------------------------------------------------------------------------------------------


def fetch(load: dict[int, int], km: dict[int, float], *places: int) -> list[int]:
    copies = [IdleCopy(id=n, bib_id=1, location_id=place) for n, place in enumerate(places, 1)]
    return [one.location_id for one in in_order_of_fetching(OTHER, copies, lambda a, _b: km[a], load)]


def test_the_pickup_place_itself_comes_first_whatever_it_has_to_do() -> None:
    assert fetch({OTHER: 50}, {OTHER: 0, THIRD: 1}, THIRD, OTHER) == [OTHER, THIRD]


def test_the_nearer_library_comes_before_the_farther_one() -> None:
    assert fetch({HOME: 5}, {HOME: 8, THIRD: 25}, THIRD, HOME) == [HOME, THIRD]


def test_of_those_about_equally_far_the_one_with_less_to_fetch() -> None:
    assert fetch({HOME: 5, THIRD: 4}, {HOME: 2, THIRD: 9}, HOME, THIRD) == [THIRD, HOME]
    assert fetch({HOME: 4, THIRD: 4}, {HOME: 2, THIRD: 9}, THIRD, HOME) == [HOME, THIRD]


# --- why it hangs -------------------------------------------------------------------------------------------------------


def stuck(copies: tuple[CopyFacts, ...], pickup: PlaceFacts = PICKUP, wish: Wish = ANY) -> list[str]:
    return [r.code for r in why_stuck(wish, pickup, copies)]


def test_why_nobody_can_fill_a_hold() -> None:
    assert stuck(copy(status="on_loan")) == []
    assert stuck(copy(hold_if_all_out=True), replace(PICKUP, org_id=HOME)) == []  # it only has to be fetched
    assert stuck(copy(status="missing")) == ["hold.no_holdable_item"]
    assert stuck(()) == ["hold.no_holdable_item"]
    assert stuck(copy(), replace(PICKUP, is_closed=True)) == ["hold.pickup_refused"]
    assert stuck(copy(volume="上"), wish=Wish(volume="下")) == ["hold.no_holdable_item"]


def test_a_new_copy_is_handed_out_only_near() -> None:
    near = {"stays_near": True, "units_near": frozenset({HOME, THIRD})}
    assert decide(copies=copy(**near)) == ["hold.pickup_refused"]
    assert decide(copies=copy(**near), pickup=replace(PICKUP, org_id=THIRD)) == []
    assert decide(copies=(*copy(**near), replace(ON_SHELF, id=11))) == []  # another copy will do
    assert not next_holds(
        [replace(waiting(1), **near)], CopyInHand(id=10, home_id=HOME, here_id=HOME, volume=None), None
    )


@pytest.mark.parametrize(
    ("fitting", "is_enough"),
    [
        ((), True),
        (((),), False),
        (((1,),), True),
        (((1,), (1,)), False),
        (((1, 2), (1,)), True),  # the first gives way
        (((1, 2), (1,), (2,)), False),
        (((1, 2), (2, 3), (1,)), True),
        (((1, 2, 3), (1, 2), (1,), (4,)), True),
    ],
)
def test_whether_everybody_can_have_a_copy(fitting: tuple[tuple[int, ...], ...], is_enough: bool) -> None:
    assert serves_all(fitting) is is_enough
