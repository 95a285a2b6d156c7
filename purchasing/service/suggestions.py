"""Readers ask for a title, others second it, a library answers. Whoever asks for what is asked for already seconds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from branches.context import Context
from catalog.bibdata import BibData, Contributor
from catalog.description import marked
from catalog.fold import plain
from catalog.marc.isbn import isbn13s
from catalog.models import Bib, BibIdentifier
from catalog.queries.at_hand import AtHand, at_hand
from catalog.queries.bibs import Holding
from catalog.queries.duplicates import titles_alike
from kernel.db import table_of
from kernel.errors import Conflict, Invalid
from kernel.i18n import Text
from kernel.writes import insert_into
from notices.service import Occasion, Owed, tell
from patrons.models import Patron
from patrons.queries import patron_by_id
from purchasing.models import Suggestion, SuggestionVote
from purchasing.policies import most_suggestions
from purchasing.queries.suggestions import (
    SuggestionRow,
    count_waiting,
    find_suggestion,
    live_suggestion,
    voted_by,
    voters_of,
)
from purchasing.states import STATUSES, Status

LONGEST: Final = {"title": 300, "author": 200, "publisher": 200, "reason": 500, "answer": 500}
_NEEDED: Final = Text("请填写这一项。", "Fill this in.")
_suggestions, _votes = table_of(Suggestion), table_of(SuggestionVote)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSuggestion:
    """What a reader writes; the ISBN as it stands on the book, or empty. `not_these` are titles of the catalogue that the reader was
    shown and does not mean."""

    title: str
    author: str = ""
    publisher: str = ""
    isbn: str = ""
    reason: str = ""
    not_these: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """`is_new` is false where others asked for the title before and this reader's vote was added."""

    suggestion: SuggestionRow
    is_new: bool


