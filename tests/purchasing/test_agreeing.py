"""Who may say that a fund pays more than its choices cost: the rule, and each owner's own word on real databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from branches.access import Caller
from kernel.errors import Conflict, Forbidden, NotFound
from purchasing.agreeing import Asked, Verdict, why_not
from purchasing.programmes import Rules
from purchasing.queries.settlement_shares import shares_of
from tests.desk import Desk, error_of
from tests.desk import desk as desk
from tests.factories import make_unit, make_user
from tests.purchasing.county import OTHER_ISBN
from tests.purchasing.county import shops as shops
from tests.purchasing.office import Office, choose, line
from tests.purchasing.office import office as office

ASKED = Asked(
    more_fen=1000,
    spent_fen=5000,
    allocated_fen=10_000,
    stop_at=80,
    settles=True,
    allocates=False,
    accepted=True,
    alone_fen=0,
    limit_fen=5000,
)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"settles": False}, "settlement.agreement"),
        ({"more_fen": 3000}, None),  # up to the level
        ({"more_fen": 3001}, "settlement.stop_level"),
        ({"more_fen": 3001, "allocates": True}, None),
        ({"limit_fen": 1000}, None),
        ({"limit_fen": 999}, "settlement.second_person"),
        ({"limit_fen": 1000, "alone_fen": 1}, "settlement.second_person"),
        ({"limit_fen": 999, "accepted": False}, None),
        ({"limit_fen": 999, "settles": False}, "settlement.agreement"),
        ({"limit_fen": None, "more_fen": 3000}, None),
    ],
)
def test_why_somebody_may_not_agree(changes: dict[str, int | bool | None], why: Verdict | None) -> None:
    assert why_not(replace(ASKED, **changes)) == why  # type: ignore[arg-type]


def agree(office: Office, settlement: int, fund: str, caller: Caller) -> None:
    office.act(lambda service: service.agree(settlement, fund), caller=caller)


def shares(office: Office, settlement: int) -> list[tuple[str, int, str | None]]:
    found = office.shops.desk.read(lambda s: shares_of(s, settlement))
    return [(one.code, one.more_fen, one.agreed_by) for one in found]


def test_nobody_accepts_more_for_their_own_choice(office: Office, desk: Desk) -> None:
    both = desk.write(lambda s: make_user(s, "zong", ("hub_librarian", desk.county.hub)))
    replace(office.shops, clerk=both).choose()
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6000))
    accept = lambda caller: office.act(lambda one: one.resolve(settlement, 1, "accept"), caller=caller)  # noqa: E731
    assert error_of(lambda: accept(both)) == "settlement.own_choice"
    office.act(lambda one: one.resolve(settlement, 1, "keep"), caller=both)
    accept(office.purchaser)
    assert shares(office, settlement) == [("F1", 30, None)]


def test_who_confirms_agrees_for_the_funds_of_their_units(office: Office) -> None:
    choose(office)
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6000))
    office.resolve(settlement, 1, "accept")
    office.confirm(settlement, "library")
    assert shares(office, settlement) == [("F1", 30, "cai")]
    office.invoice(settlement, line(price=6100))
    assert shares(office, settlement) == []
    office.resolve(settlement, 1, "accept")
    assert shares(office, settlement) == [("F1", 130, None)]
    office.both_confirm(settlement)
    assert office.offenders() == []


@pytest.fixture
def lin(desk: Desk) -> Caller:
    """A purchaser of another hub, LZ."""
    other = desk.write(lambda s: make_unit(s, "LZ", "hub", desk.county.network, name="邻县图书馆"))
    return desk.write(lambda s: make_user(s, "lin", ("purchaser", other)))


@pytest.fixture
def shared(office: Office, lin: Caller) -> int:
    """A settlement for which the hub's fund F1 and the other hub's fund F2 are to pay 10 and 20 fen more."""
    office.shops.fund("F2", 100_000, org="LZ")
    office.shops.programme("TWO", funds=(("F1", 1), ("F2", 2)), rules=Rules(cancel_minutes=100_000))
    choose(office, programme="TWO")
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6000))
    office.resolve(settlement, 1, "accept")
    return settlement


def test_each_owner_agrees_to_its_own_part(office: Office, shared: int, lin: Caller) -> None:
    assert shares(office, shared) == [("F1", 10, None), ("F2", 20, None)]
    with pytest.raises(Conflict) as caught:
        office.confirm(shared, "library")
    assert (caught.value.code, caught.value.data["fund"]) == ("settlement.agreement", "F2")
    assert "邻县图书馆" in caught.value.detail.zh
    with pytest.raises(NotFound):
        agree(office, shared, "F1", lin)
    with pytest.raises(NotFound):
        agree(office, shared, "F2", office.purchaser)
    with pytest.raises(Forbidden):
        agree(office, shared, "F2", office.shops.clerk)
    agree(office, shared, "F2", lin)
    agree(office, shared, "F2", lin)
    assert shares(office, shared) == [("F1", 10, None), ("F2", 20, "lin")]
    office.both_confirm(shared)
    assert shares(office, shared) == [("F1", 10, "cai"), ("F2", 20, "lin")]
    assert [office.shops.money(code).spent_fen for code in ("F1", "F2")] == [2000, 4000]
    assert office.offenders() == []


def test_units_are_taken_by_rising_number_whatever_their_funds(
    office: Office, desk: Desk, lin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.shops.fund("F2", 100_000, org="LZ")
    office.shops.fund("F3", 100_000)  # of the hub, which was there before the other unit
    office.shops.programme("TWO", funds=(("F2", 1), ("F3", 2)), rules=Rules(cancel_minutes=100_000))
    choose(office, programme="TWO")
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6000))
    office.resolve(settlement, 1, "accept")
    taken: list[int] = []
    monkeypatch.setattr("purchasing.service.settling.agreeing.lock_unit", lambda _session, unit: taken.append(unit))
    both = desk.write(lambda s: make_user(s, "wang", ("purchaser", desk.county.network)))
    office.act(lambda service: service.confirm(settlement, "library"), caller=both)
    assert len(taken) == 2
    assert taken == sorted(taken)


def test_a_change_takes_back_what_was_agreed_to(office: Office, shared: int, lin: Caller) -> None:
    agree(office, shared, "F2", lin)
    office.resolve(shared, 1, "accept", "看过了")
    assert shares(office, shared) == [("F1", 10, None), ("F2", 20, None)]
    seen = office.act(lambda service: service.find(shared), caller=lin)
    stale = lambda: office.act(lambda service: service.agree(shared, "F2", seen.version - 1), caller=lin)  # noqa: E731
    assert error_of(stale) == "settlement.changed"
    office.invoice(shared, line(price=6100))
    with pytest.raises(NotFound):  # nothing is decided, so their fund bears nothing more
        agree(office, shared, "F2", lin)


def test_only_whose_fund_it_concerns_sees_it(office: Office, shared: int, lin: Caller) -> None:
    assert office.act(lambda service: service.find(shared), caller=lin).id == shared
    office.resolve(shared, 1, "keep")
    with pytest.raises(NotFound):
        office.act(lambda service: service.find(shared), caller=lin)


def test_past_the_stop_level_who_allocates_money_agrees(office: Office, desk: Desk) -> None:
    office.small_fund(7500, stop_at=80)
    choose(office, programme="XZ")
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6001))
    office.resolve(settlement, 1, "accept")
    assert error_of(lambda: office.confirm(settlement, "library")) == "settlement.stop_level"
    head = desk.write(lambda s: make_user(s, "guan", ("hub_librarian", desk.county.hub)))
    agree(office, settlement, "SMALL", head)
    office.both_confirm(settlement)
    assert (office.shops.money("SMALL").spent_fen, office.offenders()) == (6001, [])


def test_much_more_is_accepted_and_agreed_to_by_two(office: Office, desk: Desk) -> None:
    desk.policy("order_limit", "1.00")
    choose(office)
    choose(office, OTHER_ISBN, "三体", 2300)
    settlement = office.make().settlement.id
    office.invoice(settlement, line(price=6030), line(OTHER_ISBN, 2341, row=2))
    office.resolve(settlement, 1, "accept")
    office.resolve(settlement, 2, "accept")
    assert error_of(lambda: office.confirm(settlement, "library")) == "settlement.second_person"
    other = desk.write(lambda s: make_user(s, "guan", ("purchaser", desk.county.hub)))
    agree(office, settlement, "F1", other)
    office.both_confirm(settlement)
    assert office.offenders() == []
