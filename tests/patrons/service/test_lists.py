"""Readers' lists: theirs alone, within limits, shared and taken back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from branches.access import Caller
from kernel.db import Database
from kernel.errors import Conflict, DomainError, Invalid, NotFound
from patrons import reader_lists
from patrons.reader_lists import entries_of, find_list, find_shared, lists_of
from patrons.service import lists
from patrons.service.lists import ListService
from tests.factories import make_bib, make_context, make_county, make_patron


@pytest.fixture
def reader(database: Database) -> Caller:
    def add(session: Session) -> int:
        county = make_county(session)
        make_patron(session, county.branch, "OTHER")
        return make_patron(session, county.branch)

    return Caller(kind="patron", id=database.run(add))


def service(session: Session, caller: Caller) -> ListService:
    return ListService(make_context(session, caller))


def titles(session: Session, list_id: int) -> list[int]:
    return [entry.bib_id for entry in entries_of(session, list_id)]


def test_a_title_stands_on_a_list_once_and_its_note_may_change(database: Database, reader: Caller) -> None:
    with database.transaction() as session:
        one, other = make_bib(session, "甲"), make_bib(session, "乙")
        list_id = service(session, reader).create("  想看\n的书 ")
        assert find_list(session, reader.id, list_id).name == "想看 的书"
        assert service(session, reader).add(list_id, [one, other, one], "为了孩子") == 2
        assert service(session, reader).add(list_id, [one], "又来") == 0
        service(session, reader).note(list_id, one, "先看这本")
        service(session, reader).remove(list_id, other)
        assert [(entry.bib_id, entry.note) for entry in entries_of(session, list_id)] == [(one, "先看这本")]


Act = Callable[[ListService, int], object]
ACTS: list[Act] = [
    lambda s, list_id: s.rename(list_id, "别人的"),
    lambda s, list_id: s.delete(list_id),
    lambda s, list_id: s.add(list_id, [1]),
    lambda s, list_id: s.note(list_id, 1, "x"),
    lambda s, list_id: s.remove(list_id, 1),
    lambda s, list_id: s.share(list_id),
    lambda s, list_id: s.unshare(list_id),
]


@pytest.mark.parametrize("act", ACTS)
def test_another_reader_s_list_is_as_if_it_were_not_there(database: Database, reader: Caller, act: Act) -> None:
    other = Caller(kind="patron", id=reader.id - 1)
    with database.transaction() as session:
        list_id = service(session, reader).create("我的")
        with pytest.raises(NotFound):
            act(service(session, other), list_id)
        assert lists_of(session, other.id) == []


def test_an_address_given_out_is_hard_to_guess_and_can_be_taken_back(database: Database, reader: Caller) -> None:
    with database.transaction() as session:
        list_id = service(session, reader).create("书单")
        token = service(session, reader).share(list_id)
        assert len(token) >= 32
        assert service(session, reader).share(list_id) == token
        assert find_shared(session, token).id == list_id
        service(session, reader).unshare(list_id)
        with pytest.raises(NotFound):
            find_shared(session, token)
        assert service(session, reader).share(list_id) != token


@pytest.mark.parametrize(("name", "error"), [("", Invalid), (" \n", Invalid), ("长" * 61, Invalid), ("书单", Conflict)])
def test_a_name_is_needed_and_stands_once(
    database: Database, reader: Caller, name: str, error: type[DomainError]
) -> None:
    with database.transaction() as session:
        service(session, reader).create("书单")
        with pytest.raises(error):
            service(session, reader).create(name)


def test_lists_and_titles_are_limited(database: Database, reader: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_LISTS", 2)
    monkeypatch.setattr(lists, "MOST_ENTRIES", 3)
    assert (reader_lists.MOST_LISTS, reader_lists.MOST_ENTRIES) == (50, 500)
    with database.transaction() as session:
        ids = [make_bib(session, f"书{n}") for n in range(4)]
        first = service(session, reader).create("一")
        service(session, reader).create("二")
        with pytest.raises(Conflict):
            service(session, reader).create("三")
        service(session, reader).add(first, ids[:3])
        with pytest.raises(Conflict):
            service(session, reader).add(first, ids[2:])
        assert sorted(titles(session, first)) == ids[:3]


def test_the_same_name_sent_twice_at_once_makes_one_list(database: Database, reader: Caller) -> None:
    def make() -> bool:
        try:
            database.run(lambda session: service(session, reader).create("同名"))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: make(), range(4)))
    assert made.count(True) == 1
    with database.reading() as session:
        assert [one.name for one in lists_of(session, reader.id)] == ["同名"]
