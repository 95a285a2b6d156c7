"""Puts the clauses together into a query tree of at most 32 leaves."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby

from search.analysis.tokens import query_tokens, squeezed
from search.fields import GROUP_BY_NAME, GROUP_BY_PREFIX, Group
from search.port import All, Leaf, Not, Or, Query
from search.query.limits import NO_LIMITS, Limits, take_limits
from search.query.matching import all_of, any_of
from search.query.placing import cost, group_of, signed, written
from search.query.readings import as_numbers, by_sound, row_by_sound, whole_number, whole_sound
from search.query.relaxing import loosened, parted
from search.query.synonyms import as_heading
from search.query.syntax import Clause, clauses

LONGEST_QUERY = 256
MOST_LEAVES = 32

_EXACT = {
    "any": ("title_whole", "author_whole", "title_sounds_whole"),
    "title": ("title_whole", "title_sounds_whole"),
    "author": ("author_whole",),
}
# Above what words in a title or name can score, however rare they are: exact comes before partial.
_EXACT_BOOST = {"title_whole": 300.0, "author_whole": 150.0, "title_sounds_whole": 60.0}


class QueryTooLong(ValueError):
    """More than 256 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuery:
    """`limits` are years and classes that the text names. `relaxed` is for when `tree` finds nothing, `loosened`, which
    does without one of the words, for when that finds nothing either. `needles` and
    `relaxed_needles` are what to mark in a title, `words` the wanted words as typed, `ignored` the words beyond what one query may
    hold.
    """

    tree: Query
    limits: Limits = NO_LIMITS
    relaxed: Query | None = None
    loosened: Query | None = None
    needles: frozenset[str] = frozenset()
    relaxed_needles: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def parse(text: str, field: str = "any") -> ParsedQuery:
    """Raises QueryTooLong, and KeyError for a field that is no search group; nothing else, whatever the
    text.
    """
    if len(text) > LONGEST_QUERY:
        raise QueryTooLong
    group = GROUP_BY_NAME[field]
    plain, limits = take_limits(unicodedata.normalize("NFKC", text))
    number = whole_number(plain, group)
    if number is not None:
        return ParsedQuery(tree=number, limits=limits, words=(plain.strip(),))
    taken, ignored = _affordable(clauses(plain, GROUP_BY_PREFIX), group)
    if not taken:
        return ParsedQuery(tree=Or(()) if plain.strip() else All(), limits=limits, ignored=ignored)
    wanted = [clause for clause in taken if not clause.is_negated]
    return ParsedQuery(
        tree=_Tree(taken, group).build(),
        limits=limits,
        relaxed=_within_bounds(parted(taken, group)),
        loosened=_within_bounds(loosened(taken, group)),
        needles=frozenset(run.text for clause in wanted for run in clause.runs),
        relaxed_needles=frozenset(t for clause in wanted for run in clause.runs for t in query_tokens(run)),
        words=tuple(clause.text for clause in wanted),
        ignored=ignored,
    )


class _Tree:
    """The words as written are certain to fit; other ways to read them are added while there is room."""

    def __init__(self, taken: list[Clause], group: Group) -> None:
        self._clauses = taken
        self._group = group
        self._room = MOST_LEAVES - _cost(taken, group)

    def build(self) -> Query:
        required: list[Query] = []
        for latin_group, units in groupby(self._units(), key=_latin_group):
            if latin_group is not None:
                required.append(self._latin_row([unit[0] for unit in units]))
            else:
                required += [self._alternatives(unit) for unit in units]
        if all(isinstance(part, Not) for part in required):
            required.insert(0, All())
        return any_of([all_of(required), *self._exact()])

    def _units(self) -> list[list[Clause]]:
        """Each clause with its alternatives."""
        units: list[list[Clause]] = []
        for clause in self._clauses:
            if clause.joins:
                units[-1].append(clause)
            else:
                units.append([clause])
        return units

    def _alternatives(self, unit: list[Clause]) -> Query:
        if unit[0].is_negated:
            return signed(unit[0], self._group)
        return any_of([self._readings(clause) for clause in unit])

    def _latin_row(self, row: list[Clause]) -> Query:
        """Latin words next to each other may be one name in pinyin."""
        whole = row_by_sound(row, group_of(row[0], self._group))
        words = [self._readings(clause, bool(whole), len(self._clauses) == 1) for clause in row]
        return any_of([all_of(words), *self._afford(whole)])

    def _readings(self, clause: Clause, among_syllables: bool = False, is_alone: bool = False) -> Query:
        group = group_of(clause, self._group)
        numbers = as_numbers(clause, group)
        sounds = by_sound(clause, group, among_syllables=among_syllables, is_alone=is_alone)
        return any_of([written(clause, self._group), *self._afford([*numbers, *sounds, *as_heading(clause, group)])])

    def _exact(self) -> list[Leaf]:
        """A book that is called just so, or an author of that name, comes first."""
        groups = {group_of(clause, self._group).name for clause in self._clauses}
        if len(groups) > 1 or any(clause.is_negated or clause.joins for clause in self._clauses):
            return []
        whole = squeezed(" ".join(clause.text for clause in self._clauses))
        wanted = {"title_whole": whole, "author_whole": whole, "title_sounds_whole": whole_sound(self._clauses)}
        return self._afford(
            [
                Leaf(group=name, mode="term", tokens=(wanted[name],), boost=_EXACT_BOOST[name])
                for name in _EXACT.get(groups.pop(), ())
                if wanted[name]
            ]
        )

    def _afford(self, extra: list[Leaf]) -> list[Leaf]:
        taken = extra[: self._room]
        self._room -= len(taken)
        return taken


def _latin_group(unit: list[Clause]) -> tuple[str | None] | None:
    """Where a word in Latin letters is looked for; None for what is no such word."""
    return (unit[0].group,) if len(unit) == 1 and unit[0].latin_word is not None else None


def _cost(taken: list[Clause], group: Group) -> int:
    return sum(cost(written(clause, group)) for clause in taken)


def _affordable(found: list[Clause], group: Group) -> tuple[list[Clause], tuple[str, ...]]:
    """As many clauses as fit when read as written, and the words of the rest."""
    room = MOST_LEAVES
    for i, clause in enumerate(found):
        room -= _cost([clause], group)
        if room < 0:
            return found[:i], tuple(rest.text for rest in found[i:])
    return found, ()


def _within_bounds(query: Query | None) -> Query | None:
    return query if query is not None and cost(query) <= MOST_LEAVES else None
