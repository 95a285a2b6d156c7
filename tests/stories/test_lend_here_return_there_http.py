"""The main job by the HTTP API alone, on both databases: a county is set up, real MARC comes in, hub A lends, village point B takes
the book back, it travels home, and whoever searches finds it there. The doctor is content at every stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from catalog.service.imports import run_next
from kernel.db import Database
from search.api import EXTENSION
from search.indexer import Indexer
from tests.catalog.marc.marcbytes import cnmarc_fields, iso, sub
from tests.factories import NOW, PASSWORD, PIN, ApiUser, make_settings
from web.app import create_app
from web.cli import main
from web.doctor import examine, offences

DAILY = [["09:00", "17:30"]]
TUESDAY_TO_SUNDAY = dict.fromkeys(("tue", "wed", "thu", "fri", "sat", "sun"), DAILY) | {"mon": []}
BOOK = {"item": "ZG000123", "title": "平凡的世界"}


class Network:
    """The running application: someone who asks it, its worker, its doctor."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self.database = database
        self.settings = make_settings(data_dir, database)
        self.app: Flask = create_app(self.settings, database)
        self.now = NOW

    def anybody(self) -> ApiUser:
        return ApiUser(self.app.test_client(), now=self.now)

    def log_in(self, username: str, secret: str) -> ApiUser:
        body = expect(200, self.anybody().post("/auth/token", {"username": username, "password": secret}))
        return replace(self.anybody(), token=body["token"])

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)

    def work_off(self) -> None:
        """What `tongjie worker` does until nothing waits: imports first, then the index."""
        while run_next(self.database, lambda: False):
            pass
        while Indexer(self.database, self.app.extensions[EXTENSION]).work():
            pass

    def check(self) -> None:
        engine = self.app.extensions[EXTENSION]
        assert offences(examine(self.database, engine, self.settings.secret_key)) == []

    def find(self, **query: str) -> dict[str, Any]:
        """What a reader at home finds, without logging in."""
        body = expect(200, self.anybody().get("/search", q="平凡的世界", **query))
        assert body["degraded"] is False
        return body


def expect(status: int, response: Any) -> dict[str, Any]:
    assert response.status_code == status, response.get_data(as_text=True)
    body: dict[str, Any] = response.get_json()
    return body


