"""What differs between two sets of rows. Tables, no database."""

from __future__ import annotations

from typing import Any

import pytest

from branches.policy import Row
from branches.policy_changes import compare, count_kinds, read_rows


def row(number: int, setting: str = "loan_days", value: Any = 30, **more: Any) -> Row:
    return Row(id=number, setting=setting, value=value, **more)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([], [], []),
        ([row(1)], [row(1)], []),
        ([row(1)], [row(9)], []),  # saved again under another number: it says the same
        ([], [row(1)], [("added", None, 30)]),
        ([row(1)], [], [("removed", 30, None)]),
        ([row(1)], [row(2, value=21)], [("changed", 30, 21)]),
        ([row(1)], [row(2, note="暑期")], [("changed", 30, 30)]),
        ([row(1, value=None)], [row(2, value=0)], [("changed", None, 0)]),
        ([row(1, "lend", value=True)], [row(2, "lend", value=1)], [("changed", True, 1)]),
        ([row(1)], [row(2, org="CG")], [("added", None, 30), ("removed", 30, None)]),  # another place
        ([row(1), row(2, "renewals", 1)], [row(3, "renewals", 2), row(1)], [("changed", 1, 2)]),
    ],
)
def test_rows_are_compared_by_setting_and_criteria(before: list[Row], after: list[Row], told: list[Any]) -> None:
    changes = compare(before, after)
    assert [(c.kind, c.before and c.before.value, c.after and c.after.value) for c in changes] == told
    assert sum(count_kinds(changes).values()) == len(told)


def test_rows_are_read_as_a_version_keeps_them() -> None:
    rows = [row(1, org="CG", note="暑期"), row(2, "high_demand", {"over": 3, "mode": "waiting", "days": 7})]
    assert read_rows(one.as_json() for one in rows) == rows
