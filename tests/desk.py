"""A desk for tests: the acts of circulation, each in a transaction of its own, and what they left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from branches.access import SYSTEM, Caller
from branches.context import Context
from branches.models import PolicyRow
from branches.policy import CRITERIA
from catalog.callnumbers import shelved
from catalog.models import Item
from catalog.queries import ItemRow, find_item
from circ import policies
from circ.commands import AskForCopies, CheckIn, CheckOut, PlaceHold, Renew, SetStatus
from circ.models import Loan
from circ.queries import list_loans
from circ.queries.holds import HoldRow, hold_by_id
from circ.service import CirculationService, Declared, Lent, Returned
from circ.service.holds import HoldService
from circ.service.ledger import LedgerService
from circ.service.request_service import Answered, RequestService
from kernel import outbox
from kernel.db import Database
from kernel.errors import DomainError, Refused
from kernel.invariants import Invariant
from kernel.journal import JournalEntry
from kernel.outbox import OutboxEntry
from notices import policies as notice_policies
from purchasing import policies as purchasing_policies
from tests.factories import (
    NOW,
    ApiUser,
    County,
    make_context,
    make_county,
    make_item,
    make_patron,
    make_policy,
    make_token,
    make_unit,
    make_user,
)
from transit.models import Transfer
from transit.queries import TransferRow, transfer_by_id
from transit.service import TransferService
from web import rooms

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Reader P0001 is at home at branch CG, book B0001 at hub ZG. `caller` is the command line unless `staffed` changes it."""

    database: Database
    county: County
    caller: Caller = SYSTEM
    now: datetime = NOW

    # --- who and when -------------------------------------------------------------------------------------------------

    def staffed(self, *grants: tuple[str, int], username: str = "wang") -> Desk:
        return replace(self, caller=self.write(lambda s: make_user(s, username, *grants)))

    def as_role(self, role: str, org_id: int) -> Desk:
        """Somebody new with one role at one unit, `hub.librarian.2`."""
        return self.staffed((role, org_id), username=f"{role}.{org_id}".replace("_", "."))

    def reading(self, patron_id: int) -> Desk:
        """The reader themself."""
        return replace(self, caller=Caller(kind="patron", id=patron_id))

    def over_http(self, client: FlaskClient, caller: Caller | None = None) -> ApiUser:
        """At the API: whoever acts here, or somebody else, logged in there."""
        return ApiUser(client, self.write(lambda s: make_token(s, caller or self.caller)), self.now)

    def later(self, **time: float) -> Desk:
        return replace(self, now=self.now + timedelta(**time))

    # --- acts ---------------------------------------------------------------------------------------------------------

    def check_out(self, item: str = "B0001", at: str = "ZG", patron: str = "P0001", **more: Any) -> Lent:
        return self._act(lambda service: service.check_out(CheckOut(patron=patron, item=item, at=at, **more)))

    def preview(self, item: str = "B0001", at: str = "ZG", patron: str = "P0001", **more: Any) -> Lent:
        asked = CheckOut(patron=patron, item=item, at=at, dry_run=True, **more)
        return self._act(lambda service: service.preview_check_out(asked))

    def check_in(self, item: str = "B0001", at: str = "ZG", **more: Any) -> Returned:
        return self._act(lambda service: service.check_in(CheckIn(item=item, at=at, **more)))

    def declare(self, act: str, item: str = "B0001", **more: Any) -> Declared:
        return self._act(lambda service: service.set_status(SetStatus(item=item, act=act, **more)))

    def renew(self, loan_id: int | None, **more: Any) -> Lent:
        assert loan_id is not None
        return self._act(lambda service: service.renew(Renew(loan_id=loan_id, **more)))

    def hold(self, patron: str = "P0001", pickup: str = "CG", **more: Any) -> HoldRow:
        """On the title of B0001 unless `item` or `bib_id` says otherwise."""
        asked = more if more.keys() & {"item", "bib_id"} else more | {"bib_id": self.item().bib_id}
        return self.holding(lambda service: service.place(PlaceHold(patron=patron, pickup=pickup, **asked)))

    def holding(self, act: Callable[[HoldService], T]) -> T:
        return self.write(lambda s: act(HoldService(self._context(s))))

    def held(self, hold_id: int) -> HoldRow:
        found = self.read(lambda s: hold_by_id(s, hold_id))
        assert found is not None
        return found

    def receive(self, transfer_id: int | None) -> Returned:
        assert transfer_id is not None
        return self._act(lambda service: service.receive_transfer(transfer_id))

    def dispatch(self, transfer_id: int | None) -> TransferRow:
        assert transfer_id is not None
        return self.write(lambda s: TransferService(self._context(s)).dispatch(transfer_id))

    def cancel(self, transfer_id: int | None, reason: str = "找到了", *, force: bool = False) -> TransferRow:
        assert transfer_id is not None
        return self.write(lambda s: TransferService(self._context(s)).cancel(transfer_id, reason, force=force))

    def ask(self, to: str = "CG", **more: Any) -> list[TransferRow]:
        """For a copy of the title of B0001 unless `item`, `bib_id` or `criteria` says otherwise."""
        asked = more if more.keys() & {"item", "bib_id", "criteria"} else more | {"bib_id": self.item().bib_id}
        return self.asking(lambda service: service.ask(AskForCopies(to=to, **asked)))

    def approve(self, transfer_id: int, *items: str) -> Answered:
        return self.asking(lambda service: service.approve(transfer_id, items))

    def refuse(self, transfer_id: int, reason: str = "正在展览", **more: Any) -> list[TransferRow]:
        return self.asking(lambda service: service.refuse(transfer_id, reason, **more))

    def asking(self, act: Callable[[RequestService], T]) -> T:
        return self.write(lambda s: act(RequestService(self._context(s))))

    def set_item(self, barcode: str = "B0001", **values: Any) -> None:
        """Put a copy into a state, as acts of other rooms would."""
        self.write(lambda s: s.execute(update(Item).where(Item.barcode == barcode).values(**shelved(values))))

    # --- setting up ---------------------------------------------------------------------------------------------------

    def write(self, work: Callable[[Session], T]) -> T:
        return self.database.run(work)

    def policy(self, setting: str, value: Any, **criteria: str) -> int:
        """Set a policy row, in the place of one with the same criteria."""

        def replace_row(session: Session) -> int:
            same = [getattr(PolicyRow, name) == criteria.get(name) for name in CRITERIA]
            session.execute(delete(PolicyRow).where(PolicyRow.setting == setting, *same))
            return make_policy(session, setting, value, **criteria)

        return self.write(replace_row)

    def add_item(self, barcode: str, home_id: int | None = None, **values: Any) -> int:
        return self.write(lambda s: add_item(s, home_id or self.county.hub, barcode, **values))

    def more_copies(self, *homes: int) -> None:
        """B0002 … of the title of B0001."""
        for n, home in enumerate(homes, start=2):
            self.add_item(f"B000{n}", home, bib_id=self.item().bib_id)

    def add_patron(self, barcode: str, home_id: int | None = None, **values: Any) -> int:
        return self.write(lambda s: make_patron(s, home_id or self.county.branch, barcode, **values))

    # --- what is there ------------------------------------------------------------------------------------------------

    def read(self, work: Callable[[Session], T]) -> T:
        with self.database.reading() as session:
            return work(session)

    def item(self, barcode: str = "B0001") -> ItemRow:
        return self.read(lambda s: find_item(s, barcode, self._context(s).tree, at=None))

    def place(self, barcode: str = "B0001") -> tuple[str, int]:
        """Status and location."""
        item = self.item(barcode)
        return item.status, item.location_id

    def transfer(self, transfer_id: int | None) -> TransferRow:
        assert transfer_id is not None
        found = self.read(lambda s: transfer_by_id(s, transfer_id))
        assert found is not None
        return found

    def transfers(self) -> list[str]:
        """The states of all transfers, oldest first."""
        return self.read(lambda s: list(s.scalars(select(Transfer.status).order_by(Transfer.id))))

    def loan(self, loan_id: int | None) -> Loan:
        return self.read(lambda s: s.get_one(Loan, loan_id))

    def loans_of(self, item_id: int) -> list[Loan]:
        return self.read(lambda s: list(s.scalars(select(Loan).where(Loan.item_id == item_id).order_by(Loan.id))))

    def listed(self, status: str) -> list[str]:
        """The barcodes on the list of loans of a status."""
        rows = self.read(lambda s: list_loans(s, seen_at=None, status=status, now=self.now))
        return [row.barcode for row in rows]

    def open_loans(self) -> int:
        return len(self.read(lambda s: s.scalars(select(Loan.id).where(Loan.closed_at.is_(None))).all()))

    def journal(self) -> list[JournalEntry]:
        return self.read(lambda s: list(s.scalars(select(JournalEntry).order_by(JournalEntry.id))))

    def acts(self) -> list[str]:
        return [entry.act for entry in self.journal()]

    def outbox(self) -> dict[int, int]:
        """How often each title was marked for the index."""
        return self.read(
            lambda s: {row.key: row.version for row in s.scalars(select(OutboxEntry).where(OutboxEntry.kind == "bib"))}
        )

    def _act(self, act: Callable[[CirculationService], T]) -> T:
        return self.write(lambda s: act(CirculationService(self._context(s))))

    def _context(self, session: Session) -> Context:
        return make_context(session, self.caller, now=self.now)


