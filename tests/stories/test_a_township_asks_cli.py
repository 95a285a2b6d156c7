"""A township asks for books from the command line: one library says no, the next sends; what did not arrive is given up and found."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from kernel.db import Database
from tests.desk import Desk
from tests.desk import desk as desk
from web.cli import tongjie


class Shell:
    """A terminal on the desk's installation: each call is one command."""

    def __init__(self, database: Database, data_dir: str) -> None:
        self._environment = {
            "TONGJIE_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "TONGJIE_DATA_DIR": data_dir,
            "TONGJIE_SECRET_KEY": "of this test alone",
            "LANG": "zh_CN.UTF-8",
        }

    def run(self, *arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(tongjie, list(arguments), env=self._environment)
        assert result.exit_code == code, f"{arguments}: {result.output}{result.exception!r}"
        return result.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").splitlines()[-1])


@pytest.fixture
def shell(database: Database, tmp_path: Any) -> Shell:
    return Shell(database, str(tmp_path))


def test_a_township_asks(shell: Shell, desk: Desk) -> None:
    desk.more_copies(desk.county.other_point)
    bib = str(desk.item().bib_id)
    asked = shell.json("transfer", "ask", "--to", "CG", "--bib", bib, "--copies", "3", "--from", "ZG")
    assert ([one["proposed"] for one in asked["requests"]], asked["unfilled"]) == (["B0001", "B0002"], 1)
    first = str(asked["requests"][0]["id"])
    assert "B0001" in shell.run("transfer", "to-answer", "--at", "ZG")
    refused = shell.json("transfer", "refuse", first, "正在展览")
    assert (refused["status"], refused["cancel_reason"]) == ("refused", "nobody")
    second = str(asked["requests"][1]["id"])
    assert shell.json("transfer", "approve", second, "B0002")["status"] == "approved"
    shell.run("transfer", "send", second)
    assert "记为途中遗失" in shell.run("transfer", "missing", second, "箱子里没有")
    assert desk.place("B0002")[0] == "missing"
    shell.run("check-in", "B0002", "--at", "CG")
    assert (desk.transfers(), desk.item("B0002").home_id) == (["refused", "received"], desk.county.branch)


def test_by_criteria_and_what_is_wrong_is_said(shell: Shell, desk: Desk) -> None:
    assert "B0001" in shell.run("transfer", "ask", "--to", "CG", "--type", "book", "--copies", "2")
    shell.run("transfer", "ask", "--to", "LX", "--item", "B0001")  # who wants this very copy comes before who wants any
    shell.run("transfer", "ask", "--to", "CG", "--item", "B0001", code=1)
    shell.run("jobs", "run", "follow-requests")
    shell.run("jobs", "run", "end-stays")
    assert desk.transfers() == ["refused", "requested"]