@pytest.fixture
def network(database: Database, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    """Founded on the server's command line; everything else is done by the API."""
    url = database.url.render_as_string(hide_password=False)
    for name, value in {
        "DATABASE_URL": url,
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": "a secret for tests only",
    }.items():
        monkeypatch.setenv(f"TONGJIE_{name}", value)
    monkeypatch.setattr("sys.stdin", StringIO(PASSWORD))
    with pytest.raises(SystemExit) as ended:
        main(["init", "--admin", "root", "--password-stdin", "--network-code", "QX", "--network-name", "测试县"])
    assert not ended.value.code
    database.reference_cache.clear()
    return Network(database, data_dir)


def set_up_the_county(root: ApiUser) -> None:
    for code, name, kind, parent in (
        ("ZG", "城关总馆", "hub", "QX"),
        ("CG", "城关分馆", "branch", "ZG"),
        ("LX", "李村书屋", "point", "CG"),
    ):
        expect(201, root.post("/org-units", {"code": code, "name": name, "kind": kind, "parent": parent}))
    expect(200, root.put("/org-units/ZG/hours", {"weekly": TUESDAY_TO_SUNDAY, "closures": []}))
    expect(201, root.post("/item-types", {"code": "book", "name": "图书"}))
    expect(201, root.post("/patron-categories", {"code": "adult", "name": "成人"}))
    etag = root.get("/policies").headers["ETag"]
    rows = [
        {"setting": "loan_days", "value": 28},
        {"setting": "max_loans", "value": 5},
        {"setting": "max_loans", "value": 1, "category": "adult", "org": "LX"},
    ]
    expect(200, root.put("/policies", {"rows": rows}, If_Match=etag))
    for username, role, org in (("wang.hub", "hub_librarian", "ZG"), ("li.village", "volunteer", "LX")):
        expect(201, root.post("/users", {"username": username, "password": PASSWORD, "name": username}))
        expect(200, root.put(f"/users/{username}/grants", [{"role": role, "org": org}]))


def import_the_catalogue(hub: ApiUser) -> int:
    """A supplier's file in GB18030: our book with its holding, and a record that is damaged."""
    holding = ("905", sub("  ", ("a", "ZG"), ("b", BOOK["item"]), ("d", "I247.57"), ("e", "1")))
    good = iso([*cnmarc_fields("012026000001", BOOK["title"]), holding])
    form = {"file": (BytesIO(good + b"00099nam" + good[8:40] + b"\x1d"), "supplier.iso"), "org": "ZG"}
    response = hub.ask("POST", "/imports", data=form, content_type="multipart/form-data")
    import_id: int = expect(202, response)["id"]
    return import_id


def test_lent_at_the_hub_returned_in_the_village_found_at_the_hub(network: Network) -> None:
    # Monday: the county is set up, the catalogue comes in.
    set_up_the_county(network.log_in("root", PASSWORD))
    hub, village = network.log_in("wang.hub", PASSWORD), network.log_in("li.village", PASSWORD)
    import_id = import_the_catalogue(hub)
    assert expect(200, hub.get(f"/imports/{import_id}"))["status"] == "queued"
    network.work_off()
    report = expect(200, hub.get(f"/imports/{import_id}"))
    counts = {name: report[name] for name in ("status", "read", "created", "rejected", "items_created")}
    assert counts == {"status": "done", "read": 2, "created": 1, "rejected": 1, "items_created": 1}
    network.check()

    # A reader is registered and finds the book at home in the browser.
    card = {
        "barcode": "P0001",
        "name": "张三丰",
        "category": "adult",
        "home": "CG",
        "pin": PIN,
        "expires_on": "2027-12-31",
    }
    expect(201, hub.post("/patrons", card))
    [hit] = network.find()["hits"]
    assert hit["holdings"] == [{"org": "ZG", "name": "城关总馆", "total": 1, "available": 1}]

    # The hub lends. 28 days on is a Monday, when the hub is closed: due on Tuesday.
    loan = expect(201, hub.post("/loans", {"patron": "P0001", "item": BOOK["item"], "at": "ZG"}))
    assert loan["due_at"] == "2026-12-22T23:59:00+08:00"
    network.work_off()
    assert network.find(available="true")["total"] == 0
    assert network.find()["hits"][0]["holdings"][0]["available"] == 0
    network.check()

    # The reader sees the loan, and nobody else's.
    reader = network.log_in("P0001", PIN)
    [mine] = expect(200, reader.get("/me/loans"))["items"]
    assert (mine["item"], mine["due_at"]) == (BOOK["item"], loan["due_at"])

    # Nine days later the village point takes it back, and is told where it goes.
    network.pass_days(9)
    village = replace(village, now=network.now)
    back = expect(200, village.post("/check-ins", {"item": BOOK["item"], "at": "LX"}))
    assert back["loan"]["id"] == loan["id"]
    assert (back["next"]["action"], back["next"]["to"]) == ("transfer", "ZG")
    assert back["next"]["message"] == "《平凡的世界》 is returned. Put it into the transfer box → 城关总馆."
    assert expect(200, reader.get("/me/loans"))["items"] == []
    network.work_off()
    assert network.find(available="true")["total"] == 0  # it stands on no shelf yet
    network.check()

    # The volunteer sends it; receiving it is the hub's affair.
    transfer_id = back["next"]["transfer"]
    [waiting] = expect(200, village.get("/transfers", status="approved"))["items"]
    assert (waiting["id"], waiting["from"], waiting["to"]) == (transfer_id, "LX", "ZG")
    assert expect(200, village.post(f"/transfers/{transfer_id}/dispatch"))["status"] == "dispatched"
    expect(404, village.post(f"/transfers/{transfer_id}/receipt"))
    network.check()

    # Two days later it is scanned at the hub, and belongs on its shelf.
    network.pass_days(2)
    hub = replace(hub, now=network.now)
    home = expect(200, hub.post("/check-ins", {"item": BOOK["item"], "at": "ZG"}))
    assert (home["next"]["action"], home["item"]["status"], home["item"]["location"]) == ("shelve", "available", "ZG")
    [done] = expect(200, hub.get("/transfers", status="received"))["items"]
    assert (done["id"], done["received_at"]) == (transfer_id, "2026-12-04T10:30:00+08:00")

    # Whoever searches finds it there, and the copy tells its story.
    network.work_off()
    [found] = network.find(org="ZG", available="true")["hits"]
    assert found["holdings"] == [{"org": "ZG", "name": "城关总馆", "total": 1, "available": 1}]
    told = [entry["act"] for entry in expect(200, hub.get(f"/items/{BOOK['item']}/history"))["items"]]
    assert told[:5] == ["transfer_received", "transfer_dispatched", "transfer_approved", "checked_in", "checked_out"]
    network.check()
