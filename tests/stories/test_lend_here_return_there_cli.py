"""The main story from the command line: the county is set up, its books imported, and one travels out and home.

Hub A lends, village point B takes back, the book travels home by transfer and is found available there by search.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from catalog.bibdata import BibData, Contributor
from catalog.marc import Field, MarcRecord, to_iso2709
from catalog.marc.composing import compose
from kernel.db import Database
from web.cli import tongjie

PASSWORD = "four unrelated words here"


class Shell:
    """A terminal on one installation: each call is one command."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self._environment = {
            "TONGJIE_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "TONGJIE_DATA_DIR": str(data_dir),
            "TONGJIE_SECRET_KEY": "of this test alone",
            "LANG": "zh_CN.UTF-8",
        }

    def run(self, *arguments: str, typed: str = "", code: int = 0) -> str:
        result = CliRunner().invoke(tongjie, list(arguments), input=typed, env=self._environment)
        assert result.exit_code == code, f"{arguments}: {result.output}{result.exception!r}"
        return result.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").splitlines()[-1])


@pytest.fixture
def shell(database: Database, data_dir: Path) -> Shell:
    return Shell(database, data_dir)


def test_a_book_lent_at_the_hub_comes_home_from_a_village(shell: Shell, tmp_path: Path) -> None:
    shell.run("init", "--admin", "root", "--network-code", "QX", "--password-stdin", typed=PASSWORD + "\n")
    shell.run("org", "add", "A", "县图书馆", "--kind", "hub", "--parent", "QX")
    shell.run("org", "add", "B", "李村书屋", "--kind", "point", "--parent", "A")
    shell.run("category", "add", "adult", "成人")
    shell.run("item-type", "add", "book", "图书")
    shell.run("policy", "set", "loan_days", "30")
    shell.run("patron", "add", "R001", "李秀英", "--category", "adult", "--home", "B")

    file = tmp_path / "books.iso"
    file.write_bytes(_record())
    report = shell.json("import", str(file), "--org", "A")
    assert (report["created"], report["items_created"]) == (1, 1)
    shell.run("search", "work")

    refused = shell.run("check-out", "R001", "T0000001", "--at", "B", "--dry-run")
    assert "不能" not in refused
    lent = shell.run("check-out", "R001", "T0000001", "--at", "A")
    assert lent.startswith("借出：《平凡的世界》")
    returned = shell.json("check-in", "T0000001", "--at", "B")
    assert returned["next"]["action"] == "transfer"
    assert returned["next"]["to"] == "A"

    shell.run("search", "work")
    assert shell.json("search", "find", "平凡的世界")["hits"][0]["available"] == 0
    [transfer] = shell.json("transfer", "list", "--to", "A")
    shell.run("transfer", "send", str(transfer["id"]))
    received = shell.run("check-in", "T0000001", "--at", "A")
    assert "请上架" in received

    shell.run("search", "work")
    [hit] = shell.json("search", "find", "平凡的世界", "--org", "A", "--available")["hits"]
    assert hit["holdings"] == [{"org": "A", "name": "县图书馆", "total": 1, "available": 1}]
    assert shell.json("loans", "--patron", "R001") == []
    shell.run("doctor")


def _record() -> bytes:
    """CNMARC in GB18030 with one 905, as a supplier sends it."""
    data = BibData(format="cnmarc", title="平凡的世界", contributors=(Contributor(name="路遥", role="著", main=True),))
    record = compose(data, control_number="012024000001", entered_on=date(2026, 11, 23))
    copy = Field("905", "  ", (("a", "A"), ("b", "T0000001"), ("d", "I247.5"), ("e", "1")))
    return to_iso2709(MarcRecord(record.leader, [*record.fields, copy]), "cnmarc", "gb18030")
