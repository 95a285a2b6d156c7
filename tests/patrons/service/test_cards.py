"""Cards, PINs, blocks and categories."""

from __future__ import annotations

from datetime import date

import pytest

from branches.access import SYSTEM, Caller
from branches.service import logins
from kernel.clock import read_clock
from kernel.db import Database
from kernel.errors import Conflict, Invalid, NotFound
from patrons.queries import blocks_of, cards_of, find_patron, login_candidates
from patrons.reference import CATEGORIES
from patrons.service.blocks import BlockService, NewBlock
from patrons.service.cards import CardService, Reason
from patrons.service.categories import CategoryService
from tests.factories import (
    County,
    make_context,
    make_county,
    make_patron,
    make_token,
    make_unit,
    make_user,
)

TODAY = date(2026, 11, 23)


def _county_with_reader(database: Database) -> tuple[County, int]:
    county = database.run(make_county)
    return county, database.run(lambda s: make_patron(s, county.branch, "P1", pin="482913"))


def _cards(database: Database, patron_id: int) -> dict[str, str]:
    with database.reading() as session:
        return {card.barcode: card.status for card in cards_of(session, patron_id)}


def test_a_new_card_ends_the_old_one_which_still_finds_the_reader(database: Database) -> None:
    _county, patron_id = _county_with_reader(database)
    database.run(lambda s: CardService(make_context(s)).replace("P1", "P2", "damaged"))
    assert _cards(database, patron_id) == {"P1": "ended", "P2": "active"}
    with database.reading() as session:
        tree = make_context(session).tree
        assert find_patron(session, "P1", tree, at=None).id == patron_id
        assert login_candidates(session, "P1", tree) == []
        assert [c.patron_id for c in login_candidates(session, "P2", tree)] == [patron_id]


def test_a_lost_card_stops_working_and_its_logins_end(database: Database) -> None:
    _county, patron_id = _county_with_reader(database)
    token = database.run(lambda s: make_token(s, Caller(kind="patron", id=patron_id)))
    database.run(lambda s: CardService(make_context(s)).report_lost("P1"))
    assert _cards(database, patron_id) == {"P1": "lost"}
    with database.reading() as session:
        assert logins.find_caller(session, token, read_clock()).kind == "anonymous"


@pytest.mark.parametrize(("reason", "kind"), [("lost", "anonymous"), ("damaged", "patron")])
def test_replacing_a_lost_card_ends_its_logins_too(database: Database, reason: Reason, kind: str) -> None:
    _county, patron_id = _county_with_reader(database)
    token = database.run(lambda s: make_token(s, Caller(kind="patron", id=patron_id)))
    database.run(lambda s: CardService(make_context(s)).replace("P1", "P2", reason))
    with database.reading() as session:
        assert logins.find_caller(session, token, read_clock()).kind == kind


@pytest.mark.parametrize("number", ["", "A:1", "A/1", "A 1", "A\t1", "９１", "9" * 65])
def test_cannot_give_out_a_number_that_could_not_be_looked_up(database: Database, number: str) -> None:
    _county_with_reader(database)
    with pytest.raises(Invalid, match=r"patron\.barcode"):
        database.run(lambda s: CardService(make_context(s)).replace("P1", number, "damaged"))


def test_a_lost_card_that_was_found_works_again(database: Database) -> None:
    _county, patron_id = _county_with_reader(database)
    database.run(lambda s: CardService(make_context(s)).replace("P1", "P2", "lost"))
    database.run(lambda s: CardService(make_context(s)).replace("P2", "P1", "replaced"))
    assert _cards(database, patron_id) == {"P1": "active", "P2": "ended"}


def test_a_number_is_never_given_to_somebody_else(database: Database) -> None:
    county, _patron_id = _county_with_reader(database)
    database.run(lambda s: CardService(make_context(s)).replace("P1", "P2", "lost"))
    database.run(lambda s: make_patron(s, county.branch, "P3", name="李四"))
    with pytest.raises(Conflict, match="barcode_taken"):
        database.run(lambda s: CardService(make_context(s)).replace("P3", "P1", "damaged"))


