"""Marks the words asked for in a text as it was written. Whatever the text holds comes out escaped: records
are not trusted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from catalog.fold import fold_with_offsets
from search.analysis.tokens import runs


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text as written, and whether it was asked for."""

    text: str
    is_match: bool


def highlight(text: str, needles: Iterable[str]) -> tuple[Segment, ...]:
    """`needles` are folded: runs of Han characters, found anywhere, and Latin words, found as whole
    words.
    """
    folded = fold_with_offsets(text)
    places = _merged(_places(folded[0], frozenset(needles))) if folded else []
    if folded is None or not places:
        return (Segment(text, False),) if text else ()
    segments: list[Segment] = []
    done = 0
    for start, end in _source(folded[1], places):
        segments += [
            Segment(text[done : max(start, done)], False),
            Segment(text[max(start, done) : end], True),
        ]
        done = end
    return tuple(segment for segment in [*segments, Segment(text[done:], False)] if segment.text)


def to_html(segments: Iterable[Segment]) -> str:
    return "".join(f"<mark>{escape(s.text)}</mark>" if s.is_match else escape(s.text) for s in segments)


def _places(folded: str, needles: frozenset[str]) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    for run in runs(folded):
        if not run.is_cjk:
            places += [(run.start, run.end)] if run.text in needles else []
            continue
        for needle in needles:
            at = run.text.find(needle)
            while at >= 0:
                places.append((run.start + at, run.start + at + len(needle)))
                at = run.text.find(needle, at + 1)
    return sorted(places)


def _merged(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in places:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _source(offsets: list[int], places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in the text as written. A character that folds to several (㎏) is marked whole."""
    return [(offsets[start], offsets[bisect_right(offsets, offsets[end - 1])]) for start, end in places]
