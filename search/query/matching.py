"""A clause as it is written: which tokens, in a row or not. Readings by sound and by number are
elsewhere.
"""

from __future__ import annotations

from typing import Final

from search.analysis.tokens import Run, phrase_tokens, run_tokens
from search.port import And, Leaf, Or, Query
from search.query.syntax import Clause

# Arabic numbers as volumes are counted otherwise, as tokens: Roman, and 第一 and so on.
_ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_VOLUMES: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    str(n): ((roman,), (f"第{han}",))
    for n, (roman, han) in enumerate(zip(_ROMAN, "一二三四五六七八九十", strict=True), 1)
}


def text_query(clause: Clause, group: str) -> Query:
    """Inside a word Han runs stand for themselves (Python编程 finds Python 3 编程 too), other runs stand in
    a row (3.5).
    """
    if clause.is_phrase:
        return phrase_query(list(clause.runs), group)
    parts = _parts(clause)
    if not clause.is_open:
        return all_of([_part_query(part, group, is_inside=i > 0) for i, part in enumerate(parts)])
    last = parts.pop()
    before = [phrase_query(part, group) for part in [*parts, last[:-1]] if part]
    return all_of([*before, Leaf(group=group, mode="prefix", tokens=(last[-1].text,))])


def phrase_query(phrase: list[Run], group: str) -> Query:
    """Runs in a row. A single Han character at the end is asked for as the beginning of a pair."""
    last = phrase[-1]
    if not last.is_cjk or len(last.text) > 1:
        return row(group, tuple(phrase_tokens(phrase)))
    character = Leaf(group=group, mode="prefix", tokens=(last.text,))
    before = tuple(token for run in phrase[:-1] for token in run_tokens(run))
    return And((row(group, before), character)) if before else character


def parted_query(run: Run, group: str) -> Query:
    """A Han run cut in two at every place: title and author are often written in one (三体刘慈欣)."""
    length = len(run.text)
    ways = [(run.text[:cut], run.text[cut:]) for cut in range(2, length - 1)]
    return any_of([all_of([run_query(left, group), run_query(right, group)]) for left, right in ways])


def row(group: str, tokens: tuple[str, ...], boost: float = 1.0) -> Leaf:
    return Leaf(group=group, mode="phrase" if len(tokens) > 1 else "term", tokens=tokens, boost=boost)


def all_of(parts: list[Query]) -> Query:
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def any_of(parts: list[Query]) -> Query:
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def _part_query(part: list[Run], group: str, *, is_inside: bool) -> Query:
    """A small number behind Han characters may count volumes: 三体2 is 三体 Ⅱ too, 平凡的世界2 also 平凡的世界 第二部."""
    written = phrase_query(part, group)
    number = part[0].text if len(part) == 1 else ""
    if not is_inside or number not in _VOLUMES:
        return written
    return any_of([written, *(row(group, tokens) for tokens in _VOLUMES[number])])


def _parts(clause: Clause) -> list[list[Run]]:
    parts: list[list[Run]] = []
    for run in clause.runs:
        if parts and not run.is_cjk and not parts[-1][-1].is_cjk:
            parts[-1].append(run)
        else:
            parts.append([run])
    return parts


def run_query(text: str, group: str) -> Query:
    """Han characters in just this order."""
    return phrase_query([Run(text, True, 0, len(text))], group)
