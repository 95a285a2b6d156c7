"""A card on the desk: what stands against lending to its reader here, how much is out, and who looked."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from circ.service.standing import Standing, look_at_card, read_standing
from kernel.errors import Forbidden, NotFound
from patrons.models import Patron
from tests.desk import Desk
from tests.factories import make_context


def standing(desk: Desk, at: str = "ZG", card: str = "P0001") -> Standing:
    return desk.read(lambda s: read_standing(make_context(s, desk.caller, now=desk.now), card, at))


def test_a_reader_in_good_standing(desk: Desk) -> None:
    desk.check_out()
    found = standing(desk)
    assert (found.refusals, found.open_loans, found.overdue_loans, found.limit) == ((), 1, 0, 10)


def test_every_reason_by_the_policies_of_this_unit(desk: Desk) -> None:
    desk.policy("max_loans", 1, org="CG")
    desk.policy("max_overdue", 0)
    desk.check_out()
    desk.write(lambda s: s.execute(update(Patron).values(expires_on=date(2026, 11, 30))))
    late = desk.later(days=31)
    assert [r.code for r in standing(late, at="LX").refusals] == [
        "patron.expired",
        "patron.overdue",
        "patron.loan_limit",
    ]
    assert [r.code for r in standing(late, at="ZG").refusals] == ["patron.expired", "patron.overdue"]
    assert (standing(late).open_loans, standing(late).overdue_loans, standing(late, at="LX").limit) == (1, 1, 1)


def test_what_is_said_of_the_card_is_what_stops_a_loan(desk: Desk) -> None:
    desk.policy("max_loans", 0)
    assert standing(desk).refusals == desk.preview().refusals


def test_a_look_at_a_card_leaves_a_trace(desk: Desk) -> None:
    volunteer = desk.staffed(("volunteer", desk.county.point))
    volunteer.write(lambda s: look_at_card(make_context(s, volunteer.caller), "P0001", "LX"))
    [look] = desk.journal()
    assert (look.act, look.author, look.org_id, look.data) == (
        "person_viewed",
        "wang",
        desk.county.point,
        {"what": "card"},
    )


def test_who_may_look(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        standing(desk.staffed(("sysadmin", desk.county.network)))
    with pytest.raises(NotFound):
        standing(desk, card="P9999")
