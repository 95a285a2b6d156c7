"""Readers leave: accounts are closed and opened again, and erased for good; refused only for what is open, and that is said."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from branches.access import Caller
from circ.commands import Deposit, LetGo
from circ.history_invariants import INVARIANTS
from circ.ledger_models import Account, AccountEntry, Approval
from circ.models import Hold, Loan
from circ.queries.ledger import lock_account
from circ.service import leaving
from circ.service.ledger import LedgerService, charge
from circ.service.ledger.posting import NewEntry, post
from kernel.errors import Conflict, NotFound
from notices.models import Notice, NoticeDelivery
from patrons.models import Patron
from patrons.privacy import Vault
from patrons.queries import cards_of
from patrons.service.profiles import NewPatron, PatronService
from tests.circ.test_ledger_invariants import let_all_be_changed
from tests.desk import Desk, offenders_in, refusals_of
from tests.factories import NOW, day, make_context
from web import wiring

VAULT = Vault("a secret for tests only")


@pytest.fixture
def reader(desk: Desk) -> Desk:
    """Whoever is P9, with phone and birthday, and P0001 as their child's guardian to be."""
    wiring.connect()
    new = NewPatron(
        barcode="P9",
        name="王小虎",
        category="adult",
        home="CG",
        birth_on=day("1990-02-03"),
        phone="13812345678",
        pin="482913",
    )
    desk.write(lambda s: PatronService(make_context(s), VAULT).register(new))
    return desk


def do(desk: Desk, act: Any, *args: Any) -> Any:
    return desk.write(lambda s: act(make_context(s, desk.caller, now=desk.now), *args))


def money(desk: Desk, fen: int) -> None:
    patron_id = desk.preview(patron="P9").patron.id

    def enter(session: Any) -> None:
        context = make_context(session)
        if fen > 0:
            charge(context, patron_id=patron_id, org_id=desk.county.hub, fen=fen, cause="damaged", by_rule=False)
        else:
            lock_account(session, patron_id)
            post(context, NewEntry(patron_id=patron_id, org_id=desk.county.hub, kind="payment", fen=fen, method="cash"))

    desk.write(enter)


def owed_and_let_go(desk: Desk) -> None:
    """A fee that one person asked to let go, twice: another refused it first, then confirmed it."""
    money(desk, 300_00)
    first, second = (desk.staffed(("hub_librarian", desk.county.hub), username=name) for name in ("wang", "li"))
    fee = desk.read(lambda s: s.scalar(select(AccountEntry.id)))
    assert fee is not None
    for number, decide in enumerate((LedgerService.turn_down, LedgerService.confirm), start=1):
        do(first, lambda context: LedgerService(context).waive(LetGo(entry_id=fee, reason="王小虎家失火")))
        do(second, lambda context, act=decide, one=number: act(LedgerService(context), one))


@pytest.mark.parametrize("act", [leaving.close, leaving.erase])
def test_refused_for_all_that_is_open_at_once(reader: Desk, act: Any) -> None:
    reader.check_out(patron="P9")
    money(reader, 500)
    assert refusals_of(lambda: do(reader, act, "P9")) == ["patron.has_loans", "patron.has_debt"]


def test_money_that_is_the_reader_s_is_paid_out_first(reader: Desk) -> None:
    money(reader, -500)
    assert refusals_of(lambda: do(reader, leaving.close, "P9")) == ["patron.has_credit"]


def test_closing_calls_off_holds_pays_the_deposit_back_and_ends_the_card(reader: Desk) -> None:
    patron_id = reader.preview(patron="P9").patron.id
    child = reader.add_patron("C1", guardian_id=patron_id)
    reader.hold(patron="P9")
    cashier = reader.staffed(("hub_librarian", reader.county.hub))
    deposit = Deposit(patron="P9", fen=10000, method="cash")
    do(cashier, lambda context: LedgerService(context).take_deposit(deposit))
    left = do(reader, leaving.close, "P9")
    assert (left.holds, left.deposit_fen) == (1, 10000)
    assert reader.read(lambda s: s.scalars(select(Hold.status)).all()) == ["cancelled"]
    assert reader.read(lambda s: s.scalar(select(Account.deposit_fen))) == 0
    assert refusals_of(lambda: reader.check_out(patron="P9")) == ["patron.closed"]
    assert reader.read(lambda s: s.get_one(Patron, child).guardian_id) is None
    with pytest.raises(Conflict, match=r"patron\.closed"):
        do(reader, leaving.close, "P9")


def test_who_comes_back_borrows_with_the_same_card(reader: Desk) -> None:
    do(reader, leaving.close, "P9")
    do(reader, leaving.reopen, "P9")
    reader.check_out(patron="P9")
    with pytest.raises(Conflict, match=r"patron\.open"):
        do(reader, leaving.reopen, "P9")


