"""What a value of each circulation setting must look like. Tables, no database."""

from __future__ import annotations

from typing import Any

import pytest

from branches.policy import REQUIRED
from circ.policies import SETTINGS

BAND = {"from_day": 1, "to_day": 30, "per_day": "0.10"}
BY_NAME = {setting.name: setting for setting in SETTINGS}
GOOD: dict[str, list[Any]] = {
    "lend": [True, False],
    "loan_days": [None, 1, 30, 3650],
    "days_mode": ["days", "datedue", "calendar", "dayweek"],
    "due_before_card_expiry": [True, False],
    "loan_hours": [None, 1, 336],
    "hours_mode": ["ignore", "close", "open"],
    "fixed_due_on": [None, "2027-01-15", ["2027-01-15", "2027-07-01"]],
    "high_demand": [None, {"over": 0, "mode": "waiting", "days": 1}, {"over": 3, "mode": "beyond_copies", "days": 7}],
    "local_only_days": [None, 1, 90],
    "max_loans_item_library": [None, 0, 5],
    "type_limits": [None, {"dvd": 2}, {"dvd": 0, "book": 10}],
    "overflow_days": [None, 1],
    "renew_if_other_copies": [True, False],
    "auto_renew": [True, False],
    "max_no_shows": [None, 0, 3],
    "renewals": [None, 0, 3],
    "renewal_days": [None, 1, 14],
    "renew_from": ["due", "today"],
    "renew_within_days": [None, 0, 5],
    "renew_overdue": [True, False],
    "max_loans": [None, 0, 20],
    "max_overdue": [None, 0, 2],
    "max_holds": [None, 0, 5],
    "max_holds_per_day": [None, 0, 3],
    "hold_allowed": [True, False],
    "hold_if_all_out": [True, False],
    "hold_pickup": ["any", "home", "current", "listed"],
    "hold_pickup_units": [None, ["ZG"], ["ZG", "CG"]],
    "max_holds_item_library": [None, 0, 3],
    "hold_shelf_days": [None, 1, 7],
    "recall_days": [None, 1, 7],
    "recall_keeps_days": [None, 0, 14],
    "local_holds_first": [None, {"patron": "home", "item": "current"}, {"patron": "pickup", "item": "home"}],
    "request_max_copies": [None, 0, 50],
    "request_max_open": [None, 1, 30],
    "request_answer_days": [None, 1, 7],
    "transfer_limits": [None, [], [{"from": "ZG", "to": "LX", "item_type": "reference"}], [{"to": "LX"}]],
    "lost": [
        None,
        {},
        {"charge": True, "factor": "1.5", "processing": "5.00", "on_return": "keep", "refund_within_hours": 48},
    ],
    "on_return": ["go_home", "stay", "to_issuing", "float_group"],
    "float_units": [None, ["CG", "LT"]],
    "hold_damaged": [True, False],
    "accept_returns": ["anywhere", "home", "issuing"],
    "notice_due_soon_days": [None, 3],
    "notice_overdue_days": [[], [1], [1, 7, 21]],
    "notice_card_days": [None, 30],
    "notice_transfer_days": [None, 7],
    "max_owed": [None, "0.00", "10.00"],
    "max_late_returns": [None, 0, 5],
    "deposit_covers_price": [True, False],
    "fine": [[], [BAND], [BAND, {"from_day": 31, "per_day": "0.50"}]],
    "fine_cap": [None, "20.00"],
    "fine_cap_price": [True, False],
    "default_price": [None, "30.00"],
    "closed_days_cost": [True, False],
    "calendar_basis": ["checkout", "return"],
    "grace_days": [0, 3],
    "suspension": [None, {"days": 1}, {"days": 1, "per_days": 2, "grace_days": 3, "max_days": 90, "cumulative": True}],
    "rental_fee": [None, "1.00"],
    "hold_fee": [None, "0.50"],
}
BAD: dict[str, list[Any]] = {
    "lost": [
        [],
        {"charge": "yes"},
        {"factor": 1.5},
        {"processing": 5},
        {"on_return": "never"},
        {"refund_within_hours": 0},
    ],
    "lend": [None, 1, "true"],
    "loan_days": [0, -1, 3651, True, 30.0, "30", [30]],
    "days_mode": [None, "", "open", ["days"]],
    "loan_hours": [0, -1, 337, True, "2"],
    "hours_mode": [None, "days"],
    "fixed_due_on": ["", "2027-02-30", "20270115", 20270115, [], ["2027-01-15", None], ["2027-01-15"] * 21, True],
    "high_demand": [
        3,
        {},
        {"over": 3, "days": 7},
        {"over": -1, "mode": "waiting", "days": 7},
        {"over": 3, "mode": "static", "days": 7},
        {"over": 3, "mode": ["waiting"], "days": 7},
        {"over": 3, "mode": "waiting", "days": 0},
        {"over": True, "mode": "waiting", "days": 7},
        {"over": 3, "mode": "waiting", "days": 7, "and": 1},
    ],
    "local_only_days": [0, True],
    "type_limits": [
        {},
        {"dvd": None},
        {"dvd": True},
        {"dvd": -1},
        {"": 1},
        ["dvd"],
        3,
        {f"t{n}": 1 for n in range(51)},
    ],
    "overflow_days": [0, "1"],
    "renew_if_other_copies": [None, 1],
    "max_no_shows": [-1, True],
    "renewals": [-1, 10_001, True, 1.5, "1"],
    "max_loans": [-1, False, "many"],
    "max_holds": [-1, True],
    "hold_allowed": [None, "no"],
    "hold_pickup": [None, "nowhere", ["any"]],
    "hold_pickup_units": ["ZG", [], ["ZG", "ZG"], [1], [""]],
    "hold_shelf_days": [0, 3651, "7"],
    "recall_days": [0, "7"],
    "recall_keeps_days": [-1, True],
    "local_holds_first": [
        True,
        {},
        {"patron": "home"},
        {"patron": "here", "item": "home"},
        {"patron": ["home"], "item": "home"},
    ],
    "request_max_copies": [-1, "50", 1.5],
    "request_max_open": [-1, True],
    "request_answer_days": [-1, "7"],
    "transfer_limits": [{}, "ZG", [{}], [{"from": 1}], [{"from": ""}], [{"of": "ZG"}], ["ZG"], [{"to": "LX"}] * 201],
    "on_return": [None, "float"],
    "float_units": ["CG", [], ["CG", "CG"]],
    "hold_damaged": [None],
    "accept_returns": [None, "nowhere", {"home": 1}],
    "notice_due_soon_days": [0, "3"],
    "notice_overdue_days": [None, 7, [0], [7, 1], [7, 7], [True], ["1"], list(range(1, 12))],
    "max_owed": [10, "-1.00", "ten"],
    "fine": [
        None,
        BAND,
        [BAND, BAND],
        [{"from_day": 31, "per_day": "0.50"}, BAND],
        [{"from_day": 1, "per_day": 0.1}],
        [{"to_day": 3, "per_day": "0.10"}],
        [BAND | {"from_day": 40}],
        [BAND | {"more": 1}],
    ],
    "calendar_basis": [None, "home"],
    "grace_days": [None, -1, True],
    "suspension": [{}, {"days": 0}, {"days": 1, "per_days": 0}, {"days": 1, "max_days": 0}, {"days": 1, "for": 2}, 3],
    "rental_fee": [1, "one"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in GOOD.items() for value in values])
def test_a_value_that_fits_is_taken(name: str, value: Any) -> None:
    BY_NAME[name].check(value)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_value_that_does_not_fit_is_refused_with_what_would(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        BY_NAME[name].check(value)


def test_every_setting_is_tried_here() -> None:
    assert BY_NAME.keys() == GOOD.keys()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_a_default_is_a_value_that_fits(setting: Any) -> None:
    if setting.default is not REQUIRED:
        setting.check(setting.default)
    else:
        assert setting.name == "loan_days"  # an unconfigured network does not lend
