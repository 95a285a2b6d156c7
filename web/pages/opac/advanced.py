"""Searching by a form: several rows become the same forgiving query that one could type, and the address of its results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.http import context
from branches.rights import PUBLIC
from catalog.languages import LANGUAGES
from catalog.readership import READERSHIPS
from catalog.reference import CLASSES
from kernel.http import right
from kernel.i18n import Text
from search.fields import GROUP_BY_NAME, GROUPS
from web.pages import choices
from web.pages.opac.blueprint import page

Operator = Literal["and", "or", "not"]

ROWS: Final = 4
OPERATORS: Final[dict[Operator, Text]] = {
    "and": Text("并且", "and"),
    "or": Text("或者", "or"),
    "not": Text("但不要", "but not"),
}
FILTERS: Final = ("org", "available", "lang", "class", "type", "audience")
_WORD: Final = re.compile(r'"[^"]*"?|[^\s"]+')  # a phrase in quotation marks stays whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Words to look for in a field, and how they join what stands before."""

    words: str
    group: str = "any"
    operator: Operator = "and"


def build_query(rows: Sequence[Row]) -> tuple[str, str]:
    """The text and the field of the search. Rows that look in different fields name theirs in the text."""
    rows = [row for row in rows if row.words]
    groups = {row.group for row in rows}
    common = groups.pop() if len(groups) == 1 else None
    parts: list[str] = []
    for number, row in enumerate(rows, start=1):
        is_alternative = any(following.operator == "or" for following in rows[number : number + 1])
        prefix = "" if common is not None or row.group == "any" else f"{GROUP_BY_NAME[row.group].label.zh}:"
        if parts and row.operator != "and":
            parts += [row.operator.upper(), prefix + _as_one(row.words)]
        elif is_alternative:
            parts.append(prefix + _as_one(row.words))
        else:
            parts += [prefix + word for word in _WORD.findall(row.words)]
    return " ".join(parts), common or "any"


def _as_one(text: str) -> str:
    """What is joined by OR or NOT is one thing: several words stand together."""
    plain = text.replace('"', " ").split()
    return plain[0] if len(plain) == 1 else f'"{" ".join(plain)}"'


@page.route("/search/advanced", methods=["GET"])
@right(PUBLIC)
def advanced() -> ResponseReturnValue:
    """The form; sent, it leads on to the results, whose address is the whole state."""
    if "go" in request.args:
        text, field = build_query(_rows())
        given = {name: request.args.get(name, "").strip() for name in (*FILTERS, "from", "to", "sort")}
        values = {"q": text, "field": "" if field == "any" else field} | given
        return redirect(url_for("opac.search", **{name: value for name, value in values.items() if value}))  # type: ignore[arg-type]
    asked = context()
    return render_template(
        "opac/advanced.html",
        rows=ROWS,
        first=request.args.get("q", "").strip(),
        groups=GROUPS,
        operators=OPERATORS,
        languages=LANGUAGES,
        classes=CLASSES.get(asked.session).main,
        readerships=READERSHIPS,
        units=choices.units(asked, {unit.id for unit in asked.tree.in_order if not unit.is_closed}),
        item_types=choices.item_types(asked),
    )


def _rows() -> list[Row]:
    return [_row(number) for number in range(ROWS)]


def _row(number: int) -> Row:
    words = " ".join(request.args.get(f"words{number}", "").split())
    group = request.args.get(f"in{number}", "any")
    operator: Operator = "and"
    for known in OPERATORS:
        if request.args.get(f"join{number}") == known:
            operator = known
    return Row(words=words, group=group if group in GROUP_BY_NAME else "any", operator=operator)
