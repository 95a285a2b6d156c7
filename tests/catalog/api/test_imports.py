"""Imports over HTTP: the file is queued at once, the worker reads it, the report tells what became of every record."""

from __future__ import annotations

from errno import ENOSPC
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from catalog.import_models import ImportBatch
from catalog.service.imports import run_next
from kernel.db import Database
from tests.catalog.marc.marcbytes import book
from tests.catalog.service.imports.loading import holding, record
from tests.factories import ApiUser

FILE = record("A1", "红楼梦", holding(("a", "CG"), ("b", "001"))) + book("A2")[:150]


def send(user: ApiUser, data: bytes = FILE, key: str | None = None, **fields: Any) -> TestResponse:
    form = {"org": "ZG", **fields, "file": (BytesIO(data), "../../records.iso")}
    headers = {"Idempotency-Key": key or uuid4().hex}
    return user.ask("POST", "/imports", data=form, content_type="multipart/form-data", headers=headers)


def uploads(data_dir: Path) -> list[Path]:
    return list((data_dir / "imports").glob("*"))


def test_a_file_is_queued_and_read_by_the_worker(hub_librarian: ApiUser, database: Database, data_dir: Path) -> None:
    queued = send(hub_librarian)
    assert queued.status_code == 202
    import_id = queued.get_json()["id"]
    assert (queued.get_json()["status"], queued.get_json()["filename"], queued.get_json()["read"]) == (
        "queued",
        "records.iso",
        0,
    )
    assert [path.parent.name for path in uploads(data_dir)] == ["imports"]
    assert run_next(database, lambda: False) == 2
    done = hub_librarian.get(f"/imports/{import_id}").get_json()
    counted = {name: done[name] for name in ("status", "read", "created", "rejected", "items_created", "repaired")}
    assert counted == {"status": "done", "read": 2, "created": 1, "rejected": 1, "items_created": 1, "repaired": {}}
    (error,) = done["errors"]
    assert (error["record"], error["code"], error["offset"]) == (2, "record.cut", len(FILE) - 150)
    assert error["message"].startswith("The record is cut off")
    assert uploads(data_dir) == []


def test_what_was_kept_aside_is_downloaded_byte_for_byte(hub_librarian: ApiUser, database: Database) -> None:
    import_id = send(hub_librarian).get_json()["id"]
    run_next(database, lambda: False)
    answer = hub_librarian.get(f"/imports/{import_id}/rejected")
    assert (answer.data, answer.mimetype) == (FILE[-150:], "application/marc")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_resent_upload_is_one_import(hub_librarian: ApiUser, data_dir: Path) -> None:
    key = uuid4().hex
    first, again = send(hub_librarian, key=key), send(hub_librarian, key=key)
    assert (first.get_json()["id"], again.headers.get("Idempotent-Replay")) == (again.get_json()["id"], "true")
    assert send(hub_librarian, FILE + b"\r\n", key=key).status_code == 422
    assert len(uploads(data_dir)) == 1


def test_nobody_waits_while_a_large_upload_is_kept(
    hub_librarian: ApiUser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = FileStorage.save

    def somebody_writes_meanwhile(file: FileStorage, path: Path) -> None:
        with database.transaction() as session:
            session.execute(
                text("UPDATE bib SET version = version")
            )  # on SQLite it waits five seconds for a writer, then fails
        keep(file, path)

    monkeypatch.setattr(FileStorage, "save", somebody_writes_meanwhile)
    assert send(hub_librarian).status_code == 202


def test_a_file_that_is_no_marc_ends_failed(hub_librarian: ApiUser, database: Database, data_dir: Path) -> None:
    import_id = send(hub_librarian, b"name,barcode\n1,2\n").get_json()["id"]
    run_next(database, lambda: False)
    done = hub_librarian.get(f"/imports/{import_id}").get_json()
    assert (done["status"], done["code"], done["read"]) == ("failed", "import.not_marc", 0)
    assert "plain text" in done["errors"][0]["message"]
    assert uploads(data_dir) == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"org": "NOWHERE"}, 404),
        ({"profile": "nobody"}, 404),
        ({"format": "unimarc"}, 422),
        ({"surprise": "1"}, 422),
    ],
)
def test_a_refused_upload_leaves_no_file(
    hub_librarian: ApiUser, data_dir: Path, fields: dict[str, str], status: int
) -> None:
    assert send(hub_librarian, **fields).status_code == status
    assert uploads(data_dir) == []


def test_an_upload_without_a_file_or_too_large_is_refused(hub_librarian: ApiUser, data_dir: Path) -> None:
    form = {"org": "ZG"}
    answer = hub_librarian.ask("POST", "/imports", data=form, content_type="multipart/form-data")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "import.no_file")
    assert send(hub_librarian, b"\x00" * (17 * 1024 * 1024)).status_code == 413
    assert uploads(data_dir) == []


def test_an_upload_that_fills_the_disk_takes_no_room(
    hub_librarian: ApiUser, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(_self: FileStorage, path: Path) -> None:
        path.write_bytes(b"half of it")
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(FileStorage, "save", fill)
    answer = send(hub_librarian)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "disk.full")
    assert (answer.headers["Retry-After"], uploads(data_dir)) == ("60", [])


