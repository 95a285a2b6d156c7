"""Families: who may be a guardian, what a guardian agrees to, and what time does to a family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from branches.access import SYSTEM, Caller
from kernel.errors import Conflict, Invalid, NotFound
from patrons.models import Consent, Patron
from patrons.privacy import Vault
from patrons.service.consents import ConsentService
from patrons.service.families import FamilyService, acts_for
from patrons.service.profiles import NewPatron, PatronService, PatronView
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import day, make_context

VAULT = Vault("a secret for tests only")
CHILD = {"barcode": "C1", "name": "李小明", "category": "child", "home": "CG", "guardian": "P0001"}


def register(desk: Desk, **values: Any) -> PatronView:
    new = NewPatron(**(CHILD | values))
    return desk.write(lambda s: PatronService(make_context(s, desk.caller, now=desk.now), VAULT).register(new))


def change(desk: Desk, barcode: str, **values: Any) -> PatronView:
    def act(session: Any) -> PatronView:
        service = PatronService(make_context(session, desk.caller, now=desk.now), VAULT)
        return service.change(barcode, values, expected_version=service.show(barcode).version)  # type: ignore[arg-type]

    return desk.write(act)


def let_go(desk: Desk) -> int:
    return desk.write(lambda s: FamilyService(make_context(s, SYSTEM, now=desk.now)).let_go())


def guardian(desk: Desk) -> Caller:
    return Caller(kind="patron", id=desk.preview().patron.id)


def test_the_desk_sees_whose_guardian_somebody_is_and_who_is_whose(desk: Desk) -> None:
    register(desk, birth_on=day("2016-05-01"))
    with desk.database.reading() as session:
        service = PatronService(make_context(session), VAULT)
        assert [ward.barcode for ward in service.show_written(guardian(desk).id).wards] == ["C1"]
    child = register(desk, barcode="C2", name="李小红")
    assert (child.guardian, child.guardian_name) == ("P0001", "张三丰")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"guardian": "TEEN"}, "at least 18"),
        ({"guardian": "C0"}, "no guardian of their own"),
        ({"guardian": "GONE"}, "closed"),
        ({"birth_on": day("2008-11-23")}, "18 or more"),
    ],
)
def test_cannot_be_a_guardian(desk: Desk, wrong: dict[str, Any], why: str) -> None:
    desk.add_patron("TEEN", birth_on=day("2009-01-01"))
    desk.add_patron("GONE", status="closed")
    register(desk, barcode="C0")
    with pytest.raises(Invalid, match=r"patron\.guardian") as caught:
        register(desk, **wrong)
    assert why in caught.value.detail.en


def test_a_guardian_of_others_gets_no_guardian_and_nobody_is_their_own(desk: Desk) -> None:
    register(desk)
    desk.add_patron("P2")
    for card in ("P2", "P0001"):
        with pytest.raises(Invalid, match=r"patron\.guardian"):
            change(desk, "P0001", guardian=card)


def test_a_new_birthday_that_makes_a_ward_an_adult_is_refused_until_the_guardian_goes(desk: Desk) -> None:
    register(desk)
    with pytest.raises(Invalid, match=r"patron\.guardian"):
        change(desk, "C1", birth_on=day("2000-01-01"))
    assert change(desk, "C1", birth_on=day("2000-01-01"), guardian=None).guardian is None


def test_a_child_under_14_waits_for_the_guardian_to_agree_and_the_guardian_does(desk: Desk) -> None:
    assert register(desk, birth_on=day("2016-05-01")).must_agree

    parent = guardian(desk)

    def agree(session: Any) -> list[bool]:
        service = FamilyService(make_context(session, parent))
        service.consent("C1")
        service.consent("C1")  # twice is once
        return [ward.must_agree for ward in service.wards()]

    assert desk.write(agree) == [False]
    given = desk.read(lambda s: s.scalars(select(Consent)).all())
    assert [(one.subject, one.given_by, one.withdrawn_at) for one in given] == [("record", "guardian", None)]


def test_the_desk_notes_a_signed_consent_when_it_registers_the_child(desk: Desk) -> None:
    assert not register(desk, birth_on=day("2016-05-01"), guardian_agrees=True).must_agree


def test_nobody_agrees_for_a_reader_of_14(desk: Desk) -> None:
    with pytest.raises(Invalid, match=r"consent\.own"):
        register(desk, birth_on=day("2012-11-23"), guardian_agrees=True)
    register(desk, birth_on=day("2012-11-23"))
    parent = guardian(desk)
    with pytest.raises(Conflict, match=r"consent\.own"):
        desk.write(lambda s: FamilyService(make_context(s, parent)).consent("C1"))


@pytest.mark.parametrize("values", [{"status": "closed"}, {"birth_on": day("2008-11-23")}, {"guardian_id": None}])
def test_who_is_closed_grown_up_or_somebody_else_s_child_is_in_nobody_s_care(
    desk: Desk, values: dict[str, Any]
) -> None:
    register(desk, birth_on=day("2016-05-01"))
    child = desk.preview(patron="C1").patron.id
    parent = guardian(desk)
    mine: Callable[[], bool] = lambda: desk.read(lambda s: acts_for(make_context(s, parent), child))  # noqa: E731
    assert mine()
    desk.write(lambda s: s.execute(update(Patron).where(Patron.id == child).values(**values)))
    assert not mine()
    with pytest.raises(NotFound):
        desk.write(lambda s: FamilyService(make_context(s, parent)).consent("C1"))


def test_at_14_what_the_guardian_agreed_to_ends_and_the_kept_history_with_it(desk: Desk) -> None:
    register(desk, birth_on=day("2012-11-24"), guardian_agrees=True)
    child = desk.preview(patron="C1").patron.id
    desk.write(lambda s: s.execute(update(Patron).where(Patron.id == child).values(history="keep")))
    desk.write(
        lambda s: s.add(
            Consent(patron_id=child, subject="history", given_by="guardian", given_at=desk.now, channel="x")
        )
    )
    assert let_go(desk) == 0
    assert let_go(desk.later(days=1)) == 1
    assert let_go(desk.later(days=1)) == 0
    assert desk.read(lambda s: s.get_one(Patron, child).history) == "days"
    assert desk.read(lambda s: s.scalars(select(Consent).where(Consent.withdrawn_at.is_(None))).all()) == []
    assert desk.read(lambda s: s.get_one(Patron, child).guardian_id) is not None  # until 18


def test_at_18_a_child_leaves_the_family(desk: Desk) -> None:
    register(desk, birth_on=day("2008-11-24"))
    assert let_go(desk) == 0
    assert let_go(desk.later(days=1)) == 1
    child = desk.preview(patron="C1").patron.id
    assert desk.read(lambda s: s.get_one(Patron, child).guardian_id) is None
    assert desk.journal()[-1].data == {"fields": ["guardian"], "why": "grown_up"}


# --- a consent that is taken back ---------------------------------------------------------------------------------------


def take_back(desk: Desk, barcode: str = "C1") -> None:
    parent = guardian(desk)
    desk.write(lambda s: FamilyService(make_context(s, parent, now=desk.now)).take_back_consent(barcode))


def agree(desk: Desk, barcode: str = "C1") -> None:
    parent = guardian(desk)
    desk.write(lambda s: FamilyService(make_context(s, parent, now=desk.now)).consent(barcode))


def erasure_asked(desk: Desk) -> Any:
    return desk.read(lambda s: s.scalar(select(Patron.erasure_asked_at).where(Patron.name == "李小明")))


def test_who_agrees_no_more_asks_for_the_child_to_be_erased(desk: Desk) -> None:
    register(desk, birth_on=day("2016-05-01"), guardian_agrees=True)
    take_back(desk)
    assert erasure_asked(desk) == desk.now
    child = desk.write(lambda s: PatronService(make_context(s, now=desk.now), VAULT).show("C1"))
    assert child.must_agree
    told = [entry.data for entry in desk.journal() if entry.act == "patron_changed"]
    assert told[-1] == {"consent": "withdrawn", "by": "guardian"}
    with pytest.raises(Conflict, match=r"consent\.none"):
        take_back(desk)
    agree(desk.later(days=1))
    assert erasure_asked(desk) is None


def test_an_erasure_asked_for_otherwise_stands_when_the_guardian_agrees_again(desk: Desk) -> None:
    register(desk, birth_on=day("2016-05-01"), guardian_agrees=True)
    before = desk.now
    desk.write(lambda s: s.execute(update(Patron).where(Patron.name == "李小明").values(erasure_asked_at=before)))
    take_back(desk.later(days=1))
    agree(desk.later(days=2))
    assert erasure_asked(desk) == before


def test_nobody_takes_back_what_another_agreed_to(desk: Desk) -> None:
    register(desk, birth_on=day("2016-05-01"), guardian_agrees=True)
    desk.add_patron("P0002")
    stranger = Caller(kind="patron", id=desk.preview(patron="P0002").patron.id)
    with pytest.raises(NotFound):
        desk.write(lambda s: FamilyService(make_context(s, stranger)).take_back_consent("C1"))


def test_the_desk_notes_that_a_consent_was_taken_back(desk: Desk) -> None:
    register(desk, birth_on=day("2016-05-01"), guardian_agrees=True)
    desk.write(lambda s: ConsentService(make_context(s, now=desk.now)).note_withdrawal("C1"))
    assert erasure_asked(desk) == desk.now
