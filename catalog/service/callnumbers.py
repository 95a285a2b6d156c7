"""Book numbers within their class (种次号): given once, in turn, however many cataloguers ask at the same moment.

The counter's row is locked before anything is decided, and the database refuses a number given twice or two numbers for one
work. A number that was given and not used stays a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update

from branches.context import Context
from catalog.bibdata import BibData
from catalog.callnumbers import (
    LONGEST_SHELF_KEY,
    class_key,
    is_class_number,
    join,
    sequence_number,
    shelf_key,
    split,
    tidy,
    volume_number,
)
from catalog.description import LONGEST_CLASS, marked
from catalog.models import BookNumber, BookNumberCounter
from catalog.queries.bibs import find_bib
from catalog.queries.callnumbers import (
    GivenNumber,
    book_number_on_shelf,
    highest_on_shelf,
    number_of_work,
    titles_at,
    work_of_number,
)
from catalog.works import work_key
from kernel.db import table_of
from kernel.errors import Invalid, Refusal
from kernel.i18n import Text
from kernel.writes import insert_into

_counters, _numbers = table_of(BookNumberCounter), table_of(BookNumber)

NO_CLASS: Final = Text(
    "还没有分类号，不能取种次号。请先填写分类号，例如 I247.57。",
    "There is no class number to count in. Enter one first, such as I247.57.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAsked:
    """A call number wanted for a title at a unit. Without `class_number` it is the title's own; `volume` is the copy's, if it has one."""

    bib: int
    at: str
    class_number: str | None = None
    volume: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """What may be written on the label. `is_new` is false where the work had its number already, on the shelf or reserved."""

    call_number: str
    class_number: str
    book_number: str
    scope: str
    is_new: bool
    allotted_at: datetime | None = None
    allotted_by: str | None = None


class CallNumberService:
    """Giving and checking call numbers. A shelf list is kept by the nearest unit upwards that keeps one."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def allot(self, asked: NumberAsked) -> Allotment:
        """The work's number in this class of the shelf list, given now if it has none. Asked again, the same one."""
        context = self._context
        unit = context.tree.unit(asked.at)
        context.caller.require_at("item.write", unit.id, context.tree, key=asked.at)
        data = find_bib(self._session, asked.bib).data
        class_number = tidy(asked.class_number or data.class_number or "")
        _check_class(class_number)
        scope_id, key = context.tree.shelf_list(unit.id), class_key(class_number)
        self._lock(scope_id, key)
        given, on_shelf = self._find(scope_id, key, data)
        is_new = given is None and on_shelf is None
        if is_new:
            given = self._give_next(scope_id, key, data, asked.bib)
        elif on_shelf is not None:
            self._claim(scope_id, key, on_shelf, data, asked.bib)
        book_number = on_shelf or _with_volume(given.number if given else 0, asked.volume or data.volume)
        return self._answer(scope_id, class_number, book_number, given, is_new=is_new)

    def propose(self, asked: NumberAsked) -> Allotment | None:
        """What `allot` would answer now. Nothing is written, so the next number may be given to another work before this one gets it. None
        where there is no class number to count in."""
        context = self._context
        unit = context.tree.unit(asked.at)
        data = find_bib(self._session, asked.bib).data
        class_number = tidy(asked.class_number or data.class_number or "")
        if not class_number or _why_no_class(class_number) is not None:
            return None
        scope_id, key = context.tree.shelf_list(unit.id), class_key(class_number)
        given, on_shelf = self._find(scope_id, key, data)
        is_new = given is None and on_shelf is None
        book_number = on_shelf or _with_volume(
            given.number if given else self._next(scope_id, key), asked.volume or data.volume
        )
        return self._answer(scope_id, class_number, book_number, given, is_new=is_new)

    def _answer(
        self, scope_id: int, class_number: str, book_number: str, given: GivenNumber | None, *, is_new: bool
    ) -> Allotment:
        return Allotment(
            call_number=join(class_number, book_number),
            class_number=class_number,
            book_number=book_number,
            scope=self._context.tree.by_id[scope_id].code,
            is_new=is_new,
            allotted_at=given.allotted_at if given else None,
            allotted_by=given.allotted_by if given else None,
        )

    def notices(self, call_number: str | None, *, home_id: int, bib_id: int) -> list[Refusal]:
        """What a cataloguer should look at again; it hinders nothing: another work under this number, an odd class."""
        key = shelf_key(call_number)
        if call_number is None or key is None:
            return []
        tree = self._context.tree
        scope_id = tree.shelf_list(home_id)
        work = work_key(find_bib(self._session, bib_id).data)
        parts = split(call_number)
        found = [_odd_class(parts.class_number)] if not is_class_number(parts.class_number) else []
        others = [one for one in titles_at(self._session, tree.on_shelf_list(scope_id), key) if one.work_key != work]
        if others and parts.book_number:
            found.append(_double(call_number, [(one.bib_id, one.title) for one in others]))
        else:
            found += self._reserved(scope_id, parts.class_number, parts.book_number, work)
        return found

    def _reserved(self, scope_id: int, class_number: str, book_number: str, work: str) -> list[Refusal]:
        number = sequence_number(book_number)
        given = work_of_number(self._session, scope_id, class_key(class_number), number) if number else None
        if given is None or given.work_key == work:
            return []
        title = find_bib(self._session, given.bib_id).data.title
        message = Text(
            "{number} 已由 {who} 为{title}取号，请另取一个种次号。",
            "{number} was given by {who} to {title}. Take another number.",
        ).format(number=join(class_number, str(number)), who=given.allotted_by, title=marked(title))
        return [Refusal("call_number.reserved", "notice", message, data={"bib": given.bib_id})]

    def _lock(self, scope_id: int, key: str) -> None:
        begin = insert_into(self._session, _counters).values(scope_id=scope_id, class_key=key, last=0)
        self._session.execute(begin.on_conflict_do_nothing())
        own = (_counters.c.scope_id == scope_id, _counters.c.class_key == key)
        self._session.execute(select(_counters.c.last).where(*own).with_for_update())

    def _find(self, scope_id: int, key: str, data: BibData) -> tuple[GivenNumber | None, str | None]:
        """The number that the work was given, else the book number under which it stands already, for instance since an import, its volume
        put in."""
        given = number_of_work(self._session, scope_id, key, work_key(data))
        if given is not None:
            return given, None
        homes = self._context.tree.on_shelf_list(scope_id)
        on_shelf = book_number_on_shelf(self._session, homes, key, data)
        if on_shelf and data.volume and (number := sequence_number(on_shelf)):
            on_shelf = _with_volume(number, data.volume)
        return None, on_shelf

    def _claim(self, scope_id: int, key: str, on_shelf: str, data: BibData, bib_id: int) -> None:
        """The number under which a work stands already is its own from now on."""
        number = sequence_number(on_shelf)
        if number is not None and work_of_number(self._session, scope_id, key, number) is None:
            self._keep(scope_id, key, number, data, bib_id)

    def _give_next(self, scope_id: int, key: str, data: BibData, bib_id: int) -> GivenNumber:
        return self._keep(scope_id, key, self._next(scope_id, key), data, bib_id)

    def _next(self, scope_id: int, key: str) -> int:
        """The first number after all that were given or stand on the shelf. With the counter's row locked it is nobody else's."""
        own = (_counters.c.scope_id == scope_id, _counters.c.class_key == key)
        last = self._session.execute(select(_counters.c.last).where(*own)).scalar() or 0
        homes = self._context.tree.on_shelf_list(scope_id)
        return max(last, highest_on_shelf(self._session, homes, key)) + 1

    def _keep(self, scope_id: int, key: str, number: int, data: BibData, bib_id: int) -> GivenNumber:
        context = self._context
        own = (_counters.c.scope_id == scope_id, _counters.c.class_key == key)
        self._session.execute(update(_counters).where(*own, _counters.c.last < number).values(last=number))
        given = GivenNumber(
            number=number,
            work_key=work_key(data),
            bib_id=bib_id,
            allotted_at=context.now,
            allotted_by=context.caller.author,
        )
        values = {name: getattr(given, name) for name in GivenNumber.__dataclass_fields__}
        self._session.execute(insert(_numbers).values(scope_id=scope_id, class_key=key, **values))
        context.record("book_number_allotted", org_id=scope_id, bib_id=bib_id, data={"class": key, "number": number})
        return given


