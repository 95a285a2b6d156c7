"""Where a clause is looked for, and the query for it as it is written there."""

from __future__ import annotations

from search.fields import GROUP_BY_NAME, Group
from search.port import Leaf, Not, Or, Query
from search.query.matching import text_query
from search.query.readings import whole_number
from search.query.syntax import Clause


def group_of(clause: Clause, otherwise: Group) -> Group:
    return GROUP_BY_NAME[clause.group] if clause.group is not None else otherwise


def written(clause: Clause, otherwise: Group) -> Query:
    """A clause as it is written, in the group it names; a number that names its group stands by itself."""
    group = group_of(clause, otherwise)
    if clause.group is not None and group.name in ("isbn", "callno"):
        return whole_number(clause.text, group) or Or(())
    return text_query(clause, group.name)


def signed(clause: Clause, otherwise: Group) -> Query:
    query = written(clause, otherwise)
    return Not(query) if clause.is_negated else query


def cost(query: Query) -> int:
    return len(leaves(query))


def leaves(query: Query) -> list[Leaf]:
    """All leaves of a tree, those under Not included."""
    match query:
        case Leaf():
            return [query]
        case Not(part):
            return leaves(part)
        case _:
            return [leaf for part in getattr(query, "parts", ()) for leaf in leaves(part)]
