"""A search: hits from the engine, what is shown from the database, help where nothing was found, and answers without an engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, select, update
from sqlalchemy.orm import Session

from branches.access import Caller
from catalog.models import Bib, BibIdentifier, Item
from kernel import outbox
from kernel.db import Database
from kernel.errors import Invalid, NotFound, Unavailable
from kernel.journal import JournalEntry
from search.analysis.highlight import to_html
from search.indexer import Indexer
from search.pages import Question, SearchPage
from search.port import EngineUnavailable, SearchEngine
from search.queries import KIND
from search.service import SearchService
from tests.factories import NOW, County, make_bib, make_context, make_county, make_item, make_patron


class Gone:
    """An engine that does not answer."""

    def __getattr__(self, name: str) -> Any:
        raise EngineUnavailable("connection refused")


@pytest.fixture
def county(database: Database) -> County:
    return database.run(make_county)


@pytest.fixture
def titles(database: Database, engine: SearchEngine, county: County) -> dict[str, int]:
    """Four indexed titles; 红楼梦 stands at the hub and, lent out, belongs to the point."""

    def work(session: Any) -> dict[str, int]:
        rows = {
            "红楼梦": {"authors": "曹雪芹", "publisher": "人民文学出版社", "year": 1996, "isbn": "9787020002207", "class_number": "I242.4", "language": "chi"},
            "红楼梦研究": {"authors": "俞平伯", "year": 1973, "class_number": "I207.411", "language": "chi"},
            "三体": {"authors": "刘慈欣", "year": 2008, "class_number": "I247.55", "language": "chi"},
            "Harry Potter": {"authors": "Rowling", "year": 1997, "class_number": "I561.45", "language": "eng"},
        }  # fmt: skip
        made = {title: make_bib(session, title, **values) for title, values in rows.items()}
        make_item(session, county.hub, "B1", made["红楼梦"])
        make_item(session, county.point, "B2", made["红楼梦"], status="on_loan", location_id=county.hub)
        make_item(session, county.branch, "B3", made["红楼梦研究"])
        make_item(session, county.point, "B4", made["三体"], item_type="reference")
        make_item(session, county.hub, "B5", made["三体"], status="withdrawn")
        outbox.enqueue(session, KIND, list(made.values()), at=NOW)
        return made

    made = database.run(work)
    Indexer(database, engine).work()
    return made


def ask(database: Database, engine: Any, text: str = "", **question: Any) -> SearchPage:
    with database.reading() as session:
        return SearchService(make_context(session), engine).search(Question(text=text, **question))


def names(page: SearchPage) -> list[str]:
    return [title.title for title in page.titles]


def facet(page: SearchPage, name: str) -> dict[str, int]:
    return {value.value: value.count for found in page.facets if found.name == name for value in found.values}


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def misses(database: Database) -> list[JournalEntry]:
    with database.reading() as session:
        return list(session.scalars(select(JournalEntry).where(JournalEntry.act == "search_missed")))


# --- hits ------------------------------------------------------------------------------------------------------------


def test_shows_titles_with_their_copies(database: Database, engine: SearchEngine, titles: dict[str, int]) -> None:
    page = ask(database, engine, "紅樓夢")
    assert (page.total, names(page), page.is_degraded) == (2, ["红楼梦", "红楼梦研究"], False)
    first = page.titles[0]
    assert [(held.code, held.total, held.available) for held in first.holdings] == [("ZG", 1, 1), ("LX", 1, 0)]
    assert (first.total, first.available) == (2, 1)
    assert to_html(page.titles[1].title_segments) == "<mark>红楼梦</mark>研究"


def test_tells_what_is_here_and_where_the_nearest_copy_is(
    database: Database, engine: SearchEngine, county: County, titles: dict[str, int]
) -> None:
    def seen(text: str, near: str) -> tuple[object, ...]:
        found = next(title for title in ask(database, engine, text, near=near).titles if title.title == text)
        assert found.near is not None
        here, below, nearest = found.near.here, found.near.below, found.near.nearest
        return (here.available, here.total), (below.available, below.total), nearest and nearest.code

    assert seen("红楼梦", "ZG") == ((1, 1), (1, 2), "ZG")
    assert seen("红楼梦", "LX") == ((0, 1), (0, 1), "ZG")
    assert seen("红楼梦研究", "LX") == ((0, 0), (0, 0), "CG")
    assert seen("红楼梦研究", "CG") == ((1, 1), (1, 1), "CG")
    assert seen("三体", "CG") == ((0, 0), (1, 1), "LX")
    assert seen("Harry Potter", "CG") == ((0, 0), (0, 0), None)
    assert ask(database, engine, "三体").titles[0].near is None
    with pytest.raises(NotFound):
        ask(database, engine, "三体", near="none")


def test_nearness_counts_from_the_home_of_the_reader_who_asks(
    database: Database, engine: SearchEngine, county: County, titles: dict[str, int]
) -> None:
    def look(session: Session) -> SearchPage:
        reader = Caller(kind="patron", id=make_patron(session, county.point))
        return SearchService(make_context(session, reader), engine).search(Question(text="红楼梦研究"))

    (found,) = database.run(look).titles
    assert found.near is not None
    assert found.near.org == "LX"
    assert [held.code for held in found.free] == ["CG"]


def test_a_withdrawn_copy_is_not_shown(database: Database, engine: SearchEngine, titles: dict[str, int]) -> None:
    page = ask(database, engine, "三体")
    assert [(held.code, held.total) for held in page.titles[0].holdings] == [("LX", 1)]


def test_availability_is_live_even_when_the_index_lags(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    with database.transaction() as session:
        session.execute(update(Item).where(Item.barcode == "B1").values(status="in_repair"))
    assert ask(database, engine, "红楼梦").titles[0].available == 0


def test_a_title_that_went_away_is_left_out(database: Database, engine: SearchEngine, titles: dict[str, int]) -> None:
    with database.transaction() as session:
        session.execute(delete(BibIdentifier).where(BibIdentifier.bib_id == titles["Harry Potter"]))
        session.delete(session.get_one(Bib, titles["Harry Potter"]))
    assert names(ask(database, engine, "harry")) == []


def test_costs_as_many_statements_for_one_hit_as_for_many(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    ask(database, engine)
    with statements(database) as one:
        assert ask(database, engine, "三体").total == 1
    with statements(database) as all_:
        assert ask(database, engine).total == 4
    assert len(one) == len(all_) <= 4


# --- narrowing and counting ------------------------------------------------------------------------------------------


def test_narrows_to_a_unit_and_all_below_it(database: Database, engine: SearchEngine, titles: dict[str, int]) -> None:
    assert set(names(ask(database, engine, org="CG"))) == {"红楼梦", "红楼梦研究", "三体"}
    assert set(names(ask(database, engine, org="LX"))) == {"红楼梦", "三体"}
    assert set(names(ask(database, engine, org="LX", available=True))) == {"三体"}
    assert set(names(ask(database, engine, available=True))) == {"红楼梦", "红楼梦研究", "三体"}


def test_narrows_by_what_is_counted(database: Database, engine: SearchEngine, titles: dict[str, int]) -> None:
    assert names(ask(database, engine, languages=("eng",))) == ["Harry Potter"]
    assert set(names(ask(database, engine, classes=("I24",)))) == {"红楼梦", "三体"}
    assert names(ask(database, engine, item_types=("reference",))) == ["三体"]
    assert names(ask(database, engine, years=(1997, 2007))) == ["Harry Potter"]


def test_facets_have_names_for_people_and_values_for_filters(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    page = ask(database, engine)
    assert facet(page, "org") == {"ZG": 3, "CG": 3, "LX": 2}
    assert facet(page, "lang") == {"chi": 3, "eng": 1}
    assert facet(page, "class") == {"I": 4}
    assert facet(page, "type") == {"book": 2, "reference": 1}
    assert facet(page, "availability") == {"true": 3}
    assert facet(page, "year") == {"2005..2009": 1, "1995..1999": 2, "1970..1974": 1}
    labels = {value.label.zh for found in page.facets for value in found.values}
    assert {"城关总馆", "中文", "I 文学", "工具书", "在架可借"} <= labels


def test_classes_are_counted_one_step_below_the_one_that_was_chosen(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    assert facet(ask(database, engine, classes=("I",)), "class") == {"I2": 3, "I5": 1}
    assert facet(ask(database, engine, classes=("I2",)), "class") == {"I24": 2, "I20": 1}
    assert facet(ask(database, engine, classes=("I24",)), "class") == {"I242": 1, "I247": 1}
    assert facet(ask(database, engine, classes=("I247",)), "class") == {"I247.5": 1}
    assert facet(ask(database, engine, classes=("I247.5",)), "class") == {"I247.55": 1}
    assert facet(ask(database, engine, classes=("I247.55",)), "class") == {"I247.55": 1}
    assert facet(ask(database, engine, classes=("I24", "I5")), "class") == {"I": 3}


def test_subjects_and_readers_are_counted_and_narrow(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    def describe(session: Any) -> None:
        bib = session.get_one(Bib, titles["三体"])
        bib.data = {**bib.data, "subjects": ["科学幻想小说"], "readership": "young"}
        outbox.enqueue(session, KIND, [bib.id], at=NOW)

    database.run(describe)
    Indexer(database, engine).work()
    page = ask(database, engine)
    assert (facet(page, "subject"), facet(page, "audience")) == ({"科学幻想小说": 1}, {"young": 1})
    assert names(ask(database, engine, subjects=("科学幻想小说",))) == ["三体"]
    assert names(ask(database, engine, audiences=("young", "children"))) == ["三体"]


def test_years_and_classes_in_the_text_narrow(database: Database, engine: SearchEngine, titles: dict[str, int]) -> None:
    assert names(ask(database, engine, "题名:红楼梦 year:1990..")) == ["红楼梦"]
    assert names(ask(database, engine, "class:I561")) == ["Harry Potter"]
    assert names(ask(database, engine, "year:2000..", years=(None, 1999))) == []
    assert set(names(ask(database, engine, "作者:曹雪芹 OR 作者:刘慈欣"))) == {"红楼梦", "三体"}


def test_what_is_available_is_counted_where_one_looks(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    assert facet(ask(database, engine, org="LX"), "availability") == {"true": 1}
    assert facet(ask(database, engine, available=True), "org") == {"ZG": 3, "CG": 2, "LX": 1}


def test_pages_and_sorts(database: Database, engine: SearchEngine, titles: dict[str, int]) -> None:
    assert names(ask(database, engine, sort="year", page=1, size=3)) == ["三体", "Harry Potter", "红楼梦"]
    assert names(ask(database, engine, sort="year", page=2, size=3)) == ["红楼梦研究"]


def test_an_unknown_unit_or_type_is_not_found(database: Database, engine: SearchEngine, titles: dict[str, int]) -> None:
    with pytest.raises(NotFound, match="org"):
        ask(database, engine, org="NOWHERE")
    with pytest.raises(NotFound, match="item_type"):
        ask(database, engine, item_types=("scroll",))


def test_a_query_may_be_too_long(database: Database, engine: SearchEngine, titles: dict[str, int]) -> None:
    with pytest.raises(Invalid, match=r"search\.too_long"):
        ask(database, engine, "长" * 257)


# --- nothing found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("红楼萌", "红楼梦"), ("红搂梦", "红楼梦"), ("hary", "harry"), ("pottre", "potter"), ("刘慈新", "刘慈欣")],
)
def test_suggests_what_may_have_been_meant(
    database: Database, engine: SearchEngine, titles: dict[str, int], typed: str, meant: str
) -> None:
    page = ask(database, engine, typed)
    assert (page.total, page.suggestion) == (0, meant)


def test_suggests_nothing_that_finds_nothing(database: Database, engine: SearchEngine, titles: dict[str, int]) -> None:
    assert ask(database, engine, "完全没有的东西").suggestion is None
    assert ask(database, engine, "hary 红楼萌").suggestion is None


def test_of_words_one_slip_away_that_beside_the_others_is_meant(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    def work(session: Any) -> None:
        made = [make_bib(session, title, authors="Beatrix Potter") for title in ("Peter Rabbit", "Peter and the Wolf")]
        outbox.enqueue(session, KIND, made, at=NOW)

    database.run(work)
    Indexer(database, engine).work()
    assert ask(database, engine, "poter").suggestion == "potter"
    assert ask(database, engine, "poter wolf").suggestion == "potter wolf"
    assert ask(database, engine, "harry poter").suggestion == "harry potter"
    assert ask(database, engine, "petr rabit").suggestion == "peter rabbit"


CALLED_ALIKE = (("力士", "俞平伯"), ("历史", "刘慈欣"), ("历史", "吕思勉"))


def test_a_word_that_finds_something_is_left_as_it_is(database: Database, engine: SearchEngine) -> None:
    def work(session: Any) -> None:
        made = [make_bib(session, title, authors=name) for title, name in CALLED_ALIKE]
        outbox.enqueue(session, KIND, made, at=NOW)

    database.run(work)
    Indexer(database, engine).work()
    assert ask(database, engine, "历时 刘慈欣").suggestion == "历史 刘慈欣"
    page = ask(database, engine, "力士 刘慈欣")
    assert (page.suggestion, page.is_partial, set(names(page))) == (None, True, {"力士", "历史"})


def test_shows_what_has_all_words_but_one_and_says_so(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    page = ask(database, engine, "三体 刘慈欣 完全没有")
    assert (names(page), page.is_partial) == (["三体"], True)
    assert not ask(database, engine, "三体 刘慈欣").is_partial


def fewer(database: Database, engine: Any, text: str, **asked: Any) -> tuple[str, ...]:
    with database.reading() as session:
        service, question = SearchService(make_context(session), engine), Question(text=text, **asked)
        return service.fewer_words(question, service.search(question))


def test_a_word_less_is_offered_only_where_that_finds_something(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    assert fewer(database, engine, "harry poter") == ("harry",)
    assert fewer(database, engine, "poter rowlin") == ()
    assert fewer(database, engine, "harry poter", org="LX") == ()  # known of the catalogue, not of this library
    assert fewer(database, engine, "harry rowling poter") == ("harry rowling",)
    assert fewer(database, engine, "year:1997 poter harry") == ("year:1997 harry",)
    assert fewer(database, engine, "三体") == ()
    assert fewer(database, Gone(), "harry poter") == ()


class Counted:
    """An engine that notes how often it was asked."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine, self.asked = engine, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def search_each(self, requests: Any) -> Any:
        self.asked += len(requests)
        return self._engine.search_each(requests)


