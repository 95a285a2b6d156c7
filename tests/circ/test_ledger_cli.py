"""Accounts by command line: what the desk does about money, without a login."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.desk import Desk, offenders
from web.cli import tongjie


@pytest.fixture
def environment(desk: Desk, tmp_path: Path) -> dict[str, str]:
    return {
        "TONGJIE_DATABASE_URL": desk.database.url.render_as_string(hide_password=False),
        "TONGJIE_DATA_DIR": str(tmp_path),
        "TONGJIE_SECRET_KEY": "of this test alone",
        "LANG": "zh_CN.UTF-8",
    }


def run(environment: dict[str, str], *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(tongjie, list(arguments), env=environment)
    assert result.exit_code == code, f"{arguments}: {result.output}{result.exception!r}"
    return result.stdout


def ask(environment: dict[str, str], *arguments: str) -> Any:
    return json.loads(run(environment, *arguments, "--json").splitlines()[-1])


def test_a_fee_is_charged_paid_and_waived(desk: Desk, environment: dict[str, str]) -> None:
    fee = ask(environment, "account", "charge", "P0001", "5.00", "--reason", "工本费", "--item", "B0001")
    assert (fee["amount"], fee["balance"], fee["item"]) == ("5.00", "5.00", "B0001")
    said = run(environment, "account", "pay", "P0001", "2.5", "--against", str(fee["id"]))
    assert "缴费 -2.50 元，现欠 2.50 元" in said
    shown = run(environment, "account", "show", "P0001")
    assert "欠费 2.50 元" in shown
    assert "工本费" in shown
    assert ask(environment, "account", "waive", str(fee["id"]), "--reason", "首次")["balance"] == "0.00"
    assert offenders(desk.database) == {}


def test_what_takes_two_persons_waits(desk: Desk, environment: dict[str, str]) -> None:
    fee = ask(environment, "account", "charge", "P0001", "300", "--reason", "赔书")
    asked = ask(environment, "account", "waive", str(fee["id"]), "--reason", "困难")
    assert (asked["status"], asked["amount"]) == ("awaiting_approval", "300.00")
    assert offenders(desk.database) == {}


def test_an_amount_is_yuan_above_nought(environment: dict[str, str]) -> None:
    for amount in ("0", "1.005", "ten"):
        run(environment, "account", "pay", "P0001", amount, code=2)
