"""Which askings are one title, in which order titles stand, and what takes one off the list: tables of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from purchasing.demand import (
    WEIGHTS,
    Aside,
    Asking,
    Source,
    Supply,
    asks_for_title,
    explain,
    gather,
    is_aside,
    is_unmet,
    is_wish,
    key_of,
    rank,
)

AT = datetime(2026, 11, 23, tzinfo=UTC)
ISBN, OTHER = "9787020002207", "9787536692930"


def asking(source: Source = "missed", title: str = "红楼梦", count: int = 1, **more: Any) -> Asking:
    return Asking(**{"source": source, "title": title, "count": count, "last_at": AT} | more)


@pytest.mark.parametrize(
    ("askings", "keys"),
    [
        ([asking(), asking("suggestions")], ["title:红楼梦|"]),
        ([asking(title="《紅樓夢》"), asking(title="红楼梦")], ["title:红楼梦|"]),
        ([asking(), asking("refused", isbn=ISBN)], [f"isbn:{ISBN}"]),
        ([asking("missed", title="", isbn=ISBN), asking("refused", isbn=ISBN)], [f"isbn:{ISBN}"]),
        ([asking("suggestions", author="曹雪芹"), asking("refused", isbn=ISBN)], [f"isbn:{ISBN}"]),
        (
            [asking("suggestions", author="曹雪芹"), asking("holds", isbn=ISBN, author="曹雪芹; 高鹗")],
            [f"isbn:{ISBN}"],
        ),
        # another author's book of this name is another book
        (
            [asking("suggestions", author="王扶林"), asking("holds", isbn=ISBN, author="曹雪芹")],
            [f"isbn:{ISBN}", "title:红楼梦|王扶林"],
        ),
        # two editions: nobody knows which one was searched for
        (
            [asking("refused", isbn=ISBN), asking("refused", isbn=OTHER), asking()],
            [f"isbn:{ISBN}", f"isbn:{OTHER}", "title:红楼梦|"],
        ),
        ([asking(), asking(title="三体")], ["title:三体|", "title:红楼梦|"]),
    ],
)
def test_one_title_is_one_line(askings: list[Asking], keys: list[str]) -> None:
    assert sorted(one.key for one in gather(askings)) == keys
    assert sorted(one.key for one in gather(askings[::-1])) == keys


def test_a_line_says_the_most_that_is_known_and_counts_by_source() -> None:
    found = gather([
        asking("missed", count=1),
        asking("suggestions", count=4, author="曹雪芹", about=(7,)),
        asking("refused", count=2, isbn=ISBN, last_at=AT + timedelta(hours=1)),
    ])  # fmt: skip
    (one,) = found
    assert (one.isbn, one.author, one.suggestions, one.last_at) == (ISBN, "曹雪芹", (7,), AT + timedelta(hours=1))
    assert one.counts == {"missed": 1, "suggestions": 4, "refused": 2}
    assert explain(one.counts).zh == "4 人荐购，书店 2 次没借成，1 天有人检索不到"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((asking("suggestions"), Supply()), (asking("refused", "三体"), Supply())),
        ((asking("refused"), Supply()), (asking("missed", "三体"), Supply())),
        ((asking("missed", count=4), Supply()), (asking("suggestions", "三体"), Supply())),
        # a copy that is there or comes answers part of it
        ((asking("suggestions", count=2), Supply()), (asking("suggestions", "三体", 3), Supply(copies=1))),
        ((asking("suggestions", count=2), Supply()), (asking("suggestions", "三体", 3), Supply(on_order=1))),
        ((asking("suggestions", count=4), Supply(on_order=1)), (asking("suggestions", "三体"), Supply())),
        # a draft promises nothing
        ((asking("suggestions", count=3), Supply(in_draft=9)), (asking("suggestions", "三体", 2), Supply())),
        # as many points a copy: more askings first, then what was asked for last, then by name
        ((asking("suggestions", count=2), Supply(copies=1)), (asking("suggestions", "三体"), Supply())),
        ((asking(last_at=AT + timedelta(1)), Supply()), (asking(title="三体"), Supply())),
        ((asking(title="三体"), Supply()), (asking(title="甲"), Supply())),
    ],
)
def test_the_most_wanted_comes_first(first: tuple[Asking, Supply], second: tuple[Asking, Supply]) -> None:
    titles = gather([second[0], first[0]])
    supply = {key_of(None, one.title): there for one, there in (first, second)}
    rows = rank(titles, supply)
    assert [(row.rank, row.wanted.title) for row in rows] == [(1, first[0].title), (2, second[0].title)]


def test_every_source_has_a_weight_and_says_it() -> None:
    assert {source: weight.points for source, weight in WEIGHTS.items()} == {
        "suggestions": 3,
        "holds": 3,
        "refused": 2,
        "missed": 1,
    }


@pytest.mark.parametrize(
    ("waiting", "copies", "per_copy", "expected"),
    [
        (0, 0, 4, False), (1, 0, 4, True), (1, 0, None, True), (4, 1, 4, False), (5, 1, 4, True), (8, 2, 4, False), (9, 2, 4, True),
        (99, 1, None, False), (1, 1, 0, True),
    ],
)  # fmt: skip
def test_when_too_many_wait(waiting: int, copies: int, per_copy: int | None, expected: bool) -> None:
    assert is_unmet(waiting, copies, per_copy) is expected


@pytest.mark.parametrize(
    ("hours", "key", "expected"),
    [(0, "title:红楼梦|", True), (1, "title:红楼梦|", True), (-1, "title:红楼梦|", False), (1, "title:三体|", False)],
)
def test_what_was_put_aside_stays_off_until_something_new_asks(hours: int, key: str, expected: bool) -> None:
    (one,) = gather([asking()])
    put = Aside(key=key, title="", reason="不适合", at=AT + timedelta(hours=hours), author="li")
    assert (is_aside(one, {put.key: put}) is not None) is expected


def test_a_title_put_aside_before_its_number_was_known_stays_aside() -> None:
    (one,) = gather([asking(), asking("refused", isbn=ISBN)])
    put = Aside(key="title:红楼梦|", title="", reason="不适合", at=AT, author="li")
    assert (one.key, is_aside(one, {put.key: put})) == (f"isbn:{ISBN}", put)


@pytest.mark.parametrize(
    ("words", "field", "expected"),
    [
        ("红楼梦", "any", True), ("红楼梦", "title", True), (ISBN, "isbn", True), ("红楼梦", None, True), ("曹雪芹", "author", False),
        ("红", "any", False), ("!!", "any", False), ("一" * 61, "any", False),
    ],
)  # fmt: skip
def test_which_words_may_be_a_title(words: str, field: str | None, expected: bool) -> None:
    assert asks_for_title(words, field) is expected


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["purchase.budget"], True), (["purchase.quota", "purchase.price"], True), (["purchase.kind"], False),
        (["purchase.budget", "purchase.class"], False), (["purchase.copies"], False), ([], True),
    ],
)  # fmt: skip
def test_which_refusals_leave_a_wish(codes: list[str], expected: bool) -> None:
    assert is_wish(codes) is expected
