"""No value of a policy is shown as a program writes it: every setting has a group, every choice a name, every part a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from branches.policy import REGISTRY, REQUIRED, in_words
from web import wiring
from web.pages.admin.policy_words import GROUPS

wiring.connect()


@pytest.mark.parametrize("setting", list(REGISTRY), ids=lambda setting: setting.name)
def test_a_setting_can_be_found_and_its_values_are_words(setting: Any) -> None:
    assert setting.group in GROUPS  # else no page offers it
    for value in (None, *(() if setting.default is REQUIRED else (setting.default,))):
        if not setting.shape.faults(value):
            said = in_words(setting.name, value)
            assert not set("[]{}") & set(said.zh + said.en)
            assert "null" not in said.en


def test_help_speaks_as_people_do() -> None:
    """No braces, no names of settings: those stand in the reference."""
    for setting in REGISTRY:
        assert not set('[]{}_"`') & set(setting.help.zh + setting.help.en), setting.name


@pytest.mark.parametrize(
    ("name", "value", "zh"),
    [
        ("fine", [], "不收"),
        ("fine", [{"from_day": 2, "to_day": None, "per_day": "0.10"}], "第 2 天起每天 0.10 元"),
        (
            "fine",
            [
                {"from_day": 1, "to_day": 30, "per_day": "0.10"},
                {"from_day": 31, "to_day": None, "per_day": "0.20"},
            ],
            "第 1 至 30 天每天 0.10 元；第 31 天起每天 0.20 元",
        ),
        ("suspension", {"days": 1}, "每逾期 1 天停借 1 天"),
        (
            "suspension",
            {"days": 2, "per_days": 3, "grace_days": 1, "max_days": 90, "cumulative": True},
            "每逾期 3 天停借 2 天，先扣除 1 天，最多 90 天，接在已有停借之后",
        ),
        ("suspension", None, "不停借"),
        ("lost", None, "不收赔偿，借阅不结束"),
        ("lost", {"charge": True, "processing": "2.00"}, "按书价赔偿，加工费 2.00 元，找到后退还"),
        ("lost", {"charge": True, "factor": "1.5", "on_return": "keep"}, "按书价的 1.5 倍赔偿，找到后不退"),
        (
            "lost",
            {"charge": True, "refund_paid": False, "refund_within_hours": 48, "ends_loan": True},
            "按书价赔偿，报失即结束借阅，找到后只退还没缴的（48 小时内）",
        ),
        ("lost", {"forgive_overdue": True}, "不赔书价，不再收逾期费"),
        ("calendar_basis", "return", "还书馆的日历"),
        ("notice_overdue_days", [1, 7, 21], "第 1、7、21 天"),
        ("notice_overdue_days", [], "不催"),
        ("notice_channels", ["email", "sms"], "电子邮件、短信"),
        ("notice_channels", [], "只在屏幕上"),
        ("notice_quiet_hours", {"from": "21:00", "to": "08:00"}, "21:00 到次日 08:00"),
        ("transfer_limits", [{"from": "ZG", "item_type": "reference"}], "ZG → 各馆（reference）"),
        ("type_limits", {"av": 2}, "av 2 册"),
        ("high_demand", {"mode": "beyond_copies", "over": 3, "days": 7}, "等的人比复本多 3 人以上：7 天"),
        ("fixed_due_on", "2027-01-15", "2027-01-15"),
        ("fixed_due_on", ["2027-01-15", "2027-07-01"], "2027-01-15、2027-07-01"),
        ("local_holds_first", {"patron": "pickup", "item": "home"}, "取书处就是这册书的所属馆的排在前面"),
        ("hold_pickup_units", ["ZG", "CG"], "ZG、CG"),
        ("notice_quiet_hours", {"from": "12:00", "to": "14:00"}, "12:00 到 14:00"),
        ("max_owed", "10.00", "10.00 元"),
        ("loan_days", REQUIRED, "没有设置"),
        ("no_such_setting", {"of": 1}, '{"of": 1}'),
        ("fine", {"from": "another time"}, '{"from": "another time"}'),
    ],
)
def test_a_value_with_parts_is_told_as_a_sentence(name: str, value: Any, zh: str) -> None:
    assert in_words(name, value).zh == zh


def test_codes_are_told_by_their_names() -> None:
    names = {("org", "ZG"): "城关总馆", ("item_type", "dvd"): "光盘"}

    def naming(kind: str, code: str) -> str:
        return names.get((kind, code), code)

    assert in_words("transfer_limits", [{"from": "ZG", "item_type": "dvd"}], naming).zh == "城关总馆 → 各馆（光盘）"
    assert in_words("float_units", ["ZG", "XX"], naming).zh == "城关总馆、XX"
    assert in_words("type_limits", {"dvd": 1}, naming).en == "光盘: 1 copy"
