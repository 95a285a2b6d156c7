"""Two cataloguers at once: one wins, the other is told, and nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from catalog.models import Bib, Item
from kernel.db import Database
from tests.factories import ApiUser, County, make_bib

WORKERS = 6


def at_once(user: ApiUser, act: Callable[[ApiUser, int], TestResponse]) -> list[TestResponse]:
    """Each worker has a client of its own and begins when all stand ready."""
    ready = Barrier(WORKERS)

    def run(number: int) -> TestResponse:
        own = ApiUser(user.client.application.test_client(), user.token)
        ready.wait()
        return act(own, number)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, range(WORKERS)))


def test_one_barcode_goes_to_one_copy(hub_librarian: ApiUser, database: Database, county: County) -> None:
    with database.transaction() as session:
        bib_id = make_bib(session)
    body = {"bib": bib_id, "barcode": "B0001", "home": "ZG", "item_type": "book"}
    answers = at_once(hub_librarian, lambda user, _n: user.post("/items", body))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (WORKERS - 1)
    assert {a.get_json()["code"] for a in answers if a.status_code == 409} <= {"item.barcode_taken", "database.race"}
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Item)) == 1


def test_one_of_several_changes_to_the_same_version_wins(hub_librarian: ApiUser, database: Database) -> None:
    bib_id = hub_librarian.post("/bibs", {"title": "红楼梦"}).get_json()["id"]
    answers = at_once(
        hub_librarian,
        lambda user, n: user.patch(f"/bibs/{bib_id}", {"title": f"红楼梦{n}"}, If_Match='"1"'),
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * (WORKERS - 1)
    winner = next(answer.get_json()["title"] for answer in answers if answer.status_code == 200)
    with database.reading() as session:
        assert session.execute(select(Bib.title, Bib.version)).one() == (winner, 2)


def test_one_key_sent_at_once_makes_one_title(hub_librarian: ApiUser, database: Database) -> None:
    answers = at_once(hub_librarian, lambda user, _n: user.post("/bibs", {"title": "红楼梦"}, Idempotency_Key="one"))
    made = {answer.get_json()["id"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Bib)) == 1
