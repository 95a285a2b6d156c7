"""From text to clauses: words, phrases, what is not wanted, what is an alternative, what brackets hold together, and where each is to be
looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalog.fold import fold
from search.analysis.tokens import Run, runs
from search.query.brackets import CLOSE, OPEN, mark_groups

_MARKS: Final = "“”„‟«»「」『』"
_QUOTES = str.maketrans(dict.fromkeys(_MARKS, '"'))
_PIECE = re.compile(
    rf'(?P<minus>(?<![^\s{OPEN}{CLOSE}])-(?=\S))?(?:(?P<bracket>[{OPEN}{CLOSE}])|"(?P<phrase>[^"]*)"?|(?P<word>[^\s"{OPEN}{CLOSE}]+))'
)
_EITHER = frozenset(("OR", "|", "||"))
_BOTH = frozenset(("AND", "&", "&&"))
# Between two longer words or phrases these are no part of a title.
_HAN_OPERATORS = {"或": "OR", "与": "AND", "非": "NOT"}
OPERATORS: Final = frozenset({*_EITHER, *_BOTH, "NOT", *_HAN_OPERATORS})
GROUPING: Final = frozenset(f'"{_MARKS}()（）')  # what holds words together, as people write it


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One word or phrase. `is_open` leaves the end of its last word open; `joins` makes it an alternative to
    the one before. `group` is where it is to be looked for, None for where the whole query looks. `led_by` is the Han word before it that
    was taken for an operator, and may be part of a title all the same.
    """

    text: str
    runs: tuple[Run, ...]
    is_phrase: bool = False
    is_negated: bool = False
    is_open: bool = False
    joins: bool = False
    group: str | None = None
    led_by: str = ""

    @property
    def latin_word(self) -> str | None:
        """The word, where it may be pinyin or initials."""
        if len(self.runs) > 1 or self.is_phrase or self.is_negated or self.is_open:
            return None
        word = self.runs[0].text
        return word if word.isascii() and word.isalpha() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """Clauses held together, of which there are some."""

    parts: tuple[Part, ...]
    is_negated: bool = False
    joins: bool = False


Part = Clause | Bracket


def read_parts(plain: str, groups: Mapping[str, str]) -> list[Part]:
    """`plain` is in NFKC. `groups` are the names that stand before a colon (作者:鲁迅) and the groups they mean. A quotation mark that is
    never closed reaches to the end; an operator or name with nothing behind it is a word like others, unless there are other words.
    """
    quoted = plain.translate(_QUOTES)
    return _Reader(groups).read(mark_groups(quoted)) or _Reader({}, with_operators=False).read(quoted)


def flat(parts: Sequence[Part]) -> Iterator[Clause]:
    """All clauses in the order they are written."""
    for part in parts:
        if isinstance(part, Clause):
            yield part
        else:
            yield from flat(part.parts)


def wanted(parts: Sequence[Part]) -> Iterator[Clause]:
    """Those that are not left out, by themselves or with their bracket."""
    for part in parts:
        if part.is_negated:
            continue
        if isinstance(part, Clause):
            yield part
        else:
            yield from wanted(part.parts)


def first(parts: Sequence[Part], count: int) -> list[Part]:
    """The first so many clauses, in their brackets."""
    kept: list[Part] = []
    for part in parts:
        if count <= 0:
            break
        if isinstance(part, Bracket):
            inner = first(part.parts, count)
            count -= sum(1 for _ in flat(inner))
            kept.append(replace(part, parts=tuple(inner)))
        else:
            count -= 1
            kept.append(part)
    return kept


class _Level:
    """What stands in one bracket, and what was read before the next of it."""

    def __init__(self, group: str | None, *, negates: bool = False, joins: bool = False) -> None:
        self.found: list[Part] = []
        self.group = group
        self.is_negated, self.is_joined = negates, joins
        self.reset()

    def reset(self) -> None:
        self.joins = self.negates = False
        self.named: str | None = None
        self.led_by = ""

    def add(self, part: Part) -> None:
        self.found.append(part)
        self.reset()


class _Reader:
    """Levels of brackets, the innermost last."""

    def __init__(self, groups: Mapping[str, str], *, with_operators: bool = True) -> None:
        self._groups = groups
        self._with_operators = with_operators
        self._levels = [_Level(None)]

    def read(self, marked: str) -> list[Part]:
        pieces = list(_PIECE.finditer(marked))
        for i, piece in enumerate(pieces):
            if piece["bracket"]:
                self._open_or_close(piece)
            elif not self._is_operator(self._operator(pieces, i)):
                self._take(piece)
        return self._levels[0].found

    def _operator(self, pieces: Sequence[re.Match[str]], i: int) -> str | None:
        word = pieces[i]["word"]
        if not self._with_operators or word not in _HAN_OPERATORS:
            return word if self._with_operators else None
        if 0 < i < len(pieces) - 1 and _is_long(pieces[i - 1], OPEN) and _is_long(pieces[i + 1], CLOSE):
            self._levels[-1].led_by = word
            return _HAN_OPERATORS[word]
        return word

    def _open_or_close(self, piece: re.Match[str]) -> None:
        level = self._levels[-1]
        if piece["bracket"] == OPEN:
            negates = level.negates or piece["minus"] is not None
            inner = _Level(level.named or level.group, negates=negates, joins=level.joins and not negates)
            level.reset()
            self._levels.append(inner)
        elif len(self._levels) > 1:
            self._levels.pop()
            if level.found:
                made = Bracket(parts=tuple(level.found), is_negated=level.is_negated, joins=level.is_joined)
                self._levels[-1].add(made)

    def _is_operator(self, word: str | None) -> bool:
        level = self._levels[-1]
        if word in _EITHER:
            level.joins = bool(level.found) and not level.found[-1].is_negated
        elif word in _BOTH:
            level.joins = False
        elif word == "NOT":
            level.negates = True
        else:
            return False
        return True

    def _take(self, piece: re.Match[str]) -> None:
        level = self._levels[-1]
        group, text = self._split(piece)
        level.negates = level.negates or piece["minus"] is not None
        if group is not None and not text:  # its word comes next
            level.named = group
            return
        clause = _clause(
            text,
            is_phrase=piece["phrase"] is not None,
            is_negated=level.negates,
            joins=level.joins,
            group=group or level.named or level.group,
            led_by=level.led_by,
        )
        if clause is not None:
            level.add(clause)

    def _split(self, piece: re.Match[str]) -> tuple[str | None, str]:
        """A name that is known and what stands behind its colon; a colon behind any other word is part of the text (三体II:黑暗森林)."""
        if piece["word"] is None:
            return None, piece["phrase"] or ""
        name, colon, rest = piece["word"].partition(":")
        group = self._groups.get(name.strip("(").casefold()) if colon else None
        return (None, piece["word"]) if group is None else (group, rest)


def _is_long(piece: re.Match[str], not_this: str) -> bool:
    return piece["bracket"] != not_this and (piece["word"] is None or len(piece["word"]) > 1)


def _clause(
    text: str, *, is_phrase: bool, is_negated: bool, joins: bool, group: str | None, led_by: str
) -> Clause | None:
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
        led_by=led_by,
    )
