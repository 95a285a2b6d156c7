"""The rules of lending and renewing as tables of cases. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branches.tree import KINDS
from catalog.states import ITEM_STATUSES
from circ.rules import (
    Blocked,
    Demand,
    ItemFacts,
    NarrowLimit,
    PatronFacts,
    PlaceFacts,
    RenewalFacts,
    RenewalTerms,
    Terms,
    decide_check_out,
    decide_demand,
    decide_renewal,
    stops,
)

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # Monday, 10:30 in Shanghai
HERE, THERE, HOME = 1, 2, 3
STAINED, LOUD = Blocked(reason="污损"), Blocked(reason="喧哗", until=date(2026, 12, 5))

PATRON = PatronFacts(id=7, is_active=True, expires_on=None)
ITEM = ItemFacts(status="available", location_id=HERE, location_name="城关总馆", home_id=HERE)
PLACE = PlaceFacts(org_id=HERE, name="城关总馆", kind="hub")
TERMS = Terms(lend=True, loan_days=30, has_length=True, max_loans=10, max_overdue=0)


def narrow(**changes: Any) -> NarrowLimit:
    return NarrowLimit(
        **{"code": "patron.type_limit", "about": "type:dvd", "name": "光盘", "limit": 2, "open": 0} | changes
    )


def decide(now: datetime = NOW, **changes: Any) -> list[str]:
    """The codes for a simple case with `patron__x=…`, `item__x=…`, `place__x=…`, `terms__x=…` changed."""
    facts: dict[str, Any] = {"patron": PATRON, "item": ITEM, "place": PLACE, "terms": TERMS}
    for name, value in changes.items():
        about, _, field = name.partition("__")
        facts[about] = replace(facts[about], **{field: value})
    return [r.code for r in decide_check_out(**facts, now=now)]


def test_can_lend_a_book_that_nothing_speaks_against() -> None:
    assert decide() == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"patron__is_active": False}, ["patron.closed"]),
        ({"patron__expires_on": date(2026, 11, 22)}, ["patron.expired"]),
        ({"patron__expires_on": date(2026, 11, 23)}, []),  # the last day still counts
        ({"patron__blocks": (STAINED,)}, ["patron.blocked"]),
        ({"patron__blocks": (STAINED, LOUD)}, ["patron.blocked", "patron.blocked"]),  # each with its reason
        ({"patron__overdue_loans": 1}, ["patron.overdue"]),
        ({"patron__overdue_loans": 1, "terms__max_overdue": 1}, []),
        ({"patron__overdue_loans": 9, "terms__max_overdue": None}, []),
        ({"patron__open_loans": 9}, []),
        ({"patron__open_loans": 10}, ["patron.loan_limit"]),
        ({"patron__open_loans": 99, "terms__max_loans": None}, []),
        ({"terms__max_loans": 0}, ["patron.loan_limit"]),
        ({"patron__open_loans": 10, "terms__overflow_days": 1}, ["patron.loan_limit"]),
        ({"patron__narrow": (narrow(open=1),)}, []),
        ({"patron__narrow": (narrow(open=2),)}, ["patron.type_limit"]),
        ({"patron__narrow": (narrow(limit=0),)}, ["patron.type_limit"]),
        (
            {"patron__narrow": (narrow(open=3), narrow(code="patron.library_limit", open=2))},
            ["patron.type_limit", "patron.library_limit"],
        ),
        # A new book stays with its home and the units below; the last day still counts.
        ({"item__came_on": date(2026, 11, 1), "terms__local_only_days": 30}, []),
        (
            {"item__home_id": HOME, "item__came_on": date(2026, 11, 1), "terms__local_only_days": 30},
            ["item.age_protected"],
        ),
        (
            {"item__home_id": HOME, "item__came_on": date(2026, 11, 1), "terms__local_only_days": 23},
            ["item.age_protected"],
        ),
        ({"item__home_id": HOME, "item__came_on": date(2026, 11, 1), "terms__local_only_days": 22}, []),
        ({"item__home_id": HOME, "item__came_on": date(2026, 11, 1)}, []),
        ({"item__home_id": HOME, "terms__local_only_days": 30}, []),
        (
            {
                "item__home_id": HOME,
                "item__came_on": date(2026, 11, 1),
                "terms__local_only_days": 30,
                "place__path": (HERE, HOME),
            },
            [],
        ),
        ({"item__status": "on_loan", "item__borrower_id": 8}, ["item.on_loan"]),
        ({"item__status": "on_loan", "item__borrower_id": 7}, ["item.on_loan_same_patron"]),
        ({"item__status": "withdrawn"}, ["item.withdrawn"]),
        ({"item__status": "on_order"}, ["item.on_order"]),
        ({"item__status": "in_repair"}, ["item.not_lendable"]),
        ({"item__status": "in_repair", "terms__lend": False}, ["item.not_lendable"]),
        ({"item__status": "in_repair", "terms__loan_days": None}, ["item.not_lendable"]),
        ({"item__status": "in_processing"}, []),
        ({"item__status": "on_hold_shelf"}, []),
        ({"terms__lend": False}, ["item.not_lendable"]),
        ({"terms__loan_days": None}, ["item.not_lendable"]),
        ({"terms__lend": False, "terms__loan_days": None}, ["item.not_lendable"]),
        ({"terms__lend": False, "terms__refuses_category": True}, ["patron.category_refused"]),
        (
            {"item__status": "in_repair", "terms__lend": False, "terms__refuses_category": True},
            ["patron.category_refused", "item.not_lendable"],
        ),
        ({"terms__has_length": False, "terms__loan_days": None}, ["policy.none"]),
        ({"place__is_closed": True}, ["org.not_lending"]),
        ({"place__kind": "store"}, ["org.not_lending"]),
        ({"place__kind": "network"}, ["org.not_lending"]),
        # The book in hand is the truth: these are said and stop nothing.
        ({"item__status": "in_transit", "item__location_id": THERE}, ["item.in_transit"]),
        ({"item__status": "missing"}, ["item.missing"]),
        ({"item__status": "lost", "item__location_id": THERE}, ["item.lost"]),
        ({"item__location_id": THERE}, ["item.elsewhere"]),
        ({"item__location_id": THERE, "item__status": "on_loan", "item__borrower_id": 8}, ["item.on_loan"]),
    ],
)
def test_every_reason_has_its_code(changes: dict[str, Any], codes: list[str]) -> None:
    assert decide(**changes) == codes


def test_a_full_card_is_told_of_the_short_loan_where_there_is_one() -> None:
    full = replace(PATRON, open_loans=10)
    [plain] = decide_check_out(full, ITEM, PLACE, TERMS, NOW)
    [short] = decide_check_out(full, ITEM, PLACE, replace(TERMS, overflow_days=3), NOW)
    assert "overflow_days" not in plain.data
    assert short.data["overflow_days"] == 3
    assert short.message.zh == plain.message.zh + "也可以短借 3 天。"
    assert short.message.en.endswith(" Or it goes out for 3 days only.")


@pytest.mark.parametrize(
    ("mode", "waiting", "copies", "days"),
    [
        ("waiting", 3, 1, None),
        ("waiting", 4, 1, 7),
        ("waiting", 4, 9, 7),  # the copies do not matter
        ("beyond_copies", 4, 1, None),
        ("beyond_copies", 5, 1, 7),
        ("beyond_copies", 5, 2, None),
    ],
)
def test_demand_shortens_a_loan(mode: str, waiting: int, copies: int, days: int | None) -> None:
    told = decide_demand({"over": 3, "mode": mode, "days": 7}, Demand(waiting=waiting, copies=copies))
    assert (told.data["days"] if told else None) == days
    assert decide_demand(None, Demand(waiting=waiting, copies=copies)) is None


def test_all_reasons_come_at_once_in_the_order_of_the_desk() -> None:
    assert decide(
        patron__is_active=False,
        patron__expires_on=date(2020, 1, 1),
        patron__blocks=(STAINED,),
        patron__overdue_loans=3,
        patron__open_loans=12,
        item__status="in_repair",
        item__location_id=THERE,
        place__is_closed=True,
        terms__has_length=False,
    ) == [
        "patron.closed",
        "patron.expired",
        "patron.blocked",
        "patron.overdue",
        "patron.loan_limit",
        "item.not_lendable",
        "item.elsewhere",
        "org.not_lending",
        "policy.none",
    ]


def test_a_blocked_card_says_why_and_until_when() -> None:
    said = decide_check_out(replace(PATRON, blocks=(STAINED, LOUD)), ITEM, PLACE, TERMS, NOW)
    assert [(one.message.zh, one.message.en, one.data) for one in said] == [
        ("本证停借：污损。", "The card is blocked: 污损.", {"reason": "污损", "date": None}),
        (
            "本证停借：喧哗，停到12月5日（周六）。",
            "The card is blocked: 喧哗, up to and including Sat 5 Dec.",
            {"reason": "喧哗", "date": "2026-12-05"},
        ),
    ]


@pytest.mark.parametrize(
    ("now", "codes"),
    [
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), []),  # 23:59 in Shanghai
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), ["patron.expired"]),  # midnight in Shanghai, still the 22nd in UTC
    ],
)
def test_a_card_expires_at_midnight_of_the_network(now: datetime, codes: list[str]) -> None:
    assert decide(now, patron__expires_on=date(2026, 11, 22)) == codes


class TestStops:
    REFUSALS = decide_check_out(
        replace(PATRON, open_loans=10), replace(ITEM, status="missing"), replace(PLACE, is_closed=True), TERMS, NOW
    )

    @pytest.mark.parametrize(
        ("lifted", "standing"),
        [
            ([], ["patron.loan_limit", "org.not_lending"]),
            (["patron.loan_limit"], ["org.not_lending"]),
            (["patron.loan_limit", "org.not_lending"], ["org.not_lending"]),  # the impossible is never lifted
            (["item.missing"], ["patron.loan_limit", "org.not_lending"]),
        ],
    )
    def test_notices_never_stop_and_the_impossible_always_does(self, lifted: list[str], standing: list[str]) -> None:
        assert [r.code for r in stops(self.REFUSALS, lifted)] == standing


patrons = st.builds(
    PatronFacts,
    id=st.just(7),
    is_active=st.booleans(),
    expires_on=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 31)),
    blocks=st.lists(st.sampled_from([STAINED, LOUD]), max_size=2).map(tuple),
    open_loans=st.integers(0, 4),
    overdue_loans=st.integers(0, 2),
)
items = st.builds(
    ItemFacts,
    status=st.sampled_from(sorted(ITEM_STATUSES)),
    location_id=st.sampled_from([HERE, THERE]),
    location_name=st.just("别处"),
    home_id=st.sampled_from([HERE, HOME]),
    borrower_id=st.sampled_from([None, 7, 8]),
)
places = st.builds(
    PlaceFacts, org_id=st.just(HERE), name=st.just("此处"), kind=st.sampled_from(sorted(KINDS)), is_closed=st.booleans()
)
conditions = st.builds(
    Terms,
    lend=st.booleans(),
    loan_days=st.none() | st.integers(1, 60),
    has_length=st.booleans(),
    max_loans=st.none() | st.integers(0, 3),
    max_overdue=st.none() | st.integers(0, 1),
)


@given(patrons, items, places, conditions)
def test_no_case_breaks_the_rules_and_no_reason_stands_twice(
    patron: PatronFacts, item: ItemFacts, place: PlaceFacts, terms: Terms
) -> None:
    refusals = decide_check_out(patron, item, place, terms, NOW)
    once = [r.code for r in refusals if r.code != "patron.blocked"]
    assert len(once) == len(set(once))
    assert all("{" not in r.message.zh + r.message.en for r in refusals)


@pytest.mark.parametrize("status", sorted(ITEM_STATUSES.keys() - {"on_loan"}))
def test_whatever_can_be_lent_with_every_right_can_become_lent(status: str) -> None:
    refusals = decide_check_out(PATRON, replace(ITEM, status=status), PLACE, TERMS, NOW)
    if not stops(refusals, [r.code for r in refusals]):
        assert "on_loan" in ITEM_STATUSES[status].moves


# --- renewal ----------------------------------------------------------------------------------------------------------

LOAN = RenewalFacts(is_open=True, renewals=0, due_at=NOW + timedelta(days=3), new_due_at=NOW + timedelta(days=33))
RENEWAL = RenewalTerms(renewals=1, renew_within_days=None, renew_overdue=False)


@pytest.mark.parametrize(
    ("patron", "loan", "terms", "codes"),
    [
        ({}, {}, {}, []),
        ({}, {"is_open": False, "renewals": 9}, {}, ["loan.closed"]),
        ({}, {"renewals": 1}, {}, ["loan.renewal_limit"]),
        ({}, {"renewals": 99}, {"renewals": None}, []),
        ({}, {}, {"renewals": 0}, ["loan.renewal_limit"]),
        ({"expires_on": date(2026, 11, 1)}, {}, {}, ["patron.expired"]),
        ({"blocks": (STAINED,)}, {}, {}, ["patron.blocked"]),
        ({"is_active": False}, {}, {}, ["patron.closed"]),
        ({}, {"due_at": NOW - timedelta(minutes=1)}, {}, ["loan.overdue"]),
        ({}, {"due_at": NOW}, {}, []),
        ({}, {"due_at": NOW - timedelta(days=9)}, {"renew_overdue": True}, []),
        ({}, {}, {"renew_within_days": 3}, []),
        ({}, {}, {"renew_within_days": 2}, ["loan.too_soon"]),
        ({}, {}, {"renew_within_days": 0}, ["loan.too_soon"]),
        ({}, {"due_at": NOW + timedelta(hours=1)}, {"renew_within_days": 0}, []),
        ({}, {"new_due_at": NOW + timedelta(days=3)}, {}, ["loan.no_gain"]),
        ({}, {"new_due_at": NOW}, {}, ["loan.no_gain"]),
        (
            {"blocks": (STAINED,)},
            {"renewals": 1, "due_at": NOW - timedelta(days=1), "new_due_at": NOW - timedelta(days=1)},
            {},
            ["patron.blocked", "loan.renewal_limit", "loan.overdue", "loan.no_gain"],
        ),
    ],
)
def test_renewals(patron: dict[str, Any], loan: dict[str, Any], terms: dict[str, Any], codes: list[str]) -> None:
    decided = decide_renewal(replace(PATRON, **patron), replace(LOAN, **loan), replace(RENEWAL, **terms), NOW)
    assert [r.code for r in decided] == codes


def test_too_soon_names_the_day_in_the_zone_of_the_network() -> None:
    due = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)  # 23:59 of the 30th in Shanghai
    terms = replace(RENEWAL, renew_within_days=5)
    [refusal] = decide_renewal(PATRON, replace(LOAN, due_at=due, new_due_at=due + timedelta(days=30)), terms, NOW)
    assert refusal.data == {"days": 5, "date": "2026-11-25"}
    first_moment = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # midnight of the 25th in Shanghai
    assert not decide_renewal(
        PATRON, replace(LOAN, due_at=due, new_due_at=due + timedelta(days=30)), terms, first_moment
    )
