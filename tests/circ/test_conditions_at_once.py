"""Two desks at one copy in the same moment: whoever wins, the copy is one thing and every promise holds (asked after each test)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.circ.test_concurrency import at_once, holding, lending, outcomes, posting, returning
from tests.circ.test_concurrency import hub as hub
from tests.desk import Desk
from tests.factories import ApiUser

ROUNDS = 4


def saying(act: str, at: str = "ZG") -> object:
    return posting("/items/B0001/status", {"act": act, "at": at, "reason": "同时办理"})


@pytest.mark.parametrize("act", ["lost", "claimed_returned"])
def test_a_loan_is_marked_while_its_book_comes_in(desk: Desk, app: Flask, hub: ApiUser, act: str) -> None:
    for _ in range(ROUNDS):
        lending()(hub)
        asks = [saying(act), returning("CG"), saying("found"), returning("ZG"), saying(act)]
        told = outcomes(at_once(app, hub, asks))  # type: ignore[arg-type]
        assert told.keys() <= {"200", "item.status_move", "item.changed"}
        assert returning("ZG")(hub).status_code == 200
        assert desk.place() == ("available", desk.county.hub)


def test_a_copy_is_missing_found_lent_and_held_at_once(desk: Desk, app: Flask, hub: ApiUser) -> None:
    desk.add_patron("P0002")
    bib_id = desk.item().bib_id
    for _ in range(ROUNDS):
        asks = [
            saying("missing"),
            lending(),
            holding(bib_id, "P0002", "ZG"),
            saying("in_repair"),
            returning("ZG"),
            saying("found"),
        ]
        told = outcomes(at_once(app, hub, asks))  # type: ignore[arg-type]
        assert {code for codes in told for code in codes.split("+")} <= {
            *("200", "201", "item.status_move", "item.changed", "hold.duplicate", "hold.has_loan"),
            *("hold.no_holdable_item", "item.on_loan", "item.on_loan_same_patron", "item.on_hold_for_other"),
            "item.not_lendable",
        }
        if desk.item().status == "in_repair":
            assert saying("repaired")(hub).status_code == 200  # type: ignore[operator]
        assert returning("ZG")(hub).status_code == 200


def test_an_act_undone_at_ten_desks_is_undone_once(desk: Desk, app: Flask, hub: ApiUser) -> None:
    for _ in range(ROUNDS):
        act = lending()(hub).get_json()["act"]
        told = outcomes(at_once(app, hub, [posting(f"/acts/{act}/undo")] * 10))
        assert told["200"] == 1
        assert told.keys() <= {"200", "undo.done"}
        assert desk.open_loans() == 0


def test_an_act_is_undone_or_followed_by_another_never_both(desk: Desk, app: Flask, hub: ApiUser) -> None:
    for _ in range(ROUNDS):
        loan = lending()(hub).get_json()
        asks = [
            posting(f"/acts/{loan['act']}/undo"),
            posting(f"/loans/{loan['id']}/renewals"),
            returning("CG"),
            saying("lost"),
        ]
        told = outcomes(at_once(app, hub, asks))  # type: ignore[arg-type]
        assert told.keys() <= {
            *("200", "201", "undo.moved_on", "loan.closed", "loan.lost", "loan.renewal_limit", "item.status_move"),
            *("item.changed", "database.race"),
        }
        assert returning("ZG")(hub).status_code == 200
        assert desk.open_loans() == 0


def test_two_carts_with_the_same_books_in_opposite_orders_wait_for_nobody(desk: Desk, app: Flask, hub: ApiUser) -> None:
    books = [f"C{n:04}" for n in range(8)]
    for book in books:
        desk.add_item(book)
        desk.check_out(book)
    carts = [
        posting("/check-ins/batch", {"items": order, "at": at}) for order, at in ((books, "CG"), (books[::-1], "LX"))
    ]
    answers = at_once(app, hub, carts)
    assert [answer.get_json()["failed"] for answer in answers] == [0, 0]
    assert desk.acts().count("checked_in") == len(books)
