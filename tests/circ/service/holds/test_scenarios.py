"""Every row of the table of holds in docs/circulation.md, done on both databases: what the copy is, the hold, where it comes in, what then.

The copy comes in over HTTP, as at any other desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from flask.testing import FlaskClient

from tests.circ.test_api import log_in
from tests.desk import Desk

PAGE: Final = Path(__file__).parents[4] / "docs" / "circulation.md"
BEGIN, END = "<!-- holds: every row is a test -->", "<!-- end of holds -->"


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    copy: str
    hold: str
    pickup: str
    here: str
    then: str
    becomes: str


def read_cases() -> list[Case]:
    table = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]
    names = ("name", "copy", "hold", "pickup", "here", "then", "becomes")
    return [Case(**dict(zip(names, row, strict=True))) for row in rows[2:]]


CASES = read_cases()


def lend(desk: Desk, case: Case) -> None:
    desk.check_out(patron="P0002")
    desk.hold(pickup=case.pickup)


def leave_on_its_shelf(desk: Desk, case: Case) -> None:
    desk.hold(pickup=case.pickup)


def send_home(desk: Desk, case: Case) -> None:
    desk.dispatch(desk.check_in(at="LX").transfer_id)
    desk.hold(pickup=case.pickup)


def send_to_the_reader(desk: Desk, case: Case) -> None:
    lend(desk, case)
    desk.dispatch(desk.check_in(at="LX").transfer_id)


def put_on_the_hold_shelf(desk: Desk, case: Case) -> None:
    lend(desk, case)
    desk.check_in(at=case.pickup)


def become(desk: Desk, case: Case) -> None:
    desk.hold(pickup=case.pickup)
    desk.set_item(status=case.copy)


PUTS: dict[str, Callable[[Desk, Case], None]] = {
    "on loan": lend,
    "on its shelf": leave_on_its_shelf,
    "on its way home": send_home,
    "on its way to the reader": send_to_the_reader,
    "on the hold shelf": put_on_the_hold_shelf,
}
CHANGES: dict[str, Callable[[Desk], object]] = {
    "waits": lambda desk: desk.held(1),
    "has it": lambda desk: desk.held(1),
    "is paused": lambda desk: desk.holding(lambda service: service.suspend(1, date(2026, 12, 1))),
    "is called off": lambda desk: desk.holding(lambda service: service.cancel(1)),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_happens_next(desk: Desk, client: FlaskClient, case: Case) -> None:
    api = log_in(desk, client, ("hub_librarian", desk.county.network))
    desk.add_patron("P0002")
    PUTS.get(case.copy, become)(desk, case)
    CHANGES[case.hold](desk)
    step = api.post("/check-ins", {"item": "B0001", "at": case.here}).get_json()["next"]
    to = f" → {step['to']}" if step["to"] else ""
    assert (step["action"] + to, desk.held(1).status) == (case.then, case.becomes)
    county = desk.county
    location = {"ZG": county.hub, "CG": county.branch, "LX": county.point, "XC": county.other_point}[case.here]
    assert desk.place()[1] == location


def test_the_table_knows_every_kind_of_case() -> None:
    assert len(CASES) == len({case.name for case in CASES}) == 30
    assert {case.copy for case in CASES} >= PUTS.keys()
    assert {case.hold for case in CASES} == CHANGES.keys()
