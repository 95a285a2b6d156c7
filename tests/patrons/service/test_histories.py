"""The reader's choice of what is remembered: who may make it, and what it needs."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from branches.access import Caller
from kernel.errors import Conflict, Invalid, NotFound
from patrons.models import Consent, Patron
from patrons.queries import looks_at
from patrons.service.histories import HistoryService
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import day, make_context


@pytest.fixture
def family(desk: Desk) -> Desk:
    """P0001 with a child C1 of ten and a young person T1 of fifteen."""
    guardian = desk.preview().patron.id
    desk.add_patron("C1", guardian_id=guardian, birth_on=day("2016-05-01"))
    desk.add_patron("T1", guardian_id=guardian, birth_on=day("2011-05-01"))
    return desk


def act(desk: Desk, card: str | None, what: str, *args: Any, **more: Any) -> None:
    """As the reader with a card, or as the system at the desk."""
    caller = desk.caller if card is None else Caller(kind="patron", id=desk.preview(patron=card).patron.id)
    desk.write(lambda s: getattr(HistoryService(make_context(s, caller, now=desk.now)), what)(*args, **more))


def choices(desk: Desk) -> dict[str, str]:
    ids = {card: desk.preview(patron=card).patron.id for card in ("P0001", "C1", "T1")}
    return {card: desk.read(lambda s, one=one: s.get_one(Patron, one).history) for card, one in ids.items()}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("card", "what", "args", "more", "error"),
    [
        ("P0001", "choose", ("keep",), {}, Invalid),
        ("C1", "choose", ("keep",), {"agrees": True}, Invalid),
        ("P0001", "choose_for_ward", ("C1", "keep"), {}, Invalid),
        ("P0001", "choose_for_ward", ("T1", "keep"), {"agrees": True}, Conflict),
        ("C1", "choose_for_ward", ("P0001", "forget"), {}, NotFound),
        ("C1", "choose_for_ward", ("T1", "forget"), {}, NotFound),
        (None, "choose_at_desk", ("P0001", "keep"), {}, Invalid),
        (None, "choose_at_desk", ("C1", "keep"), {"agreed_by": "reader"}, Invalid),
        (None, "choose_at_desk", ("P0001", "keep"), {"agreed_by": "guardian"}, Invalid),
    ],
)
def test_cannot_keep_without_the_consent_of_who_may_give_it(
    family: Desk, card: str | None, what: str, args: tuple[str, ...], more: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        act(family, card, what, *args, **more)
    assert set(choices(family).values()) == {"days"}


def test_each_may_choose_for_themselves_and_a_guardian_for_a_child(family: Desk) -> None:
    act(family, "P0001", "choose", "keep", agrees=True)
    act(family, "P0001", "choose_for_ward", "C1", "keep", agrees=True)
    act(family, None, "choose_at_desk", "T1", "keep", agreed_by="reader")
    assert set(choices(family).values()) == {"keep"}
    given = family.read(lambda s: s.scalars(select(Consent.given_by).order_by(Consent.id)).all())
    assert list(given) == ["reader", "guardian", "reader"]
    act(family, "C1", "choose", "forget")  # less is always the child's own to choose
    act(family, "P0001", "choose", "days")
    assert choices(family) == {"P0001": "days", "C1": "forget", "T1": "keep"}


def test_choosing_the_same_again_changes_nothing(family: Desk) -> None:
    for _ in range(2):
        act(family, "P0001", "choose", "keep", agrees=True)
    assert family.acts() == ["patron_changed"]
    assert len(family.read(lambda s: s.scalars(select(Consent.id)).all())) == 1


def test_a_reader_sees_the_looks_of_staff_and_not_their_own_acts(family: Desk) -> None:
    guardian = family.preview().patron.id

    def look(session: Any) -> None:
        make_context(session).record(
            "person_viewed", patron_id=guardian, org_id=family.county.hub, data={"what": "card"}
        )
        make_context(session).record("person_viewed", patron_id=guardian, data={"names": "full"})
        reader = make_context(session, Caller(kind="patron", id=guardian))
        reader.record("patron_exported", patron_id=guardian)

    family.write(look)
    assert [(one.what, one.org_id) for one in family.read(lambda s: looks_at(s, guardian))] == [
        ("profile", None),
        ("card", family.county.hub),
    ]
