"""Puts the clauses together into a query tree of at most 32 leaves."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby

from search.analysis.tokens import query_tokens, squeezed
from search.fields import GROUP_BY_NAME, Group
from search.port import All, And, Leaf, Not, Or, Query
from search.query.matching import all_of, any_of, parted_query, signed_query, text_query
from search.query.readings import as_numbers, by_sound, row_by_sound, whole_number
from search.query.syntax import Clause, clauses

LONGEST_QUERY = 256
MOST_LEAVES = 32

_EXACT = {"any": ("title_whole", "author_whole"), "title": ("title_whole",), "author": ("author_whole",)}
_EXACT_BOOST = {"title_whole": 10.0, "author_whole": 5.0}
_PARTABLE = range(4, 13)


class QueryTooLong(ValueError):
    """More than 256 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuery:
    """`relaxed` is for when `tree` finds nothing. `needles` and `relaxed_needles` are what to mark in a
    title, `words` the wanted words as typed, `ignored` the words beyond what one query may hold.
    """

    tree: Query
    relaxed: Query | None = None
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
    plain = unicodedata.normalize("NFKC", text)
    number = whole_number(plain, group)
    if number is not None:
        return ParsedQuery(tree=number, words=(plain.strip(),))
    taken, ignored = _affordable(clauses(plain), group)
    if not taken:
        return ParsedQuery(tree=Or(()) if plain.strip() else All(), ignored=ignored)
    wanted = [clause for clause in taken if not clause.is_negated]
    return ParsedQuery(
        tree=_Tree(taken, group).build(),
        relaxed=_relaxed(taken, group),
        needles=frozenset(run.text for clause in wanted for run in clause.runs),
        relaxed_needles=frozenset(t for clause in wanted for run in clause.runs for t in query_tokens(run)),
        words=tuple(clause.text for clause in wanted),
        ignored=ignored,
    )


def leaves(query: Query) -> list[Leaf]:
    """All leaves of a tree, those under Not included."""
    match query:
        case Leaf():
            return [query]
        case And(parts) | Or(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(part):
            return leaves(part)
        case All():
            return []


class _Tree:
    """The words as written are certain to fit; other ways to read them are added while there is room."""

    def __init__(self, taken: list[Clause], group: Group) -> None:
        self._clauses = taken
        self._group = group
        self._room = MOST_LEAVES - _cost(taken, group)

    def build(self) -> Query:
        required: list[Query] = []
        for are_latin, units in groupby(self._units(), key=_is_latin):
            if are_latin:
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
            return signed_query(unit[0], self._group.name)
        return any_of([self._readings(clause) for clause in unit])

    def _latin_row(self, row: list[Clause]) -> Query:
        """Latin words next to each other may be one name in pinyin."""
        whole = row_by_sound(row, self._group)
        words = [self._readings(clause, bool(whole), len(self._clauses) == 1) for clause in row]
        return any_of([all_of(words), *self._afford(whole)])

    def _readings(self, clause: Clause, among_syllables: bool = False, is_alone: bool = False) -> Query:
        numbers = as_numbers(clause, self._group)
        sounds = by_sound(clause, self._group, among_syllables=among_syllables, is_alone=is_alone)
        return any_of([text_query(clause, self._group.name), *self._afford([*numbers, *sounds])])

    def _exact(self) -> list[Leaf]:
        """A book that is called just so, or an author of that name, comes first."""
        if any(clause.is_negated or clause.joins for clause in self._clauses):
            return []
        whole = squeezed(" ".join(clause.text for clause in self._clauses))
        names = _EXACT.get(self._group.name, ())
        return self._afford(
            [Leaf(group=name, mode="term", tokens=(whole,), boost=_EXACT_BOOST[name]) for name in names]
        )

    def _afford(self, extra: list[Leaf]) -> list[Leaf]:
        taken = extra[: self._room]
        self._room -= len(taken)
        return taken


def _is_latin(unit: list[Clause]) -> bool:
    return len(unit) == 1 and unit[0].latin_word is not None


def _cost(taken: list[Clause], group: Group) -> int:
    return sum(len(leaves(text_query(clause, group.name))) for clause in taken)


def _affordable(found: list[Clause], group: Group) -> tuple[list[Clause], tuple[str, ...]]:
    """As many clauses as fit when read as written, and the words of the rest."""
    room = MOST_LEAVES
    for i, clause in enumerate(found):
        room -= _cost([clause], group)
        if room < 0:
            return found[:i], tuple(rest.text for rest in found[i:])
    return found, ()


def _relaxed(taken: list[Clause], group: Group) -> Query | None:
    """The first long Han run cut in two at every place, the other clauses as they are."""
    for i, clause in enumerate(taken):
        run = clause.runs[0]
        if clause.is_negated or len(clause.runs) > 1 or not run.is_cjk or len(run.text) not in _PARTABLE:
            continue
        others = [signed_query(other, group.name) for other in [*taken[:i], *taken[i + 1 :]]]
        tree = all_of([parted_query(run, group.name), *others])
        return tree if len(leaves(tree)) <= MOST_LEAVES else None
    return None
