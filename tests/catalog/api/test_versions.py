"""A title's history over HTTP, an import taken back, and two titles merged."""

from __future__ import annotations

from io import BytesIO

from catalog.service.imports import run_next
from catalog.service.imports.undoing import undo_next
from kernel.db import Database
from tests.catalog.service.imports.loading import holding, record
from tests.factories import ApiUser

DUNE = {"title": "沙丘", "authors": "赫伯特著", "publisher": "江苏凤凰文艺出版社"}


def make(user: ApiUser, **fields: object) -> int:
    created: int = user.post("/bibs", DUNE | fields).json["id"]  # type: ignore[index]
    return created


def test_versions_tell_who_changed_what_and_why(hub_librarian: ApiUser) -> None:
    bib = make(hub_librarian)
    hub_librarian.patch(f"/bibs/{bib}", {"publisher": "作家出版社"}, If_Match='"1"')
    told = hub_librarian.get(f"/bibs/{bib}/versions").json
    assert told is not None
    shown = [(one["version"], one["author"], one["cause"], one["changed"]) for one in told["items"]]
    assert shown == [(2, "zg", "hand", ["publisher"]), (1, "zg", "hand", [])]
    assert [(one["source"], one["is_current"]) for one in told["records"]] == [("form", True), ("form", False)]
    found = hub_librarian.get(f"/bibs/{bib}/comparison", older="1", newer="2").json
    assert found == {
        "older": 1,
        "newer": 2,
        "differences": [
            {
                "field": "publisher",
                "label": "Publisher",
                "values": [
                    {"way": "removed", "value": "江苏凤凰文艺出版社"},
                    {"way": "added", "value": "作家出版社"},
                ],
            }
        ],
    }


def test_restoring_asks_for_the_version_read_and_makes_a_new_one(hub_librarian: ApiUser) -> None:
    bib = make(hub_librarian)
    hub_librarian.patch(f"/bibs/{bib}", {"publisher": "作家出版社"}, If_Match='"1"')
    path = f"/bibs/{bib}/versions/1/restoration"
    assert hub_librarian.post(path).status_code == 428
    assert hub_librarian.post(path, If_Match='"1"').status_code == 412
    restored = hub_librarian.post(path, If_Match='"2"')
    assert (restored.json["publisher"], restored.headers["ETag"]) == ("江苏凤凰文艺出版社", '"3"')  # type: ignore[index]
    assert hub_librarian.post(f"/bibs/{bib}/versions/9/restoration", If_Match='"3"').status_code == 404
    [newest, *_] = hub_librarian.get(f"/bibs/{bib}/versions").json["items"]  # type: ignore[index]
    assert newest["cause"] == "restore"


def test_a_merged_title_says_where_it_went(hub_librarian: ApiUser, anyone: ApiUser) -> None:
    one, other = make(hub_librarian), make(hub_librarian, title="沙丘 2")
    merged = hub_librarian.post(f"/bibs/{one}/merge", {"into": other})
    assert merged.json == {"bib": one, "merged_into": other, "copies": 0}
    answer = anyone.get(f"/bibs/{one}")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/api/v1/bibs/{other}")
    assert (answer.json["code"], answer.json["data"]) == ("bib.merged", {"merged_into": other})  # type: ignore[index]
    assert anyone.get(f"/bibs/{one}.ris").headers["Location"] == f"/api/v1/bibs/{other}.ris"
    late = hub_librarian.patch(f"/bibs/{one}", {"title": "迟了"}, If_Match='"1"')
    assert (late.status_code, late.json["code"]) == (409, "bib.merged")  # type: ignore[index]
    assert hub_librarian.post(f"/bibs/{other}/merge", {"into": one}).json["code"] == "bib.merged"  # type: ignore[index]


def test_records_are_looked_at_then_set_apart(hub_librarian: ApiUser) -> None:
    one, other = make(hub_librarian), make(hub_librarian, title="沙丘 2")
    hub_librarian.post(f"/bibs/{one}/merge", {"into": other})
    told = hub_librarian.get(f"/bibs/{other}/versions").json
    assert told is not None
    [record_id] = [row["id"] for row in told["records"] if row["identity"] == f"bib:{one}"]
    path = f"/bibs/{other}/separation"
    looked = hub_librarian.post(path, {"records": [record_id], "dry_run": True}).json
    assert looked is not None
    assert (looked["stays"]["title"], looked["apart"]["title"]) == ("沙丘 2", "沙丘")
    assert (looked["apart"]["bib"], looked["has_returned"], looked["copies"]) == (one, True, [])
    assert hub_librarian.get(f"/bibs/{one}").status_code == 301, "nothing was written"
    assert hub_librarian.post(path, {"records": [record_id]}).status_code == 428
    assert hub_librarian.post(path, {"records": [record_id]}, If_Match='"9"').status_code == 412
    done = hub_librarian.post(path, {"records": [record_id]}, If_Match='"1"')
    assert (done.status_code, done.json) == (200, looked)
    assert hub_librarian.get(f"/bibs/{one}").json["title"] == "沙丘"  # type: ignore[index]
    late = hub_librarian.post(path, {"records": [record_id]}, If_Match='"1"')
    assert (late.status_code, late.json["code"], late.json["data"]) == (409, "apart.elsewhere", {"bib": one})  # type: ignore[index]


def test_an_import_is_looked_at_then_undone(hub_librarian: ApiUser, database: Database) -> None:
    body = record("A1", "红楼梦", holding(("a", "CG"), ("b", "001")))
    sent = hub_librarian.ask("POST", "/imports", data={"org": "ZG", "file": (BytesIO(body), "a.iso")})
    path = f"/imports/{sent.json['id']}/undo"  # type: ignore[index]
    assert hub_librarian.post(path, {"dry_run": True}).json["code"] == "import.not_ended"  # type: ignore[index]
    run_next(database, lambda: False)
    planned = hub_librarian.post(path, {"dry_run": True})
    assert planned.status_code == 200
    assert planned.json == hub_librarian.get(path).json
    assert planned.json == {
        "import": sent.json["id"],  # type: ignore[index]
        "status": "planned",
        "titles": 1,
        "looked_at": 1,
        "titles_removed": 1,
        "titles_restored": 0,
        "titles_kept": 0,
        "copies_removed": 1,
        "copies_kept": 0,
        "copies_corrected": 0,
        "left": [],
    }
    asked = hub_librarian.post(path)
    assert (asked.status_code, asked.json["status"]) == (202, "running")  # type: ignore[index]
    undo_next(database, lambda: False)
    assert hub_librarian.get(path).json["status"] == "undone"  # type: ignore[index]
    report = hub_librarian.get(f"/imports/{sent.json['id']}").json  # type: ignore[index]
    assert report is not None
    assert report["status"] == "undone"


def test_history_and_undoing_are_for_those_who_hold_the_right(
    branch_librarian: ApiUser, hub_librarian: ApiUser
) -> None:
    bib = make(hub_librarian)
    for path in (f"/bibs/{bib}/versions", "/imports/1/undo"):
        assert branch_librarian.get(path).status_code == 403
    bodies = {f"/bibs/{bib}/merge": {"into": 1}, f"/bibs/{bib}/separation": {"records": [1]}, "/imports/1/undo": {}}
    for path, body in bodies.items():
        assert branch_librarian.post(path, body).status_code == 403
