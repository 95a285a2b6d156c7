"""Two accounts of one person become one: everything moves, the stricter of two limits stays, and nothing is lost in a race."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from branches.access import SYSTEM, Caller
from circ.ledger_models import Account, AccountEntry
from circ.models import Hold, Loan
from circ.queries.ledger import lock_account
from circ.service.forgetting import forget_due
from circ.service.ledger import charge
from circ.service.ledger.posting import NewEntry, post
from circ.service.merging_readers import MergedReaders, likely_pairs, look_at_merge, merge_readers
from kernel.db import Base
from kernel.errors import Conflict, DomainError, NotFound, Refused
from migrations import models
from notices.models import Notice, NoticeDelivery, NoticeOccasion
from patrons.models import Card, Consent, Patron, ReaderList
from patrons.service.blocks import BlockService, NewBlock
from patrons.service.histories import HistoryService
from patrons.service.lists import ListService
from purchasing.models import Suggestion, SuggestionVote
from tests.circ.test_statements import statements_of
from tests.desk import Desk
from tests.factories import NOW, day, make_context
from web import wiring


@pytest.fixture
def two(desk: Desk) -> Desk:
    """P0001 and DUP, who are one person."""
    wiring.connect()
    desk.add_patron("DUP")
    for number in range(2, 6):
        desk.add_item(f"B000{number}")
    return desk


def merge(desk: Desk, barcode: str = "DUP", into: str = "P0001") -> MergedReaders:
    return desk.write(lambda s: merge_readers(make_context(s, desk.caller, now=desk.now), barcode, into))


def ids(desk: Desk) -> tuple[int, int]:
    return desk.preview(patron="DUP").patron.id, desk.preview().patron.id


def left_behind(desk: Desk, patron_id: int) -> dict[str, int]:
    """The tables that still name an account, by every reference to readers that there is."""
    found = {}
    with desk.database.reading() as session:
        for table in models.METADATA.sorted_tables:
            for column in table.columns:
                if any(key.column.table.name == "patron" for key in column.foreign_keys):
                    count = session.scalar(select(func.count()).select_from(table).where(column == patron_id))
                    if count:
                        found[f"{table.name}.{column.name}"] = count
    return found


def test_everything_moves_whatever_table_it_stands_in(two: Desk) -> None:
    dup, stays = ids(two)
    two.check_out("B0002", patron="DUP")
    two.hold(patron="DUP", item="B0003")
    two.check_out("B0004", patron="DUP")
    two.later(days=1).check_in("B0004")

    def hang(session: Any) -> None:
        context, reader = make_context(session), make_context(session, Caller(kind="patron", id=dup))
        BlockService(context).block("DUP", NewBlock(reason="污损", scope="network"))
        for who in (dup, stays):
            ListService(make_context(session, Caller(kind="patron", id=who))).create("想看的书")
        HistoryService(reader).choose("forget")
        charge(context, patron_id=dup, org_id=two.county.hub, fen=500, cause="damaged", by_rule=False)
        values = {"kind": "card_expires", "language": "zh", "subject": "到期", "body": "x", "short": "x"}
        notice = Notice(patron_id=dup, org_id=two.county.hub, things=1, told_at=NOW, planned_at=NOW, **values)
        session.add(notice)
        session.flush()
        session.add(NoticeOccasion(kind="card_expires", subject_id=dup, at=NOW, step=0, notice_id=notice.id))
        session.add(NoticeDelivery(notice_id=notice.id, channel="email", to_patron_id=dup, due_at=NOW, key="k"))
        for title, voters in (("甲", (dup, stays)), ("乙", (dup,))):
            wish = Suggestion(title=title, title_key=title, org_id=two.county.hub, created_at=NOW)
            session.add(wish)
            session.flush()
            session.add_all(SuggestionVote(suggestion_id=wish.id, patron_id=who, created_at=NOW) for who in voters)
        child = Patron(name="小", category="child", home_id=two.county.branch, guardian_id=dup, created_at=NOW)
        session.add(child)
        session.flush()
        session.add(Card(patron_id=child.id, namespace_id=two.county.network, barcode="CH", issued_at=NOW))

    two.write(hang)
    done = merge(two)
    assert (done.into_id, done.loans, done.holds) == (stays, 1, 1)
    assert left_behind(two, dup) == {}
    names = two.read(lambda s: s.scalars(select(ReaderList.name).order_by(ReaderList.name)).all())
    assert list(names) == ["想看的书", "想看的书 (2)"]
    gone = two.read(lambda s: s.get_one(Patron, dup))
    assert (gone.status, gone.merged_into_id) == ("closed", stays)
    assert two.read(lambda s: s.get_one(Patron, stays).history) == "forget"  # the stricter


def test_the_old_card_finds_the_reader_but_lends_no_more(two: Desk) -> None:
    _dup, stays = ids(two)
    merge(two)
    with pytest.raises(Refused, match="replaced"):
        two.check_out("B0002", patron="DUP")
    assert two.preview(patron="DUP").patron.id == stays
    two.check_out("B0002")


def test_the_card_that_works_goes_on_working(two: Desk) -> None:
    _dup, stays = ids(two)
    two.write(lambda s: s.execute(Card.__table__.update().where(Card.barcode == "P0001").values(status="lost")))
    two.write(lambda s: merge_readers(make_context(s), "DUP", "P0001"))
    assert two.check_out("B0002", patron="DUP").patron.id == stays


def test_who_waited_twice_waits_once_with_the_hold_that_has_come_furthest(two: Desk) -> None:
    bib = two.item("B0003").bib_id
    two.hold(bib_id=bib, patron="P0001")
    other = two.hold(bib_id=bib, patron="DUP")
    merge(two)
    holds = two.read(lambda s: s.execute(select(Hold.status, Hold.end_reason).order_by(Hold.id)).all())
    assert [tuple(row) for row in holds] == [("targeted", None), ("cancelled", "merged")]
    assert other.status == "queued"


def test_credit_of_the_one_settles_what_the_other_owes(two: Desk) -> None:
    dup, stays = ids(two)

    def money(session: Any) -> None:
        context = make_context(session)
        charge(context, patron_id=stays, org_id=two.county.hub, fen=500, cause="damaged", by_rule=False)
        lock_account(session, dup)
        post(context, NewEntry(patron_id=dup, org_id=two.county.hub, kind="payment", fen=-300, method="cash"))
        post(context, NewEntry(patron_id=dup, org_id=two.county.hub, kind="deposit", fen=10000, method="cash"))

    two.write(money)
    merge(two)
    account = two.read(lambda s: s.execute(select(Account.patron_id, Account.balance_fen, Account.deposit_fen)).all())
    assert [tuple(row) for row in account] == [(stays, 200, 10000)]
    assert two.read(lambda s: s.scalar(select(func.sum(AccountEntry.used_fen)))) == 600


@pytest.mark.parametrize(
    ("one", "into", "expected"),
    [
        ("2027-06-30", "2028-06-30", "2027-06-30"),  # nobody gains time
        ("2027-06-30", None, "2027-06-30"),
        ("2025-06-30", "2028-06-30", "2028-06-30"),  # a card that had run out takes none away
        ("2027-06-30", "2025-06-30", "2027-06-30"),
        ("2024-06-30", "2025-06-30", "2025-06-30"),
        (None, None, None),
    ],
)
def test_the_earlier_end_of_those_in_force_stays(
    desk: Desk, one: str | None, into: str | None, expected: str | None
) -> None:
    desk.add_patron("DUP", expires_on=day(one) if one else None)
    desk.add_patron("INTO", expires_on=day(into) if into else None)
    done = merge(desk, into="INTO")
    assert desk.read(lambda s: s.get_one(Patron, done.into_id).expires_on) == (day(expected) if expected else None)


def test_a_history_is_kept_only_where_both_kept_it(two: Desk) -> None:
    for patron_id in ids(two):
        reader = Caller(kind="patron", id=patron_id)
        two.write(lambda s, reader=reader: HistoryService(make_context(s, reader)).choose("keep", agrees=True))  # type: ignore[misc]
    merge(two)
    open_ = two.read(lambda s: s.scalars(select(Consent.subject).where(Consent.withdrawn_at.is_(None))).all())
    assert list(open_) == ["history"]


def test_two_that_are_not_one_person_are_refused(two: Desk) -> None:
    two.add_patron("CHILD", guardian_id=ids(two)[1])
    two.add_patron("GONE", status="closed")
    for pair, code in (
        (("P0001", "P0001"), "merge_itself"),
        (("CHILD", "P0001"), "merge_family"),
        (("DUP", "GONE"), r"patron\.closed"),
    ):
        with pytest.raises(Conflict, match=code):
            merge(two, *pair)
    far = two.staffed(("hub_librarian", two.county.point))
    with pytest.raises(NotFound):
        merge(far)
    merge(two)
    with pytest.raises(Conflict, match="merge_itself"):  # done once, it is one reader
        merge(two)


def test_likely_pairs_are_offered_and_looked_at_side_by_side(two: Desk) -> None:
    two.add_patron("A1", name="李小红", birth_on=day("1990-01-01"))
    two.add_patron("A2", name="李小红", birth_on=day("1990-01-01"))
    two.add_patron("A3", name="李小红", birth_on=day("1991-01-01"))
    two.add_patron("F1", name="王五", phone_digest="x", phone_encrypted=b"x")
    two.add_patron("F2", name="王五", phone_digest="x", phone_encrypted=b"x")
    pairs = two.read(lambda s: likely_pairs(make_context(s, SYSTEM)))
    assert [(one.barcode, other.barcode) for one, other in pairs] == [("A1", "A2"), ("F1", "F2")]
    assert {(side.name, side.birth_on) for pair in pairs for side in pair} == {("李**", None), ("王*", None)}
    one, other = two.write(lambda s: look_at_merge(make_context(s, SYSTEM), "A1", "A2"))
    assert (one.barcode, one.name, other.barcode) == ("A1", "李小红", "A2")
    assert two.acts() == ["person_viewed", "person_viewed"]


def test_a_moved_loan_is_forgotten_though_the_journal_knew_it_under_the_old_account(two: Desk) -> None:
    two.check_out("B0002", patron="DUP")
    merge(two)
    two.later(days=1).check_in("B0002")
    later = two.later(days=40)
    forget_due(lambda work: two.write(lambda s: work(make_context(s, SYSTEM, now=later.now))))
    assert [e.act for e in two.journal() if e.patron_id is not None and e.item_id is not None] == []


def test_a_limit_counts_what_each_account_had_at_its_time(two: Desk) -> None:
    two.policy("max_loans", 2)
    for item, card in (("B0002", "DUP"), ("B0003", "DUP"), ("B0004", "P0001"), ("B0005", "P0001")):
        two.check_out(item, patron=card)
    merge(two)  # four are out with a limit of two, and no check-out was wrong: the doctor is asked at the end
    with pytest.raises(Refused, match="all of its 2 loans"):
        two.check_out("B0001")


def test_merging_while_the_desk_lends_loses_no_loan(two: Desk) -> None:
    def lend(item: str) -> str:
        try:
            two.check_out(item, patron="DUP")
        except DomainError as error:
            return error.code
        return "lent"

    with ThreadPoolExecutor(4) as pool:
        lending = [pool.submit(lend, f"B000{number}") for number in range(2, 6)]
        merging = pool.submit(merge, two)
        answers = [one.result() for one in lending]
    stays = merging.result().into_id
    owners = two.read(lambda s: s.scalars(select(Loan.patron_id).where(Loan.closed_at.is_(None))).all())
    assert set(owners) <= {stays}
    assert len(owners) == answers.count("lent")
    assert set(answers) <= {"lent", "refused"}


def test_no_table_that_names_readers_was_forgotten(two: Desk) -> None:
    """A new table with a reference to readers must be thought of in merging and in erasing."""
    known = {
        *("account", "account_entry", "accruing_fine", "approval", "card", "hold", "late_return", "loan", "notice"),
        *("notice_choice", "notice_delivery", "patron", "patron_block", "patron_consent", "reader_list"),
        *("chooser", "missed_parcels", "quota_past", "quota_use", "selection", "suggestion_vote", "suspension"),
    }
    naming = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "patron"
    }
    assert naming == known


def test_a_long_list_of_likely_pairs_asks_no_more_often_than_a_short_one(two: Desk) -> None:
    def asked() -> int:
        with statements_of(two.database) as statements:
            two.read(lambda s: likely_pairs(make_context(s, SYSTEM)))
        return len(statements)

    def add(*names: str) -> None:
        for name in names:
            for card in ("a", "b"):
                two.add_patron(f"{name}{card}", name=name, birth_on=day("1990-01-01"))

    add("李小红")
    asked()  # the process reads the reference data that it keeps
    short = asked()
    add("王五", "赵六", "孙七")
    assert asked() == short <= 5
