"""What every service is handed: the session, the time, who asks and through which channel. Built once per act by the adapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from branches.access import Caller
from branches.calendar import Calendars
from branches.policy import PolicyBook
from branches.reference import CALENDARS, POLICIES, TREE
from branches.tree import OrgTree
from kernel import journal
from kernel.writes import Write

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`channel` is how the act came in: `api`, `desk`, `opac`, `web`, `cli` or `job`, later `sip2`, `offline`."""

    session: Session
    now: datetime
    caller: Caller
    channel: str

    @property
    def tree(self) -> OrgTree:
        return TREE.get(self.session)

    @property
    def calendars(self) -> Calendars:
        return CALENDARS.get(self.session)

    @property
    def policies(self) -> PolicyBook:
        return POLICIES.get(self.session)

    def record(
        self,
        act: str,
        *,
        org_id: int | None = None,
        item_id: int | None = None,
        bib_id: int | None = None,
        patron_id: int | None = None,
        data: Mapping[str, Any] | None = None,
        undoes_id: int | None = None,
    ) -> int:
        """Append to the journal as this caller, now; returns the row's id."""
        return journal.append(
            self.session,
            act,
            at=self.now,
            author=self.caller.author,
            channel=self.channel,
            org_id=org_id,
            item_id=item_id,
            bib_id=bib_id,
            patron_id=patron_id,
            data=data,
            undoes_id=undoes_id,
        )

    def entry(self, act: str, **subjects: Any) -> Write:
        """What `record` writes, for an act that writes it together with something else."""
        return journal.entry(act, at=self.now, author=self.caller.author, channel=self.channel, **subjects)

    def record_many(self, act: str, subjects: Sequence[Mapping[str, Any]]) -> None:
        """Append one row for each, in one go; `subjects` are what `record` takes."""
        author, channel = self.caller.author, self.channel
        rows = [journal.build_row(act, at=self.now, author=author, channel=channel, **one) for one in subjects]
        journal.append_many(self.session, rows)


class InTurns(Protocol):
    """Does one piece of long work at a time, each in a transaction of its own."""

    def __call__(self, work: Callable[[Context], T], /) -> T: ...