class SuggestionService:
    """Suggestions of the reader who asks, and the answers of staff."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    # --- readers

    def suggest(self, new: NewSuggestion) -> Suggested:
        """Raises Conflict where a library holds the title (`suggestion.held`) or seems to (`suggestion.alike`, with `bibs`), or the reader
        has as many waiting as they may."""
        title = " ".join(new.title.split())
        key = _title_key(title, new.author)
        isbn = _read_isbn(new.isbn)
        self._refuse_held(isbn)
        self._ask_about(new)
        patron = self._lock_reader()
        known = live_suggestion(self._session, key, isbn)
        if known is not None:
            return Suggested(suggestion=self._second(known, patron), is_new=False)
        self._refuse_too_many(patron)
        values = {
            "title": title,
            "author": new.author.strip(),
            "publisher": new.publisher.strip(),
            "isbn": isbn,
            "reason": new.reason.strip(),
            "title_key": key,
            "org_id": patron.home_id,
            "status": "open",
            "answer": "",
            "created_at": self._context.now,
        }
        once = insert_into(self._session, _suggestions).values(values).on_conflict_do_nothing()
        made: int | None = self._session.execute(once.returning(_suggestions.c.id)).scalar()
        if made is None:  # somebody asked for the same a moment ago
            found = live_suggestion(self._session, key, isbn)
            if found is None:
                raise _closed()
            return Suggested(suggestion=self._second(found, patron), is_new=False)
        self._vote(made, patron.id)
        self._record("suggestion_made", patron.home_id, made, {"title": title, "isbn": isbn})
        return Suggested(suggestion=find_suggestion(self._session, made), is_new=True)

    def alike(self, new: NewSuggestion) -> list[AtHand]:
        """Titles of this name that a reader can have from the libraries, by whoever is named or by anybody where nobody is; of each the
        libraries first where it stands, then those near the reader's own."""
        author = new.author.strip()
        wanted = BibData(
            format="cnmarc",
            title=new.title.strip(),
            contributors=(Contributor(name=author, main=True),) if author else (),
            responsibility=author or None,
        )
        found = at_hand(self._session, titles_alike(self._session, wanted))
        if not found:
            return []
        nearness = self._context.tree.by_nearness(patron_by_id(self._session, self._context.caller.id).home_id)

        def order(holding: Holding) -> tuple[bool, tuple[float, int]]:
            return (not holding.available, nearness(holding.org_id))

        return [replace(one, holdings=tuple(sorted(one.holdings, key=order))) for one in found]

    def second(self, suggestion_id: int) -> SuggestionRow:
        """A vote; a second one of the same reader changes nothing."""
        return self._second(suggestion_id, self._lock_reader())

    def _second(self, suggestion_id: int, patron: Any) -> SuggestionRow:
        wanted = find_suggestion(self._session, suggestion_id, lock=True)
        if voted_by(self._session, patron.id, [suggestion_id]):
            return wanted
        if not STATUSES[wanted.status].is_live:
            raise _closed()
        self._refuse_too_many(patron)
        self._vote(suggestion_id, patron.id)
        self._record("suggestion_voted", wanted.org_id, suggestion_id, {"title": wanted.title})
        return find_suggestion(self._session, suggestion_id)

    # --- staff

    def answer(self, suggestion_id: int, status: Status, words: str = "") -> SuggestionRow:
        """The library's word, which every reader who wants the title sees. Declining takes a reason."""
        context = self._context
        wanted = find_suggestion(self._session, suggestion_id, lock=True)
        context.caller.require_at(
            "suggestion.answer", wanted.org_id, context.tree, thing="suggestion", key=suggestion_id
        )
        words = words.strip()
        if status not in STATUSES[wanted.status].moves:
            message = Text(
                "这条荐购「{now}」，不能再改为「{to}」。", "This suggestion is {now}; it cannot become {to}."
            )
            labels = {"now": STATUSES[wanted.status].label, "to": STATUSES[status].label}
            raise Conflict("suggestion.state", message.format(**labels))
        if status == "declined" and not words:
            raise Invalid("suggestion.reason", _NEEDED, {"answer": [_NEEDED]})
        self._write_answer(wanted, status, words, self._held(wanted.isbn) if status == "bought" else None)
        return find_suggestion(self._session, suggestion_id)

    # --- orders

    def follow_order(self, suggestion_id: int, status: Status, bib_id: int | None = None) -> bool:
        """What became of an order tells the readers who wanted its title: it was ordered, it has come, or it was called off and the
        suggestion waits for an answer again (`open`). False where a librarian has said otherwise meanwhile: their word stands."""
        wanted = find_suggestion(self._session, suggestion_id, lock=True)
        if status == "open":
            if wanted.status != "ordered":
                return False
            nothing = {"status": "open", "answer": "", "answered_at": None, "answered_by": None, "bib_id": None}
            self._session.execute(update(_suggestions).where(_suggestions.c.id == suggestion_id).values(nothing))
            self._record("suggestion_answered", wanted.org_id, suggestion_id, {"title": wanted.title, "status": status})
            return True
        if status not in STATUSES[wanted.status].moves:
            return False
        self._write_answer(wanted, status, wanted.answer, bib_id)
        return True

    def name_title(self, suggestion_ids: Sequence[int], bib_id: int) -> None:
        """The title that was ordered, so that those who want it can place a hold already. The rows are locked: their status was told."""
        theirs = _suggestions.c.id.in_(suggestion_ids)
        ordered = update(_suggestions).where(theirs, _suggestions.c.status == "ordered")
        self._session.execute(ordered.values(bib_id=bib_id))

    # --- parts

    def _write_answer(self, wanted: SuggestionRow, status: Status, words: str, bib_id: int | None) -> None:
        values = {
            "status": status,
            "answer": words,
            "answered_at": self._context.now,
            "answered_by": self._context.caller.author,
            "bib_id": bib_id,
        }
        self._session.execute(update(_suggestions).where(_suggestions.c.id == wanted.id).values(values))
        self._record("suggestion_answered", wanted.org_id, wanted.id, {"title": wanted.title, "status": status})
        self._tell(wanted, status, words)

    def _tell(self, wanted: SuggestionRow, status: Status, words: str) -> None:
        """Everybody who wants the title hears of the answer, each by a notice of their own."""
        kind = STATUSES[status].notice
        if kind is None:
            return
        now = self._context.now
        owed = [
            Owed(
                kind=kind,
                patron_id=patron_id,
                org_id=wanted.org_id,
                occasion=Occasion(subject_id=wanted.id, at=now, step=step),
                line=marked(wanted.title),
                values={"reason": Text(words, words)},
            )
            for step, patron_id in enumerate(voters_of(self._session, wanted.id))
        ]
        tell(self._context, owed)

    def _lock_reader(self) -> Any:
        """One act of a reader at a time, so that the limit holds."""
        p = Patron
        statement = select(p.id, p.home_id, p.category).where(p.id == self._context.caller.id)
        return self._session.execute(statement.with_for_update()).one()

    def _refuse_too_many(self, patron: Any) -> None:
        context = self._context
        limit = most_suggestions(context.policies, context.tree, home_id=patron.home_id, category=patron.category)
        if limit is not None and count_waiting(self._session, patron.id) >= limit:
            message = Text(
                "您已有 {n} 条荐购在等答复，请等图书馆答复后再荐。也可以到馆里当面说。",
                "You have {n} suggestions waiting. Suggest more once the library has answered, or ask at the desk.",
            )
            raise Conflict("suggestion.limit", message.format(n=limit))

    def _refuse_held(self, isbn: str | None) -> None:
        bib_id = self._held(isbn)
        if bib_id is None:
            return
        title = self._session.scalar(select(Bib.title).where(Bib.id == bib_id))
        message = Text(
            "《{title}》馆里已有。请按 ISBN 检索，看哪个馆可以借。",
            "The libraries have “{title}” already. Search for its ISBN to see where it can be borrowed.",
        )
        raise Conflict("suggestion.held", message.format(title=title))

    def _ask_about(self, new: NewSuggestion) -> None:
        """Whether it is one of those that the libraries have is for the reader to say: of each before it counts."""
        found = [one.title.id for one in self.alike(new)]
        if not set(found) <= set(new.not_these):
            message = Text(
                "馆里可能已经有这本书，还没有荐购。是下面的哪一本，就打开它，看在哪里可以借；都不是，再荐购一次。",
                "The libraries may have this book, so nothing was suggested yet. If it is one of these, open it to see where it can be "
                "borrowed; if it is not, suggest it once more.",
            )
            raise Conflict("suggestion.alike", message, bibs=found)

    def _held(self, isbn: str | None) -> int | None:
        if isbn is None:
            return None
        b = BibIdentifier
        return self._session.scalar(select(func.min(b.bib_id)).where(b.kind == "isbn", b.value == isbn))

    def _vote(self, suggestion_id: int, patron_id: int) -> None:
        """The reader's row is locked and they had no vote; were it otherwise, the database would refuse a second one."""
        values = {"suggestion_id": suggestion_id, "patron_id": patron_id, "created_at": self._context.now}
        self._session.execute(insert(_votes).values(values))

    def _record(self, act: str, org_id: int, suggestion_id: int, data: dict[str, Any]) -> None:
        self._context.record(act, org_id=org_id, data={"suggestion": suggestion_id} | data)


def _title_key(title: str, author: str) -> str:
    key = plain(title)
    if not key:
        raise Invalid("suggestion.title", _NEEDED, {"title": [_NEEDED]})
    return f"{key}|{plain(author)}"[:500]


def _read_isbn(text: str) -> str | None:
    if not text.strip():
        return None
    found = isbn13s(text)
    if len(found) != 1:
        message = Text("ISBN 不对，请核对；没有就不填。", "This is no ISBN. Check it, or leave it empty.")
        raise Invalid("suggestion.isbn", message, {"isbn": [message]})
    return found[0]


def _closed() -> Conflict:
    return Conflict(
        "suggestion.closed", Text("图书馆已经答复了这条荐购。", "The library has answered this suggestion already.")
    )
