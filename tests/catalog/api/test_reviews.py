"""The queue of doubtful records over HTTP: why each is asked, and a decision that is made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.service.imports.undoing import undo_now
from kernel.db import Database
from tests.catalog.marc.marcbytes import cnmarc_fields, iso, sub
from tests.catalog.service.imports.loading import counts, holding, import_bytes, record, report
from tests.factories import ApiUser


def other_edition(number: str = "B1") -> bytes:
    """The same novel under the same ISBN from another house, with one copy."""
    fields = [field for field in cnmarc_fields(number) if field[0] != "210"]
    imprint = ("210", sub("  ", ("a", "上海"), ("c", "上海古籍出版社"), ("d", "2008")))
    return iso([*fields, imprint, holding(("a", "CG"), ("b", f"00{number}"))])


@pytest.fixture
def asked(hub_librarian: ApiUser, database: Database, tmp_path: Path) -> int:
    """The import of a doubtful record beside title 1."""
    import_bytes(database, tmp_path, record("A1"), source="NLC")
    found = import_bytes(database, tmp_path, other_edition(), source="SHOP")
    assert counts(found) == {"read": 1, "review": 1}
    return found.id


def test_a_doubtful_record_is_listed_with_its_candidates_and_why(hub_librarian: ApiUser, asked: int) -> None:
    page = hub_librarian.get(f"/imports/{asked}/reviews").get_json()
    [review], following = page["items"], page["next"]
    assert following is None
    assert {name: review[name] for name in ("import", "source", "control_number", "title", "status", "bib")} == {
        "import": asked,
        "source": "SHOP",
        "control_number": "B1",
        "title": "红楼梦",
        "status": "open",
        "bib": None,
    }
    [candidate] = review["candidates"]
    assert (candidate["bib"], candidate["title"]) == (1, "红楼梦")
    assert candidate["score"] == sum(reason["points"] for reason in candidate["reasons"])
    publisher = next(reason for reason in candidate["reasons"] if reason["criterion"] == "publisher")
    assert (publisher["label"], publisher["agreement"], publisher["ours"], publisher["theirs"]) == (
        "Publisher",
        "differs",
        "人民文学出版社",
        "上海古籍出版社",
    )
    assert hub_librarian.get(f"/reviews/{review['id']}").get_json()["id"] == review["id"]


@pytest.mark.parametrize(
    ("body", "status", "bib"),
    [
        ({"decision": "merge"}, "merged", 1),
        ({"decision": "merge", "into": 1}, "merged", 1),
        ({"decision": "keep_apart"}, "kept_apart", 2),
        ({"decision": "correct", "fields": {"publisher": "上海古籍出版社", "edition": "2版"}}, "corrected", 2),
    ],
)
def test_a_decision_places_the_record_with_its_copies(
    hub_librarian: ApiUser, database: Database, asked: int, body: dict[str, object], status: str, bib: int
) -> None:
    [review] = hub_librarian.get(f"/imports/{asked}/reviews").get_json()["items"]
    decided = hub_librarian.post(f"/reviews/{review['id']}", body).get_json()
    assert decided == {"id": review["id"], "status": status, "bib": bib, "items_created": 1}
    assert hub_librarian.get("/items/00B1").get_json()["bib"] == bib
    assert hub_librarian.get(f"/imports/{asked}/reviews").get_json()["items"] == []
    [shown] = hub_librarian.get(f"/imports/{asked}/reviews", status="all").get_json()["items"]
    assert (shown["status"], shown["bib"], bool(shown["decided_by"])) == (status, bib, True)
    outcome = "merged" if status == "merged" else "created"
    assert counts(report(database, asked)) == {"read": 1, outcome: 1, "items_created": 1}


@pytest.mark.parametrize("into", [{}, {"into": 1}])
def test_a_title_that_was_merged_meanwhile_is_the_one_it_went_into(
    hub_librarian: ApiUser, asked: int, into: dict[str, int]
) -> None:
    another = {"title": "红楼梦", "authors": ["曹雪芹著"], "not_these": [1]}
    made = hub_librarian.post("/bibs", another).get_json()["id"]
    hub_librarian.post("/bibs/1/merge", {"into": made})
    [review] = hub_librarian.get(f"/imports/{asked}/reviews").get_json()["items"]
    assert [one["bib"] for one in review["candidates"]] == [made]
    decided = hub_librarian.post(f"/reviews/{review['id']}", {"decision": "merge"} | into).get_json()
    assert (decided["status"], decided["bib"]) == ("merged", made)


def test_where_every_title_it_resembled_is_gone_the_record_is_kept_apart(
    hub_librarian: ApiUser, database: Database, asked: int
) -> None:
    """The import that brought the only candidate was taken back."""
    first = asked - 1
    hub_librarian.post(f"/imports/{first}/undo", {})
    undo_now(database, first)
    [review] = hub_librarian.get(f"/imports/{asked}/reviews").get_json()["items"]
    assert review["candidates"] == []
    address = f"/reviews/{review['id']}"
    refused = hub_librarian.post(address, {"decision": "merge"})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "review.no_title")
    assert hub_librarian.post(address, {"decision": "merge", "into": 1}).status_code == 404
    decided = hub_librarian.post(address, {"decision": "keep_apart"}).get_json()
    assert (decided["status"], decided["items_created"]) == ("kept_apart", 1)


def test_who_decides_second_is_told_who_was_first(hub_librarian: ApiUser, asked: int) -> None:
    [review] = hub_librarian.get(f"/imports/{asked}/reviews").get_json()["items"]
    hub_librarian.post(f"/reviews/{review['id']}", {"decision": "merge"})
    answer = hub_librarian.post(f"/reviews/{review['id']}", {"decision": "keep_apart"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "review.decided")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"decision": "guess"}, "decision"),
        ({"decision": "keep_apart", "into": 1}, "into"),
        ({"decision": "correct"}, "fields"),
        ({"decision": "merge", "fields": {"title": "x"}}, "fields"),
    ],
)
def test_what_is_no_decision(hub_librarian: ApiUser, asked: int, body: dict[str, object], field: str) -> None:
    [review] = hub_librarian.get(f"/imports/{asked}/reviews").get_json()["items"]
    answer = hub_librarian.post(f"/reviews/{review['id']}", body)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])


def test_a_record_or_title_that_is_not_there(hub_librarian: ApiUser, asked: int) -> None:
    assert hub_librarian.get("/reviews/99").get_json()["code"] == "review.not_found"
    assert hub_librarian.get("/imports/99/reviews").get_json()["code"] == "import.not_found"
    [review] = hub_librarian.get(f"/imports/{asked}/reviews").get_json()["items"]
    answer = hub_librarian.post(f"/reviews/{review['id']}", {"decision": "merge", "into": 99})
    assert answer.get_json()["code"] == "bib.not_found"


def test_the_queue_is_paged(hub_librarian: ApiUser, database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, record("A1"), source="NLC")
    found = import_bytes(database, tmp_path, b"".join(other_edition(f"B{n}") for n in range(3)), source="SHOP")
    first = hub_librarian.get(f"/imports/{found.id}/reviews", limit="2").get_json()
    second = hub_librarian.get(f"/imports/{found.id}/reviews", limit="2", cursor=first["next"]).get_json()
    numbers = [one["control_number"] for page in (first, second) for one in page["items"]]
    assert (numbers, second["next"]) == (["B0", "B1", "B2"], None)