def _with_volume(number: int, volume: str | None) -> str:
    part = volume_number(volume)
    return f"{number}:{part}" if part else str(number)


def _check_class(class_number: str) -> None:
    if not class_number:
        raise Invalid("call_number.no_class", NO_CLASS, {"class": [NO_CLASS]})
    message = _why_no_class(class_number)
    if message is not None:
        raise Invalid("call_number.class", message, {"class": [message]})


def _why_no_class(class_number: str) -> Text | None:
    """What keeps numbers from being counted in this class; None: nothing."""
    if (
        len(class_number) <= LONGEST_CLASS
        and len(class_key(class_number)) <= LONGEST_SHELF_KEY
        and "/" not in class_number
    ):
        return None
    return Text(
        "「{text}」不是分类号。分类号不含斜线，最长 {n} 位。",
        "“{text}” is no class number: it has no slash and at most {n} characters.",
    ).format(text=class_number[:LONGEST_CLASS], n=LONGEST_CLASS)


def _odd_class(class_number: str) -> Refusal:
    message = Text(
        "「{text}」不像中图分类号，请核对（例如 I247.57、TP312）。",
        "“{text}” does not look like a number of the classification. Check it (such as I247.57, TP312).",
    )
    return Refusal("call_number.class_form", "notice", message.format(text=class_number))


def _double(call_number: str, others: list[tuple[int, str]]) -> Refusal:
    message = Text(
        "索书号 {number} 已用于{title}，两种书会排在同一位置。可按「取号」另取一个。",
        "The call number {number} is on {title} too, so that two works share one place. “Take a number” gives another.",
    ).format(number=tidy(call_number), title=marked(others[0][1]))
    data = {"titles": [{"bib": bib_id, "title": title} for bib_id, title in others]}
    return Refusal("call_number.double", "notice", message, data=data)
