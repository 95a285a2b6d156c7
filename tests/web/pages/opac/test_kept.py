"""Answers kept for some minutes: made once, made anew when old, never more than so many."""

from __future__ import annotations

import pytest

from web.pages.opac import kept
from web.pages.opac.kept import Kept


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_made_once_until_it_is_old() -> None:
    clock, made = Clock(), list[int]()

    def make() -> int:
        made.append(1)
        return len(made)

    answers = Kept(60, clock)
    assert [answers.get("a", make), answers.get("a", make), answers.get("b", make)] == [1, 1, 2]
    clock.now = 60
    assert answers.get("a", make) == 1
    clock.now = 61
    assert answers.get("a", make) == 3


def test_an_answer_that_could_not_be_made_is_not_kept() -> None:
    def fail() -> int:
        raise RuntimeError("the database is gone")

    answers = Kept(60, Clock())
    with pytest.raises(RuntimeError):
        answers.get("a", fail)
    assert answers.get("a", lambda: 7) == 7


def test_the_oldest_answers_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    answers = Kept(60, Clock())
    for key in "abc":
        answers.get(key, lambda key=key: key)
    assert answers.get("a", lambda: "anew") == "anew"
    assert answers.get("c", lambda: "anew") == "c"
