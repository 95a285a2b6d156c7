"""From text to clauses: words, phrases, what is not wanted, what is an alternative. Knows nothing of
fields.
"""

from __future__ import annotations

import re
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
    the clause before.
    """

    text: str
    runs: tuple[Run, ...]
    is_phrase: bool = False
    is_negated: bool = False
    is_open: bool = False
    joins: bool = False

    @property
    def latin_word(self) -> str | None:
        """The word, where it may be pinyin or initials."""
        if len(self.runs) > 1 or self.is_phrase or self.is_negated or self.is_open:
            return None
        word = self.runs[0].text
        return word if word.isascii() and word.isalpha() else None


def clauses(plain: str) -> list[Clause]:
    """`plain` is in NFKC. A quotation mark that is never closed reaches to the end; an operator with nothing
    to join is dropped, unless there is nothing else.
    """
    return _read(plain, with_operators=True) or _read(plain, with_operators=False)


def _read(plain: str, *, with_operators: bool) -> list[Clause]:
    found: list[Clause] = []
    joins = negates = False
    for piece in _PIECE.finditer(plain.translate(_QUOTES)):
        operator = piece["word"] if with_operators else None
        if operator in _EITHER:
            joins = bool(found) and not found[-1].is_negated
        elif operator in _BOTH:
            joins = False
        elif operator == "NOT":
            negates = True
        elif (clause := _clause(piece, negates, joins)) is not None:
            found.append(clause)
            joins = negates = False
    return found


def _clause(piece: re.Match[str], negates: bool, joins: bool) -> Clause | None:
    text = piece["word"] or piece["phrase"] or ""
    found = tuple(runs(fold(text)))
    if not found:
        return None
    is_negated = negates or piece["minus"] is not None
    is_phrase = piece["phrase"] is not None
    last = found[-1]
    return Clause(
        text=text,
        runs=found,
        is_phrase=is_phrase,
        is_negated=is_negated,
        is_open=text.endswith("*") and not is_phrase and not last.is_cjk and len(last.text) > 1,
        joins=joins and not is_negated,
    )
