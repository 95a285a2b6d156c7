"""Who read what is forgotten by the reader's choice: in loans, holds, the journal, accounts and notices; and nothing else is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, update

from branches.access import SYSTEM
from circ.commands import LetGo, Pay
from circ.ledger_models import AccountEntry, Approval
from circ.models import Hold, Loan
from circ.queries.histories import past_loans
from circ.service.forgetting import forget_due, forget_own
from circ.service.ledger import charge
from kernel.journal import JournalEntry
from notices.models import Notice, NoticeOccasion
from patrons.models import Consent, Patron
from patrons.service.histories import HistoryService
from tests.desk import Desk, money, offenders
from tests.factories import make_context


def forget(desk: Desk) -> int:
    def in_turns(work: Any) -> Any:
        return desk.write(lambda s: work(make_context(s, SYSTEM, now=desk.now)))

    return forget_due(in_turns)


def choose(desk: Desk, history: str, **more: Any) -> None:
    patron_id = desk.preview().patron.id
    desk.write(
        lambda s: HistoryService(make_context(s, desk.reading(patron_id).caller, now=desk.now)).choose(history, **more)
    )  # type: ignore[arg-type]


def named(desk: Desk) -> list[str]:
    """The acts in the journal that name a reader together with a copy or title."""
    return [e.act for e in desk.journal() if e.patron_id is not None and (e.item_id or e.bib_id)]


def read_a_book(desk: Desk) -> int:
    """Borrowed, renewed by the reader, and returned on the fourth day."""
    lent = desk.check_out()
    assert lent.id is not None
    desk.reading(lent.patron.id).later(days=3).renew(lent.id)
    desk.later(days=4).check_in()
    return lent.id


@pytest.mark.parametrize(
    ("history", "minutes", "days", "is_forgotten"),
    [
        ("forget", 14, 0, False),  # who returned it may still stand at the desk, and the return may be undone
        ("forget", 16, 0, True),
        ("days", 0, 29, False),
        ("days", 1, 30, True),
        ("keep", 0, 3650, False),
    ],
)
def test_a_returned_loan_is_forgotten_when_the_reader_wants_it(
    desk: Desk, history: str, minutes: int, days: int, is_forgotten: bool
) -> None:
    choose(desk, history, agrees=True)
    loan_id = read_a_book(desk)
    assert named(desk) == ["checked_out", "renewed", "checked_in"]
    assert forget(desk.later(days=4 + days, minutes=minutes)) == int(is_forgotten)
    assert (desk.loan(loan_id).patron_id is None) == is_forgotten
    assert named(desk) == ([] if is_forgotten else ["checked_out", "renewed", "checked_in"])


def test_what_happened_stays_known_but_not_to_whom(desk: Desk) -> None:
    read_a_book(desk)
    before = desk.journal()
    forget(desk.later(days=40))
    after = desk.journal()[: len(before)]
    assert [(e.act, e.at, e.org_id, e.item_id, e.data) for e in after] == [
        (e.act, e.at, e.org_id, e.item_id, e.data) for e in before
    ]
    assert [e.author for e in after] == ["system", "patron", "system"]  # the renewal was the reader's own act
    assert {e.request_id for e in after} == {None}


def test_an_open_loan_and_the_same_copy_lent_again_are_left_alone(desk: Desk) -> None:
    first = read_a_book(desk)
    again = desk.later(days=4).check_out()  # in the very moment of the return
    forget(desk.later(days=40))
    assert desk.loan(first).patron_id is None
    assert desk.loan(again.id).patron_id == again.patron.id
    assert named(desk) == ["checked_out"]


def test_a_second_run_has_nothing_to_do_and_the_journal_tells_daily(desk: Desk) -> None:
    read_a_book(desk)
    later = desk.later(days=40)
    assert [forget(later), forget(later), forget(later.later(hours=1)), forget(later.later(days=1))] == [1, 0, 0, 0]
    assert [e.data for e in desk.journal() if e.act == "history_forgotten"] == [
        {"loans": 1, "holds": 0},
        {"loans": 0, "holds": 0},
    ]


def test_a_hold_goes_with_its_loan_and_one_that_came_to_nothing_after_30_days(desk: Desk) -> None:
    hold = desk.hold(pickup="ZG")
    desk.check_in(at="ZG")
    desk.check_out()
    desk.later(days=1).check_in()
    desk.add_item("B0002")
    other = desk.hold(item="B0002")
    desk.holding(lambda service: service.cancel(other.id))
    assert forget(desk.later(days=29)) == 0
    assert forget(desk.later(days=30)) == 1
    assert forget(desk.later(days=31, minutes=1)) == 2
    holds = desk.read(lambda s: s.scalars(select(Hold.patron_id)).all())
    assert list(holds) == [None, None]
    assert named(desk) == []
    assert hold.id


def test_notices_about_the_loan_are_forgotten_with_it(desk: Desk) -> None:
    loan_id = read_a_book(desk)
    patron_id = desk.preview().patron.id

    def tell(session: Any) -> None:
        values = {"kind": "overdue", "language": "zh", "subject": "逾期", "body": "《平凡的世界》", "short": "逾期"}
        notice = Notice(patron_id=patron_id, org_id=desk.county.branch, things=1, told_at=desk.now, **values)
        session.add(notice)
        session.flush()
        session.add(NoticeOccasion(kind="overdue", subject_id=loan_id, at=desk.now, step=0, notice_id=notice.id))

    desk.write(tell)
    forget(desk.later(days=40))
    assert desk.read(lambda s: s.scalar(select(func.count()).select_from(Notice))) == 0
    assert desk.read(lambda s: s.scalars(select(NoticeOccasion.notice_id)).all()) == [None]


def test_the_history_is_the_reader_s_to_see_and_to_forget_at_once(desk: Desk) -> None:
    choose(desk, "keep", agrees=True)
    read_a_book(desk)
    reader = desk.reading(desk.preview().patron.id)
    assert [row.barcode for row in desk.read(lambda s: past_loans(s, reader.caller.id))] == ["B0001"]
    done = desk.write(lambda s: forget_own(make_context(s, reader.caller, now=desk.later(days=5).now)))
    assert (done.loans, done.holds) == (1, 0)
    assert desk.read(lambda s: past_loans(s, reader.caller.id)) == []
    assert named(desk) == []


def test_a_stricter_choice_takes_the_consent_back(desk: Desk) -> None:
    choose(desk, "keep", agrees=True)
    choose(desk.later(days=1), "forget")
    assert desk.read(lambda s: s.scalars(select(Consent.withdrawn_at)).all()) != [None]
    assert desk.read(lambda s: s.scalars(select(Patron.history)).all()) == ["forget"]


def test_the_doctor_names_a_history_that_outlived_its_time_and_a_thread_in_the_journal(desk: Desk) -> None:
    loan_id = read_a_book(desk)
    patron_id = desk.preview().patron.id
    forget(desk.later(days=40))
    desk.write(lambda s: s.execute(update(Loan).values(patron_id=patron_id)))
    assert offenders(desk.database) == {"history.forgotten": [f"loan {loan_id}"]}
    desk.write(lambda s: s.execute(update(Loan).values(patron_id=None)))
    entry = {"act": "renewed", "at": desk.now, "channel": "x", "author": "x", "patron_id": patron_id}
    item = desk.item()
    row = JournalEntry(**entry, item_id=item.id, bib_id=item.bib_id, data={"loan": loan_id})
    desk.write(lambda s: s.add(row))
    assert list(offenders(desk.database)) == ["history.journal"]
    desk.write(lambda s: s.execute(update(JournalEntry).values(patron_id=None)))


@pytest.mark.parametrize(
    "change", [{"act": "renewed"}, {"author": "wang"}, {"patron_id": 7}, {"data": {}}, {"item_id": None}]
)
def test_the_database_lets_nothing_else_of_the_journal_be_changed(desk: Desk, change: dict[str, Any]) -> None:
    read_a_book(desk)
    with pytest.raises(Exception, match="append-only"):
        desk.write(lambda s: s.execute(update(JournalEntry).values(**{"patron_id": None} | change)))


def test_forgetting_while_books_come_back_loses_nothing(desk: Desk) -> None:
    for number in range(6):
        desk.add_item(f"C{number}")
        desk.check_out(f"C{number}")
    choose(desk, "forget")

    def back(number: int) -> None:
        desk.later(days=1, minutes=number).check_in(f"C{number}")
        forget(desk.later(days=2))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(back, range(6)))
    forget(desk.later(days=2))
    assert desk.read(lambda s: s.scalars(select(Loan.patron_id)).all()) == [None] * 6
    assert named(desk) == []


def test_paying_lets_the_book_be_forgotten_in_the_account_too(desk: Desk) -> None:
    """A fee names its loan, or the copy where somebody charged it by hand, as long as it is owed."""
    loan_id = read_a_book(desk)
    loan, far = desk.loan(loan_id), desk.staffed(("hub_librarian", desk.county.hub)).later(days=90)
    of_reader = {"patron_id": loan.patron_id, "org_id": desk.county.hub, "cause": "overdue", "item_id": loan.item_id}

    def charged(session: Any) -> None:
        context = make_context(session, far.caller, now=far.now)
        charge(context, **of_reader, fen=300, loan_id=loan_id)  # type: ignore[arg-type]
        charge(context, **of_reader, fen=200, by_rule=False, note="《平凡的世界》封面撕破")  # type: ignore[arg-type]

    desk.write(charged)
    assert forget(far) == 0
    payment = Pay(patron="P0001", fen=500, method="cash")
    money(far, lambda service: service.pay(payment))
    assert forget(far.later(hours=1)) == 1
    rows = desk.read(lambda s: s.execute(select(AccountEntry.loan_id, AccountEntry.item_id, AccountEntry.note)).all())
    assert {tuple(row) for row in rows} == {(None, None, None)}


def test_what_was_written_about_a_fee_is_forgotten_with_its_book(desk: Desk) -> None:
    """Why a payment was reversed and a fee waived or refunded, by one person or two; while the second is waited for, nothing goes."""
    loan_id = read_a_book(desk)
    loan, far = desk.loan(loan_id), desk.staffed(("hub_librarian", desk.county.hub)).later(days=90)
    second = far.staffed(("hub_librarian", desk.county.hub), username="li")

    def damaged(fen: int) -> int:
        fee = {"patron_id": loan.patron_id, "org_id": desk.county.hub, "cause": "damaged", "by_rule": False}
        of_loan = {"loan_id": loan_id, "item_id": loan.item_id, "note": "《平凡的世界》"}
        return desk.write(lambda s: charge(make_context(s, far.caller, now=far.now), fen=fen, **fee, **of_loan).id)  # type: ignore[arg-type]

    small = damaged(100)
    paid = money(far, lambda ledger: ledger.pay(Pay(patron="P0001", fen=100, method="cash")))
    money(far, lambda ledger: ledger.reverse(LetGo(entry_id=paid.id, reason="《平凡的世界》没有破")))
    money(far, lambda ledger: ledger.waive(LetGo(entry_id=small, reason="《平凡的世界》没有破")))
    large = damaged(300_00)
    money(far, lambda ledger: ledger.pay(Pay(patron="P0001", fen=300_00, method="cash")))
    asked = money(far, lambda ledger: ledger.refund(LetGo(entry_id=large, reason="《平凡的世界》修好了")))
    assert forget(far) == 0
    money(second, lambda ledger: ledger.confirm(asked.approval.id))
    assert forget(far) == 1
    assert set(desk.read(lambda s: s.scalars(select(AccountEntry.note)).all())) == {None}
    assert desk.read(lambda s: s.scalars(select(Approval.reason)).all()) == [""]


@pytest.mark.parametrize(("minutes", "is_forgotten"), [(-1, False), (1, True)])
def test_a_reader_clears_no_hold_that_still_counts_against_them(desk: Desk, minutes: int, is_forgotten: bool) -> None:
    hold = desk.hold()
    desk.holding(lambda service: service.cancel(hold.id))
    reader, later = desk.reading(desk.preview().patron.id), desk.later(days=30, minutes=minutes)
    done = desk.write(lambda s: forget_own(make_context(s, reader.caller, now=later.now)))
    assert (done.holds, desk.held(hold.id).patron_id is None) == (int(is_forgotten), is_forgotten)
