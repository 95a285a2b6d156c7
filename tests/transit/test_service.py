"""Sending and calling off on both databases: by whom, in which state, and what is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from kernel.errors import Forbidden, NotFound
from tests.desk import Desk, refusals_of
from tests.factories import NOW
from transit.models import Transfer
from transit.queries import list_transfers


@pytest.fixture
def transfer_id(desk: Desk) -> int:
    """A transfer of B0001 from village point LX home to the hub."""
    found = desk.check_in(at="LX").transfer_id
    assert found is not None
    return found


def test_a_transfer_is_sent(desk: Desk, transfer_id: int) -> None:
    later = desk.later(hours=2)
    sent = later.dispatch(transfer_id)
    assert (sent.status, sent.dispatched_at) == ("dispatched", later.now)
    entry = desk.journal()[-1]
    assert (entry.act, entry.org_id, entry.data) == (
        "transfer_dispatched",
        desk.county.point,
        {"transfer": transfer_id},
    )
    assert desk.place() == ("in_transit", desk.county.point)


def test_a_transfer_is_called_off_and_the_book_stays(desk: Desk, transfer_id: int) -> None:
    before = desk.outbox()
    ended = desk.cancel(transfer_id, "读者要看")
    assert (ended.status, ended.cancel_reason) == ("cancelled", "读者要看")
    assert desk.place() == ("available", desk.county.point)
    entry = desk.journal()[-1]
    assert (entry.act, entry.org_id) == ("transfer_cancelled", desk.county.point)
    assert entry.data == {"transfer": transfer_id, "reason": "读者要看"}
    assert desk.outbox() == {key: version + 1 for key, version in before.items()}


def test_what_is_on_its_way_is_called_off_only_by_force(desk: Desk, transfer_id: int) -> None:
    desk.dispatch(transfer_id)
    assert refusals_of(lambda: desk.cancel(transfer_id)) == ["transfer.state"]
    assert desk.cancel(transfer_id, force=True).status == "cancelled"
    assert desk.place() == ("available", desk.county.point)


@pytest.mark.parametrize("end", [Desk.receive, Desk.cancel])
def test_nothing_happens_to_a_transfer_that_ended(desk: Desk, transfer_id: int, end: Callable[..., Any]) -> None:
    end(desk, transfer_id)
    acts = desk.acts()
    assert refusals_of(lambda: desk.dispatch(transfer_id)) == ["transfer.state"]
    assert refusals_of(lambda: desk.cancel(transfer_id, force=True)) == ["transfer.state"]
    assert desk.acts() == acts


def test_cannot_send_twice(desk: Desk, transfer_id: int) -> None:
    desk.dispatch(transfer_id)
    assert refusals_of(lambda: desk.dispatch(transfer_id)) == ["transfer.state"]


@pytest.mark.parametrize(
    ("role", "granted_at", "act", "error"),
    [
        ("volunteer", "point", "dispatch", None),
        ("volunteer", "other_point", "dispatch", NotFound),
        ("volunteer", "hub", "dispatch", NotFound),  # its destination does not send it
        ("branch_librarian", "branch", "dispatch", None),
        ("hub_librarian", "hub", "dispatch", None),
        ("self_check", "point", "dispatch", Forbidden),
        ("sysadmin", "network", "dispatch", Forbidden),
        ("volunteer", "point", "cancel", Forbidden),
        ("branch_librarian", "branch", "cancel", None),
        ("branch_librarian", "other_point", "cancel", NotFound),
    ],
)
def test_who_may_send_and_call_off(
    desk: Desk, transfer_id: int, role: str, granted_at: str, act: str, error: type[Exception] | None
) -> None:
    staff = desk.staffed((role, getattr(desk.county, granted_at)))
    if error is None:
        getattr(staff, act)(transfer_id)
        assert desk.transfers() != ["approved"]
        return
    with pytest.raises(error):
        getattr(staff, act)(transfer_id)
    assert desk.transfers() == ["approved"]


def test_a_foreign_transfer_and_one_that_never_was_are_answered_alike(desk: Desk, transfer_id: int) -> None:
    staff = desk.staffed(("volunteer", desk.county.other_point))
    answers = []
    for asked in (transfer_id, 999):
        with pytest.raises(NotFound) as caught:
            staff.dispatch(asked)
        answers.append((caught.value.code, caught.value.detail.en.replace(str(asked), "N")))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("status", ["approved", "dispatched"])
def test_the_database_refuses_a_second_open_transfer(desk: Desk, transfer_id: int, status: str) -> None:
    item = desk.item()
    row = {
        "item_id": item.id,
        "bib_id": item.bib_id,
        "from_id": desk.county.point,
        "to_id": desk.county.branch,
        "reason": "request",
        "status": status,
        "requested_at": NOW,
    }
    with pytest.raises(IntegrityError, match="transfer"):
        desk.write(lambda s: s.execute(insert(Transfer).values(row)))


@pytest.mark.parametrize(
    "values",
    [
        {"to_id": "from_id"},
        {"item_id": None},
        {"status": "lost"},
        {"reason": "whim"},
    ],
)
def test_the_database_refuses_a_transfer_that_makes_no_sense(desk: Desk, values: dict[str, Any]) -> None:
    item, county = desk.item(), desk.county
    row: dict[str, Any] = {
        "item_id": item.id,
        "bib_id": item.bib_id,
        "from_id": county.point,
        "to_id": county.hub,
        "reason": "request",
        "status": "approved",
        "requested_at": NOW,
    }
    row |= {"to_id": county.point} if "to_id" in values else values
    with pytest.raises(IntegrityError, match="ck_transfer"):
        desk.write(lambda s: s.execute(insert(Transfer).values(row)))


def test_lists_tell_what_leaves_and_what_comes(desk: Desk, transfer_id: int) -> None:
    county = desk.county
    everywhere = frozenset({county.hub, county.branch, county.point, county.other_point})

    def ids(**asked: Any) -> list[int]:
        asked = {"seen_at": everywhere} | asked
        return [row.id for row in desk.read(lambda s: list_transfers(s, **asked))]

    assert (
        ids() == ids(from_ids={county.point}) == ids(to_ids={county.hub}) == ids(statuses=["approved"]) == [transfer_id]
    )
    assert ids(seen_at={county.point}) == ids(seen_at={county.hub}) == [transfer_id]
    assert ids(seen_at={county.other_point}) == ids(seen_at=set()) == ids(from_ids={county.hub}) == []
    assert ids(statuses=["dispatched"]) == ids(after_id=transfer_id) == []
