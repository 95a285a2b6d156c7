"""Matching an invoice with what was chosen, and what is paid: pure rules."""

from __future__ import annotations

from datetime import date

import pytest

from purchasing.settling import (
    DIFFERENCES,
    NOWHERE,
    Choice,
    Elsewhere,
    InvoiceLine,
    Kind,
    Pair,
    Resolution,
    Span,
    compare,
    copies_of,
    outcome_of,
    paid_for,
    read_period,
)

A, B = "9787020002207", "9787536692930"


def choice(id_: int = 1, isbn: str = A, price: int = 6000, cost: int = 5100, **more: bool) -> Choice:
    return Choice(id=id_, isbn=isbn, title="红楼梦" if isbn == A else "三体", price_fen=price, cost_fen=cost, **more)


def line(
    isbn: str = A, price: int | None = 6000, copies: int = 1, asked: int | None = None, title: str = ""
) -> InvoiceLine:
    return InvoiceLine(row=1, isbn=isbn, title=title, copies=copies, price_fen=price, asked_fen=asked)


def kinds(pairs: list[Pair]) -> list[str | None]:
    return ["+".join(pair.kinds) or None for pair in pairs]


@pytest.mark.parametrize(
    ("invoiced", "kind", "charged"),
    [
        (line(), None, 5100),
        (line(price=5100), None, 5100),  # the shop wrote what is to be paid
        (line(asked=5100), None, 5100),
        (line(price=6500, asked=5100), None, 5100),  # what is paid is the same
        (line(price=6500), "price", 5525),  # by the terms of the choice, 85 per cent
        (line(asked=5400), "discount", 5400),
        (line(price=None, asked=5400), "price", 5400),
    ],
)
def test_a_choice_and_its_copy_on_the_invoice(invoiced: InvoiceLine, kind: Kind | None, charged: int) -> None:
    (pair,) = compare([choice()], [invoiced], NOWHERE)
    assert (pair.kinds, pair.charged_fen) == ((kind,) if kind else (), charged)


def test_without_an_invoice_choices_stand_for_themselves() -> None:
    pairs = compare([choice(), choice(2, is_given_back=True)], None, NOWHERE)
    assert kinds(pairs) == [None, "returned"]


def test_what_is_on_one_side_only() -> None:
    pairs = compare([choice()], [line(isbn=B)], NOWHERE)
    assert [(pair.kinds, pair.choice is not None) for pair in pairs] == [
        (("not_invoiced",), True),
        (("not_chosen",), False),
    ]


def test_a_copy_too_many_is_counted_twice() -> None:
    assert kinds(compare([choice()], [line(copies=3)], NOWHERE)) == [None, "twice", "twice"]


def test_a_copy_settled_before_is_counted_twice() -> None:
    assert kinds(compare([], [line()], Elsewhere(cancelled={}, on_their_way={}, settled=frozenset({A})))) == ["twice"]


def test_a_choice_called_off_explains_as_many_copies_as_were_called_off() -> None:
    pairs = compare([choice()], [line(copies=3)], Elsewhere(cancelled={A: 1}, on_their_way={}, settled=frozenset()))
    assert kinds(pairs) == [None, "cancelled", "twice"]


def test_what_is_still_on_its_way_to_a_reader_is_said_so() -> None:
    pairs = compare([choice()], [line(copies=3)], Elsewhere(cancelled={}, on_their_way={A: 1}, settled=frozenset()))
    assert kinds(pairs) == [None, "not_lent", "twice"]


def test_copies_of_one_number_go_to_the_choices_of_their_price_first() -> None:
    dear, cheap = choice(1, price=8000, cost=8000), choice(2, price=6000, cost=6000)
    pairs = compare([dear, cheap], [line(price=6000), line(price=8000)], NOWHERE)
    assert kinds(pairs) == [None, None]


def test_a_line_without_a_number_is_known_by_its_title_only() -> None:
    assert kinds(compare([choice()], [line(isbn="", title="红楼梦 ")], NOWHERE)) == [None]
    assert kinds(compare([choice()], [line(isbn=B, title="红楼梦")], NOWHERE)) == ["not_invoiced", "not_chosen"]


def test_a_sum_that_does_not_divide_is_asked_to_the_fen() -> None:
    assert [copy.asked_fen for copy in copies_of(line(copies=3, asked=10000))] == [3334, 3333, 3333]


def test_five_thousand_copies_of_one_book_are_matched() -> None:
    choices = [choice(number) for number in range(5000)]
    assert kinds(compare(choices, [line(copies=5000)], NOWHERE)) == [None] * 5000


@pytest.mark.parametrize(
    ("invoice", "found"),
    [
        ([line(price=6500)], ["price+returned"]),
        ([line(asked=5400)], ["discount+returned"]),
        ([line()], ["returned"]),
        ([line(isbn=B)], ["returned", "not_chosen"]),  # the shop does not ask for what it has back
    ],
)
def test_a_copy_given_back_is_told_beside_what_else_differs(invoice: list[InvoiceLine], found: list[str]) -> None:
    assert kinds(compare([choice(is_given_back=True)], invoice, NOWHERE)) == found


@pytest.mark.parametrize(
    ("resolutions", "outcome", "paid"),
    [
        ([], None, 5100),
        ([None], None, 5100),
        (["accept"], "accept", 5400),
        (["keep"], "keep", 5100),
        (["later"], "later", 0),
        (["refuse"], "refuse", 0),
        (["accept", None], "accept", 5400),
        (["accept", "keep"], "accept", 5400),
        (["keep", "refuse"], "refuse", 0),
        (["accept", "refuse"], "refuse", 0),
        (["refuse", "later"], "later", 0),
    ],
)
def test_what_is_paid_follows_from_all_decisions(
    resolutions: list[Resolution | None], outcome: Resolution | None, paid: int
) -> None:
    assert outcome_of(resolutions) == outcome
    assert paid_for(outcome, 5100, 5400) == paid


def test_what_nobody_chose_is_never_paid() -> None:
    for kind in ("not_chosen", "twice", "cancelled", "not_lent"):
        assert not set(DIFFERENCES[kind].options) & {"accept", "keep"}  # type: ignore[index]
    assert paid_for(None, None, 5400) == 0


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2026-11", Span(date(2026, 11, 1), date(2026, 11, 30))),
        ("2028-02", Span(date(2028, 2, 1), date(2028, 2, 29))),
        ("2026-12", Span(date(2026, 12, 1), date(2026, 12, 31))),
        ("2026-11-01..2026-11-15", Span(date(2026, 11, 1), date(2026, 11, 15))),
        ("2026-13", None),
        ("2026-00", None),
        ("0000-01", None),
        ("2026-11-15..2026-11-01", None),
        ("2025-01-01..2026-12-31", None),
        ("2026", None),
        ("", None),
    ],
)
def test_periods(text: str, span: Span | None) -> None:
    assert read_period(text) == span


def test_a_whole_month_is_shown_as_one() -> None:
    assert [str(read_period(text)) for text in ("2026-11", "2026-11-01..2026-11-30", "2026-11-02..2026-11-30")] == [
        "2026-11",
        "2026-11",
        "2026-11-02..2026-11-30",
    ]
