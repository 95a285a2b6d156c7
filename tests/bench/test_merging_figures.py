"""Precision and recall of merging, told from who is under which title and who waits."""

from __future__ import annotations

from bench.matching import Outcome, Truth, judge, table

TRUTH = {
    ("a", "1"): Truth(manifestation=1, kind="new"),
    ("a", "2"): Truth(manifestation=2, kind="new"),
    ("a", "3"): Truth(manifestation=3, kind="edition"),
    ("b", "1"): Truth(manifestation=1, kind="dup"),
    ("c", "1"): Truth(manifestation=1, kind="dup"),
    ("b", "2"): Truth(manifestation=2, kind="dup"),
}


def test_all_placed_rightly_is_perfect() -> None:
    figures = judge(TRUTH, Outcome(title_of={key: one.manifestation for key, one in TRUTH.items()}, waiting={}))
    assert (figures.precision, figures.recall, figures.titles, figures.books) == (1.0, 1.0, 3, 3)
    assert figures.holds


def test_an_edition_merged_with_its_predecessor_costs_precision() -> None:
    placed = {key: one.manifestation for key, one in TRUTH.items()} | {("a", "3"): 1}
    figures = judge(TRUTH, Outcome(title_of=placed, waiting={}))
    assert (figures.precision, figures.recall) == (4 / 7, 1.0)  # three and one pairs of one book, and three wrong ones
    assert figures.told["edition"] == {"wrong": 1}
    assert not figures.holds


def test_what_waits_or_was_missed_costs_recall_and_waiting_is_made_good_by_a_librarian() -> None:
    placed = {key: one.manifestation for key, one in TRUTH.items()} | {("b", "2"): 9}
    del placed["c", "1"]
    figures = judge(TRUTH, Outcome(title_of=placed, waiting={("c", "1"): (2, 1)}))
    assert (figures.precision, figures.recall, figures.reachable) == (1.0, 1 / 4, 3 / 4)
    assert figures.told["dup"] == {"right": 1, "review": 1, "wrong": 1}
    assert "| recall 查全 | 0.2500 |" in table(figures)
