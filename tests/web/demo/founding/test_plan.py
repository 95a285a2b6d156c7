"""The plan of the demo county's life: nobody is refused, every fate of a transfer occurs, some books are overdue."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from web.demo import county
from web.demo.founding.plan import OVERDUE_CARDS, Visit, plan_visits


@pytest.fixture
def visits() -> list[Visit]:
    return list(plan_visits(random.Random(7), county.readers()))


def test_only_readers_who_may_borrow_come(visits: list[Visit]) -> None:
    assert all(visit.reader.block is None and visit.reader.expires_in_days > 0 for visit in visits)
    assert len({visit.reader.card for visit in visits}) > 30


def test_children_go_where_children_s_books_are(visits: list[Visit]) -> None:
    assert not [visit for visit in visits if visit.reader.category == "child" and visit.unit in ("ZG", "ZZ1")]


def test_nothing_is_lent_by_an_overdue_reader_after_the_overdue_loan(visits: list[Visit]) -> None:
    open_loans = [visit for visit in visits if visit.kept_days is None and visit.reader.card in OVERDUE_CARDS]
    assert {visit.reader.card for visit in open_loans} == set(OVERDUE_CARDS)
    assert min(visit.days_ago for visit in open_loans) > 45
    finished = [visit for visit in visits if visit.kept_days is not None and visit.reader.card in OVERDUE_CARDS]
    assert min(visit.days_ago for visit in finished) > max(visit.days_ago for visit in open_loans) - 30


def test_finished_loans_come_back_before_any_loan_is_due(visits: list[Visit]) -> None:
    assert max(visit.kept_days for visit in visits if visit.kept_days is not None) <= 11


def test_every_fate_of_a_transfer_occurs(visits: list[Visit]) -> None:
    away = defaultdict(int)
    for visit in visits:
        if visit.kept_days is not None and visit.back_at != visit.unit:
            away[visit.fate] += 1
    assert away.keys() == {"delivered", "sent", "forgotten", "cancelled", "astray"}
    assert away["delivered"] > 20


def test_the_same_seed_gives_the_same_plan() -> None:
    first, second = (list(plan_visits(random.Random(3), county.readers())) for _ in range(2))
    assert first == second
