"""A county set up by the command line alone; its words, exit codes and its author in the journal."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import select

from branches.service import logins
from kernel.clock import read_clock
from kernel.db import Database
from kernel.journal import JournalEntry
from tests.factories import PASSWORD, PIN
from web.cli import main

Run = Callable[..., "Outcome"]


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def run(database: Database, data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `tongjie` on the test's database, in English unless the test says otherwise."""
    monkeypatch.setenv("TONGJIE_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TONGJIE_DATA_DIR", str(data_dir))
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def run(*arguments: str, stdin: str = "") -> Outcome:
        monkeypatch.setattr("sys.stdin", StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def county(run: Run) -> Run:
    """Network QX with hub ZG, an administrator, a category and an item type."""
    assert run("init", "--admin", "root", "--password-stdin", "--network-code", "QX", stdin=PASSWORD).code == 0
    for arguments in (
        ("org", "add", "ZG", "城关总馆", "--kind", "hub", "--parent", "QX"),
        ("category", "add", "adult", "成人"),
        ("item-type", "add", "book", "图书"),
    ):
        assert run(*arguments).code == 0
    return run


def test_init_may_be_run_again_and_changes_nothing(county: Run) -> None:
    again = county("init", "--admin", "root", "--password-stdin", stdin="another good password")
    assert (again.code, again.out) == (0, "root exists already; nothing was changed.\n")
    assert county("user", "list").out == "root\troot\ton\tsysadmin@QX\n"


def test_a_county_can_be_set_up_and_listed(county: Run) -> None:
    assert county("org", "add", "CG", "城关分馆", "--kind", "branch", "--parent", "ZG").code == 0
    assert county("org", "list").out.splitlines()[1:] == ["  ZG\t城关总馆\thub library", "    CG\t城关分馆\tbranch"]
    hours = county("org", "hours", "CG", "--set", '{"weekly": {"mon": [["09:00","17:30"]]}}')
    assert json.loads(hours.out)["weekly"]["mon"] == [["09:00", "17:30"]]
    assert county("item-type", "add", "reference", "工具书", "--parent", "book").code == 0
    assert county("item-type", "list").out == "book\t图书\t\nreference\t工具书\tbook\n"
    assert county("category", "list").out == "adult\t成人\n"
    assert (
        county("user", "add", "li", "--role", "hub_librarian", "--org", "ZG", "--password-stdin", stdin=PASSWORD).code
        == 0
    )
    assert county("user", "grant", "li", "--role", "manager", "--org", "QX").code == 0
    assert county("user", "list").out.splitlines()[0] == "li\tli\ton\thub_librarian@ZG manager@QX"


def test_what_was_set_up_can_be_changed(county: Run) -> None:
    assert county("org", "change", "ZG", "--name", "县图书馆", "--phone", "0834-1").code == 0
    assert county("org", "list").out.splitlines()[1] == "  ZG\t县图书馆\thub library"
    assert county("item-type", "rename", "book", "普通图书").code == 0
    assert county("item-type", "list").out == "book\t普通图书\t\n"
    assert county("category", "rename", "adult", "成年人").code == 0
    assert county("category", "list").out == "adult\t成年人\n"
    assert county("org", "change", "ZG").code == 2
    assert county("category", "rename", "nobody", "无").code == 1


def test_a_role_is_taken_away_and_an_account_switched_off_and_on(county: Run, database: Database) -> None:
    assert (
        county("user", "add", "li", "--role", "volunteer", "--org", "ZG", "--password-stdin", stdin=PASSWORD).code == 0
    )
    assert county("user", "grant", "li", "--role", "manager", "--org", "QX").code == 0
    assert county("user", "revoke", "li", "--role", "volunteer", "--org", "ZG").code == 0
    assert county("user", "revoke", "li", "--role", "volunteer", "--org", "ZG").code == 1
    assert county("user", "change", "li", "--name", "李娜", "--off").code == 0
    assert county("user", "list").out.splitlines()[0] == "li\t李娜\toff\tmanager@QX"
    assert county("user", "change", "li", "--on").code == 0
    secret = county("token", "li").out.strip()
    assert county("user", "password", "li", "--password-stdin", stdin="another good password").code == 0
    with database.reading() as session:
        assert logins.find_caller(session, secret, read_clock()).kind == "anonymous"


def test_policies_are_set_one_by_one_shown_and_explained(county: Run) -> None:
    assert county("policy", "set", "loan_days", "30").code == 0
    assert county("policy", "set", "loan_days", "14", "--org", "ZG", "--note", "热门").code == 0
    assert county("policy", "set", "loan_days", "21", "--org", "ZG").code == 0
    rows = json.loads(county("policy", "show", "--json").out)["rows"]
    assert [(row["org"], row["value"]) for row in rows] == [(None, 30), ("ZG", 21)]
    settings = json.loads(county("policy", "explain", "--org", "ZG", "--json").out)["settings"]
    assert (settings["loan_days"]["value"], len(settings["loan_days"]["considered"])) == (21, 2)
    assert county("policy", "set", "days_mode", "calendar").code == 0
    refused = county("policy", "set", "loan_days", "thirty")
    assert refused.code == 1
    assert "whole number of days" in refused.err


def test_policies_are_loaded_from_what_show_printed(county: Run, tmp_path: Path) -> None:
    county("policy", "set", "loan_days", "30")
    book = json.loads(county("policy", "show", "--json").out)
    book["rows"][0]["value"] = 28
    file = tmp_path / "policies.json"
    file.write_text(json.dumps(book))
    assert county("policy", "load", str(file)).code == 0
    assert json.loads(county("policy", "show", "--json").out)["rows"][0]["value"] == 28


def test_readers_are_registered_shown_and_blocked(county: Run) -> None:
    added = county("patron", "add", "P1", "张三丰", "--category", "adult", "--home", "ZG", "--phone", "13812345678", "--pin-stdin", stdin=PIN)  # fmt: skip
    assert added.code == 0, added.err
    blocked = county("patron", "block", "P1", "押金未交", "--until", "2999-12-31")
    assert blocked.out.startswith("Blocked; the block's number is")
    shown = json.loads(county("patron", "show", "P1").out)
    assert (shown["name"], shown["phone"], shown["blocks"][0]["reason"]) == ("张三丰", "13812345678", "押金未交")
    assert county("patron", "unblock", "P1", str(shown["blocks"][0]["id"])).code == 0
    assert json.loads(county("patron", "show", "P1").out)["blocks"] == []
    assert county("patron", "pin", "P1", "--pin-stdin", stdin="111111").code == 1


def test_readers_come_in_from_a_table(county: Run, tmp_path: Path) -> None:
    file = tmp_path / "readers.csv"
    file.write_text("barcode,name,category,home\nP1,张三,adult,ZG\nP2,,adult,ZG\n", encoding="gbk")
    dry = county("patron", "import", str(file), "--dry-run")
    assert (dry.code, dry.out.splitlines()[0]) == (0, "3\tP2\trefused\tThere is no name.")
    refused = county("patron", "import", str(file))
    assert (refused.code, "Nothing was changed." in refused.out) == (1, True)
    assert county("patron", "show", "P1").code == 1
    taken = county("patron", "import", str(file), "--take-good")
    assert (taken.code, "1 new" in taken.out) == (0, True)
    assert json.loads(county("patron", "show", "P1").out)["name"] == "张三"
    file.write_bytes(b"\x00")
    assert county("patron", "import", str(file)).code == 1


def test_a_token_works_for_as_long_as_was_asked(county: Run, database: Database) -> None:
    token = county("token", "root", "--days", "2").out.strip()
    with database.reading() as session:
        assert logins.find_caller(session, token, read_clock()).username == "root"
    assert county("token", "nobody").code == 1


def test_every_act_is_journalled_as_the_system(county: Run, database: Database) -> None:
    with database.reading() as session:
        entries = session.scalars(select(JournalEntry)).all()
    assert {(entry.author, entry.channel) for entry in entries} == {("system", "cli")}
    assert PASSWORD not in str([entry.data for entry in entries])


@pytest.mark.parametrize(("lang", "sentence"), [("zh_CN.UTF-8", "没有找到馆点「NOWHERE」"), ("en_US.UTF-8", "No library unit “NOWHERE” was found"), ("C", "没有找到馆点")])  # fmt: skip
def test_errors_are_one_sentence_in_the_language_of_the_terminal(
    county: Run, monkeypatch: pytest.MonkeyPatch, lang: str, sentence: str
) -> None:
    monkeypatch.setenv("LANG", lang)
    failed = county("org", "add", "X", "某馆", "--kind", "point", "--parent", "NOWHERE")
    assert (failed.code, failed.out) == (1, "")
    assert failed.err.startswith(sentence)
    assert len(failed.err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [("org", "add"), ("nonsense",), ("user", "add", "x", "--role", "emperor"), ("user", "add", "x", "--role", "volunteer"), ("jobs", "run")])  # fmt: skip
def test_a_command_that_is_not_understood_ends_with_two(county: Run, arguments: tuple[str, ...]) -> None:
    failed = county(*arguments)
    assert failed.code == 2
    assert "Usage" in failed.err


def test_a_weak_password_makes_no_half_network(run: Run) -> None:
    assert run("init", "--admin", "root", "--password-stdin", stdin="short").code == 1
    assert run("org", "list").out == ""
    assert run("user", "list").out == ""


def test_a_missing_schema_is_said_in_a_sentence(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGJIE_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    failed = run("org", "list")
    assert failed.code == 1
    assert "tongjie init" in failed.err
    assert "Traceback" not in failed.err
    assert run("doctor").code == 1


def test_an_unreachable_database_is_said_in_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGJIE_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    failed = run("org", "list")
    assert failed.code == 1
    assert "cannot be reached" in failed.err
    assert run("config", "check").code == 1


def test_doctor_ends_with_zero_when_clean_and_names_offenders_otherwise(county: Run, database: Database) -> None:
    assert county("search", "rebuild").code == 0
    clean = county("doctor")
    assert (clean.code, clean.out.startswith("All ")) == (0, True), clean.out
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE staff_grant SET role = 'emperor'")
    told = county("doctor", "--json")
    broken = [one for one in json.loads(told.out)["invariants"] if one["offenders"]]
    assert (told.code, [one["code"] for one in broken]) == (1, ["grant.role_known"])
    assert "grant.role_known" in county("doctor").out


def test_config_check_warns_and_fails_where_it_must(county: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    good = county("config", "check")
    assert good.code == 0, good.out
    monkeypatch.setenv("TONGJIE_TEST_CLOCK", "1")
    assert "WARN Warning: TONGJIE_TEST_CLOCK" in county("config", "check").out
    monkeypatch.setenv("TONGJIE_SECRET_KEY", "short")
    assert county("config", "check").code == 1
    monkeypatch.setenv("TONGJIE_TEST_CLOCK", "maybe")
    assert county("config", "check").code == 1


def test_a_job_is_run_by_name(county: Run) -> None:
    assert json.loads(county("jobs", "run", "retention").out) == {"job": "retention", "done": 0, "failed": 0}
    assert "retention" in county("jobs", "list").out
    assert county("jobs", "run", "nonsense").code == 1


def test_only_the_test_clock_lets_a_job_run_at_another_time(county: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("jobs", "run", "retention", "--now", "2027-01-01T00:00:00+08:00")
    assert county(*arguments).code == 1
    monkeypatch.setenv("TONGJIE_TEST_CLOCK", "1")
    assert county(*arguments).code == 0
    assert county(*arguments[:-1], "tomorrow").code == 2
