"""Opening the address of a digital resource: the right is checked and the opening counted, without who it was."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from branches.access import ANONYMOUS
from branches.context import Context
from catalog.queries.bibs import find_bib
from catalog.resources import Decision, can_be_opened, decide_opening
from kernel import journal
from kernel.errors import NotFound
from kernel.journal import JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """`url` is an address of the title's own record; whoever may not open it is told what to do instead."""

    url: str
    decision: Decision


class ResourceService:
    """Whether a caller may open an address of a title, and that somebody did."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def open(self, bib_id: int, number: int, *, is_inside: bool, has_expired: bool = False) -> Opening:
        """The title's address `number`, counted from 1. Raises NotFound for one that the record does not have. `has_expired` is told of
        the caller's card."""
        data = find_bib(self._context.session, bib_id).data
        urls = data.urls
        if not 1 <= number <= len(urls) or not can_be_opened(urls[number - 1]):
            raise NotFound("page", number)
        url = urls[number - 1]
        kind = self._context.caller.kind
        decision = decide_opening(data.access_of(url), kind, is_inside=is_inside, has_expired=has_expired)
        if decision == "open":
            journal.append(
                self._context.session,
                "resource_opened",
                at=self._context.now,
                author=ANONYMOUS.author,
                channel=self._context.channel,
                bib_id=bib_id,
                data={"link": number},
            )
        return Opening(url=url, decision=decision)


def times_opened(session: Session, bib_id: int) -> int:
    """How often an address of the title was opened, by whomever."""
    opened = select(func.count()).where(JournalEntry.act == "resource_opened", JournalEntry.bib_id == bib_id)
    return session.scalar(opened) or 0
