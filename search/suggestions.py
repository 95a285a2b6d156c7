"""What the reader may have meant, and what they may be about to type. Words come from the index itself, so a suggestion finds something."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import product
from string import ascii_lowercase

from catalog.fold import fold
from search.analysis import pinyin
from search.analysis.tokens import runs, squeezed
from search.documents import HEADING_DIVIDER
from search.port import SearchEngine

_MOST_LOOKED_AT = 400
_SHORTEST_LATIN = 2
_LONGEST_CORRECTED = 24
MOST_CORRECTED = 4
_CHOICES = 8  # for one word
_MOST_SUGGESTED = 16
_VOCABULARY = ("title", "author", "subject")
_KINDS = ("title", "author", "subject")


@dataclass(frozen=True, slots=True)
class Heading:
    """`kind` is title, author or subject; `count` in about how many titles it stands."""

    text: str
    kind: str
    count: int


def suggest_headings(engine: SearchEngine, typed: str, size: int) -> tuple[Heading, ...]:
    """Headings that begin as typed: in Han characters, by sound or by initials; complete ones first, then frequent, then short ones."""
    prefix = squeezed(typed)
    if not prefix or (prefix.isascii() and len(prefix) < _SHORTEST_LATIN):
        return ()
    best: dict[tuple[str, str], tuple[bool, int]] = {}
    for start in dict.fromkeys((prefix, prefix.replace(" ", ""))):
        for line, count in _lines(engine, start):
            key, kind, text = line
            best.setdefault((kind, text), (key == start, count))
    ranked = sorted(best.items(), key=lambda entry: (not entry[1][0], -entry[1][1], len(entry[0][1]), entry[0]))
    return tuple(Heading(text, kind, count) for (kind, text), (_, count) in ranked[:size])


def suggest_words(engine: SearchEngine, words: Sequence[str], unknown: Container[str]) -> list[str]:
    """The words with those replaced that find nothing, likeliest first: Han words by headings that sound alike, Latin ones by words one
    slip away. Several, for the most frequent word need not be the one that stands beside the others."""
    choices = [_better(engine, word)[:_CHOICES] if word in unknown else [] for word in words]
    if not any(choices):
        return []
    ranked = [enumerate(better or [word]) for better, word in zip(choices, words, strict=True)]
    ways = nsmallest(_MOST_SUGGESTED, product(*ranked), key=lambda way: sum(rank for rank, _ in way))
    return [" ".join(word for _, word in way) for way in ways]


def _better(engine: SearchEngine, word: str) -> list[str]:
    found = runs(fold(word))
    if len(found) != 1:
        return []
    run = found[0]
    return _sounding_alike(engine, run.text) if run.is_cjk else _one_slip_away(engine, run.text)


def _sounding_alike(engine: SearchEngine, written: str) -> list[str]:
    sound = "".join("".join(syllables) for syllables in pinyin.sound_out(written))
    if not sound or len(written) < 2:
        return []
    alike = [
        (count, _KINDS.index(kind), text)
        for (_, kind, text), count in _lines(engine, sound + HEADING_DIVIDER)
        if squeezed(text) != written and len(squeezed(text)) == len(written)
    ]
    alike.sort(key=lambda heading: (-heading[0], heading[1], heading[2]))
    return list(dict.fromkeys(text for _, _, text in alike))


def _one_slip_away(engine: SearchEngine, word: str) -> list[str]:
    if not (3 <= len(word) <= _LONGEST_CORRECTED and word.isascii() and word.isalpha()):
        return []
    counts = engine.frequencies(_VOCABULARY, _slips(word))
    return sorted(counts, key=lambda candidate: (-counts[candidate], candidate))


def _slips(word: str) -> Iterator[str]:
    """Every word one letter off: left out, doubled, changed or swapped with its neighbour."""
    seen = {word}
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        edits = [head + letter + tail for letter in ascii_lowercase]
        if tail:
            edits += [head + tail[1:], *(head + letter + tail[1:] for letter in ascii_lowercase)]
        if len(tail) > 1:
            edits.append(head + tail[1] + tail[0] + tail[2:])
        for edit in edits:
            if edit not in seen:
                seen.add(edit)
                yield edit


def _lines(engine: SearchEngine, prefix: str) -> Iterator[tuple[tuple[str, str, str], int]]:
    for bucket in engine.headings(prefix, _MOST_LOOKED_AT):
        key, kind, text = bucket.value.split(HEADING_DIVIDER)
        yield (key, kind, text), bucket.count
