"""A reader who goes takes their notices along; two accounts that become one keep them in one list."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select

from notices.models import Notice, NoticeChoice, NoticeDelivery, NoticeOccasion
from notices.service import Occasion, Owed, tell
from notices.service.forgetting import forget_reader, hand_over
from tests.desk import Desk, offenders
from tests.factories import NOW, make_context
from web import wiring


@pytest.fixture
def told(desk: Desk) -> tuple[int, int]:
    """Two readers, each with a notice, a way and a choice."""
    wiring.connect()
    ids = (desk.add_patron("P0002"), desk.add_patron("P0003"))
    for patron_id in ids:
        occasion = Occasion(subject_id=patron_id, at=NOW)
        owed = Owed(kind="card_expires", patron_id=patron_id, org_id=desk.county.branch, occasion=occasion)
        desk.write(lambda s, owed=owed: tell(make_context(s), [owed]))
    for notice_id, patron_id in enumerate(ids, 1):
        way = {
            "notice_id": notice_id,
            "channel": "sms",
            "to_patron_id": patron_id,
            "due_at": NOW,
            "key": f"k{patron_id}",
        }
        desk.write(
            lambda s, way=way: s.execute(insert(NoticeDelivery).values(way | {"status": "waiting", "attempts": 0}))
        )
        desk.write(lambda s, n=notice_id: setattr(s.get_one(Notice, n), "planned_at", NOW))
        choice = {"patron_id": patron_id, "channels": ["sms"], "changed_at": NOW}
        desk.write(lambda s, choice=choice: s.execute(insert(NoticeChoice).values(choice)))
    return ids


def test_nothing_is_left_of_a_reader_who_is_erased(desk: Desk, told: tuple[int, int]) -> None:
    gone, stays = told
    desk.write(lambda s: forget_reader(s, gone))
    for column in (Notice.patron_id, NoticeDelivery.to_patron_id, NoticeChoice.patron_id):
        assert desk.read(lambda s, column=column: list(s.scalars(select(column)))) == [stays]
    assert desk.read(lambda s: s.scalar(select(func.count()).select_from(NoticeOccasion))) == 2
    assert offenders(desk.database) == {}


def test_two_accounts_that_become_one_have_one_list(desk: Desk, told: tuple[int, int]) -> None:
    one, into = told
    desk.write(lambda s: hand_over(s, one, into))
    assert desk.read(lambda s: set(s.scalars(select(Notice.patron_id)))) == {into}
    assert desk.read(lambda s: list(s.scalars(select(NoticeChoice.patron_id)))) == [into]
    assert offenders(desk.database) == {}
