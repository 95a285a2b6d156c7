"""The classics are true, well formed and rich in odd cases: a librarian reads them."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from stdnum import isbn, issn

from web.demo.classics import Work, load_works
from web.demo.resources import rows

WORKS = load_works()


def find(title: str, **facts: object) -> Work:
    found = [w for w in WORKS if w.title == title and all(getattr(w, name) == value for name, value in facts.items())]
    assert len(found) == 1, (title, facts, found)
    return found[0]


def is_gbk(text: str) -> bool:
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def test_there_are_enough_works_of_each_kind() -> None:
    assert len(WORKS) >= 450
    assert sum(not work.is_chinese for work in WORKS) >= 120
    assert sum(work.audience == "children" for work in WORKS) >= 120
    assert Counter(work.material for work in WORKS).keys() == {"book", "picture", "reference", "serial", "sound"}


@pytest.mark.parametrize("work", [w for w in WORKS if w.isbn or w.issn], ids=lambda w: w.title)
def test_every_isbn_and_issn_has_its_check_digit(work: Work) -> None:
    if work.isbn:
        assert isbn.is_valid(work.isbn)
        assert len(work.isbn) == 13
    if work.issn:
        assert issn.is_valid(work.issn)


def test_no_isbn_stands_twice() -> None:
    counts = Counter(work.isbn for work in WORKS if work.isbn)
    assert [number for number, count in counts.items() if count > 1] == []


def test_every_work_says_what_it_is_about() -> None:
    assert [w.title for w in WORKS if not (w.abstract and w.class_number and w.subjects)] == []


def test_no_work_stands_twice() -> None:
    keys = Counter(
        (w.title, w.subtitle, w.volume, w.languages, w.parallel_title, tuple(c.name for c in w.creators)) for w in WORKS
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_publisher_has_a_place() -> None:
    places = {row[0] for name in (("stock", "publishers.txt"), ("publisher_places.txt",)) for row in rows(*name)}
    assert {w.publisher for w in WORKS if w.publisher} <= places


def test_a_title_is_read_with_volume_and_parallel_title() -> None:
    first = find("三体", volume="Ⅰ")
    assert (first.volume_title, first.parallel_title) == ("地球往事", "The three-body problem")
    assert [w.volume for w in WORKS if w.title == "平凡的世界"] == ["第一部", "第二部", "第三部"]
    assert find("时间简史").subtitle == "插图本"


def test_a_translated_author_is_filed_under_the_family_name() -> None:
    author, translator = find("百年孤独").creators
    assert (author.country, author.name, author.entry) == ("哥伦比亚", "加夫列尔·加西亚·马尔克斯", "加西亚·马尔克斯")
    assert (author.heading, author.role) == ("García Márquez, Gabriel", "著")
    assert (translator.name, translator.role, translator.country) == ("范晔", "译", None)


def test_a_western_author_reads_in_natural_order() -> None:
    austen = find("Pride and prejudice").creators[0]
    assert (austen.name, austen.entry, austen.dates) == ("Jane Austen", "Austen, Jane", "1775-1817")
    assert find("Moment in Peking").creators[0].name == "Lin Yutang"
    assert find("The time machine").creators[0].name == "H. G. Wells"


def test_the_odd_cases_are_there() -> None:
    authors = defaultdict(set)
    for work in WORKS:
        authors[work.title].add(tuple(creator.name for creator in work.creators))
    assert len(authors["变形记"]) == len(authors["忏悔录"]) == len(authors["中国通史"]) == 2
    assert any(work.is_traditional for work in WORKS)
    assert any("《" in work.title for work in WORKS)
    assert not all(is_gbk(creator.name) for work in WORKS for creator in work.creators)
    assert sum(work.series == "二十四史" for work in WORKS) == 24
    assert any(work.languages == ("chi", "eng") for work in WORKS)
