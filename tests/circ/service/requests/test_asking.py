"""Asking other libraries for copies on both databases: whose copies, in which order, and every reason why not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from catalog.models import Bib
from circ.commands import Criteria
from circ.queries.requests import volumes_of_title
from kernel.errors import Forbidden, Invalid, NotFound, Refused
from tests.desk import Desk, refusals_of
from tests.factories import make_bib, make_unit
from transit.queries.requests import list_requests, load_of_requests


def asked_of(rows: list[Any]) -> list[tuple[int, str]]:
    return [(row.from_id, row.barcode) for row in rows]


def test_a_title_is_asked_of_the_nearest_library_that_has_it(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    desk.write(lambda s: make_unit(s, "YY", "point", desk.county.network))
    (row,) = desk.ask(to="CG")
    assert (row.from_id, row.barcode, row.status) == (desk.county.hub, "B0001", "requested")
    assert desk.place() == ("available", desk.county.hub)
    entry = desk.journal()[-1]
    assert (entry.act, entry.org_id, entry.data) == (
        "transfer_requested",
        desk.county.branch,
        {"transfer": row.id, "request": 1, "from": "ZG"},
    )


def test_three_copies_are_three_transfers_and_what_nobody_has_is_counted(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    rows = desk.ask(to="LX", copies=3)
    assert len(rows) == 2
    (request,) = desk.read(lambda s: list_requests(s, [desk.county.point]))
    assert (request.copies, request.unfilled, request.open_copies, request.received) == (3, 1, 2, 0)


def test_a_copy_is_asked_for_once(desk: Desk) -> None:
    desk.ask(to="CG")
    assert refusals_of(lambda: desk.ask(to="LX")) == ["transfer.no_copy"]


def test_of_libraries_equally_far_the_one_with_less_to_fetch_is_asked(desk: Desk) -> None:
    desk.more_copies(desk.county.point, desk.county.other_point)
    desk.set_item(status="missing")
    desk.add_item("B0009", desk.county.point)
    desk.ask(to="CG", item="B0009")
    assert asked_of(desk.ask(to="CG")) == [(desk.county.other_point, "B0003")]
    assert desk.read(load_of_requests) == {desk.county.point: 1, desk.county.other_point: 1}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("on_loan", "transfer.not_idle"),
        ("missing", "transfer.not_idle"),
        ("in_repair", "transfer.not_idle"),
        ("withdrawn", "transfer.not_idle"),
    ],
)
def test_a_copy_that_is_not_on_its_shelf_is_not_asked_for(desk: Desk, status: str, code: str) -> None:
    if status == "on_loan":
        desk.check_out()
    else:
        desk.set_item(status=status)
    assert refusals_of(lambda: desk.ask(item="B0001")) == [code]
    assert refusals_of(desk.ask) == ["transfer.no_copy"]


def test_a_copy_that_is_moved_already_or_named_by_another_is_not_asked_for(desk: Desk) -> None:
    desk.ask(to="LX", item="B0001")
    assert refusals_of(lambda: desk.ask(item="B0001")) == ["transfer.open"]
    desk.approve(1)
    assert refusals_of(lambda: desk.ask(item="B0001")) == ["transfer.open"]


def test_who_wants_any_copy_makes_room_for_who_wants_this_one(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    (any_copy,) = desk.ask(to="CG")
    (named,) = desk.ask(to="LX", item="B0001")
    assert named.barcode == "B0001"
    assert desk.transfer(any_copy.id).barcode == "B0002"


def test_a_copy_for_a_hold_is_not_asked_for(desk: Desk) -> None:
    desk.hold(pickup="CG")
    assert refusals_of(lambda: desk.ask(to="LX", item="B0001")) == ["transfer.for_a_hold"]
    assert refusals_of(lambda: desk.ask(to="LX")) == ["transfer.no_copy"]


def test_what_stands_here_is_not_asked_for(desk: Desk) -> None:
    assert refusals_of(lambda: desk.ask(to="ZG", item="B0001")) == ["transfer.here_already"]
    assert refusals_of(lambda: desk.ask(to="ZG")) == ["transfer.no_copy"]


def test_what_is_not_lent_there_is_not_sent_there(desk: Desk) -> None:
    desk.policy("lend", False, org="LX")
    assert refusals_of(lambda: desk.ask(to="LX")) == ["transfer.not_lent_there"]
    assert desk.ask(to="CG")


@pytest.mark.parametrize(
    "limit",
    [
        {"from": "ZG", "to": "LX"},
        {"from": "QX", "to": "CG"},  # each with all below
        {"to": "LX", "item_type": "book"},
        {"item_type": "book"},
    ],
)
def test_a_pair_that_the_policy_forbids_is_refused_and_may_be_lifted(desk: Desk, limit: dict[str, str]) -> None:
    desk.policy("transfer_limits", [limit])
    assert refusals_of(lambda: desk.ask(to="LX")) == ["transfer.refused_by_policy"]
    lifting = {"override": ("transfer.refused_by_policy",), "why": "馆长同意"}
    branch = desk.staffed(("branch_librarian", desk.county.branch))
    assert refusals_of(lambda: branch.ask(to="LX", **lifting)) == ["transfer.refused_by_policy"]
    hub = desk.staffed(("hub_librarian", desk.county.hub), username="li")
    assert asked_of(hub.ask(to="LX", **lifting)) == [(desk.county.hub, "B0001")]
    told = desk.journal()[-1]
    assert (told.act, told.data) == (
        "overridden",
        {"request": 1, "codes": ["transfer.refused_by_policy"], "why": "馆长同意"},
    )


@pytest.mark.parametrize(
    "limit", [{"from": "LX", "to": "ZG"}, {"from": "ZG", "to": "XC"}, {"to": "LX", "item_type": "reference"}]
)
def test_a_limit_for_others_is_none(desk: Desk, limit: dict[str, str]) -> None:
    desk.policy("transfer_limits", [limit])
    assert desk.ask(to="LX")


def test_the_next_library_is_asked_where_the_first_is_forbidden(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    desk.policy("transfer_limits", [{"from": "ZG"}])
    desk.policy("transfer_limits", None, item_org="XC")
    assert asked_of(desk.ask(to="LX", copies=2)) == [(desk.county.other_point, "B0002")]


def test_one_library_may_be_named(desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    assert asked_of(desk.ask(to="LX", copies=2, from_="CG")) == [(desk.county.other_point, "B0002")]


def test_called_home_are_only_copies_that_belong_there(desk: Desk) -> None:
    desk.add_item("B0002", desk.county.point, bib_id=desk.item().bib_id, location_id=desk.county.branch)
    rows = desk.ask(to="LX", copies=2, reason="return_home")
    assert [(row.barcode, row.reason) for row in rows] == [("B0002", "return_home")]


def test_criteria_find_different_titles_of_the_kind_and_none_that_is_there_already(desk: Desk) -> None:
    picture = {"class_number": "J238.5"}
    for n in range(6):
        bib_id = desk.write(lambda s, n=n: make_bib(s, f"图画书{n}", **picture))
        desk.write(lambda s, b=bib_id, n=n: _made_for(s, b, "preschool" if n < 5 else "young"))
        desk.add_item(f"T{n}a", desk.county.hub, bib_id=bib_id)
        desk.add_item(f"T{n}b", desk.county.hub, bib_id=bib_id)
        if n == 0:
            desk.add_item("T0c", desk.county.branch, bib_id=bib_id)
    wanted = Criteria(class_number="J238", audience="preschool", item_type="book")
    rows = desk.ask(to="CG", criteria=wanted, copies=3)
    assert {row.title for row in rows} <= {f"图画书{n}" for n in range(1, 5)}
    assert len({row.title for row in rows}) == 3
    more = desk.ask(to="CG", criteria=wanted, copies=3)
    assert len({row.title for row in more} | {row.title for row in rows}) == len(more) + 3 == 4
    assert refusals_of(lambda: desk.ask(to="CG", criteria=Criteria(class_number="Z"))) == ["transfer.no_copy"]


def _made_for(session: Any, bib_id: int, readership: str) -> None:
    bib = session.get_one(Bib, bib_id)
    session.execute(update(Bib).where(Bib.id == bib_id).values(data=bib.data | {"readership": readership}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"item": "B0001", "bib_id": 1},
        {"copies": 0},
        {"copies": 201},
        {"item": "B0001", "copies": 2},
        {"reason": "hold"},
        {"needed_by": date(2026, 11, 22)},
        {"keep_until": date(2026, 11, 23)},
        {"criteria": Criteria()},
        {"criteria": Criteria(audience="cats")},
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        desk.ask(**wrong)


def test_an_unknown_type_title_copy_or_unit_is_not_found(desk: Desk) -> None:
    for asked in ({"criteria": Criteria(item_type="comic")}, {"bib_id": 99}, {"item": "B9"}, {"to": "NO"}):
        with pytest.raises(NotFound):
            desk.ask(**asked)


def test_a_place_that_receives_nothing_asks_for_nothing(desk: Desk) -> None:
    assert refusals_of(lambda: desk.ask(to="QX")) == ["transfer.place_refused"]


@pytest.mark.parametrize(
    ("role", "granted_at", "to", "error"),
    [
        ("branch_librarian", "branch", "LX", None),
        ("branch_librarian", "branch", "ZG", NotFound),
        ("hub_librarian", "hub", "LX", None),
        ("volunteer", "point", "LX", Forbidden),
        ("sysadmin", "network", "LX", Forbidden),
        ("self_check", "point", "LX", Forbidden),
    ],
)
def test_who_may_ask(desk: Desk, role: str, granted_at: str, to: str, error: type[Exception] | None) -> None:
    staff = desk.staffed((role, getattr(desk.county, granted_at)))
    if error is None:
        assert staff.ask(to=to)
        return
    with pytest.raises(error):
        staff.ask(to=to)
    assert desk.transfers() == []


def test_the_points_below_come_last(desk: Desk) -> None:
    desk.more_copies(desk.county.point)
    far = desk.write(lambda s: make_unit(s, "YY", "branch", desk.county.network))
    desk.set_item(location_id=far, home_id=far)
    assert asked_of(desk.ask(to="CG", copies=2)) == [(far, "B0001"), (desk.county.point, "B0002")]


def test_a_new_book_that_stays_near_is_not_sent_away(desk: Desk) -> None:
    desk.set_item(acquired_on=date(2026, 11, 20), home_id=desk.county.other_point, location_id=desk.county.other_point)
    desk.policy("local_only_days", 30)
    assert refusals_of(lambda: desk.ask(to="LX")) == ["transfer.not_lent_there"]
    assert desk.later(days=30).ask(to="LX")


# --- how much, and which volume -----------------------------------------------------------------------------------------


def test_a_unit_asks_for_no_more_at_once_than_it_may(desk: Desk) -> None:
    desk.policy("request_max_copies", 2)
    assert refusals_of(lambda: desk.ask(to="CG", copies=3)) == ["transfer.too_many_copies"]
    assert len(desk.ask(to="CG", copies=2)) == 1
    desk.policy("request_max_copies", None, org="CG")
    desk.more_copies(desk.county.hub)
    assert len(desk.ask(to="CG", copies=3)) == 1


def test_a_unit_has_no_more_open_requests_than_it_may(desk: Desk) -> None:
    desk.policy("request_max_open", 1)
    desk.more_copies(desk.county.hub)
    (row,) = desk.ask(to="CG")
    assert refusals_of(lambda: desk.ask(to="CG")) == ["transfer.too_many_open"]
    desk.cancel(row.id)
    assert desk.ask(to="CG")


def test_at_once_a_unit_asks_no_more_than_it_may(desk: Desk) -> None:
    desk.policy("request_max_open", 2)
    desk.more_copies(*[desk.county.hub] * 5)

    def ask(_number: int) -> bool:
        try:
            return bool(desk.ask(to="CG"))
        except Refused as refused:
            return [one.code for one in refused.refusals] != ["transfer.too_many_open"]

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(ask, range(5))) == 2


def test_of_a_set_the_chosen_volume_is_asked_for_and_no_other_given(desk: Desk) -> None:
    bib_id = desk.item().bib_id
    for barcode, volume in (("V1", "上册"), ("V2", "下册")):
        desk.add_item(barcode, bib_id=bib_id, volume=volume)
    (row,) = desk.ask(to="CG", volume="下册")
    assert row.barcode == "V2"
    assert refusals_of(lambda: desk.approve(row.id, "V1")) == ["transfer.not_asked_for"]
    assert refusals_of(lambda: desk.ask(to="LX", volume="中册")) == ["transfer.no_copy"]
    (request,) = desk.read(lambda s: list_requests(s, [desk.county.branch]))
    assert (request.volume, request.copies) == ("下册", 1)
    assert volumes_of(desk, bib_id) == ["上册", "下册"]


def volumes_of(desk: Desk, bib_id: int) -> list[str]:
    return desk.read(lambda s: volumes_of_title(s, bib_id))
