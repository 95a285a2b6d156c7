"""What the database can answer alone: a barcode, an ISBN, the beginning of a title. Slower and poorer, but the desk goes on."""

from __future__ import annotations

import unicodedata

from branches.context import Context
from search.analysis import identifiers
from search.fields import GROUP_BY_PREFIX
from search.pages import Question
from search.queries import Narrowing, find_by_barcode, find_by_isbn, find_by_title_start
from search.query.limits import NO_LIMITS, take_limits

_FIELDS = ("any", "title", "isbn")


def search_database(context: Context, question: Question) -> tuple[int, list[int]] | None:
    """Total and ids of the page, by title; None for what cannot be answered so."""
    asked = unicodedata.normalize("NFKC", question.text).strip()
    if not asked or question.field not in _FIELDS or question.subjects or question.audiences or _asks_for_more(asked):
        return None
    narrowing = _narrowing(context, question)
    page = (question.offset, question.size)
    isbn13 = next((t for t in identifiers.isbn_query_tokens(asked) if t.isdecimal()), None)
    if isbn13 is not None and question.field != "title":
        return find_by_isbn(context.session, isbn13, narrowing, page)
    if question.field == "isbn":
        return None
    if question.field == "any":
        found = find_by_barcode(context.session, asked, narrowing, page)
        if found[0]:
            return found
    return find_by_title_start(context.session, asked, narrowing, page)


def _asks_for_more(text: str) -> bool:
    """Whether a text names a field, years or a class: no title begins so, and to say that nothing was found would be wrong."""
    return text.partition(":")[0].strip().casefold() in GROUP_BY_PREFIX or take_limits(text)[1] != NO_LIMITS


def _narrowing(context: Context, question: Question) -> Narrowing:
    tree = context.tree
    return Narrowing(
        orgs=None if question.org is None else tree.subtree(tree.unit(question.org).id),
        available=question.available,
        languages=question.languages,
        classes=question.classes,
        item_types=question.item_types,
        years=question.years,
    )