def test_erasing_leaves_no_trace_of_the_person_anywhere(reader: Desk) -> None:
    patron_id = reader.preview(patron="P9").patron.id
    reader.check_out(patron="P9")
    reader.reading(patron_id).later(days=3).renew(reader.read(lambda s: s.scalar(select(Loan.id))))
    reader.later(days=4).check_in()
    reader.hold(patron="P9")
    do(reader, leaving.erase, "P9")
    row = reader.read(lambda s: s.get_one(Patron, patron_id))
    assert (row.name, row.birth_on, row.phone_encrypted, row.pin_hash, row.status) == (
        "（已删除）",
        None,
        None,
        None,
        "closed",
    )
    assert reader.read(lambda s: s.scalars(select(Loan.patron_id)).all()) == [None]
    assert reader.read(lambda s: s.scalars(select(Hold.patron_id)).all()) == [None]
    told = reader.journal()
    assert [e.patron_id for e in told] == [None] * len(told)
    assert [e for e in told if str(patron_id) in e.author] == []
    assert (told[-1].act, told[-1].data) == ("patron_erased", {"patron": patron_id})  # the list of those to erase again
    with reader.database.reading() as session:
        kept = {t.name: str(session.execute(select(t)).all()) for t in Patron.metadata.sorted_tables}
    assert [name for name, rows in kept.items() if "王小虎" in rows or "1990, 2, 3" in rows] == []


def test_erasing_takes_the_words_people_wrote_about_money(reader: Desk) -> None:
    owed_and_let_go(reader)
    do(reader, leaving.erase, "P9")
    assert set(reader.read(lambda s: s.scalars(select(AccountEntry.note)).all())) == {None}
    assert set(reader.read(lambda s: s.scalars(select(Approval.reason)).all())) == {""}


NOTICE = (
    "INSERT INTO notice (kind, patron_id, org_id, language, subject, body, short, things, told_at, planned_at) "
    "VALUES ('card_expires', {0}, {1}, 'zh', 'x', 'x', 'x', 1, '2026-11-20', '2026-11-20')"
)
CONSENT = (
    "INSERT INTO patron_consent (patron_id, subject, given_by, given_at, channel) "
    "VALUES ({0}, 'history', 'reader', '2026-11-20', 'desk')"
)
DAMAGE = {
    "reason": "UPDATE approval SET reason = 'x' WHERE id = 1",
    "book": "UPDATE account_entry SET item_id = (SELECT min(id) FROM item)",
    "note": "UPDATE account_entry SET note = 'x'",
    "notice": NOTICE,
    "delivery": "UPDATE notice_delivery SET to_patron_id = {0}",
    "consent": CONSENT,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_the_doctor_names_whoever_is_gone_and_left_something(reader: Desk, damage: str) -> None:
    patron_id, other_id = reader.preview(patron="P9").patron.id, reader.preview().patron.id
    owed_and_let_go(reader)
    do(reader, leaving.erase, "P9")
    with reader.database.transaction() as session:
        assert offenders_in(session) == {}
        let_all_be_changed(session)
        send_to(session, other_id, reader.county.hub)
        session.execute(text(damage.format(patron_id, reader.county.hub)))
        assert offenders_in(session, INVARIANTS) == {"patron.gone": [f"patron {patron_id}"]}
        session.rollback()


def send_to(session: Session, patron_id: int, unit_id: int) -> None:
    """A notice on its way to somebody else."""
    session.execute(text(NOTICE.format(patron_id, unit_id)))
    notice_id = session.scalar(select(func.max(Notice.id)))
    session.add(NoticeDelivery(notice_id=notice_id, channel="email", to_patron_id=patron_id, due_at=NOW, key="k"))
    session.flush()


def test_a_number_of_somebody_erased_is_given_to_nobody_else(reader: Desk) -> None:
    do(reader, leaving.erase, "P9")
    assert [c.status for c in reader.read(lambda s: cards_of(s, reader.preview(patron="P9").patron.id))] == ["ended"]
    with pytest.raises(Conflict, match="barcode_taken"):
        reader.write(
            lambda s: PatronService(make_context(s), VAULT).register(
                NewPatron(barcode="P9", name="新人", category="adult", home="CG")
            )
        )
    for act in (leaving.erase, leaving.reopen):
        with pytest.raises(Conflict, match=r"patron\.erased"):
            do(reader, act, "P9")


def test_a_restore_brings_nobody_back_for_long(reader: Desk) -> None:
    patron_id = reader.preview(patron="P9").patron.id
    assert do(reader, leaving.erase_again, [patron_id, 10**6]) == 1
    assert do(reader, leaving.erase_again, [patron_id]) == 0
    assert reader.read(lambda s: s.scalar(select(func.count()).where(Patron.erased_at.is_not(None)))) == 1


def test_a_reader_asks_to_be_erased_and_may_think_better_of_it(reader: Desk) -> None:
    mine = reader.reading(reader.preview(patron="P9").patron.id)
    do(mine, leaving.ask_for_erasure)
    assert reader.read(lambda s: s.get_one(Patron, mine.caller.id).erasure_asked_at) == reader.now
    do(mine, leaving.take_back_asking)
    assert reader.read(lambda s: s.get_one(Patron, mine.caller.id).erasure_asked_at) is None


def test_only_where_the_right_is_held(reader: Desk) -> None:
    far = reader.staffed(("hub_librarian", reader.county.point))
    with pytest.raises(NotFound):
        do(far, leaving.erase, "P9")
    assert isinstance(far.caller, Caller)
    admin = reader.staffed(("sysadmin", reader.county.network), username="root")
    do(admin, leaving.erase, "P9")