def test_a_new_pin_ends_the_logins_made_with_the_old_one(database: Database) -> None:
    _county, patron_id = _county_with_reader(database)
    token = database.run(lambda s: make_token(s, Caller(kind="patron", id=patron_id)))
    database.run(lambda s: CardService(make_context(s)).set_pin("P1", "719305"))
    with database.reading() as session:
        assert logins.find_caller(session, token, read_clock()).kind == "anonymous"


@pytest.mark.parametrize("pin", ["12345", "1234567890123", "abcdef", "111111", "345678", "765432", "４８２９１３"])
def test_cannot_take_a_weak_pin(database: Database, pin: str) -> None:
    _county_with_reader(database)
    with pytest.raises(Invalid, match=r"pin\.weak"):
        database.run(lambda s: CardService(make_context(s)).set_pin("P1", pin))


def test_a_network_block_is_set_where_the_reader_is_at_home(database: Database) -> None:
    county, patron_id = _county_with_reader(database)
    new = NewBlock(reason="押金未交", scope="network", until=date(2026, 12, 31))
    row = database.run(lambda s: BlockService(make_context(s)).block("P1", new))
    assert (row.org_id, row.scope, row.until) == (county.branch, "network", date(2026, 12, 31))
    with database.reading() as session:
        assert [b.id for b in blocks_of(session, patron_id, TODAY)] == [row.id]
        assert blocks_of(session, patron_id, date(2027, 1, 1)) == []


def test_a_local_block_is_set_at_ones_own_unit_whoever_the_reader_is(database: Database) -> None:
    county, _patron_id = _county_with_reader(database)
    other = database.run(lambda s: make_unit(s, "H2", "hub", county.network))
    far = database.run(lambda s: make_user(s, "far", ("hub_librarian", other)))
    row = database.run(lambda s: BlockService(make_context(s, far)).block("P1", NewBlock(reason="喧哗", scope="local")))
    assert row.org_id == other
    with pytest.raises(NotFound):
        database.run(lambda s: BlockService(make_context(s, far)).block("P1", NewBlock(reason="喧哗", scope="network")))
    at_others = NewBlock(reason="喧哗", scope="local", at="CG")
    with pytest.raises(NotFound):
        database.run(lambda s: BlockService(make_context(s, far)).block("P1", at_others))


def test_a_block_is_lifted_once_and_by_those_who_might_have_set_it(database: Database) -> None:
    county, patron_id = _county_with_reader(database)
    other = database.run(lambda s: make_unit(s, "H2", "hub", county.network))
    far = database.run(lambda s: make_user(s, "far", ("hub_librarian", other)))
    row = database.run(lambda s: BlockService(make_context(s)).block("P1", NewBlock(reason="欠费", scope="network")))
    with pytest.raises(NotFound):
        database.run(lambda s: BlockService(make_context(s, far)).unblock("P1", row.id))
    database.run(lambda s: BlockService(make_context(s, SYSTEM)).unblock("P1", row.id))
    with pytest.raises(NotFound):
        database.run(lambda s: BlockService(make_context(s)).unblock("P1", row.id))
    with database.reading() as session:
        assert blocks_of(session, patron_id, TODAY) == []


def test_cannot_block_until_a_day_that_is_past(database: Database) -> None:
    _county_with_reader(database)
    new = NewBlock(reason="欠费", scope="network", until=date(2026, 11, 22))
    with pytest.raises(Invalid, match="until"):
        database.run(lambda s: BlockService(make_context(s)).block("P1", new))


def test_a_category_is_there_for_everyone_once_it_is_saved(database: Database) -> None:
    database.run(make_county)
    with database.reading() as session:
        assert "senior" not in CATEGORIES.get(session)
    database.run(lambda s: CategoryService(make_context(s)).create("senior", "老年"))
    with database.reading() as session:
        assert CATEGORIES.get(session)["senior"] == "老年"
    with pytest.raises(Conflict, match="code_taken"):
        database.run(lambda s: CategoryService(make_context(s)).create("senior", "老人"))
    with pytest.raises(Invalid, match=r"code\.malformed"):
        database.run(lambda s: CategoryService(make_context(s)).create("老年", "老年"))
