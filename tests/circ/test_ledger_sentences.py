"""How a fee is explained, in both languages. No database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from circ.ledger_sentences import name_entry, tell_why

TODAY = date(2026, 12, 1)
WHY: dict[str, Any] = {
    "calendar": "CG",
    "due": "2026-11-20",
    "until": "2026-11-25",
    "late_days": 5,
    "counted_days": 5,
    "computed_fen": 50,
    "capped_by": None,
    "policy": {"fine": {"value": [], "row": 12}, "grace_days": {"value": 0, "row": None}},
}


@pytest.mark.parametrize(
    ("changes", "zh"),
    [
        ({}, "应还 11月20日（周五），11月25日（周三）归还，晚 5 天；按城关分馆的日历；流通政策第 12 条"),
        (
            {"counted_days": 4, "capped_by": "fine_cap", "policy": {}},
            "应还 11月20日（周五），11月25日（周三）归还，晚 5 天，其中闭馆 1 天不计；按城关分馆的日历；"
            "算得 0.50 元，按上限收；按默认规则",
        ),
        (
            {"calendar": "XX", "capped_by": "price"},
            "应还 11月20日（周五），11月25日（周三）归还，晚 5 天；按XX的日历；算得 0.50 元，不超过书价；流通政策第 12 条",
        ),
    ],
)
def test_a_fine_tells_its_days_its_calendar_and_its_rows(changes: dict[str, Any], zh: str) -> None:
    said = tell_why(WHY | changes, {"CG": "城关分馆"}, TODAY)
    assert said is not None
    assert said.zh == zh
    assert "5 days late" in said.en


def test_a_fee_without_days_tells_its_row_and_one_by_hand_nothing() -> None:
    said = tell_why({"policy": {"rental_fee": {"value": "1.00", "row": 7}}}, {}, TODAY)
    assert said is not None
    assert (said.zh, said.en) == ("流通政策第 7 条", "policy rows 7")
    assert tell_why(None, {}, TODAY) is None


def test_a_fee_is_named_by_its_cause() -> None:
    assert name_entry("charge", "overdue").zh == "逾期费"
    assert name_entry("payment", None).zh == "缴费"
