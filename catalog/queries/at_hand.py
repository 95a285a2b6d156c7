"""Where titles are to be had: at which units copies stand or come back to, and whether they are read online. For titles that are listed;
the page of one asks for more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.queries.bibs import Holding, find_bibs, group_by_place, visible_copies_of
from catalog.queries.duplicates import Alike
from catalog.states import HOLDABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHand:
    """A title that a reader can have, and the units with copies that can be borrowed or waited for."""

    title: Alike
    holdings: tuple[Holding, ...]
    is_online: bool

    @property
    def available(self) -> int:
        return sum(holding.available for holding in self.holdings)


def at_hand(session: Session, titles: Sequence[Alike]) -> list[AtHand]:
    """Those of these titles that have such a copy or an address to read them at, in their order. Two statements."""
    if not titles:
        return []
    ids = [title.id for title in titles]
    copies, bibs = visible_copies_of(session, ids), find_bibs(session, ids)
    found = []
    for title in titles:
        holdings = group_by_place(copy for copy in copies.get(title.id, ()) if copy.status in HOLDABLE)
        is_online = bool(bibs[title.id].data.urls)
        if holdings or is_online:
            found.append(AtHand(title=title, holdings=tuple(holdings), is_online=is_online))
    return found
