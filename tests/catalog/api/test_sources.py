"""Sources of records and the weights of a profile: who is believed, and how sure is sure enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.import_models import ImportBatch
from kernel.db import Database
from tests.catalog.marc.marcbytes import sub
from tests.catalog.service.imports.loading import counts, import_bytes, record, report
from tests.factories import ApiUser


def test_a_source_is_known_from_its_files_and_set_up_when_somebody_says_more(
    hub_librarian: ApiUser, database: Database, tmp_path: Path
) -> None:
    assert hub_librarian.get("/import-sources").get_json() == {"items": []}
    assert hub_librarian.get("/import-sources/NLC").get_json()["code"] == "source.not_found"
    import_bytes(database, tmp_path, record("A1"), source="NLC")
    quiet = {"redescribe_asked_at": None, "redescribe_seen": 0, "redescribe_changed": 0}
    known = {"code": "NLC", "name": "", "priority": 50, "profile": None, "is_set_up": False} | quiet
    assert hub_librarian.get("/import-sources/NLC").get_json() == known
    saved = hub_librarian.put("/import-sources/PROV", {"name": "省图", "priority": 80}).get_json()
    assert saved == {"code": "PROV", "name": "省图", "priority": 80, "profile": None, "is_set_up": True} | quiet
    assert [one["code"] for one in hub_librarian.get("/import-sources").get_json()["items"]] == ["PROV", "NLC"]


@pytest.mark.parametrize(
    ("code", "body", "status", "problem"),
    [
        ("A", {"priority": 101}, 422, "priority"),
        ("A", {"priority": -1}, 422, "priority"),
        ("A", {"priority": "high"}, 422, "priority"),
        ("A" * 65, {}, 422, "code"),
        ("A%20", {}, 422, "code"),
        ("A%09B", {}, 422, "code"),
        ("A", {"profile": "none"}, 404, None),
    ],
)
def test_what_a_source_cannot_be(
    hub_librarian: ApiUser, code: str, body: dict[str, object], status: int, problem: str | None
) -> None:
    answer = hub_librarian.put(f"/import-sources/{code}", body)
    assert answer.status_code == status
    assert problem is None or problem in answer.get_json()["errors"]


def test_a_file_of_a_source_is_read_by_the_profile_of_the_source(
    hub_librarian: ApiUser, database: Database, tmp_path: Path
) -> None:
    hub_librarian.put("/import-profiles/vendor", {"name": "书商", "holdings": {"tag": "949"}})
    hub_librarian.put("/import-sources/V", {"profile": "vendor"})
    found = import_bytes(
        database, tmp_path, record("A1", "红楼梦", ("949", sub("  ", ("a", "CG"), ("b", "0001")))), source="V"
    )
    assert counts(found)["items_created"] == 1
    with database.reading() as session:
        assert session.get_one(ImportBatch, found.id).profile == "vendor"


def test_the_source_of_higher_priority_describes_a_title_whoever_comes_first(
    hub_librarian: ApiUser, database: Database, tmp_path: Path
) -> None:
    hub_librarian.put("/import-sources/PROV", {"priority": 80})
    hub_librarian.put("/import-sources/SHOP", {"priority": 20})
    import_bytes(database, tmp_path, record("S1", "紅樓夢"), source="SHOP")
    assert counts(import_bytes(database, tmp_path, record("P1", "红楼梦"), source="PROV"))["merged"] == 1
    assert counts(import_bytes(database, tmp_path, record("S1", "《紅樓夢》！"), source="SHOP"))["updated"] == 1
    assert hub_librarian.get("/bibs/1").get_json()["title"] == "红楼梦"


def test_weights_of_a_profile_move_what_is_asked(hub_librarian: ApiUser, database: Database, tmp_path: Path) -> None:
    saved = hub_librarian.put("/import-profiles/strict", {"weights": {"same": 90, "doubtful": 5}}).get_json()
    assert (saved["weights"]["same"], saved["weights"]["title"]) == (90, 8)
    import_bytes(database, tmp_path, record("A1"), source="NLC")
    asked = import_bytes(database, tmp_path, record("B1"), source="V", profile="strict")
    assert counts(report(database, asked.id)) == {"read": 1, "review": 1}
    merged = import_bytes(database, tmp_path, record("C1"), source="W")
    assert counts(merged) == {"read": 1, "merged": 1}
    kept = hub_librarian.put("/import-profiles/strict", {"name": "严"}).get_json()
    assert kept["weights"] == saved["weights"]  # who changes the holdings does not lose them


@pytest.mark.parametrize(
    "weights", [{"title": 101}, {"title": -1}, {"title": True}, {"same": 0}, {"colour": 1}, {"same": 5, "doubtful": 6}]
)
def test_weights_that_cannot_be(hub_librarian: ApiUser, weights: dict[str, object]) -> None:
    answer = hub_librarian.put("/import-profiles/strict", {"weights": weights})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "profile.weights")
    assert hub_librarian.get("/import-profiles/strict").status_code == 404
