"""From text to clauses: words, phrases, what is not wanted, what is an alternative, and where each is to be looked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.fold import fold
from search.analysis.tokens import Run, runs

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』", '"'))
_PIECE = re.compile(r'(?P<minus>(?<!\S)-(?=\S))?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_EITHER = frozenset(("OR", "|", "||"))
_BOTH = frozenset(("AND", "&", "&&"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One word or phrase. `is_open` leaves the end of its last word open; `joins` makes it an alternative to
    the clause before. `group` is where it is to be looked for, None for where the whole query looks.
    """

    text: str
    runs: tuple[Run, ...]
    is_phrase: bool = False
    is_negated: bool = False
    is_open: bool = False
    joins: bool = False
    group: str | None = None

    @property
    def latin_word(self) -> str | None:
        """The word, where it may be pinyin or initials."""
        if len(self.runs) > 1 or self.is_phrase or self.is_negated or self.is_open:
            return None
        word = self.runs[0].text
        return word if word.isascii() and word.isalpha() else None


def clauses(plain: str, groups: Mapping[str, str]) -> list[Clause]:
    """`plain` is in NFKC. `groups` are the names that stand before a colon (作者:鲁迅) and the groups they mean. A quotation mark that is
    never closed reaches to the end; an operator or name with nothing behind it is a word like others, unless there are other words.
    """
    return _Reader(groups).read(plain) or _Reader({}, with_operators=False).read(plain)


class _Reader:
    """What was read and still waits for its word."""

    def __init__(self, groups: Mapping[str, str], *, with_operators: bool = True) -> None:
        self._groups = groups
        self._with_operators = with_operators
        self._found: list[Clause] = []
        self._joins = self._negates = False
        self._group: str | None = None

    def read(self, plain: str) -> list[Clause]:
        for piece in _PIECE.finditer(plain.translate(_QUOTES)):
            if not self._is_operator(piece["word"] if self._with_operators else None):
                self._take(piece)
        return self._found

    def _is_operator(self, word: str | None) -> bool:
        if word in _EITHER:
            self._joins = bool(self._found) and not self._found[-1].is_negated
        elif word in _BOTH:
            self._joins = False
        elif word == "NOT":
            self._negates = True
        else:
            return False
        return True

    def _take(self, piece: re.Match[str]) -> None:
        group, text = self._split(piece)
        self._negates = self._negates or piece["minus"] is not None
        if group is not None and not text:  # its word comes next
            self._group = group
            return
        clause = _clause(
            text,
            is_phrase=piece["phrase"] is not None,
            is_negated=self._negates,
            joins=self._joins,
            group=group or self._group,
        )
        if clause is not None:
            self._found.append(clause)
            self._joins = self._negates = False
            self._group = None

    def _split(self, piece: re.Match[str]) -> tuple[str | None, str]:
        """A name that is known and what stands behind its colon; a colon behind any other word is part of the text (三体II:黑暗森林)."""
        if piece["word"] is None:
            return None, piece["phrase"] or ""
        name, colon, rest = piece["word"].partition(":")
        group = self._groups.get(name.casefold()) if colon else None
        return (None, piece["word"]) if group is None else (group, rest)


def _clause(text: str, *, is_phrase: bool, is_negated: bool, joins: bool, group: str | None) -> Clause | None:
    found = tuple(runs(fold(text)))
    if not found:
        return None
    last = found[-1]
    return Clause(
        text=text,
        runs=found,
        is_phrase=is_phrase,
        is_negated=is_negated,
        is_open=text.endswith("*") and not is_phrase and not last.is_cjk and len(last.text) > 1,
        joins=joins and not is_negated,
        group=group,
    )
