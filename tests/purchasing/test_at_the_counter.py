"""The reader of a choice at a counter: they hear of it at once, and where the programme asks for it they prove that they are there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from branches.access import Caller
from branches.context import Context
from branches.models import LoginFailure
from branches.passwords import hash_pin
from branches.service import logins
from kernel.errors import TooManyRequests
from notices.models import Notice
from patrons.models import Patron
from purchasing.presence import LASTS, Proof, is_present
from purchasing.programmes import Rules
from purchasing.service.oversight import OversightService
from purchasing.service.selecting.allowance import look_at_reader
from purchasing.service.selecting.proving import open_proof, prove, seal_proof
from tests.desk import Desk, refusals_of
from tests.desk import desk as desk
from tests.factories import make_context
from tests.pages import visit
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops
from tests.purchasing.online import VAULT

PIN = "739164"
DAY = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
WITH_PIN = Rules(presence="pin")
GIVEN = Proof(caller="staff:1", patron_id=7, shop_id=3, at=DAY)


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({}, True),
        ({"now": DAY + LASTS}, True),
        ({"now": DAY + LASTS + timedelta(seconds=1)}, False),
        ({"now": DAY - timedelta(seconds=1)}, False),
        ({"caller": "staff:2"}, False),
        ({"patron_id": 8}, False),
        ({"shop_id": 4}, False),
    ],
)
def test_a_proof_is_of_one_reader_for_one_clerk_in_one_shop_for_a_while(asked: dict[str, Any], holds: bool) -> None:
    assert is_present(GIVEN, **{"caller": "staff:1", "patron_id": 7, "shop_id": 3, "now": DAY} | asked) is holds


def test_a_proof_is_sealed_and_nothing_else_opens_as_one() -> None:
    assert open_proof(VAULT, seal_proof(VAULT, GIVEN)) == GIVEN
    for text in ("", "x", "证", VAULT.seal("13800005678").decode(), VAULT.seal('{"what": "x"}').decode()):
        assert open_proof(VAULT, text) is None


# --- what the reader hears -----------------------------------------------------------------------------------------------


def told(desk: Desk) -> list[tuple[str, str]]:
    return [(one.kind, one.body) for one in desk.read(lambda s: s.scalars(select(Notice).order_by(Notice.id)).all())]


def test_a_reader_hears_at_once_of_a_choice_on_their_card_and_of_its_end(shops: Shops, desk: Desk) -> None:
    chosen = shops.choose().selection
    [(kind, body)] = told(desk)
    assert kind == "choice_made"
    assert all(part in body for part in ("新华书店", "《红楼梦》", "59.70", "不是您本人"))
    shops.cancel(chosen.id, "书有破损")
    assert told(desk)[1][0] == "choice_undone"
    assert "书有破损" in told(desk)[1][1]


def test_of_an_exchange_a_reader_hears_both_halves(shops: Shops, desk: Desk) -> None:
    chosen = shops.choose().selection
    shops.exchange(chosen.id, OTHER_ISBN, title="三体")
    assert [kind for kind, _ in told(desk)] == ["choice_made", "choice_undone", "choice_made"]
    assert "已撤销（换书）" in told(desk)[1][1]


def test_of_a_choice_that_was_refused_nobody_hears(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=Rules(max_price_fen=100))
    assert refusals_of(shops.choose) == ["purchase.price"]
    assert told(desk) == []


# --- proof of presence ---------------------------------------------------------------------------------------------------


def set_pin(desk: Desk, pin: str = PIN, card: str = "P0001") -> int:
    patron: int = desk.preview(patron=card).patron.id
    desk.write(lambda s: s.execute(update(Patron).where(Patron.id == patron).values(pin_hash=hash_pin(pin))))
    return patron


def proof(shops: Shops, pin: str, card: str = "P0001") -> Proof | None:
    desk = shops.desk
    with desk.database.reading() as session:
        asked: Context = make_context(session, shops.clerk, now=desk.now)
        return prove(desk.database, asked, "XH", card, pin, real_now=desk.now)


def test_without_the_pin_nothing_is_bought_where_the_programme_asks_for_it(shops: Shops, desk: Desk) -> None:
    shops.programme(rules=WITH_PIN)
    set_pin(desk)
    assert shops.quote().is_eligible
    assert refusals_of(shops.choose) == ["purchase.presence"]
    given = proof(shops, PIN)
    assert shops.choose(proof=given).selection.status == "lent"
    assert shops.later(minutes=14).choose(OTHER_ISBN, title="三体", proof=given).selection.status == "lent"
    late = shops.later(minutes=16)
    assert refusals_of(lambda: late.choose("9787020008735", title="西游记", proof=given)) == ["purchase.presence"]


def test_no_other_programme_is_taken_instead_of_the_pin(shops: Shops) -> None:
    shops.programme(rules=Rules(presence="pin", loan_days=60))
    shops.fund("F2", 100_000)
    shops.programme("OTHER", fund="F2")
    assert refusals_of(shops.choose) == ["purchase.presence"]
    assert shops.choose(programme="OTHER").selection.programme == "OTHER"


def test_a_guardian_proves_it_for_a_child(shops: Shops, desk: Desk) -> None:
    desk.add_patron("P0002")
    guardian, child = set_pin(desk), desk.preview(patron="P0002").patron.id
    assert proof(shops, PIN, "P0002") is None
    desk.write(lambda s: s.execute(update(Patron).where(Patron.id == child).values(guardian_id=guardian)))
    assert proof(shops, PIN, "P0002") is not None


def test_a_wrong_pin_waits_like_one_at_the_login(shops: Shops, desk: Desk) -> None:
    set_pin(desk)
    for _ in range(4):
        assert proof(shops, "000111") is None
    assert proof(shops, "000111") is None
    with pytest.raises(TooManyRequests):
        proof(shops, PIN)
    with pytest.raises(TooManyRequests):
        desk.write(lambda s: logins.begin_try(s, logins.login_name("P0001"), desk.now))
    assert proof(shops.later(minutes=20), PIN) is not None


def test_a_clerk_who_tries_many_cards_waits_too(shops: Shops) -> None:
    tried = logins.ADDRESS_FREE_FAILURES + 1
    assert [proof(shops, PIN, f"NO{number}") for number in range(tried)] == [None] * tried
    with pytest.raises(TooManyRequests):
        proof(shops, PIN, "NEXT")


def test_tries_at_once_pass_a_clerk_s_bound_no_more_than_tries_in_a_row(shops: Shops) -> None:
    bound = logins.ADDRESS_FREE_FAILURES + 1

    def attempt(number: int) -> str:
        try:
            return str(proof(shops, PIN, f"NO{number}"))
        except TooManyRequests:
            return "waits"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(attempt, range(bound + 9)))
    assert (told.count("None"), told.count("waits")) == (bound, 9)


def test_a_right_pin_neither_counts_for_the_clerk_nor_clears_what_does(shops: Shops, desk: Desk) -> None:
    set_pin(desk)
    for number in range(3):
        proof(shops, PIN, f"NO{number}")
    assert proof(shops.later(minutes=50), PIN) is not None
    with desk.database.reading() as session:
        counted = session.get_one(LoginFailure, logins.counter(shops.clerk.key).key)
    assert (counted.failures, counted.last_at) == (3, desk.now)


def test_the_api_says_yes_or_no(shops: Shops, desk: Desk, client: FlaskClient) -> None:
    shops.programme(rules=WITH_PIN)
    set_pin(desk)
    clerk = desk.over_http(client, shops.clerk)
    asked = {"patron": "P0001", "shop": "XH"}
    wrong = [clerk.post("/selections/presence", asked | {"patron": card, "pin": "000111"}) for card in ("P0001", "NO")]
    assert [one.json for one in wrong] == [{"proven": False, "proof": None, "until": None}] * 2
    given = clerk.post("/selections/presence", asked | {"pin": PIN}).json
    assert given["proven"]
    book = asked | {"isbn": ISBN, "title": "红楼梦", "price": "59.70"}
    assert clerk.post("/selections/quote", book).json["presence"] == "pin"
    assert clerk.post("/selections", book).json["refusals"][0]["code"] == "purchase.presence"
    assert clerk.post("/selections", book | {"proof": given["proof"]}).status_code == 201


# --- the pages -----------------------------------------------------------------------------------------------------------


def test_readers_see_what_was_chosen_on_their_card(shops: Shops, desk: Desk, client: FlaskClient) -> None:
    shops.choose()
    reader = Caller(kind="patron", id=desk.preview().patron.id)
    own = desk.over_http(client, reader)
    assert [one["title"] for one in own.get("/selections/mine", at="counter").json["items"]] == ["红楼梦"]
    assert own.get("/selections/mine").json["items"] == []
    page = visit(client, desk, reader).get("/me/new-books").text
    assert all(part in page for part in ("《红楼梦》", "新华书店", "59.70"))


# --- who looked ----------------------------------------------------------------------------------------------------------


def looks(desk: Desk) -> list[tuple[str, Any]]:
    rows = [one for one in desk.journal() if one.act == "person_viewed"]
    return [(one.author, (one.data or {})["what"]) for one in rows]


def look(shops: Shops, card: str = "P0001") -> None:
    shops.desk.write(lambda s: look_at_reader(make_context(s, shops.clerk, now=shops.desk.now), "XH", card))


def bound(desk: Desk, most: int | None, **where: str) -> None:
    desk.policy("cards_without_choice", most, **where)


def test_a_question_of_staff_leaves_a_trace_once_while_the_reader_stands_there(shops: Shops, desk: Desk) -> None:
    shops.quote()
    shops.quote(OTHER_ISBN)
    assert looks(desk) == [("clerk", "quote")]
    shops.later(minutes=31).quote()
    assert looks(desk) == [("clerk", "quote")] * 2


def test_after_the_card_was_scanned_the_questions_are_the_same_look(shops: Shops, desk: Desk) -> None:
    look(shops)
    shops.quote()
    assert looks(desk) == [("clerk", "card")]


def test_a_reader_who_asks_for_themselves_leaves_none(shops: Shops, desk: Desk) -> None:
    reader = Caller(kind="patron", id=desk.preview().patron.id)
    shops.acting(reader).quote()
    assert looks(desk) == []


def test_a_clerk_looks_at_so_many_cards_a_day_without_a_choice(shops: Shops, desk: Desk) -> None:
    bound(desk, 2)
    for card in ("P0002", "P0003", "P0004"):
        desk.add_patron(card)
    look(shops)
    shops.quote(patron="P0002")
    assert refusals_of(lambda: look(shops, "P0003")) == ["purchase.looks"]
    assert refusals_of(lambda: shops.quote(patron="P0003")) == ["purchase.looks"]
    look(shops)  # the same card again is no other one
    shops.choose(patron="P0002")
    look(shops, "P0003")
    assert refusals_of(lambda: look(shops, "P0004")) == ["purchase.looks"]
    look(shops.later(days=1), "P0004")


def test_choices_that_are_refused_are_looks_and_numbers_that_are_none_tell_no_more_than_cards(
    shops: Shops, desk: Desk, client: FlaskClient
) -> None:
    """Else whoever tries to choose for one number after the other, at a wrong price, learns who is a reader."""
    bound(desk, 1)
    desk.add_patron("P0002")
    clerk = desk.over_http(client, shops.clerk)
    untitled = {"shop": "XH", "isbn": ISBN}
    refused = [clerk.post("/selections", untitled | {"patron": card}).json for card in ("P0001", "P0002", "NO")]
    assert [one["code"] for one in refused] == ["selection.unknown_book", "refused", "refused"]
    assert [one["refusals"][0]["code"] for one in refused[1:]] == ["purchase.looks"] * 2
    assert looks(desk) == [("clerk", "quote")]
    for ask in (lambda: shops.quote(patron="NO"), lambda: look(shops, "NO")):
        assert refusals_of(ask) == ["purchase.looks"]
    assert clerk.post("/selections", untitled | {"patron": "P0001"}).json["code"] == "selection.unknown_book"
    assert shops.choose(patron="P0002").selection.status == "lent"  # a choice that is made is none


def test_librarians_who_see_cards_and_counties_without_a_bound_are_not_held_back(shops: Shops, desk: Desk) -> None:
    desk.add_patron("P0002")
    bound(desk, 1)
    look(shops)
    hub = shops.as_role("hub_librarian", desk.county.hub)
    look(hub)
    look(hub, "P0002")
    bound(desk, None, org="XH")
    look(shops, "P0002")


def test_many_cards_looked_at_in_vain_are_an_alert(shops: Shops, desk: Desk) -> None:
    bound(desk, None)
    cards = [f"R{number:02}" for number in range(21)]
    for card in cards:
        desk.add_patron(card)
        look(shops, card)
    shops.choose(patron="R00")
    hub = shops.as_role("hub_librarian", desk.county.hub)

    def alerts() -> list[tuple[str, str, int]]:
        asked = desk.read(lambda s: OversightService(make_context(s, hub.clerk, now=desk.now)).alerts())
        return [(one.alert.kind, one.alert.key, one.alert.count) for one in asked if one.alert.kind == "looks"]

    assert alerts() == [("looks", "clerk", 20)]
    shops.choose(OTHER_ISBN, patron="R01", title="三体")
    assert alerts() == []
