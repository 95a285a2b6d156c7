"""What stands left and right of a book, on both databases in the same order."""

from __future__ import annotations

from sqlalchemy.orm import Session

from catalog.queries.shelves import Place, Standing, place_of, titles_beside
from kernel.db import Database
from tests.factories import make_bib, make_county, make_item


def stand(session: Session, home_id: int, *numbers: str) -> dict[str, int]:
    """A title and a copy for each call number, by it the copy's id."""
    return {
        number: make_item(session, home_id, f"N{place}", make_bib(session, f"书 {number}"), call_number=number)
        for place, number in enumerate(numbers)
    }


def numbers(found: list[Standing]) -> list[str]:
    return [one.call_number for one in found]


def place(session: Session, item_id: int) -> Place:
    found = place_of(session, item_id)
    assert found is not None
    return found


def test_neighbours_stand_in_the_order_of_the_shelf(database: Database) -> None:
    with database.transaction() as session:
        county = make_county(session)
        items = stand(session, county.hub, "I247.57/12", "I247.57/9", "I247.5/1", "I25/1", "I247.57-49/1", "TP3/1")
        make_item(session, county.branch, "ELSEWHERE", call_number="I247.57/10")
        here = place(session, items["I247.57/12"])
        assert numbers(titles_beside(session, county.hub, here, "before", 5)) == ["I247.5/1", "I247.57/9"]
        assert numbers(titles_beside(session, county.hub, here, "after", 2)) == ["I247.57-49/1", "I25/1"]
        assert numbers(titles_beside(session, county.hub, Place(shelf_key=""), "after", 1)) == ["I247.5/1"]


def test_copies_of_one_title_stand_there_once_and_one_to_be_had_is_enough(database: Database) -> None:
    with database.transaction() as session:
        county = make_county(session)
        stand(session, county.hub, "I2/1", "I2/3")
        several = make_bib(session, "三册")
        for n, status in enumerate(("on_loan", "available", "on_loan")):
            make_item(session, county.hub, f"S{n}", several, call_number="I2/2", status=status)
        found = titles_beside(session, county.hub, Place(shelf_key=""), "after", 9)
        assert numbers(found) == ["I2/1", "I2/2", "I2/3"]
        assert found[1].is_available
        but = titles_beside(session, county.hub, Place(shelf_key=""), "after", 9, but=several)
        assert numbers(but) == ["I2/1", "I2/3"]


def test_what_readers_may_not_see_and_what_has_no_number_stands_on_no_shelf(database: Database) -> None:
    with database.transaction() as session:
        county = make_county(session)
        make_item(session, county.hub, "LOST", call_number="I2/1", status="lost")
        none = make_item(session, county.hub, "NONE")
        assert place_of(session, none) is None
        assert titles_beside(session, county.hub, Place(shelf_key=""), "after", 9) == []
