"""What the acts of circulation answer, as values that every channel renders in its own way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from branches.tree import Unit
from catalog.queries import ItemRow
from circ.queries import LoanRow
from circ.queries.holds import HoldRow
from circ.queries.ledger import EntryRow
from circ.return_rules import NextAction
from kernel.errors import DomainError, Refusal
from kernel.i18n import Text
from patrons.queries import PatronRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A loan and what the desk should hear. `id` is None for a preview, whose `refusals` are what still stands against lending.
    `message` is the sentence for the desk, None for a preview. `entry_id` is the row of the journal by which it can be undone.
    `names_reader`: whether the caller, who may have named no more than the loan, may hear whose it is."""

    id: int | None
    patron: PatronRow
    item: ItemRow
    at: Unit
    checked_out_at: datetime
    due_at: datetime | None
    renewals: int
    notices: tuple[Refusal, ...]
    policy: dict[str, Any]
    message: Text | None = None
    refusals: tuple[Refusal, ...] = field(default=())
    names_reader: bool = True
    entry_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What was said of a copy, as it is now. `entry_id` is the row of the journal by which it can be undone, None where a stock list does
    that."""

    item: ItemRow
    act: str
    entry_id: int | None
    message: Text
    fees: tuple[EntryRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A book taken in. `loan` is the loan that ended, None for a book that was not out. `to` is where the hands send it, `transfer_id`
    its open transfer, `hold` the hold that it now serves, `message` the sentence for the desk, `then` the half of it that says where to
    put the book, and `entry_id` the row of the journal by which the return is undone, None where there is nothing to undo. `fees` are what
    lateness cost, `suspended_until` is the last day of the suspension that stands for a fine."""

    item: ItemRow
    status: str
    location: Unit
    loan: LoanRow | None
    action: NextAction
    to: Unit | None
    transfer_id: int | None
    message: Text
    then: Text
    hold: HoldRow | None = None
    entry_id: int | None = None
    notices: tuple[Refusal, ...] = field(default=())
    fees: tuple[EntryRow, ...] = field(default=())
    suspended_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """One line of many returns: what became of the book, or why nothing did."""

    barcode: str
    returned: Returned | None = None
    error: DomainError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """An act taken back. `item` is the copy as it is now, `undone_id` the row of the journal that was undone."""

    undone_id: int
    act: str
    item: ItemRow
    message: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A use in the library that was counted. `entry_id` is the row of the journal by which it can be undone."""

    item: ItemRow
    at: Unit
    entry_id: int
    message: Text
    notices: tuple[Refusal, ...]
