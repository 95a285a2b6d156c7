"""An account as the reader or a member of staff may see it. That staff looked goes into the journal."""

from __future__ import annotations

from dataclasses import dataclass

from branches.context import Context
from circ.queries import ledger as queries
from circ.queries.ledger import AccountRow, AccruingRow, ApprovalRow, EntryRow
from circ.service.ledger.access import find_account
from patrons.queries import PatronRow, patron_by_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """`entries`, the newest first, a page of them; `open_fees`, the oldest first, all. `units`: only what arose there is shown, since the
    reader is at home elsewhere."""

    patron: PatronRow
    account: AccountRow
    entries: list[EntryRow]
    open_fees: list[EntryRow]
    accruing: list[AccruingRow]
    waiting: list[ApprovalRow]
    units: frozenset[int] | None = None

    @property
    def is_part(self) -> bool:
        return self.units is not None

    def shows(self, entry: EntryRow) -> bool:
        """Whether an entry is one of this account, on whichever page."""
        return entry.patron_id == self.patron.id and (self.units is None or entry.org_id in self.units)

    @property
    def next_before_id(self) -> int | None:
        """Before which entry the next page begins; None where this is the last."""
        return self.entries[-1].id if len(self.entries) == queries.NEWEST else None


def look_at_account(context: Context, card: str, *, before_id: int | None = None) -> AccountView:
    """The account of a reader, for staff."""
    access = find_account(context, card, "fee.read")
    session, patron_id = context.session, access.patron.id
    context.record("person_viewed", org_id=context.caller.own_unit(), patron_id=patron_id, data={"what": "account"})
    return AccountView(
        patron=access.patron,
        account=queries.account_of(session, patron_id),
        entries=queries.entries_of(session, patron_id, units=access.units, before_id=before_id),
        open_fees=queries.open_fees(session, patron_id, units=access.units),
        accruing=queries.accruing_of(session, patron_id) if access.units is None else [],
        waiting=queries.waiting_approvals(session, units=access.units, patron_id=patron_id),
        units=access.units,
    )


def own_account(context: Context, *, before_id: int | None = None) -> AccountView:
    """The account of the reader who asks."""
    session, patron_id = context.session, context.caller.id
    return AccountView(
        patron=patron_by_id(session, patron_id),
        account=queries.account_of(session, patron_id),
        entries=queries.entries_of(session, patron_id, before_id=before_id),
        open_fees=queries.open_fees(session, patron_id),
        accruing=queries.accruing_of(session, patron_id),
        waiting=[],
    )
