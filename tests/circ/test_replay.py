"""Past acts judged anew. Tables, no database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branches.calendar import Calendars
from branches.policy import PolicyBook, Row
from branches.tree import OrgTree, Unit
from catalog.reference import ItemType, ItemTypes
from circ import policies
from circ.lab import KINDS, compare
from circ.replay import Judge, PastAct, Surroundings, Unknown, Verdict, difference
from kernel.clock import end_of_day, local_day
from web.wiring import connect

policies.register()
connect()

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TREE = OrgTree(
    [
        Unit(id=1, code="QX", name="县", kind="network", parent_id=None),
        Unit(id=2, code="ZG", name="总馆", kind="hub", parent_id=1),
        Unit(id=3, code="LX", name="李村", kind="point", parent_id=2),
    ]
)
TYPES = ItemTypes(
    {
        "av": ItemType(code="av", name="音像", parent=None),
        "dvd": ItemType(code="dvd", name="光盘", parent="av"),
        "book": ItemType(code="book", name="图书", parent=None),
    }
)
AROUND = Surroundings(tree=TREE, types=TYPES, calendars=Calendars(TREE, {}))
ABOUT = {"category": "adult", "patron_org": "ZG", "item_org": "ZG", "item_type": "book", "card_until": None}
LENT = ABOUT | {"loan": 1, "open_loans": 3, "overdue": 0, "due_at": "2026-12-23T15:59:00+00:00"}
RENEWED = ABOUT | {"loan": 1, "renewals": 1, "from": "2026-12-23T15:59:00+00:00", "due_at": "2027-01-22T15:59:00+00:00"}
HELD = {"hold": 1, "category": "adult", "patron_org": "ZG", "open_holds": 2, "placed_today": 1, "no_shows": 0}
RETURNED = {"loan": 1, "item_org": "ZG", "item_type": "book", "category": "adult", "patron_org": "ZG", "lent_at": "ZG"}
BASE: dict[str, Any] = {"loan_days": 30, "max_loans": 10}


def book(**settings: Any) -> PolicyBook:
    return PolicyBook(1, [Row(id=n, setting=name, value=value) for n, (name, value) in enumerate(settings.items(), 1)])


def past(act: str, data: dict[str, Any], org_id: int = 2, number: int = 1, at: datetime = NOW) -> PastAct:
    return PastAct(id=number, act=act, at=at, org_id=org_id, item_id=5, bib_id=6, data=data)


def kind_of(act: PastAct, draft: dict[str, Any], in_force: dict[str, Any] = BASE) -> str | None:
    before, after = (Judge(book=book(**rows), around=AROUND) for rows in (in_force, draft))
    report = compare([act], before, after)
    assert report.acts == report.judged == 1
    return next(iter(report.kinds), None)


@pytest.mark.parametrize(
    ("data", "draft", "kind"),
    [
        ({}, {}, None),
        ({}, {"renewals": 9}, None),  # speaks of something else
        ({}, {"loan_days": 14}, "check_out.due_earlier"),
        ({}, {"loan_days": 60}, "check_out.due_later"),
        ({}, {"loan_days": None}, "check_out.refused"),
        ({}, {"lend": False}, "check_out.refused"),
        ({}, {"max_loans": 3}, None),  # the third of three
        ({}, {"max_loans": 2}, "check_out.refused"),
        ({"open_loans": 11, "overrides": ["patron.loan_limit"]}, {"max_loans": 11}, "check_out.allowed"),
        ({"open_loans": 11, "overrides": ["patron.loan_limit"]}, {"max_loans": 9}, None),
        ({"overdue": 2}, {"max_overdue": 1}, "check_out.refused"),
        ({"card_until": "2026-12-01"}, {"due_before_card_expiry": True}, "check_out.due_earlier"),
        ({}, {"fixed_due_on": "2026-12-01"}, "check_out.due_earlier"),
        ({}, {"loan_hours": 3}, "check_out.due_earlier"),
        ({"by_hand": True}, {"loan_days": 14}, None),  # the librarian chose the day
        (
            {"waiting": 4, "copies": 1},
            {"high_demand": {"over": 3, "mode": "waiting", "days": 7}},
            "check_out.due_earlier",
        ),
        ({}, {"high_demand": {"over": 0, "mode": "waiting", "days": 7}}, None),  # nobody counted who waits
        ({"out_of": {"type:av": 2}, "item_type": "dvd"}, {"type_limits": {"av": 2}}, "check_out.refused"),
        ({"out_of": {"type:av": 1}, "item_type": "dvd"}, {"type_limits": {"av": 2}}, None),
        ({"item_type": "dvd"}, {"type_limits": {"av": 0}}, None),  # nobody counted
        ({"out_of": {"type:gone": 2}, "item_type": "gone"}, {"type_limits": {"gone": 2}}, "check_out.refused"),
        ({"out_of": {"org:ZG": 4}}, {"max_loans_item_library": 4}, "check_out.refused"),
        (
            {"open_loans": 11, "overflow": 1, "overrides": ["patron.loan_limit"]},
            {"overflow_days": 1},
            "check_out.allowed",
        ),
        ({"acquired_on": "2026-11-20", "item_org": "LX"}, {"local_only_days": 30}, "check_out.refused"),
        ({"acquired_on": "2026-10-20", "item_org": "LX"}, {"local_only_days": 30}, None),
    ],
)
def test_what_a_draft_changes_of_a_check_out(data: dict[str, Any], draft: dict[str, Any], kind: str | None) -> None:
    assert kind_of(past("checked_out", LENT | data), BASE | draft) == kind


@pytest.mark.parametrize(
    ("act", "data", "draft", "kind"),
    [
        ("renewed", RENEWED, {"renewals": 0}, "renewal.refused"),
        ("renewed", RENEWED | {"renewals": 3, "overrides": ["loan.renewal_limit"]}, {"renewals": 3}, "renewal.allowed"),
        ("renewed", RENEWED, {"renewal_days": 7}, "renewal.due_earlier"),
        ("renewed", RENEWED, {"renewal_days": 60}, "renewal.due_later"),
        ("renewed", RENEWED, {"renew_within_days": 3}, "renewal.refused"),
        ("renewed", RENEWED, {"renew_from": "today"}, "renewal.refused"),  # gains nothing
        ("renewed", RENEWED | {"from": "2026-11-20T15:59:00+00:00"}, {"renew_overdue": True}, "renewal.allowed"),
        ("hold_placed", HELD, {"max_holds": 2}, "hold.refused"),
        ("hold_placed", HELD, {"max_holds": 3}, None),
        ("hold_placed", HELD, {"max_holds_per_day": 1}, "hold.refused"),
        ("checked_in", RETURNED, {"on_return": "stay"}, None),  # at home already
        ("checked_in", RETURNED | {"item_org": "LX"}, {"on_return": "stay"}, "return.goes_elsewhere"),
        ("checked_in", RETURNED | {"item_org": "LX"}, {"accept_returns": "home"}, "return.refused"),
        ("checked_in", RETURNED | {"lent_at": "LX"}, {"on_return": "to_issuing"}, "return.goes_elsewhere"),
    ],
)
def test_what_a_draft_changes_of_other_acts(
    act: str, data: dict[str, Any], draft: dict[str, Any], kind: str | None
) -> None:
    assert kind_of(past(act, data), BASE | draft) == kind


def test_every_kind_of_change_has_its_words() -> None:
    at = {"due_at": NOW}, {"due_at": end_of_day(local_day(NOW))}
    for act, subject in (
        ("checked_out", "check_out"),
        ("renewed", "renewal"),
        ("hold_placed", "hold"),
        ("checked_in", "return"),
    ):
        assert difference(act, Verdict(), Verdict(refusals=("x",))) == f"{subject}.refused" in KINDS
        assert difference(act, Verdict(refusals=("x",)), Verdict()) == f"{subject}.allowed" in KINDS
        assert difference(act, Verdict(refusals=("x",)), Verdict(refusals=("y",))) == f"{subject}.refused"
        if subject in ("check_out", "renewal"):
            assert difference(act, Verdict(**at[0]), Verdict(**at[1])) == f"{subject}.due_later" in KINDS
            assert difference(act, Verdict(**at[1]), Verdict(**at[0])) == f"{subject}.due_earlier" in KINDS
    assert difference("checked_in", Verdict(goes_to="A"), Verdict(goes_to="B")) == "return.goes_elsewhere"


def test_what_the_journal_does_not_know_is_not_guessed() -> None:
    judge = Judge(book=book(**BASE), around=AROUND)
    with pytest.raises(Unknown, match="facts_missing"):
        judge.judge(past("renewed", {"loan": 9, "renewals": 1}))
    with pytest.raises(Unknown, match="unit_gone"):
        judge.judge(past("checked_out", LENT | {"item_org": "GONE"}))
    with pytest.raises(Unknown, match="unit_gone"):
        judge.judge(past("checked_out", LENT, org_id=99))


def test_later_acts_on_a_loan_know_what_its_check_out_told() -> None:
    """As older rows of the journal, which keep no criteria."""
    acts = [
        past("checked_out", LENT, number=1),
        past("renewed", {"loan": 1, "renewals": 1, "due_at": "2027-01-22T15:59:00+00:00"}, number=2),
        past(
            "renewed", {"loan": 1, "renewals": 2, "due_at": "2027-02-21T15:59:00+00:00", "overrides": ["x"]}, number=3
        ),
        past("checked_in", {"loan": 1, "lent_at": "ZG"}, number=4),
        past("checked_in", {"loan": 2, "lent_at": "ZG"}, number=5),  # lent before the period
    ]
    judges = (Judge(book=book(**BASE | {"renewals": n}), around=AROUND) for n in (5, 1))
    report = compare(acts, *judges)
    assert (report.acts, report.judged, report.changed) == (5, 4, 1)
    assert report.unknown == {"facts_missing": 1}
    assert report.kinds["renewal.refused"].examples[0].past.id == 3
    assert report.kinds["renewal.refused"].codes == {"loan.renewal_limit": 1}


def test_examples_are_few_and_counts_are_whole() -> None:
    acts = [past("checked_out", LENT | {"loan": n}, org_id=2 + n % 2, number=n) for n in range(25)]
    report = compare(acts, Judge(book=book(**BASE), around=AROUND), Judge(book=book(**BASE, lend=False), around=AROUND))
    [kind] = report.in_order
    assert (kind.count, len(kind.examples), report.changed) == (25, 10, 25)
    assert report.by_org == {2: 13, 3: 12}
    assert (report.by_category, report.by_item_type) == ({"adult": 25}, {"book": 25})


settings = st.fixed_dictionaries(
    {},
    optional={
        "loan_days": st.none() | st.integers(1, 60),
        "max_loans": st.none() | st.integers(0, 5),
        "loan_hours": st.none() | st.integers(1, 48),
        "renewals": st.none() | st.integers(0, 3),
        "max_overdue": st.none() | st.integers(0, 2),
        "lend": st.booleans(),
        "on_return": st.sampled_from(["go_home", "stay", "to_issuing"]),
        "max_holds": st.none() | st.integers(0, 4),
    },
)
some_acts = st.sampled_from(
    [past("checked_out", LENT), past("renewed", RENEWED), past("hold_placed", HELD), past("checked_in", RETURNED)]
)


@given(settings, settings, st.lists(some_acts, max_size=6))
def test_a_draft_like_the_policies_in_force_changes_nothing_and_none_is_lost(
    one: dict[str, Any], other: dict[str, Any], acts: list[PastAct]
) -> None:
    same = compare(acts, Judge(book=book(**one), around=AROUND), Judge(book=book(**one), around=AROUND))
    assert (same.acts, same.judged, same.changed) == (len(acts), len(acts), 0)
    there = compare(acts, Judge(book=book(**one), around=AROUND), Judge(book=book(**other), around=AROUND))
    back = compare(acts, Judge(book=book(**other), around=AROUND), Judge(book=book(**one), around=AROUND))
    assert there.changed == back.changed == sum(kind.count for kind in there.in_order)
