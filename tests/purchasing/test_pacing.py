"""How long a book chosen online usually takes: told by what a shop lately sent, nothing where too few are known."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from purchasing.queries.online import deliveries_of, waited_for
from purchasing.service.online import OnlineService
from purchasing.service.pacing import Usual
from tests.desk import Desk, offenders
from tests.desk import desk as desk
from tests.factories import make_context
from tests.pages import visit
from tests.purchasing.books import isbns
from tests.purchasing.county import ISBN, OTHER_ISBN
from tests.purchasing.county import shops as shops
from tests.purchasing.online import Choices
from tests.purchasing.online import online as online
from tests.purchasing.test_offered import comes, many

BOOKS = list(isbns(12))
QUESTION = {"isbn": ISBN, "shop": "XH", "online": True}


def posted(online: Choices, isbn: str, *, after: int, said: int | None = None) -> int:
    """Chosen today, posted so many days later, and said by the reader to have come on that day."""
    online.offer(isbn, isbn, 1000)
    row = online.order(isbn, post=True).selection
    online.at(online.desk.later(days=after)).dispatch(row.id)
    if said is not None:
        online.act(online.reader(), lambda service: service.receive(row.id), days=said)
    return int(row.id)


def on_the_way(online: Choices, desk: Desk) -> list[Usual | None]:
    """What is told of each book the reader waits for, the newest first."""
    reader = online.reader()

    def ask(session: Session) -> list[Usual | None]:
        rows = waited_for(session, reader.id)
        deliveries = deliveries_of(session, [row.id for row in rows])
        usual = OnlineService(make_context(session, reader, now=desk.now)).usual_days(rows, deliveries)
        return [usual.get(row.id) for row in rows]

    return desk.read(ask)


def test_posted_books_are_told_by_what_the_shop_sent_and_by_what_readers_said(
    online: Choices, desk: Desk, client: FlaskClient
) -> None:
    many(online)
    reader = desk.over_http(client, online.reader())

    def told() -> list[tuple[str, str, int]]:
        answer = reader.post("/selections/quote", QUESTION)
        assert answer.status_code == 200, answer.text
        return [(one["way"], one["until"], one["days"]) for one in answer.get_json()["usual"]]

    for isbn, days in zip(BOOKS, (1, 4, 2, 2), strict=False):
        posted(online, isbn, after=days)
    assert told() == []
    posted(online, BOOKS[4], after=3)
    assert told() == [("post", "sent", 2)]
    for isbn, days in zip(BOOKS[5:], (4, 9, 5, 5, 6), strict=False):
        posted(online, isbn, after=1, said=days)
    assert told() == [("post", "there", 5)]
    assert reader.post("/selections/quote", QUESTION | {"online": False}).get_json()["usual"] == []
    assert offenders(desk.database) == {}


def test_what_is_on_its_way_says_how_long_one_usually_takes(online: Choices, desk: Desk, client: FlaskClient) -> None:
    many(online)
    for isbn in BOOKS[:5]:
        posted(online, isbn, after=2)
    for isbn in BOOKS[5:8]:
        comes(online, isbn, days=6)
    online.order(ISBN, post=True)
    online.order(OTHER_ISBN, pickup="CG")
    collected, sent_after, *gone = on_the_way(online, desk)
    assert collected == Usual(way="pickup", until="there", days=6)
    assert sent_after == Usual(way="post", until="sent", days=2)
    assert not any(gone)  # they were posted, or stand there
    page = visit(client, desk, online.reader()).get("/me/new-books").text
    assert "选后一般 6 天到馆" in page
    assert "书店一般 2 天内寄出" in page
    asked = visit(client, desk, online.reader()).get(f"/choose/books/XH/{ISBN}").text
    assert "书店一般 2 天内寄出" in asked
    assert "选后一般 6 天到馆" in asked
    assert offenders(desk.database) == {}
