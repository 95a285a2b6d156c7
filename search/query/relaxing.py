"""For queries that find nothing as they are written: what was written in one is parted, and at last one word may be missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from search.analysis.tokens import Run
from search.fields import Group
from search.port import Query
from search.query.matching import all_of, any_of, parted_query, run_query
from search.query.placing import group_of, signed, written
from search.query.syntax import Clause

_PARTABLE = range(4, 13)
_FEWEST, _MOST = 2, 6
# Words that join what is looked for and are themselves not to be found: 余华的活着, 鲁迅写的小说, 皮皮鲁和鲁西西.
_JOINTS = re.compile("(?:关于|有关|适合)|(?:写|著|编|画|译|讲|看|读)的|的书$|[的和与及]")


def parted(taken: Sequence[Clause], group: Group) -> Query | None:
    """The first Han run that can be parted, cut in two at every place or at its joints, the other clauses as they are."""
    for i, clause in enumerate(taken):
        ways = list(_partings(clause, group_of(clause, group).name))
        if ways:
            others = [signed(other, group) for other in [*taken[:i], *taken[i + 1 :]]]
            return all_of([any_of(ways), *others])
    return None


def loosened(taken: Sequence[Clause], group: Group) -> Query | None:
    """All words but any one of them; of two, either."""
    if any(clause.joins for clause in taken):
        return None
    wanted = [part for clause in taken if not clause.is_negated for part in _words(clause, group)]
    if not _FEWEST <= len(wanted) <= _MOST:
        return None
    ways = [all_of(list(some)) for some in combinations(wanted, len(wanted) - 1)]
    unwanted = [signed(clause, group) for clause in taken if clause.is_negated]
    return all_of([any_of(ways), *unwanted])


def _partings(clause: Clause, group: str) -> Iterator[Query]:
    run = _lone_run(clause)
    if run is None:
        return
    pieces = _pieces(run.text)
    if len(pieces) > 1:
        yield all_of([run_query(piece, group) for piece in pieces])
    if len(run.text) in _PARTABLE:
        yield parted_query(run, group)


def _words(clause: Clause, group: Group) -> list[Query]:
    run = _lone_run(clause)
    pieces = _pieces(run.text) if run is not None else []
    name = group_of(clause, group).name
    return [run_query(piece, name) for piece in pieces] if len(pieces) > 1 else [written(clause, group)]


def _lone_run(clause: Clause) -> Run | None:
    is_lone = len(clause.runs) == 1 and clause.runs[0].is_cjk and not clause.is_phrase and not clause.is_negated
    return clause.runs[0] if is_lone else None


def _pieces(text: str) -> list[str]:
    """What stands between the joints; a single character says too little."""
    return [piece for piece in _JOINTS.split(text) if len(piece) > 1]
