"""Whose account an act may touch, and where it is noted.

A right to money reaches the readers at home in the units where it is held, and of other readers the fees that arose there: a book
that comes back late at a branch is paid at that branch, whoever brought it.
"""

from __future__ import annotations

from dataclasses import dataclass

from branches.context import Context
from circ.queries import ledger as queries
from circ.queries.ledger import EntryRow
from circ.service.locking import take_reader
from kernel.errors import NotFound
from patrons.queries import PatronRow, find_patron, home_of, patron_by_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """`org_id` is where the act is noted. `units` are those whose fees may be dealt with; None: all of this reader."""

    patron: PatronRow
    org_id: int
    units: frozenset[int] | None

    def require_whole(self, card: str) -> None:
        """For acts on what the account holds as a whole, credit and deposit: those of another library's reader are none of this one's."""
        if self.units is not None:
            raise NotFound("patron", card)


def find_account(context: Context, card: str, right: str, at: str | None = None, *, lock: bool = False) -> Access:
    """The account of a card; one that the right does not reach is answered like one that does not exist. `lock` takes the reader's row,
    for an act that goes on to the account's."""
    caller, tree = context.caller, context.tree
    caller.require(right)
    here = tree.unit(at).id if at is not None else None
    if here is not None:
        caller.require_at(right, here, tree, key=at)
    patron = find_patron(context.session, card, tree, at=here or caller.own_unit(), lock=lock)
    org_id = here or _desk(context, right, patron.home_id)
    if caller.may(right, patron.home_id, tree):
        return Access(patron=patron, org_id=org_id, units=None)
    units = caller.units(right, tree)
    if not queries.entries_of(context.session, patron.id, units=units, limit=1):
        raise NotFound("patron", card)
    return Access(patron=patron, org_id=org_id, units=units)


def find_entry(context: Context, entry_id: int, right: str, kind: str, thing: str) -> tuple[EntryRow, int]:
    """A fee or a payment, and the unit where an act on it is noted; the account is locked, and the entry read as it is then."""
    _, home_id = _reach(context, entry_id, right, kind, thing)
    return _lock_with_account(context, entry_id), _desk(context, right, home_id)


def find_debtor(context: Context, fee_id: int) -> PatronRow:
    """Whose fee it is, for those who may read it."""
    fee, _ = _reach(context, fee_id, "fee.read", "charge", "fee")
    return patron_by_id(context.session, fee.patron_id)


def reaches(context: Context, right: str, entry: EntryRow, home_id: int) -> bool:
    """Whether a right to money reaches an entry of a reader at home there."""
    return any(context.caller.may(right, unit, context.tree) for unit in (home_id, entry.org_id))


def _reach(context: Context, entry_id: int, right: str, kind: str, thing: str) -> tuple[EntryRow, int]:
    """An entry that the right reaches, and the home of its reader; any other is answered like one that does not exist."""
    context.caller.require(right)
    found = queries.entry_by_id(context.session, entry_id)
    if found is None or found.kind != kind:
        raise NotFound(thing, entry_id)
    home_id = home_of(context.session, found.patron_id) or found.org_id
    if not reaches(context, right, found, home_id):
        raise NotFound(thing, entry_id)
    return found, home_id


def _lock_with_account(context: Context, entry_id: int) -> EntryRow:
    """An entry as it is once its reader and account are locked; a merge may have brought it to another account meanwhile."""
    while True:
        found = _read(context, entry_id)
        take_reader(context.session, found.patron_id)
        if _read(context, entry_id).patron_id == found.patron_id:
            queries.lock_account(context.session, found.patron_id)
            return _read(context, entry_id)


def _read(context: Context, entry_id: int) -> EntryRow:
    entry = queries.entry_by_id(context.session, entry_id)
    assert entry is not None
    return entry


def _desk(context: Context, right: str, otherwise: int) -> int:
    """The first of the caller's units where the right is held; the command line has none."""
    caller = context.caller
    return next((unit for unit in caller.home_units() if caller.may(right, unit, context.tree)), otherwise)
