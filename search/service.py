"""Searching: ids and counts from the engine, what is shown from the database, and the database alone when the engine is gone."""

from __future__ import annotations

import time
from collections.abc import Sequence

from structlog import get_logger

from branches.context import Context
from branches.tree import Unit
from catalog.reference import CLASSES, ITEM_TYPES
from kernel.db import Database
from kernel.errors import Invalid, NotFound, Unavailable
from kernel.i18n import Text
from kernel.noting import note
from patrons.queries import home_of
from search import queries
from search.analysis.highlight import highlight
from search.asking import Names, Scope, build_facets, narrowed
from search.fallback import search_database
from search.finding import find, find_fewer
from search.nearness import Outlook
from search.pages import FoundTitle, Question, SearchPage
from search.port import EngineUnavailable, SearchEngine
from search.queries import HitRow, Holding
from search.query import LONGEST_QUERY, ParsedQuery, QueryTooLong, parse
from search.suggestions import Heading, suggest_headings

log = get_logger("search")


class SearchService:
    """One search or suggestion of one caller."""

    def __init__(self, context: Context, engine: SearchEngine) -> None:
        self._context = context
        self._engine = engine

    def search(self, question: Question, *, notes_misses: bool = True) -> SearchPage:
        """Raises Invalid `search.too_long`, NotFound for an unknown unit or item type, Unavailable `search.unavailable`.

        `notes_misses` is for somebody who looks: a program that asks again every hour wants nothing new each time.
        """
        began = time.perf_counter()
        parsed = read_query(question.text, question.field)
        question = narrowed(question, parsed.limits)
        scope = self._scope(question)
        outlook, alone = Outlook(self._context.tree, self._near(question)), dict[str, bool]()
        try:
            found = find(self._engine, question, parsed, scope)
            total, ids, is_degraded = found.result.total, [hit.id for hit in found.result.hits], False
            suggestion, needles, is_partial = found.suggestion, found.needles, found.is_partial
            alone.update(found.alone)
            titles = self._titles(ids, needles, outlook)  # meanwhile an engine in this process counts the facets
            facets = build_facets(found.result, names_of(self._context))
        except EngineUnavailable as error:
            log.warning("search.engine_gone", error=str(error))
            total, ids = self._without_engine(question)
            titles = self._titles(ids, parsed.needles, outlook)
            facets, suggestion = (), None
            is_partial, is_degraded = False, True
        if (total == 0 or is_partial) and not is_degraded and notes_misses:
            self._note_miss(question)
        return SearchPage(
            total=total,
            titles=titles,
            facets=facets,
            suggestion=suggestion,
            is_partial=is_partial,
            ignored=parsed.ignored,
            took_ms=round((time.perf_counter() - began) * 1000),
            is_degraded=is_degraded,
            alone=alone,
        )

    def fewer_words(self, question: Question, page: SearchPage) -> tuple[str, ...]:
        """What to search for instead where a page of this question found nothing: its text with one of the words left out, each of which
        finds something. Nothing while the engine is gone."""
        if page.total or page.is_degraded:
            return ()
        try:
            return find_fewer(self._engine, question, self._scope(question), page.alone)
        except EngineUnavailable:
            return ()

    def suggest(self, typed: str, size: int = 10) -> tuple[Heading, ...]:
        """What the reader may be about to type; nothing while the engine is gone."""
        if len(typed) > LONGEST_QUERY:
            raise _too_long()
        try:
            return suggest_headings(self._engine, typed, size)
        except EngineUnavailable:
            return ()

    def _scope(self, question: Question) -> Scope:
        types = ITEM_TYPES.get(self._context.session).by_code
        for code in question.item_types:
            if code not in types:
                raise NotFound("item_type", code)
        return Scope(org=None if question.org is None else str(self._context.tree.unit(question.org).id))

    def _titles(self, ids: Sequence[int], needles: frozenset[str], outlook: Outlook) -> tuple[FoundTitle, ...]:
        """The rows of the hits in their order, in two statements. A title that went away since it was indexed is left out."""
        if not ids:
            return ()
        rows = queries.hit_rows(self._context.session, ids)
        holdings = queries.holdings_of(self._context.session, ids)
        return tuple(_found(rows[id_], holdings.get(id_, []), needles, outlook) for id_ in ids if id_ in rows)

    def _near(self, question: Question) -> Unit | None:
        """Where nearness counts from."""
        tree, caller = self._context.tree, self._context.caller
        if question.near is not None:
            return tree.unit(question.near)
        home_id = home_of(self._context.session, caller.id) if caller.kind == "patron" else None
        return tree.by_id.get(home_id) if home_id is not None else None

    def _without_engine(self, question: Question) -> tuple[int, list[int]]:
        found = search_database(self._context, question)
        if found is None:
            raise Unavailable(
                "search.unavailable",
                Text(
                    "检索服务暂时不能使用。现在可以按条码、ISBN 或题名开头查找；借还不受影响。",
                    "Search is unavailable for the moment. A barcode, an ISBN or the beginning of a title can be looked up; "
                    "lending goes on.",
                ),
                retry_after=5,
            )
        return found

    def _note_miss(self, question: Question) -> None:
        """What readers look for and the network does not have is worth knowing; who looked is not. Never at the cost of the search."""
        if question.page > 1 or not question.text.strip():
            return
        data = {"q": question.text.strip(), "field": question.field, "org": question.org}
        database: Database = self._context.session.info["database"]
        note(database, "search_missed", at=self._context.now, channel=self._context.channel, data=data)


def _found(row: HitRow, holdings: Sequence[Holding], needles: frozenset[str], outlook: Outlook) -> FoundTitle:
    held = outlook.held(holdings)
    free = outlook.free(held)
    return FoundTitle(
        id=row.id,
        title=row.title,
        title_segments=highlight(row.title, needles),
        authors=row.authors,
        publisher=row.publisher,
        year=row.year,
        isbn=row.isbn,
        class_number=row.class_number,
        holdings=held,
        free=free,
        near=outlook.near(held, free),
    )


def names_of(context: Context) -> Names:
    """What facets are called by in this network."""
    session = context.session
    return Names(tree=context.tree, types=ITEM_TYPES.get(session), classes=CLASSES.get(session))


def read_query(text: str, field: str) -> ParsedQuery:
    try:
        return parse(text, field)
    except QueryTooLong as error:
        raise _too_long() from error


def _too_long() -> Invalid:
    detail = Text("检索词太长：最多 {n} 个字符。", "The query is too long: at most {n} characters.")
    return Invalid("search.too_long", detail.format(n=LONGEST_QUERY), {"q": [detail.format(n=LONGEST_QUERY)]})
