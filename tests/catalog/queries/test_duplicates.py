"""A cataloguer is shown what may be the same book: as an import would find it, never more than a question."""

from __future__ import annotations

from dataclasses import replace

from catalog.bibdata import BibData, Contributor
from catalog.queries.duplicates import titles_alike
from kernel.db import Database
from tests.factories import County, make_bib


def described(title: str, *names: str, **values: str) -> BibData:
    people = tuple(Contributor(name=name, main=True) for name in names)
    return replace(BibData(format="cnmarc", title=title, contributors=people), **values)


def alike(database: Database, data: BibData, *, except_id: int | None = None) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(one.title, one.by) for one in titles_alike(session, data, except_id=except_id)]


def test_one_title_in_other_characters_and_signs_is_alike_where_a_name_is_shared(
    database: Database, county: County
) -> None:
    database.run(lambda s: make_bib(s, "围城", authors="钱锺书"))
    assert alike(database, described("《圍城》", "钱钟书")) == [("围城", "title")]
    assert alike(database, described("圍城")) == [("围城", "title")]
    assert alike(database, described("围城", "路遥")) == []


def test_another_volume_is_another_book_and_a_volume_behind_the_title_is_none_the_less_one(
    database: Database, county: County
) -> None:
    database.run(lambda s: make_bib(s, "红楼梦 上册", authors="曹雪芹"))
    assert alike(database, described("红楼梦", "曹雪芹", volume="上")) == [("红楼梦 上册", "title")]
    assert alike(database, described("红楼梦", "曹雪芹", volume="下")) == []


def test_a_shared_number_comes_first_and_the_title_itself_is_left_out(database: Database, county: County) -> None:
    same_title = database.run(lambda s: make_bib(s, "活着", authors="余华"))
    database.run(lambda s: make_bib(s, "Huo zhe", authors="Yu Hua", isbn="9787506365437"))
    data = replace(described("活着", "余华"), isbns=("9787506365437",))
    assert alike(database, data) == [("Huo zhe", "isbn"), ("活着", "title")]
    assert alike(database, data, except_id=same_title) == [("Huo zhe", "isbn")]
