"""Cards renewed many at once: what can be done is done, what cannot is said card by card."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from kernel.errors import Invalid
from patrons.models import Card, Patron
from patrons.service.renewals import CardRenewalService, RenewedCard
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import day, make_context

UNTIL = day("2027-12-31")


def renew(desk: Desk, cards: list[str], until: date = UNTIL, **more: Any) -> dict[str, str]:
    def act(session: Any) -> list[RenewedCard]:
        return CardRenewalService(make_context(session, desk.caller, now=desk.now)).renew(cards, until, **more)

    return {one.barcode: one.code or one.result for one in desk.write(act)}


def ends(desk: Desk) -> dict[str, date | None]:
    rows = desk.read(lambda s: s.execute(select(Card.barcode, Patron.expires_on).join(Patron)).all())
    return {row[0]: row[1] for row in rows}


@pytest.fixture
def cards(desk: Desk) -> Desk:
    desk.add_patron("SOON", expires_on=day("2026-12-01"))
    desk.add_patron("PAST", expires_on=day("2025-12-31"))
    desk.add_patron("LONG", expires_on=day("2029-01-01"))
    desk.add_patron("GONE", status="closed")
    return desk


def test_each_card_gets_its_answer(cards: Desk) -> None:
    far = cards.add_patron("FAR", cards.county.network)
    assert far
    librarian = cards.staffed(("branch_librarian", cards.county.branch))
    asked = ["SOON", " PAST ", "SOON", "LONG", "P0001", "GONE", "FAR", "NOBODY"]
    expected = {
        "SOON": "renewed",
        "PAST": "renewed",
        "LONG": "unchanged",
        "P0001": "unchanged",  # has no end
        "GONE": "patron.closed",
        "FAR": "patron.not_found",
        "NOBODY": "patron.not_found",
    }
    assert renew(librarian, asked, dry_run=True) == expected
    assert ends(cards)["SOON"] == day("2026-12-01")
    assert renew(librarian, asked) == expected
    assert [ends(cards)[card] for card in ("SOON", "PAST", "LONG")] == [UNTIL, UNTIL, day("2029-01-01")]
    assert renew(librarian, asked)["SOON"] == "unchanged"  # a second time changes nothing
    assert cards.acts().count("patron_changed") == 2


def test_a_lost_card_is_not_renewed_but_the_present_one_is(cards: Desk) -> None:
    patron_id = cards.preview(patron="SOON").patron.id
    cards.write(lambda s: s.execute(update(Card).where(Card.barcode == "SOON").values(status="lost")))
    new = {"barcode": "NEW", "patron_id": patron_id, "namespace_id": cards.county.network, "issued_at": cards.now}
    cards.write(lambda s: s.add(Card(**new)))
    assert renew(cards, ["SOON", "NEW"]) == {"SOON": "card.not_active", "NEW": "renewed"}


@pytest.mark.parametrize("until", ["2026-11-23", "2020-01-01", "2037-01-01"])
def test_cannot_renew_until_a_day_that_makes_no_sense(cards: Desk, until: str) -> None:
    with pytest.raises(Invalid, match="expires_on"):
        renew(cards, ["SOON"], day(until))


def test_cards_that_run_out_are_listed_soonest_first_and_masked(cards: Desk) -> None:
    def ask(session: Any) -> list[tuple[str, str]]:
        found = CardRenewalService(make_context(session)).expiring(day("2026-12-31"), "CG")
        return [(row.barcode, row.name) for row in found]

    assert cards.read(ask) == [("PAST", "张**"), ("SOON", "张**")]


def test_two_desks_that_renew_the_same_list_do_not_stop_each_other(cards: Desk) -> None:
    """Each in its own order: the rows are locked in one."""
    lists = [["SOON", "PAST", "LONG"], ["LONG", "PAST", "SOON"]]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: renew(cards, one), lists * 3))
    assert sum(list(answer.values()).count("renewed") for answer in answers) == 2
    assert set(ends(cards).values()) == {UNTIL, day("2029-01-01"), None}
