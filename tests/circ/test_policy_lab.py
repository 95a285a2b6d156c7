"""The policy lab over HTTP and by command line: what really happened, under a draft. On both databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from circ import policies
from circ.service import policy_lab
from kernel.journal import JournalEntry
from tests.desk import Desk
from tests.factories import NOW, ApiUser
from web.cli import main

policies.register()
PERIOD = {"from": "2026-11-01", "to": "2026-11-30"}


@pytest.fixture
def history(desk: Desk) -> Desk:
    """A book lent and renewed, another lent and returned, one lent at a point, and a hold."""
    lent = desk.check_out()
    desk.add_item("B0002")
    desk.later(days=1).check_out("B0002", at="LX")
    desk.later(days=2).renew(lent.id)
    desk.later(days=3).check_in("B0002", at="LX")
    desk.add_patron("P0002")
    desk.hold(patron="P0002", pickup="CG")
    return desk


@pytest.fixture
def admin(history: Desk, client: FlaskClient) -> ApiUser:
    return user(history, client, "sysadmin", history.county.network)


def user(desk: Desk, client: FlaskClient, role: str, org_id: int) -> ApiUser:
    return desk.staffed((role, org_id), username=f"{role}{org_id}").over_http(client)


def draft(admin: ApiUser, **changed: Any) -> list[dict[str, Any]]:
    rows = [row for row in admin.get("/policies").json["rows"] if row["setting"] not in changed]
    return [*rows, *({"setting": name, "value": value} for name, value in changed.items())]


def counts(answer: Any) -> dict[str, int]:
    assert answer.status_code == 200, answer.json
    return {kind["kind"]: kind["count"] for kind in answer.json["kinds"]}


def test_the_rules_in_force_change_nothing(admin: ApiUser) -> None:
    answer = admin.post("/policies/lab", {"rows": draft(admin)} | PERIOD)
    assert counts(answer) == {}
    assert (answer.json["acts"], answer.json["judged"], answer.json["changed"]) == (5, 5, 0)
    assert answer.json["version"] == admin.get("/policies").json["version"]
    assert len(answer.json["cannot_know"]) >= 4


def test_a_draft_is_told_by_kind_library_category_and_type(admin: ApiUser) -> None:
    rows = draft(admin, loan_days=14, renewals=0, on_return="stay", max_holds=0)
    answer = admin.post("/policies/lab", {"rows": rows} | PERIOD)
    assert counts(answer) == {
        "check_out.due_earlier": 2,
        "renewal.refused": 1,
        "hold.refused": 1,
        "return.goes_elsewhere": 1,
    }
    told = answer.json
    assert {one["key"]: one["count"] for one in told["by_org"]} == {"ZG": 2, "LX": 2, "CG": 1}
    assert told["by_category"] == [{"key": "adult", "count": 5}]
    assert told["by_item_type"] == [{"key": "book", "count": 4}]
    [refused] = [kind for kind in told["kinds"] if kind["kind"] == "renewal.refused"]
    assert refused["codes"] == {"loan.renewal_limit": 1}
    [example] = refused["examples"]
    assert (example["item"], example["act"], example["org"]) == ("B0001", "renewed", "ZG")
    assert example["before"] == {"refusals": [], "due_at": "2027-01-22T23:59:00+08:00", "goes_to": None}
    assert example["after"] == {"refusals": ["loan.renewal_limit"], "due_at": None, "goes_to": None}
    assert "P000" not in json.dumps(told)
    assert "张" not in json.dumps(told, ensure_ascii=False)


def test_nothing_is_written_and_no_key_is_needed(admin: ApiUser, history: Desk) -> None:
    def entries() -> int | None:
        return history.read(lambda s: s.scalar(select(func.count()).select_from(JournalEntry)))

    before = entries()
    body = {"rows": draft(admin, lend=False)} | PERIOD
    answer = admin.ask("POST", "/policies/lab", json=body, headers={"Idempotency-Key": ""})
    assert counts(answer)["check_out.refused"] == 2
    assert entries() == before
    assert [row["setting"] for row in admin.get("/policies").json["rows"]].count("lend") == 0


def test_what_was_undone_is_no_decision(admin: ApiUser, history: Desk) -> None:
    body = {"rows": draft(admin, lend=False)} | PERIOD
    lent = next(e for e in history.journal() if e.act == "checked_out")
    history.write(lambda s: s.add(_undoing(lent.id)))
    assert counts(admin.post("/policies/lab", body))["check_out.refused"] == 1


def _undoing(entry_id: int) -> JournalEntry:
    return JournalEntry(act="undone", at=NOW, channel="test", author="system", undoes_id=entry_id, data={})


def test_only_the_days_that_were_asked_for(admin: ApiUser) -> None:
    body = {"rows": draft(admin, lend=False)}
    assert counts(admin.post("/policies/lab", body | {"from": "2026-11-24", "to": "2026-11-24"})) == {
        "check_out.refused": 1
    }
    assert admin.post("/policies/lab", body | {"from": "2026-10-01", "to": "2026-10-31"}).json["acts"] == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to": "2026-10-31"}, "to"),
        ({"from": "2020-01-01"}, "to"),
        ({"rows": [{"setting": "loan_days", "value": "x"}]}, "rows.0.value"),
        ({"rows": [{"setting": "loan_days", "value": 7, "org": "NOWHERE"}]}, "rows.0.org"),
        ({"from": "yesterday"}, "from"),
    ],
)
def test_what_cannot_be_replayed_is_said(admin: ApiUser, changes: dict[str, Any], field: str) -> None:
    answer = admin.post("/policies/lab", {"rows": []} | PERIOD | changes)
    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_too_many_acts_are_not_replayed_while_somebody_waits(admin: ApiUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_lab.replay, "__kwdefaults__", {"most_acts": 3})
    answer = admin.post("/policies/lab", {"rows": []} | PERIOD)
    assert (answer.status_code, answer.json["code"]) == (422, "lab.too_many")
    monkeypatch.setattr(policy_lab.replay, "__kwdefaults__", {"most_acts": 5})
    assert admin.post("/policies/lab", {"rows": draft(admin)} | PERIOD).status_code == 200


def test_a_librarian_tries_out_the_acts_of_their_own_units(history: Desk, client: FlaskClient) -> None:
    hub = user(history, client, "hub_librarian", history.county.branch)
    answer = hub.post("/policies/lab", {"rows": draft(hub, lend=False)} | PERIOD)
    assert counts(answer) == {"check_out.refused": 1}  # LX is below the branch, the hub is not
    volunteer = user(history, client, "volunteer", history.county.point)
    assert volunteer.post("/policies/lab", {"rows": []} | PERIOD).status_code == 403


def test_the_journal_is_read_in_batches_without_losing_or_doubling_an_act(
    admin: ApiUser, history: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = admin.post("/policies/lab", {"rows": draft(admin, lend=False)} | PERIOD).json
    for n in range(7):  # all in one instant
        history.add_item(f"T{n}")
        history.later(days=4).check_out(f"T{n}")
    for size in (1, 3, 7, 8):
        monkeypatch.setattr("circ.queries.past._BATCH", size)
        again = admin.post("/policies/lab", {"rows": draft(admin, lend=False)} | PERIOD).json
        assert (again["acts"], again["changed"]) == (whole["acts"] + 7, whole["changed"] + 7)


def test_the_command_line_says_the_same(
    history: Desk,
    admin: ApiUser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "draft.json"
    file.write_text(json.dumps({"rows": draft(admin, loan_days=14)}), encoding="utf-8")
    monkeypatch.setenv("TONGJIE_DATABASE_URL", history.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TONGJIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)

    def run(*more: str) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(("policy", "lab", str(file), "--from", PERIOD["from"], "--to", PERIOD["to"], *more))
        assert not ended.value.code
        return capsys.readouterr().out

    told = json.loads(run("--json"))
    assert {kind["kind"]: kind["count"] for kind in told["kinds"]} == {
        "check_out.due_earlier": 2,
        "renewal.due_earlier": 1,
    }
    said = run()
    assert "5 acts, 5 of which could be judged; 3 would change." in said
    assert "check-out: due earlier" in said
