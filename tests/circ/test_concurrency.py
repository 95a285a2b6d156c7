"""Many desks at once, through the whole application on both databases: every answer is clear and no promise breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from time import monotonic
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from circ.models import Loan
from tests.desk import Desk, offenders
from tests.factories import NOW, ApiUser, make_token, make_user

Ask = Callable[[ApiUser], TestResponse]
DESKS = 20
PATIENCE = 60.0


@pytest.fixture
def hub(desk: Desk, app: Flask) -> ApiUser:
    caller = desk.write(lambda s: make_user(s, "wang", ("hub_librarian", desk.county.hub)))
    return ApiUser(app.test_client(), desk.write(lambda s: make_token(s, caller)))


def at_once(app: Flask, user: ApiUser, asks: Sequence[Ask]) -> list[TestResponse]:
    """Every act on a connection and in a thread of its own, all begun at the same moment."""
    ready = Barrier(len(asks))

    def run(ask: Ask) -> TestResponse:
        own = replace(user, client=app.test_client())
        ready.wait(PATIENCE)
        return until_answered(lambda: ask(own))

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(run, asks))


def until_answered(ask: Callable[[], TestResponse]) -> TestResponse:
    """As a desk does: where the machine is so busy that a lock is not had in time (503, nothing was done), it asks again."""
    end = monotonic() + PATIENCE
    while (answer := ask()).status_code == 503 and monotonic() < end:
        assert answer.get_json()["code"] == "database.busy"
    return answer


def lending(item: str = "B0001", patron: str = "P0001", at: str = "ZG", **headers: str) -> Ask:
    return lambda user: user.post("/loans", {"item": item, "patron": patron, "at": at}, **headers)


def returning(at: str, item: str = "B0001") -> Ask:
    return lambda user: user.post("/check-ins", {"item": item, "at": at})


def holding(bib_id: int, patron: str, pickup: str) -> Ask:
    return lambda user: user.post("/holds", {"bib": bib_id, "patron": patron, "pickup": pickup})


def posting(path: str, body: Any = None) -> Ask:
    return lambda user: user.post(path, body)


def outcomes(responses: Sequence[TestResponse]) -> Counter[str]:
    """What was answered: the status, or the codes of a refusal."""
    told: Counter[str] = Counter()
    for response in responses:
        body = response.get_json()
        codes = [r["code"] for r in body.get("refusals", [])] or [body.get("code", str(response.status_code))]
        told["+".join(codes)] += 1
    return told


def test_twenty_readers_want_one_book(desk: Desk, app: Flask, hub: ApiUser) -> None:
    cards = [f"R{n:04}" for n in range(DESKS)]
    for card in cards:
        desk.add_patron(card)
    responses = at_once(app, hub, [lending(patron=card) for card in cards])
    assert outcomes(responses) == {"201": 1, "item.on_loan": DESKS - 1}
    assert desk.open_loans() == 1
    assert desk.acts() == ["checked_out"]


def test_one_card_scanned_at_twenty_desks(desk: Desk, app: Flask, hub: ApiUser) -> None:
    responses = at_once(app, hub, [lending() for _ in range(DESKS)])
    assert outcomes(responses) == {"201": 1, "item.on_loan_same_patron": DESKS - 1}
    assert desk.acts() == ["checked_out"]


def test_the_limit_holds_however_many_desks_lend_at_once(desk: Desk, app: Flask, hub: ApiUser) -> None:
    desk.policy("max_loans", 3)
    books = [f"C{n:04}" for n in range(12)]
    for book in books:
        desk.add_item(book)
    responses = at_once(app, hub, [lending(item=book, at="LX") for book in books])
    assert outcomes(responses) == {"201": 3, "patron.loan_limit": 9}
    assert desk.open_loans() == 3


def test_one_key_sent_ten_times_is_one_loan_and_one_answer(desk: Desk, app: Flask, hub: ApiUser) -> None:
    responses = at_once(app, hub, [lending(Idempotency_Key="scan-1")] * 10)
    assert outcomes(responses).keys() <= {"201", "idempotency.running"}
    answers = {response.get_data() for response in responses if response.status_code == 201}
    assert len(answers) == 1
    assert sum("Idempotent-Replay" not in r.headers for r in responses if r.status_code == 201) == 1
    assert desk.acts() == ["checked_out"]
    again = lending(Idempotency_Key="scan-1")(hub)
    assert again.get_data() in answers


def test_a_key_that_is_refused_ten_times_opens_nothing(desk: Desk, app: Flask, hub: ApiUser) -> None:
    desk.policy("max_loans", 0)
    responses = at_once(app, hub, [lending(Idempotency_Key="scan-1")] * 10)
    assert outcomes(responses).keys() <= {"patron.loan_limit", "idempotency.running"}
    assert desk.acts() == []


def test_lent_and_returned_in_one_moment(desk: Desk, app: Flask, hub: ApiUser) -> None:
    """Each round something else wins; whatever it is, the copy is in one place and one state."""
    desk.add_patron("P0002")
    for _ in range(4):
        loan = lending()(hub).get_json()
        responses = at_once(
            app,
            hub,
            [
                returning("LX"),
                returning("XC"),
                returning("ZG"),
                lending(patron="P0002", at="CG"),
                lending(patron="P0001", at="LX"),
                posting(f"/loans/{loan['id']}/renewals"),
            ],
        )
        assert outcomes(responses).keys() <= {"200", "201", "item.on_loan", "item.on_loan_same_patron", "loan.closed"}
        assert [r.status_code for r in responses[:3]] == [200, 200, 200]  # no return is ever refused
        assert returning("ZG")(hub).status_code == 200
        assert desk.place() == ("available", desk.county.hub)


def test_a_transfer_pulled_from_all_sides_ends_once(desk: Desk, app: Flask, hub: ApiUser) -> None:
    for _ in range(4):
        transfer_id = returning("LX")(hub).get_json()["next"]["transfer"]
        path = f"/transfers/{transfer_id}"
        responses = at_once(
            app,
            hub,
            [
                posting(f"{path}/dispatch"),
                posting(f"{path}/receipt"),
                posting(f"{path}/cancellation", {"reason": "找到了", "force": True}),
                posting(f"{path}/cancellation", {"reason": "找到了"}),
                returning("ZG"),
                returning("XC"),
            ],
        )
        assert outcomes(responses).keys() <= {"200", "transfer.state"}
        assert [r.status_code for r in responses[-2:]] == [200, 200]
        assert returning("ZG")(hub).get_json()["item"]["status"] == "available"
        assert not {"approved", "dispatched"} & set(desk.transfers())


def test_one_title_returned_lent_and_held_from_all_sides(desk: Desk, app: Flask, hub: ApiUser) -> None:
    """Whatever wins, no copy is put aside for two, nobody has two, and nothing is lost (the doctor looks after the test)."""
    bib_id = desk.item().bib_id
    books, cards = ["B0001", "C0002", "C0003"], [f"R{n:04}" for n in range(7)]
    for card in cards:
        desk.add_patron(card)
    for book in books[1:]:
        desk.add_item(book, bib_id=bib_id)
    for place in ("CG", "LX", "ZG"):
        asks = [
            *(holding(bib_id, card, "CG") for card in cards[:4]),
            *(returning(place, book) for book in books),
            *(lending(book, card, place) for book, card in zip(books, cards[4:], strict=True)),
        ]
        known = {"200", "201", "hold.duplicate", "hold.has_loan", "item.on_hold_for_other", "item.on_loan_same_patron"}
        assert outcomes(at_once(app, hub, asks)).keys() <= known | {"item.on_loan"}
        assert offenders(desk.database) == {}
    desk.holding(lambda service: service.target_due())
    for _ in range(2):  # sent where they are wanted, then put on the shelf there
        for book in books:
            returning("LX", book)(hub)
            returning("CG", book)(hub)
    ready = hub.get("/hold-shelf", at="CG").get_json()["items"]
    assert ready
    assert len({row["item"] for row in ready}) == len(ready)


def test_one_reader_holds_one_title_at_ten_desks(desk: Desk, app: Flask, hub: ApiUser) -> None:
    bib_id = desk.item().bib_id
    answers = at_once(app, hub, [holding(bib_id, "P0001", "CG")] * 10)
    assert outcomes(answers) == {"201": 1, "hold.duplicate": 9}


def test_a_hold_is_called_off_while_its_book_comes_in(desk: Desk, app: Flask, hub: ApiUser) -> None:
    bib_id = desk.item().bib_id
    for _ in range(4):
        hold_id = holding(bib_id, "P0001", "LX")(hub).get_json()["id"]
        asks: list[Ask] = [
            returning("LX"),
            lambda user, one=hold_id: user.delete(f"/holds/{one}"),  # type: ignore[misc]
            returning("CG"),
            lambda user, one=hold_id: user.delete(f"/holds/{one}"),  # type: ignore[misc]
        ]
        told = outcomes(at_once(app, hub, asks))
        assert told.keys() <= {"200", "hold.state", "hold.changed"}
        hub.delete(f"/holds/{hold_id}")
        assert returning("ZG")(hub).get_json()["item"]["status"] == "available"


def test_copies_of_one_title_go_out_side_by_side(desk: Desk, app: Flask, hub: ApiUser) -> None:
    """They share one row of the outbox: that costs a wait, never a deadlock or a lost mark."""
    bib_id = desk.item().bib_id
    books, cards = [f"C{n:04}" for n in range(10)], [f"R{n:04}" for n in range(10)]
    for book, card in zip(books, cards, strict=True):
        desk.add_item(book, bib_id=bib_id)
        desk.add_patron(card)
    before = desk.outbox()[bib_id]
    pairs = zip(books, cards, strict=True)
    assert outcomes(at_once(app, hub, [lending(book, card) for book, card in pairs])) == {"201": 10}
    assert desk.outbox()[bib_id] == before + 10


def test_families_crossing_their_cards_and_books_do_not_deadlock(desk: Desk, app: Flask, hub: ApiUser) -> None:
    books, cards = [f"C{n:04}" for n in range(4)], [f"R{n:04}" for n in range(4)]
    for book, card in zip(books, cards, strict=True):
        desk.add_item(book)
        desk.add_patron(card)
    responses = at_once(app, hub, [lending(book, card) for book in books for card in cards])
    assert outcomes(responses) == {"201": 4, "item.on_loan": 12}


def test_the_database_itself_refuses_a_second_open_loan(desk: Desk) -> None:
    lent = desk.check_out()
    row = {
        "item_id": lent.item.id,
        "patron_id": lent.patron.id,
        "org_id": desk.county.hub,
        "checked_out_at": NOW,
        "due_at": NOW,
        "renewals": 0,
        "policy": {},
    }
    with pytest.raises(IntegrityError, match="loan"):
        desk.write(lambda s: s.execute(insert(Loan).values(row)))


@pytest.mark.parametrize(
    "values",
    [
        {"closed_at": NOW.replace(year=2025), "close_reason": "returned"},  # back before it went out
        {"closed_at": NOW},  # without a reason
        {"close_reason": "returned"},
        {"closed_at": NOW, "close_reason": "eaten"},
        {"patron_id": None},
        {"renewals": -1},
        {"item_id": 999},
        {"patron_id": 999},
    ],
)
def test_the_database_refuses_a_loan_that_makes_no_sense(desk: Desk, values: dict[str, Any]) -> None:
    told = desk.preview()
    row = {
        "item_id": told.item.id,
        "patron_id": told.patron.id,
        "org_id": desk.county.hub,
        "checked_out_at": NOW,
        "due_at": NOW,
        "renewals": 0,
        "policy": {},
    }
    with pytest.raises(IntegrityError):
        desk.write(lambda s: s.execute(insert(Loan).values(row | values)))
