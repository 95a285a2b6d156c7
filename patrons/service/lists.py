"""Readers' lists: made, filled, noted on, shared and taken back. They are the reader's own affair, so the journal does not tell of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from branches.context import Context
from kernel.errors import Conflict, Invalid
from kernel.i18n import Text
from patrons.models import Patron, ReaderList, ReaderListEntry
from patrons.reader_lists import LONGEST_NAME, LONGEST_NOTE, MOST_ENTRIES, MOST_LISTS, ListRow, find_list, lists_of


class ListService:
    """The lists of the reader who asks."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session
        self._patron_id = context.caller.id

    def create(self, name: str) -> int:
        name = _checked_name(name)
        self._lock()
        known = lists_of(self._session, self._patron_id)
        if len(known) >= MOST_LISTS:
            message = Text("清单最多 {n} 个。请先删去不用的。", "At most {n} lists. Delete one that you need no more.")
            raise Conflict("list.too_many", message.format(n=MOST_LISTS))
        self._refuse_name(name, known)
        values = {"patron_id": self._patron_id, "name": name, "created_at": self._context.now}
        list_id: int = self._session.execute(insert(ReaderList).values(values).returning(ReaderList.id)).scalar_one()
        return list_id

    def rename(self, list_id: int, name: str) -> None:
        name = _checked_name(name)
        self._own(list_id)
        self._refuse_name(name, [one for one in lists_of(self._session, self._patron_id) if one.id != list_id])
        self._change(list_id, name=name)

    def delete(self, list_id: int) -> None:
        self._own(list_id)
        self._session.execute(delete(ReaderListEntry).where(ReaderListEntry.list_id == list_id))
        self._session.execute(delete(ReaderList).where(ReaderList.id == list_id))

    def add(self, list_id: int, bib_ids: Sequence[int], note: str = "") -> int:
        """Put titles on a list; those that stand there already stay as they are. Returns how many were added."""
        note = _checked_note(note)
        known = self._own(list_id)
        e = ReaderListEntry
        there = set(self._session.scalars(select(e.bib_id).where(e.list_id == list_id, e.bib_id.in_(bib_ids))))
        new = [bib_id for bib_id in dict.fromkeys(bib_ids) if bib_id not in there]
        if known.count + len(new) > MOST_ENTRIES:
            message = Text("一个清单最多 {n} 种。请另建一个清单。", "A list has room for {n} titles. Make another one.")
            raise Conflict("list.full", message.format(n=MOST_ENTRIES))
        if new:
            values = {"list_id": list_id, "note": note, "added_at": self._context.now}
            self._session.execute(insert(e), [values | {"bib_id": bib_id} for bib_id in new])
        return len(new)

    def note(self, list_id: int, bib_id: int, note: str) -> None:
        note = _checked_note(note)
        self._own(list_id)
        e = ReaderListEntry
        self._session.execute(update(e).where(e.list_id == list_id, e.bib_id == bib_id).values(note=note))

    def remove(self, list_id: int, bib_id: int) -> None:
        self._own(list_id)
        e = ReaderListEntry
        self._session.execute(delete(e).where(e.list_id == list_id, e.bib_id == bib_id))

    def share(self, list_id: int) -> str:
        """Let whoever has the address see the list. One that is shared keeps its address."""
        known = self._own(list_id)
        if known.token is not None:
            return known.token
        token = secrets.token_urlsafe(24)
        self._change(list_id, token=token)
        return token

    def unshare(self, list_id: int) -> None:
        """The address that was given out shows nothing any more, and never again."""
        self._own(list_id)
        self._change(list_id, token=None)

    def _own(self, list_id: int) -> ListRow:
        self._lock()
        return find_list(self._session, self._patron_id, list_id)

    def _lock(self) -> None:
        """One act of a reader at a time, so that the limits hold."""
        self._session.execute(select(Patron.id).where(Patron.id == self._patron_id).with_for_update())

    def _change(self, list_id: int, **values: Any) -> None:
        self._session.execute(update(ReaderList).where(ReaderList.id == list_id).values(**values))

    def _refuse_name(self, name: str, known: Sequence[ListRow]) -> None:
        if any(one.name == name for one in known):
            message = Text("您已有清单「{name}」。", "You have a list “{name}” already.").format(name=name)
            raise Conflict("list.name_taken", message)


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        message = Text("清单的名字要有 1 至 {n} 个字。", "A list's name has 1 to {n} characters.")
        raise Invalid("list.name", message.format(n=LONGEST_NAME), {"name": [message.format(n=LONGEST_NAME)]})
    return name


def _checked_note(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        message = Text("附注最多 {n} 个字。", "A note has at most {n} characters.").format(n=LONGEST_NOTE)
        raise Invalid("list.note", message, {"note": [message]})
    return note
