"""What the policies say as terms: chains, the values the rules ask for, and the rows named in the answer. No database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from branches.policy import PolicyBook, Row
from branches.tree import OrgTree, Unit
from catalog.reference import ItemType, ItemTypes
from circ import policies, terms

policies.register()

TREE = OrgTree(
    [
        Unit(id=1, code="QX", name="县", kind="network", parent_id=None),
        Unit(id=2, code="ZG", name="总馆", kind="hub", parent_id=1),
        Unit(id=3, code="LX", name="李村", kind="point", parent_id=2),
    ]
)
TYPES = ItemTypes(
    {
        "book": ItemType(code="book", name="图书", parent=None),
        "reference": ItemType(code="reference", name="工具书", parent="book"),
    }
)
ASKED = terms.build_question(
    TREE, TYPES, org_id=3, item_org_id=2, patron_org_id=1, category="adult", item_type="reference"
)


def book(*rows: tuple[str, Any]) -> PolicyBook:
    return PolicyBook(1, [Row(id=n, setting=name, value=value) for n, (name, value) in enumerate(rows, start=1)])


def test_the_criteria_become_chains_nearest_first() -> None:
    assert ASKED.org == ("LX", "ZG", "QX")
    assert ASKED.item_org == ("ZG", "QX")
    assert ASKED.patron_org == ("QX",)
    assert ASKED.category == ("adult",)
    assert ASKED.item_type == ("reference", "book")


def test_without_a_reader_their_criteria_stay_open() -> None:
    asked = terms.build_question(
        TREE, TYPES, org_id=3, item_org_id=2, patron_org_id=None, category=None, item_type="unheard_of"
    )
    assert (asked.patron_org, asked.category, asked.item_type) == ((), (), ("unheard_of",))


@pytest.mark.parametrize(
    ("rows", "has_days", "days"),
    [((), False, None), ((("loan_days", None),), True, None), ((("loan_days", 21),), True, 21)],
)
def test_no_row_and_a_row_that_says_null_are_two_things(
    rows: tuple[tuple[str, Any], ...], has_days: bool, days: int | None
) -> None:
    found = terms.check_out_terms(terms.resolve(book(*rows), terms.CHECK_OUT, ASKED))
    assert (found.has_length, found.loan_days) == (has_days, days)


@pytest.mark.parametrize(
    ("rows", "refuses"),
    [
        ([("lend", False, "adult")], True),
        ([("lend", False, None)], False),
        ([("lend", False, None), ("lend", True, "adult")], False),
        ([("lend", True, None), ("lend", False, "adult")], True),
        ([("lend", False, "child")], False),
        ([("loan_days", None, "adult")], True),
        ([("loan_days", None, "adult"), ("loan_hours", 2, None)], False),
        ([("loan_days", None, None), ("lend", False, "adult")], False),  # nobody is lent it
    ],
)
def test_a_category_is_refused_where_every_rule_against_is_for_it_alone(
    rows: list[tuple[str, Any, str | None]], refuses: bool
) -> None:
    among = [Row(id=0, setting="loan_days", value=30)] if all(name != "loan_days" for name, _, _ in rows) else []
    named = [Row(id=n, setting=name, value=value, category=who) for n, (name, value, who) in enumerate(rows, start=1)]
    found = terms.check_out_terms(terms.resolve(PolicyBook(1, [*among, *named]), terms.CHECK_OUT, ASKED))
    assert found.refuses_category is refuses


@pytest.mark.parametrize(
    ("rows", "days"),
    [
        ((("loan_days", 30),), 30),
        ((("loan_days", 30), ("renewal_days", 14)), 14),
        ((("loan_days", 30), ("renewal_days", None)), 30),
        ((("loan_days", None),), 0),  # not lent any more: nothing to gain
        ((), 0),
    ],
)
def test_a_renewal_is_as_long_as_its_setting_or_the_loan(rows: tuple[tuple[str, Any], ...], days: int) -> None:
    assert terms.renewal_days(terms.resolve(book(*rows), terms.RENEWAL, ASKED)) == days


def test_the_answer_names_the_rows_and_the_defaults() -> None:
    described = terms.describe(terms.resolve(book(("loan_days", 21)), ("loan_days", "days_mode"), ASKED))
    assert described == {"loan_days": {"value": 21, "row": 1}, "days_mode": {"value": "datedue", "row": None}}


def test_what_nobody_set_is_described_as_null_where_it_has_to_be_set() -> None:
    assert terms.describe(terms.resolve(book(), ("loan_days",), ASKED)) == {"loan_days": {"value": None, "row": None}}


def test_what_nobody_set_and_limits_nothing_is_left_out() -> None:
    names = ("loan_hours", "hours_mode", "max_loans")
    assert terms.describe(terms.resolve(book(), names, ASKED)) == {}
    described = terms.describe(terms.resolve(book(("loan_hours", 2), ("max_loans", None)), names, ASKED))
    assert described == {
        "loan_hours": {"value": 2, "row": 1},
        "hours_mode": {"value": "open", "row": None},
        "max_loans": {"value": None, "row": 2},
    }


@pytest.mark.parametrize(
    ("rows", "days", "hours", "ends"),
    [
        ((("loan_days", 21),), 21, None, ()),
        ((("loan_days", None),), 1, None, ()),
        ((("loan_hours", 3),), 1, 3, ()),
        ((("loan_days", 21), ("fixed_due_on", "2027-01-15")), 21, None, (date(2027, 1, 15),)),
        (
            (("loan_days", 21), ("fixed_due_on", ["2027-01-15", "2027-07-01"])),
            21,
            None,
            (date(2027, 1, 15), date(2027, 7, 1)),
        ),
    ],
)
def test_how_long_a_loan_lasts_is_read_from_its_settings(
    rows: tuple[tuple[str, Any], ...], days: int, hours: int | None, ends: tuple[date, ...]
) -> None:
    found = terms.loan_length(terms.resolve(book(*rows), terms.CHECK_OUT, ASKED), date(2027, 3, 1))
    assert (found.days, found.hours, found.terms_end_on, found.card_until) == (days, hours, ends, None)


def test_the_card_counts_only_where_the_policy_says_so() -> None:
    resolved = terms.resolve(book(("loan_days", 21), ("due_before_card_expiry", True)), terms.CHECK_OUT, ASKED)
    assert terms.loan_length(resolved, date(2027, 3, 1)).card_until == date(2027, 3, 1)


def test_renewal_terms_are_read_from_their_settings() -> None:
    resolved = terms.resolve(
        book(("loan_days", 30), ("renewals", 2), ("renew_within_days", 5), ("renew_overdue", True)),
        terms.RENEWAL,
        ASKED,
    )
    found = terms.renewal_terms(resolved)
    assert (found.renewals, found.renew_within_days, found.renew_overdue) == (2, 5, True)
