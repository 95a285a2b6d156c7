"""About when a copy of another library could be had at one's own, asked of the database: by transfers of late, else the rule."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from branches.models import OpeningHours
from circ.service.arriving import Arrival, estimate, estimate_for
from patrons.queries import find_patron
from tests.circ.test_statements import statements_of
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context, make_policy
from transit.models import Transfer


def arrived(desk: Desk, from_id: int, to_id: int, *days: int) -> None:
    """Transfers of B0001 that took so many days each, lately."""
    bib_id = desk.item().bib_id

    def write(s: Session) -> None:
        for n in days:
            begun = desk.now - timedelta(days=n + 10)
            received = begun + timedelta(days=n)
            s.add(
                Transfer(
                    bib_id=bib_id,
                    from_id=from_id,
                    to_id=to_id,
                    reason="hold",
                    status="received",
                    requested_at=begun,
                    received_at=received,
                    ended_at=received,
                )
            )

    desk.write(write)


def at_home(desk: Desk, title_of: str = "B0001") -> Arrival | None:
    """For P0001, who is at home in CG."""
    bib_id = desk.item(title_of).bib_id

    def ask(s: Session) -> Arrival | None:
        context = make_context(s, desk.caller, now=desk.now)
        return estimate_for(context, find_patron(s, "P0001", context.tree, at=None), bib_id)

    return desk.read(ask)


def told(arrival: Arrival | None) -> tuple[date, str] | None:
    return None if arrival is None else (arrival.day, arrival.way.ground if arrival.way else "there")


def test_the_way_between_the_two_libraries_tells_the_day(desk: Desk) -> None:
    county = desk.county
    arrived(desk, county.hub, county.branch, 2, 3, 3)
    arrived(desk, county.branch, county.hub, 9, 9, 9)
    assert told(at_home(desk)) == (date(2026, 11, 26), "pair")


def test_without_enough_between_them_the_network_tells_it_else_the_rule(desk: Desk) -> None:
    county = desk.county
    assert told(at_home(desk)) == (date(2026, 11, 30), "policy")
    arrived(desk, county.hub, county.branch, 1)
    arrived(desk, county.hub, county.point, 4, 4, 5, 5)
    assert told(at_home(desk)) == (date(2026, 11, 27), "network")
    desk.write(lambda s: s.execute(delete(Transfer)))
    desk.write(lambda s: make_policy(s, "notice_transfer_days", None))
    assert at_home(desk) is None


def test_old_transfers_tell_nothing(desk: Desk) -> None:
    arrived(desk, desk.county.hub, desk.county.branch, 2, 2, 2)
    assert told(at_home(desk.later(days=200))) == (desk.later(days=207).now.date(), "policy")


def test_the_day_is_one_on_which_the_place_is_open(desk: Desk) -> None:
    county = desk.county
    arrived(desk, county.hub, county.branch, 2, 2, 2)
    hours = [(county.branch, 3, "12:00"), (county.hub, 0, "11:00"), (county.hub, 2, "17:00")]
    desk.write(lambda s: s.add_all(OpeningHours(org_id=o, weekday=n, opens="08:00", closes=c) for o, n, c in hours))
    assert told(at_home(desk)) == (date(2026, 11, 26), "pair")
    # once the hub has closed for the day, the copy is fetched on Wednesday and comes after that Thursday
    assert told(at_home(desk.later(hours=1))) == (date(2026, 12, 3), "pair")


def test_a_copy_that_stands_there_needs_no_way_and_one_for_others_is_none(desk: Desk) -> None:
    desk.hold()
    assert at_home(desk) is None  # one copy, one who waits
    desk.add_item("B0002", desk.county.branch, bib_id=desk.item().bib_id)
    assert told(at_home(desk)) == (date(2026, 11, 23), "there")


def test_an_estimate_costs_few_statements(desk: Desk) -> None:
    county = desk.county
    for n in range(20):
        desk.add_item(f"C{n:04}", county.point, bib_id=desk.item().bib_id)
    at_home(desk)
    with statements_of(desk.database) as said:
        at_home(desk)
    assert len(said) <= 10, "\n".join(
        said
    )  # those that find title and reader among them, however many copies there are
    with statements_of(desk.database) as said:
        desk.read(lambda s: estimate(make_context(s, now=desk.now), from_id=county.hub, to_id=county.branch))
    assert len([one for one in said if "FROM transfer" in one]) == 2
