"""Numbers within a class are given once, in turn, and shared by what is one work; on both databases, by twenty people at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branches.models import OrgUnit
from branches.reference import TREE
from catalog.bibdata import BibData, Contributor
from catalog.description import columns
from catalog.models import Bib, BookNumber, BookNumberCounter, Item
from catalog.service.callnumbers import Allotment, CallNumberService, NumberAsked
from kernel.db import Database
from kernel.errors import Invalid, NotFound
from kernel.journal import JournalEntry
from tests.factories import NOW, County, make_bib, make_context, make_item, make_user

WORKERS = 20
NOVEL = "I247.57"


def allot(database: Database, bib_id: int, at: str = "ZG", **values: Any) -> Allotment:
    return database.run(lambda s: CallNumberService(make_context(s)).allot(NumberAsked(bib=bib_id, at=at, **values)))


def notices(database: Database, call_number: str | None, bib_id: int, home_id: int) -> list[str]:
    with database.reading() as session:
        found = CallNumberService(make_context(session)).notices(call_number, home_id=home_id, bib_id=bib_id)
    assert all(one.class_ == "notice" for one in found)
    return [one.code for one in found]


def title(session: Session, name: str, **values: Any) -> int:
    return make_bib(session, name, class_number=NOVEL, **values)


def volume(session: Session, name: str, part: str) -> int:
    data = BibData(
        format="cnmarc",
        title=name,
        volume=part,
        class_number=NOVEL,
        contributors=(Contributor(name="路遥", main=True),),
    )
    bib_id: int = session.execute(
        insert(Bib).values(**columns(data), version=1, created_at=NOW, updated_at=NOW).returning(Bib.id)
    ).scalar_one()
    return bib_id


def test_twenty_at_once_get_twenty_numbers(database: Database, county: County) -> None:
    bibs = database.run(lambda s: [title(s, f"书{n}") for n in range(WORKERS)])
    ready = Barrier(WORKERS)

    def ask(bib_id: int) -> Allotment:
        ready.wait()
        return allot(database, bib_id)

    with ThreadPoolExecutor(WORKERS) as pool:
        given = list(pool.map(ask, bibs))
    assert sorted(int(one.book_number) for one in given) == list(range(1, WORKERS + 1))
    assert all(one.is_new for one in given)


def test_twenty_at_once_for_one_work_get_one_number(database: Database, county: County) -> None:
    editions = database.run(lambda s: [title(s, "平凡的世界", year=2000 + n) for n in range(WORKERS)])
    ready = Barrier(WORKERS)

    def ask(bib_id: int) -> Allotment:
        ready.wait()
        return allot(database, bib_id)

    with ThreadPoolExecutor(WORKERS) as pool:
        given = list(pool.map(ask, editions))
    assert {one.call_number for one in given} == {"I247.57/1"}
    assert sum(one.is_new for one in given) == 1
    with database.reading() as session:
        assert len(session.scalars(select(JournalEntry).where(JournalEntry.act == "book_number_allotted")).all()) == 1


def test_the_database_refuses_a_number_given_twice(database: Database, county: County) -> None:
    bib_id = database.run(lambda s: title(s, "书"))
    allot(database, bib_id)
    row = {"scope_id": county.network, "class_key": "I24757", "bib_id": bib_id, "allotted_at": NOW, "allotted_by": "x"}
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(insert(BookNumber).values(**row, number=1, work_key="other"))


def test_a_number_follows_what_stands_on_the_shelf(database: Database, county: County) -> None:
    def stand(session: Session) -> int:
        for n, number in enumerate(("I247.57/9", "I247.57/41:2", "I247.57/L99", "I247.5/800", "I247.57/9787530216781")):
            make_item(session, county.point, f"B{n}", title(session, f"旧书{n}"), call_number=number)
        return title(session, "新书")

    new = database.run(stand)
    assert allot(database, new).call_number == "I247.57/42"


def test_a_second_cataloguer_sees_what_the_first_reserved(database: Database, county: County) -> None:
    bib_id = database.run(lambda s: title(s, "书"))
    with database.transaction() as session:
        caller = make_user(session, "zg", ("hub_librarian", county.hub))
        first = CallNumberService(make_context(session, caller)).allot(NumberAsked(bib=bib_id, at="ZG"))
    second = allot(database, bib_id, at="LX")
    assert (first.is_new, second.is_new) == (True, False)
    assert (second.call_number, second.allotted_by, second.allotted_at) == (first.call_number, "zg", NOW)


def test_an_edition_takes_the_number_its_work_has_on_the_shelf(database: Database, county: County) -> None:
    def stand(session: Session) -> int:
        make_item(session, county.point, "B1", title(session, "平凡的世界"), call_number="I247.57 / 17")
        return title(session, "平凡的世界", year=2020)

    given = allot(database, database.run(stand))
    assert (given.call_number, given.is_new) == ("I247.57/17", False)
    other = database.run(lambda s: title(s, "人生"))
    assert allot(database, other).call_number == "I247.57/18"


def test_an_author_number_on_the_shelf_is_taken_over(database: Database, county: County) -> None:
    def stand(session: Session) -> int:
        make_item(session, county.point, "B1", title(session, "平凡的世界"), call_number="I247.57/L78")
        return title(session, "平凡的世界", year=2020)

    assert allot(database, database.run(stand)).call_number == "I247.57/L78"


def test_another_authors_book_of_that_name_is_another_work(database: Database, county: County) -> None:
    first, second = database.run(lambda s: (title(s, "人生", authors="路遥"), title(s, "人生", authors="柏杨")))
    assert [allot(database, one).book_number for one in (first, second)] == ["1", "2"]


def test_volumes_share_a_number(database: Database, county: County) -> None:
    first, second = database.run(lambda s: (volume(s, "平凡的世界", "第一部"), volume(s, "平凡的世界", "第二部")))
    assert [allot(database, one).book_number for one in (first, second)] == ["1:1", "1:2"]


def test_a_volume_joins_those_on_the_shelf(database: Database, county: County) -> None:
    def stand(session: Session) -> int:
        make_item(session, county.point, "B1", volume(session, "平凡的世界", "上"), call_number="I247.57/5:1")
        return volume(session, "平凡的世界", "下")

    assert allot(database, database.run(stand)).call_number == "I247.57/5:3"
    whole = database.run(lambda s: title(s, "别的书"))
    assert allot(database, whole, volume="2").call_number == "I247.57/6:2"


def test_a_shelf_list_of_its_own_counts_apart(database: Database, county: County) -> None:
    bibs = database.run(lambda s: [title(s, f"书{n}") for n in range(3)])
    allot(database, bibs[0])

    def keep(session: Session) -> None:
        session.execute(update(OrgUnit).where(OrgUnit.id == county.branch).values(keeps_shelf_list=True))
        TREE.changed(session)

    database.run(keep)
    at_branch = allot(database, bibs[1], at="LX")
    assert (at_branch.call_number, at_branch.scope) == ("I247.57/1", "CG")
    at_hub = allot(database, bibs[2], at="ZG")
    assert (at_hub.call_number, at_hub.scope) == ("I247.57/2", "QX")


def test_classes_count_apart_and_full_width_is_no_other_class(database: Database, county: County) -> None:
    first, second, third = database.run(lambda s: [title(s, f"书{n}") for n in range(3)])
    assert allot(database, first).call_number == "I247.57/1"
    assert allot(database, second, class_number="Ｉ247.57").call_number == "I247.57/2"
    assert allot(database, third, class_number="I247.5").call_number == "I247.5/1"


def test_there_is_no_number_without_a_class(database: Database, county: County) -> None:
    bib_id = database.run(lambda s: make_bib(s, "书"))
    with pytest.raises(Invalid, match="no_class"):
        allot(database, bib_id)
    with pytest.raises(Invalid, match=r"call_number\.class"):
        allot(database, bib_id, class_number="I247/5")


def test_only_where_copies_may_be_registered(database: Database, county: County) -> None:
    bib_id = database.run(lambda s: title(s, "书"))
    with database.transaction() as session:
        caller = make_user(session, "cg", ("branch_librarian", county.branch))
        service = CallNumberService(make_context(session, caller))
        with pytest.raises(NotFound):
            service.allot(NumberAsked(bib=bib_id, at="ZG"))


def test_two_works_under_one_number_are_noticed(database: Database, county: County) -> None:
    def stand(session: Session) -> tuple[int, int]:
        make_item(session, county.point, "B1", title(session, "平凡的世界"), call_number="I247.57/17")
        return title(session, "人生"), title(session, "平凡的世界", year=2020)

    other, edition = database.run(stand)
    assert notices(database, "I247.57 / 17", other, county.hub) == ["call_number.double"]
    assert notices(database, "I247.57/17", edition, county.hub) == []
    assert notices(database, "I247.57/18", other, county.hub) == []
    assert notices(database, None, other, county.hub) == []


def test_a_number_reserved_for_another_work_is_noticed(database: Database, county: County) -> None:
    first, second = database.run(lambda s: (title(s, "书"), title(s, "另一本书")))
    given = allot(database, first)
    assert notices(database, f"{given.call_number}:2", second, county.hub) == ["call_number.reserved"]
    assert notices(database, given.call_number, first, county.hub) == []


def test_a_class_of_no_known_form_is_noticed(database: Database, county: County) -> None:
    bib_id = database.run(lambda s: title(s, "书"))
    assert notices(database, "W47/1", bib_id, county.hub) == ["call_number.class_form"]


def test_a_withdrawn_copy_holds_no_place(database: Database, county: County) -> None:
    def stand(session: Session) -> int:
        make_item(session, county.point, "B1", title(session, "旧书"), call_number="I247.57/1", status="withdrawn")
        return title(session, "新书")

    new = database.run(stand)
    assert notices(database, "I247.57/1", new, county.hub) == []


def test_the_counter_never_falls_behind(database: Database, county: County) -> None:
    bib_id = database.run(lambda s: title(s, "书"))
    allot(database, bib_id)
    with database.reading() as session:
        counted = session.scalars(select(BookNumberCounter.last)).all()
        assert counted == session.scalars(select(BookNumber.number)).all() == [1]
        assert session.scalars(select(Item.id)).all() == []
