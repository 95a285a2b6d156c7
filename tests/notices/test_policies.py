"""The settings of sending: what values they take, and whose rule counts."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from branches.policy import PolicyBook, Question, Row, Unfit
from notices import policies
from notices.policies import SETTINGS, default_channels, quiet_hours

BY_NAME = {setting.name: setting for setting in SETTINGS}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("notice_channels", []),
        ("notice_channels", ["wechat", "email"]),
        ("notice_quiet_hours", None),
        ("notice_quiet_hours", {"from": "22:30", "to": "07:00"}),
        *((setting.name, setting.default) for setting in SETTINGS),
    ],
)
def test_a_value_that_fits_is_taken(name: str, value: Any) -> None:
    BY_NAME[name].check(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("notice_channels", None),
        ("notice_channels", "email"),
        ("notice_channels", ["post"]),
        ("notice_channels", ["email", "email"]),
        ("notice_channels", [["email"]]),
        ("notice_quiet_hours", "21:00-08:00"),
        ("notice_quiet_hours", {"from": "21:00"}),
        ("notice_quiet_hours", {"from": "21:00", "to": "24:00"}),
        ("notice_quiet_hours", {"from": "21:00", "to": 8}),
        ("notice_quiet_hours", {"from": "21:00\n", "to": "08:00"}),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name: str, value: Any) -> None:
    with pytest.raises(Unfit):
        BY_NAME[name].check(value)


def test_the_readers_own_library_and_category_decide() -> None:
    policies.register()
    book = PolicyBook(
        1,
        [
            Row(id=1, setting="notice_channels", value=["sms"], category="child"),
            Row(id=2, setting="notice_quiet_hours", value={"from": "19:00", "to": "09:00"}, patron_org="LX"),
        ],
    )
    village = Question(org=("LX", "QX"), patron_org=("LX", "QX"), category=("child",))
    assert default_channels(book, village) == ["sms"]
    assert quiet_hours(book, village) == (time(19), time(9))
    assert default_channels(book, Question(category=("adult",))) == ["email", "sms"]
    assert quiet_hours(book, Question()) == (time(21), time(8))