def test_only_those_who_may_import_see_imports(
    hub_librarian: ApiUser, branch_librarian: ApiUser, volunteer: ApiUser, anyone: ApiUser
) -> None:
    import_id = send(hub_librarian).get_json()["id"]
    for user, status in ((branch_librarian, 403), (volunteer, 403), (anyone, 401)):
        assert send(user).status_code == status
        for path in ("/imports", f"/imports/{import_id}", f"/imports/{import_id}/rejected", "/import-profiles/x"):
            assert user.get(path).status_code == status


def test_an_import_that_does_not_exist_is_not_found(hub_librarian: ApiUser) -> None:
    for path in ("/imports/999", "/imports/999/problems", "/imports/999/rejected"):
        assert hub_librarian.get(path).get_json()["code"] == "import.not_found"


def test_imports_are_listed_newest_first_page_by_page(hub_librarian: ApiUser) -> None:
    ids = [send(hub_librarian).get_json()["id"] for _ in range(3)]
    page = hub_librarian.get("/imports", limit="2").get_json()
    assert [one["id"] for one in page["items"]] == [ids[2], ids[1]]
    rest = hub_librarian.get("/imports", limit="2", cursor=page["next"]).get_json()
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([ids[0]], None)


def test_all_problems_are_listed_page_by_page(hub_librarian: ApiUser, database: Database) -> None:
    bad = book("B1")[:24] + b"20x000500000" + book("B1")[36:]
    import_id = send(hub_librarian, record("A1") + bad * 5).get_json()["id"]
    run_next(database, lambda: False)
    page = hub_librarian.get(f"/imports/{import_id}/problems", limit="3").get_json()
    rest = hub_librarian.get(f"/imports/{import_id}/problems", limit="3", cursor=page["next"]).get_json()
    assert [one["record"] for one in page["items"] + rest["items"]] == [2, 3, 4, 5, 6]


def test_a_profile_is_put_and_shown_with_its_defaults(hub_librarian: ApiUser, database: Database) -> None:
    body = {
        "name": "某馆",
        "holdings": {"tag": "985", "mode": "run", "library": "a", "barcode": "b", "libraries": {"S1": "LX"}},
    }
    assert hub_librarian.put("/import-profiles/some-lib", body).status_code == 200
    shown = hub_librarian.get("/import-profiles/some-lib").get_json()
    assert (shown["code"], shown["name"], shown["holdings"]["mode"], shown["holdings"]["volume"]) == (
        "some-lib",
        "某馆",
        "run",
        "v",
    )
    data = record("A1", "红楼梦", ("985", b"  \x1faS1\x1fb001\x1faS1\x1fb002"))
    send(hub_librarian, data, profile="some-lib")
    run_next(database, lambda: False)
    assert hub_librarian.get("/imports").get_json()["items"][0]["items_created"] == 2


@pytest.mark.parametrize(
    "holdings",
    [
        {"mode": "guess"},
        {"libraries": {"S1": "NOWHERE"}},
        {"libraries": ["LX"]},
        {"barcode_pattern": "(a+)+$"},
        {"barcode_pattern": r"(\w{1,50}){1,50}"},
        {"barcode_pattern": r"\w{1,9}" * 12},
        {"nonsense": "x"},
    ],
)
def test_a_profile_that_cannot_work_is_refused(hub_librarian: ApiUser, holdings: dict[str, Any]) -> None:
    assert hub_librarian.put("/import-profiles/lib", {"holdings": holdings}).status_code in (404, 422)
    assert hub_librarian.get("/import-profiles/lib").status_code == 404


def test_a_sample_tells_what_was_recognised_and_keeps_nothing(
    hub_librarian: ApiUser, database: Database, data_dir: Path
) -> None:
    body = record("A1", "红楼梦", holding(("a", "cg"), ("b", "0012345"), ("s", "I242.4/15")))
    told = hub_librarian.ask("POST", "/imports/samples", data={"file": (BytesIO(body), "a.iso")}).json
    assert told is not None
    assert (told["read"], told["container"], told["formats"], told["is_learned"]) == (
        1,
        "iso2709",
        {"cnmarc": 1},
        False,
    )
    assert told["holdings"]["tag"] == "905"
    assert told["libraries"] == [{"code": "cg", "copies": 1, "unit": "CG"}]
    assert told["barcode_shapes"] == {"9{7}": 1}
    assert told["titles"][0]["copies"][0]["call_number"] == "I242.4/15"
    assert list((data_dir / "imports").iterdir()) == []
    with database.reading() as session:
        assert session.scalars(select(ImportBatch.id)).all() == []


def test_a_sample_of_no_marc_is_refused(hub_librarian: ApiUser) -> None:
    wrong = hub_librarian.ask("POST", "/imports/samples", data={"file": (BytesIO(b"<html></html>"), "a.iso")})
    assert (wrong.status_code, wrong.json["code"]) == (422, "import.not_marc")  # type: ignore[index]
    assert hub_librarian.ask("POST", "/imports/samples", data={}).status_code == 422
