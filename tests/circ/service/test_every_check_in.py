"""Every row of the table of check-ins in docs/circulation.md, done over HTTP on both databases: not the rule alone, but what becomes of the copy."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from circ.policies.way_home import RETURN_WAYS
from circ.return_rules import next_step, status_after
from tests.circ.test_api import log_in
from tests.desk import Desk
from tests.test_docs import load_tool

tool = load_tool("checkins")
UNITS = {tool.HOME: "ZG", tool.LENDER: "CG", tool.OTHER: "LX", tool.THIRD: "XC"}


def put(desk: Desk, barcode: str, case: Any) -> None:
    """A copy of the hub as the case has it."""
    desk.add_item(barcode)
    if case.status == "on_loan":
        desk.check_out(barcode, at=UNITS[tool.LENDER])
    elif case.status != "in_transit":
        desk.set_item(barcode, status=case.status)
    elif case.transfer_to == tool.HOME:
        desk.dispatch(desk.check_in(barcode, at=UNITS[tool.OTHER]).transfer_id)
    else:
        (asked,) = desk.ask(to=UNITS[case.transfer_to], item=barcode)
        desk.approve(asked.id, barcode)
        desk.dispatch(asked.id)


@pytest.mark.parametrize("way", RETURN_WAYS)
def test_a_copy_goes_the_way_that_its_row_tells(desk: Desk, client: FlaskClient, way: str) -> None:
    api = log_in(desk, client, ("hub_librarian", desk.county.network), username="zhang")
    desk.policy("max_loans", 100)
    cases = {f"C{number:04}": case for number, case in enumerate(tool.cases())}
    for barcode, case in cases.items():
        put(desk, barcode, case)
    desk.policy("on_return", way)
    for barcode, case in cases.items():
        answer = api.post("/check-ins", {"item": barcode, "at": UNITS[case.here]}).get_json()
        step = next_step(tool._facts(case), way)
        wanted = {"action": step.action, "to": UNITS[step.to_id] if step.to_id else None}
        assert answer["next"].items() >= wanted.items(), (barcode, case)
        assert answer["item"]["status"] == desk.item(barcode).status == status_after(step, case.status), (barcode, case)
        assert (answer["next"]["transfer"] is not None) == (step.action == "transfer"), (barcode, case)