def test_what_is_known_of_a_word_is_not_asked_again(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    counted = Counted(engine)
    ask(database, counted, "harry poter")
    before, counted.asked = counted.asked, 0
    assert fewer(database, counted, "harry poter") == ("harry",)
    assert counted.asked == before


def test_title_and_author_in_one_are_found(database: Database, engine: SearchEngine, titles: dict[str, int]) -> None:
    page = ask(database, engine, "三体刘慈欣")
    assert names(page) == ["三体"]
    assert to_html(page.titles[0].title_segments) == "<mark>三体</mark>"


def test_what_was_looked_for_in_vain_is_noted_without_a_name(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    ask(database, engine, "  活着 ", org="LX")
    (noted,) = misses(database)
    assert noted.data == {"q": "活着", "field": "any", "org": "LX"}
    assert (noted.author, noted.patron_id, noted.at) == ("anonymous", None, NOW)


def test_what_was_found_or_not_asked_is_not_noted(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    ask(database, engine, "红楼梦")
    ask(database, engine, "", languages=("fre",))
    ask(database, engine, "活着", page=2)
    assert misses(database) == []


def test_a_search_answers_while_another_writes(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    with database.transaction() as session:
        session.execute(update(Bib).values(version=2))
        assert ask(database, engine, "活着").total == 0
    assert len(misses(database)) == (0 if database.is_sqlite else 1)


def test_a_search_answers_on_a_database_that_takes_nothing(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    def only_read(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only=ON" if database.is_sqlite else "SET TRANSACTION READ ONLY")

    event.listen(database.engine, "begin", only_read)
    try:
        assert ask(database, engine, "活着").total == 0
    finally:
        event.remove(database.engine, "begin", only_read)
        database.engine.dispose()
    assert misses(database) == []


# --- typing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("红", ["红楼梦", "红楼梦研究"]),
        ("hongl", ["红楼梦", "红楼梦研究"]),
        ("hong lou m", ["红楼梦", "红楼梦研究"]),
        ("liuc", ["刘慈欣"]),
        ("harry p", ["Harry Potter"]),
    ],
)
def test_suggests_while_typing(
    database: Database, engine: SearchEngine, titles: dict[str, int], typed: str, expected: list[str]
) -> None:
    with database.reading() as session:
        found = SearchService(make_context(session), engine).suggest(typed)
    assert [heading.text for heading in found] == expected


@pytest.mark.parametrize("typed", ["", " ", "h", "???", "红楼梦红楼梦"])
def test_suggests_nothing_for_too_little(
    database: Database, engine: SearchEngine, titles: dict[str, int], typed: str
) -> None:
    with database.reading() as session:
        assert SearchService(make_context(session), engine).suggest(typed) == ()


# --- without an engine -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("红楼", ["红楼梦", "红楼梦研究"]),
        ("978-7-02-000220-7", ["红楼梦"]),
        ("7-02-000220-x", ["红楼梦"]),
        ("B3", ["红楼梦研究"]),
        ("无此书名", []),
        ("100%", []),
    ],
)
def test_without_an_engine_the_database_answers(
    database: Database, engine: SearchEngine, titles: dict[str, int], text: str, expected: list[str]
) -> None:
    page = ask(database, Gone(), text)
    assert (names(page), page.total, page.is_degraded, page.facets) == (expected, len(expected), True, ())
    assert misses(database) == []


def test_without_an_engine_the_filters_still_hold(
    database: Database, engine: SearchEngine, titles: dict[str, int]
) -> None:
    gone = Gone()
    assert names(ask(database, gone, "红楼", org="LX")) == ["红楼梦"]
    assert names(ask(database, gone, "红楼", org="LX", available=True)) == []
    assert names(ask(database, gone, "红楼", classes=("I20",))) == ["红楼梦研究"]
    assert names(ask(database, gone, "红楼", years=(1990, None))) == ["红楼梦"]
    assert names(ask(database, gone, "三", item_types=("reference",), languages=("chi",))) == ["三体"]
    page = ask(database, gone, "红楼", page=2, size=1)
    assert (names(page), page.total) == (["红楼梦研究"], 2)


@pytest.mark.parametrize(("text", "field"), [("", "any"), ("曹雪芹", "author"), ("I242", "callno"), ("97870", "isbn")])
def test_without_an_engine_it_says_what_it_cannot_answer(
    database: Database, engine: SearchEngine, titles: dict[str, int], text: str, field: str
) -> None:
    with pytest.raises(Unavailable, match=r"search\.unavailable") as caught:
        ask(database, Gone(), text, field=field)
    assert caught.value.retry_after > 0


@pytest.mark.parametrize("text", ["作者:曹雪芹", "Title: 红楼", "year:1980..1990", "红楼 class:I24"])
def test_without_an_engine_a_field_that_the_text_names_is_not_taken_for_a_title(
    database: Database, engine: SearchEngine, titles: dict[str, int], text: str
) -> None:
    with pytest.raises(Unavailable, match=r"search\.unavailable"):
        ask(database, Gone(), text)


@pytest.mark.parametrize("filters", [{"subjects": ("章回小说",)}, {"audiences": ("child",)}])
def test_without_an_engine_no_filter_is_passed_over(
    database: Database, engine: SearchEngine, titles: dict[str, int], filters: dict[str, tuple[str, ...]]
) -> None:
    with pytest.raises(Unavailable, match=r"search\.unavailable"):
        ask(database, Gone(), "红楼", **filters)


def test_without_an_engine_nothing_is_suggested(database: Database, titles: dict[str, int]) -> None:
    with database.reading() as session:
        assert SearchService(make_context(session), Gone()).suggest("红楼") == ()  # type: ignore[arg-type]