def add_item(session: Session, home_id: int, barcode: str, **values: Any) -> int:
    """A copy whose title the outbox knows, as it does of every title that was catalogued."""
    item_id = make_item(session, home_id, barcode, **values)
    outbox.enqueue(session, "bib", [session.get_one(Item, item_id).bib_id], at=NOW)
    return item_id


def add_hub(desk: Desk, code: str) -> int:
    """The hub of a network that joined: a namespace of its own, with a point below it."""

    def add(session: Session) -> int:
        hub_id = make_unit(session, code, "hub", desk.county.network, is_namespace=True)
        make_unit(session, f"{code}1", "point", hub_id)
        return hub_id

    return desk.write(add)


def money(desk: Desk, act: Callable[[LedgerService], T]) -> T:
    """An act on readers' accounts, in a transaction of its own."""
    return desk.write(lambda s: act(LedgerService(make_context(s, desk.caller, now=desk.now))))


def refusals_of(act: Callable[[], object]) -> list[str]:
    """The codes with which an act is refused."""
    with pytest.raises(Refused) as caught:
        act()
    return [refusal.code for refusal in caught.value.refusals]


def error_of(act: Callable[[], object]) -> str:
    """The code with which an act is turned away; of several refusals, the first."""
    with pytest.raises(DomainError) as caught:
        act()
    error = caught.value
    return error.refusals[0].code if isinstance(error, Refused) else error.code


def offenders(database: Database, invariants: Iterable[Invariant] = rooms.INVARIANTS) -> dict[str, list[str]]:
    """What `tongjie doctor` would name: every invariant that does not hold, with its offenders."""
    with database.reading() as session:
        return offenders_in(session, invariants)


def offenders_in(session: Session, invariants: Iterable[Invariant] = rooms.INVARIANTS) -> dict[str, list[str]]:
    found = {invariant.code: list(invariant.find(session)) for invariant in invariants}
    return {code: names for code, names in found.items() if names}


def open_desk(database: Database) -> Desk:
    """A county with one reader and one book."""
    policies.register()
    purchasing_policies.register()
    notice_policies.register()

    def set_up(session: Session) -> County:
        county = make_county(session)
        make_patron(session, county.branch)
        add_item(session, county.hub, "B0001")
        return county

    return Desk(database=database, county=database.run(set_up))


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    """A desk after whose test every invariant must hold."""
    yield open_desk(database)
    assert offenders(database) == {}
