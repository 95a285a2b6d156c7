"""Puts the clauses together into a query tree of at most 32 leaves."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from search.analysis.tokens import query_tokens, squeezed
from search.fields import GROUP_BY_NAME, GROUP_BY_PREFIX, Group
from search.port import All, Leaf, Not, Or, Query
from search.query.limits import NO_LIMITS, Limits, take_limits
from search.query.matching import all_of, any_of
from search.query.placing import cost, group_of, written
from search.query.readings import as_numbers, by_sound, row_by_sound, whole_number, whole_sound
from search.query.relaxing import loosened, parted
from search.query.synonyms import as_heading
from search.query.syntax import GROUPING, OPERATORS, Bracket, Clause, Part, first, flat, read_parts, wanted

LONGEST_QUERY = 256
MOST_LEAVES = 32
MOST_LEFT_OUT = 5

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
    does without one of the words, for when that finds nothing either. `needles` and `relaxed_needles` are what to mark in a title,
    `words` the wanted words as typed (none where brackets hold some together), `ignored` the words beyond what one query may hold.
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
    taken, ignored = _affordable(read_parts(plain, GROUP_BY_PREFIX), group)
    if not taken:
        return ParsedQuery(tree=Or(()) if plain.strip() else All(), limits=limits, ignored=ignored)
    sought = list(wanted(taken))
    unbracketed = [part for part in taken if isinstance(part, Clause)]
    is_plain = len(unbracketed) == len(taken)
    return ParsedQuery(
        tree=_Tree(taken, group).build(),
        limits=limits,
        relaxed=_within_bounds(parted(unbracketed, group)) if is_plain else None,
        loosened=_within_bounds(loosened(unbracketed, group)) if is_plain else None,
        needles=frozenset(run.text for clause in sought for run in clause.runs),
        relaxed_needles=frozenset(t for clause in sought for run in clause.runs for t in query_tokens(run)),
        words=tuple(clause.text for clause in sought) if is_plain else (),
        ignored=ignored,
    )


def with_a_word_less(text: str, field: str = "any") -> list[str]:
    """A query with each of its words left out. Operators go with what they join, what marks or brackets hold together is not taken apart;
    where no word that is looked for would be left, that is none."""
    words = [word for word in text.split() if word not in OPERATORS]
    if not 2 <= len(words) <= MOST_LEFT_OUT or GROUPING.intersection(text):
        return []
    fewer = dict.fromkeys(" ".join(words[:i] + words[i + 1 :]) for i in range(len(words)))
    return [text for text in fewer if parse(text, field).words]


class _Tree:
    """The words as written are certain to fit; other ways to read them are added while there is room."""

    def __init__(self, taken: list[Part], group: Group) -> None:
        self._parts = taken
        self._clauses = list(flat(taken))
        self._group = group
        self._room = MOST_LEAVES - _cost(self._clauses, group)

    def build(self) -> Query:
        return any_of([self._level(self._parts), *self._exact()])

    def _level(self, parts: Sequence[Part]) -> Query:
        required: list[Query] = []
        for latin_group, units in groupby(_units(parts), key=_latin_group):
            if latin_group is not None:
                required.append(self._latin_row([clause for unit in units for clause in flat(unit)]))
            else:
                required += [self._alternatives(unit) for unit in units]
        return _with_a_subject(required)

    def _alternatives(self, unit: list[Part]) -> Query:
        if unit[0].is_negated:
            return Not(self._as_written(unit[0]))
        return any_of([self._level(p.parts) if isinstance(p, Bracket) else self._readings(p) for p in unit])

    def _as_written(self, part: Part) -> Query:
        """What is left out is left out in no other reading."""
        if isinstance(part, Clause):
            return written(part, self._group)
        return _with_a_subject(
            [
                Not(self._as_written(unit[0])) if unit[0].is_negated else any_of([self._as_written(p) for p in unit])
                for unit in _units(part.parts)
            ]
        )

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
        if len(groups) > 1 or any(_is_no_title(part) for part in self._parts):
            return []
        whole = squeezed(" ".join(f"{clause.led_by} {clause.text}" for clause in self._clauses))
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


def _with_a_subject(required: list[Query]) -> Query:
    """All of them; where nothing is asked for but what is not wanted, all the rest."""
    return all_of([All(), *required] if all(isinstance(part, Not) for part in required) else required)


def _units(parts: Sequence[Part]) -> list[list[Part]]:
    """Each part with its alternatives."""
    units: list[list[Part]] = []
    for part in parts:
        if part.joins:
            units[-1].append(part)
        else:
            units.append([part])
    return units


def _latin_group(unit: list[Part]) -> tuple[str | None] | None:
    """Where a word in Latin letters is looked for; None for what is no such word."""
    part = unit[0]
    if len(unit) > 1 or isinstance(part, Bracket) or part.latin_word is None:
        return None
    return (part.group,)


def _is_no_title(part: Part) -> bool:
    """Whether it is written as no title is, but for a Han word that may be one of a title's own."""
    return isinstance(part, Bracket) or ((part.is_negated or part.joins) and not part.led_by)


def _cost(clauses: Iterable[Clause], group: Group) -> int:
    return sum(cost(written(clause, group)) for clause in clauses)


def _affordable(found: list[Part], group: Group) -> tuple[list[Part], tuple[str, ...]]:
    """As many clauses as fit when read as written, and the words of the rest."""
    room = MOST_LEAVES
    clauses = list(flat(found))
    for i, clause in enumerate(clauses):
        room -= _cost([clause], group)
        if room < 0:
            return first(found, i), tuple(rest.text for rest in clauses[i:])
    return found, ()


def _within_bounds(query: Query | None) -> Query | None:
    return query if query is not None and cost(query) <= MOST_LEAVES else None
