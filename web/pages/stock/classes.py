"""Choosing a class: down the tree, by words, by what the books on the same subject carry, and by how often it is used here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, render_template, request

from branches.context import Context
from branches.http import context
from catalog.callnumbers import is_class_number, tidy
from catalog.classes import ClassEntry
from catalog.reference import CLASSES
from kernel.errors import DomainError
from kernel.http import right
from kernel.i18n import Text
from search.analysis.identifiers import class_base
from search.api import engine
from search.pages import LARGEST_PAGE, Question
from search.port import EngineUnavailable
from search.query import LONGEST_QUERY
from search.service import SearchService

page = Blueprint("class_pages", __name__, url_prefix="/stock/classes")

MOST_SHOWN: Final = 60
MOST_CARRIED: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A class on the page. `used` counts the titles in it and below, None while the index is away."""

    code: str
    label: Text | None
    used: int | None


@page.route("", methods=["GET"])
@right("item.write")
def show() -> str:
    words = request.args.get("q", "").strip()[:LONGEST_QUERY]
    under = tidy(request.args.get("under", "")[:64]).upper()
    odd = bool(under) and not is_class_number(under)
    after = request.args.get("after", "")[:64]
    return render_template("stock/classes.html", odd=odd, after=after, **tables(context(), words, under, after))


def tables(asked: Context, words: str, under: str, after: str = "") -> dict[str, Any]:
    """What stands below a class, or what these words find, with how often each is used: a page of it, behind the class `after`."""
    table = CLASSES.get(asked.session)
    found = table.search(words.split()) if words else table.below(under or None)
    behind = [entry for entry in found if entry.code > after]
    entries = behind[:MOST_SHOWN]
    carried = _carried(asked, words) if words and not after else Counter[str]()
    counts = _counts({entry.code for entry in entries} | ({under} if under else set()) | carried.keys())
    return {
        "words": words,
        "under": under,
        "path": table.path(under) if under else [],
        "entries": [_shown(entry, counts) for entry in entries],
        "total": len(found),
        "following": entries[-1].code if len(behind) > MOST_SHOWN else "",
        "carried": [
            (Shown(code=code, label=_name(asked, code), used=counts.get(code) if counts else None), count)
            for code, count in carried.most_common(MOST_CARRIED)
        ],
        "used": counts.get(under) if counts else None,
    }


def _carried(asked: Context, words: str) -> Counter[str]:
    """The class numbers of the titles that a search for these words finds first."""
    try:
        found = SearchService(asked, engine()).search(Question(text=words, size=LARGEST_PAGE), notes_misses=False)
    except DomainError:
        return Counter()
    return Counter(tidy(title.class_number) for title in found.titles if title.class_number)


def _counts(codes: Collection[str]) -> Mapping[str, int]:
    """How many titles lie in each class; nothing while the engine is gone."""
    bases = {code: class_base(code) for code in codes}
    try:
        by_base = engine().frequencies(["class"], sorted({base for base in bases.values() if base}))
    except EngineUnavailable:
        return {}
    return {code: by_base.get(base, 0) for code, base in bases.items()}


def _shown(entry: ClassEntry, counts: Mapping[str, int]) -> Shown:
    return Shown(code=entry.code, label=entry.label, used=counts.get(entry.code) if counts else None)


def _name(asked: Context, code: str) -> Text | None:
    path = CLASSES.get(asked.session).path(code)
    return path[-1].label if path else None
