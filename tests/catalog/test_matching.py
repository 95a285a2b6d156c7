"""Whether two descriptions are of one title: tables of pairs as libraries really send them, and what each verdict rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.bibdata import BibData, Contributor
from catalog.matching import LABELS, Verdict, Weights, compare, find_match
from catalog.service.imports.known import is_same_title

DREAM = BibData(
    format="cnmarc",
    title="红楼梦",
    contributors=(Contributor(name="曹雪芹", role="著", main=True),),
    publisher="人民文学出版社",
    year=2008,
    extent="1606页",
    isbns=("9787020002207",),
)
NO_ISBN = replace(DREAM, isbns=())
HUNDRED_YEARS = replace(
    DREAM, title="百年孤独", contributors=(Contributor(name="García Márquez, Gabriel"),), isbns=("9787544253994",)
)


def by(*names: str) -> tuple[Contributor, ...]:
    return tuple(Contributor(name=name) for name in names)


PAIRS: dict[str, tuple[BibData, dict[str, Any], Verdict]] = {
    "the same": (DREAM, {}, "same"),
    "without ISBN on one side": (DREAM, {"isbns": ()}, "same"),
    "without ISBN on either side": (NO_ISBN, {}, "same"),
    "in traditional characters": (
        NO_ISBN,
        {"title": "紅樓夢", "contributors": by("曹雪芹"), "publisher": "人民文學出版社"},
        "same",
    ),
    "with signs, blanks and wide letters": (
        replace(NO_ISBN, title="C语言 100例"),
        {"title": "《Ｃ语言：１００例》"},
        "same",
    ),
    "the subtitle within the title": (
        replace(NO_ISBN, subtitle="校注本"),
        {"title": "红楼梦：校注本", "subtitle": None},
        "same",
    ),
    "the dynasty beside the name": (NO_ISBN, {"contributors": by("(清)曹雪芹")}, "same"),
    "and others": (replace(NO_ISBN, contributors=by("曹雪芹", "高鹗")), {"contributors": by("曹雪芹等")}, "same"),
    "a company of the publisher": (NO_ISBN, {"publisher": "人民文学出版社有限责任公司"}, "same"),
    "the publisher's short name": (NO_ISBN, {"publisher": "人民文学"}, "same"),
    "a second house": (NO_ISBN, {"publisher": "人民文学出版社；新华书店"}, "same"),
    "the next year's printing": (NO_ISBN, {"year": 2009}, "same"),
    "the first edition said as such": (NO_ISBN, {"edition": "第1版"}, "same"),
    "pages counted with plates": (NO_ISBN, {"extent": "4, 1602 p"}, "same"),
    "a foreign name by its heading and by the statement": (
        HUNDRED_YEARS,
        {"contributors": by("马尔克斯"), "responsibility": "(哥伦比亚)加西亚·马尔克斯著"},
        "doubtful",
    ),
    "a foreign name that the other side's statement gives": (
        replace(HUNDRED_YEARS, responsibility="(哥伦比亚)加西亚·马尔克斯著 ; 范晔译"),
        {"contributors": by("马尔克斯"), "responsibility": None},
        "same",
    ),
    "the volume behind the title": (replace(DREAM, volume="上册"), {"title": "红楼梦 上册", "volume": None}, "same"),
    "the volume in brackets": (replace(DREAM, volume="第二卷"), {"title": "红楼梦（第2卷）", "volume": None}, "same"),
    "another volume under the ISBN of the set": (replace(DREAM, volume="上"), {"volume": "下"}, "different"),
    "another volume behind the title": (replace(DREAM, title="红楼梦 上册"), {"title": "红楼梦 下册"}, "different"),
    "a volume and the whole set": (DREAM, {"volume": "下"}, "doubtful"),
    "parts told apart by a number in the title": (replace(DREAM, title="数学1"), {"title": "数学2"}, "different"),
    "a used ISBN": (DREAM, {"title": "水浒传", "contributors": by("施耐庵")}, "different"),
    "a slip in the title under one ISBN": (replace(DREAM, title="程序设计原理"), {"title": "程序计设原理"}, "doubtful"),
    "a later edition under the old ISBN": (DREAM, {"edition": "第2版"}, "doubtful"),
    "a later edition years later, with other pages": (
        DREAM,
        {"edition": "第2版", "year": 2015, "extent": "1702页"},
        "different",
    ),
    "another publisher under one ISBN": (DREAM, {"publisher": "岳麓书社"}, "doubtful"),
    "another publisher's edition": (NO_ISBN, {"publisher": "岳麓书社"}, "doubtful"),
    "another publisher's edition, each with its ISBN": (
        DREAM,
        {"publisher": "岳麓书社", "isbns": ("9787805200132",), "year": 2015, "extent": "900页"},
        "different",
    ),
    "printed years later with the same pages": (NO_ISBN, {"year": 2018}, "doubtful"),
    "set anew years later": (NO_ISBN, {"year": 2018, "extent": "1400页"}, "different"),
    "another book of that title": (
        replace(NO_ISBN, title="语文教学论", contributors=by("王明")),
        {"contributors": by("王明明"), "publisher": "岳麓书社", "year": 2012, "extent": "300页"},
        "different",
    ),
    "homophones": (replace(NO_ISBN, title="公式"), {"title": "攻势"}, "different"),
    "a recording of the book": (DREAM, {"kind": "audio"}, "different"),
    "another house of a serial": (
        replace(NO_ISBN, title="读书", kind="serial", issns=("0257-0270",), contributors=by("三联书店")),
        {"contributors": by("生活杂志社"), "year": 1995},
        "same",
    ),
    "a number and a year of its own": (DREAM, {"isbns": ("9787544253994",), "year": 2018}, "different"),
    "a number of its own in the same year": (DREAM, {"isbns": ("9787544253994",)}, "doubtful"),
    "nothing but a title": (BibData(format="cnmarc", title="年鉴"), {}, "different"),
}


@pytest.mark.parametrize(("ours", "changed", "verdict"), PAIRS.values(), ids=PAIRS)
def test_verdicts_on_pairs(ours: BibData, changed: dict[str, Any], verdict: Verdict) -> None:
    theirs = replace(ours, **changed)
    assert compare(theirs, ours).verdict == verdict
    assert compare(ours, theirs).verdict == verdict


def test_a_match_says_why_with_what_each_side_says() -> None:
    match = compare(replace(DREAM, year=2015, title="紅樓夢"), DREAM)
    by_name = {reason.criterion: reason for reason in match.reasons}
    assert list(by_name) == list(LABELS)
    assert (by_name["title"].agreement, by_name["title"].ours, by_name["title"].theirs) == (
        "agrees",
        "红楼梦",
        "紅樓夢",
    )
    assert (by_name["year"].agreement, by_name["year"].ours, by_name["year"].theirs) == ("differs", "2008", "2015")
    assert by_name["edition"].agreement == "missing"
    assert match.score == sum(reason.points for reason in match.reasons)


def test_thresholds_move_what_is_merged_and_what_is_asked() -> None:
    score = compare(DREAM, NO_ISBN).score
    assert compare(DREAM, NO_ISBN, Weights(same=score)).verdict == "same"
    assert compare(DREAM, NO_ISBN, Weights(same=score + 1)).verdict == "doubtful"
    assert compare(DREAM, NO_ISBN, Weights(same=score + 2, doubtful=score + 1)).verdict == "different"


def test_no_weight_merges_what_tells_two_books_apart() -> None:
    eager = Weights(number=100, title=100, same=1, doubtful=1)
    assert compare(replace(DREAM, volume="下"), replace(DREAM, volume="上"), eager).verdict == "different"
    assert compare(replace(DREAM, edition="2版"), DREAM, eager).verdict == "doubtful"


TEXTS = st.sampled_from(
    ["", "红楼梦", "紅樓夢 上", "红楼梦（下）", "1984", "C++", "第一卷", "上", "⸺", "读者文摘 第3辑"]
)
BOOKS = st.builds(
    BibData,
    format=st.just("cnmarc"),
    title=TEXTS,
    subtitle=st.none() | TEXTS,
    volume=st.none() | TEXTS,
    contributors=st.lists(st.builds(Contributor, name=TEXTS), max_size=2).map(tuple),
    responsibility=st.none() | TEXTS,
    edition=st.none() | TEXTS,
    publisher=st.none() | TEXTS,
    year=st.none() | st.integers(1900, 1903),
    extent=st.none() | st.sampled_from(["12页", "300页", "xx, 3 p", "1册"]),
    isbns=st.lists(st.sampled_from(["9787020002207", "9787544253994"]), max_size=2).map(tuple),
)


@given(BOOKS, BOOKS)
def test_the_verdict_does_not_depend_on_which_came_first(one: BibData, other: BibData) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there.verdict, there.score) == (back.verdict, back.score)


@given(
    BOOKS, BOOKS, st.sampled_from([Weights(), Weights(author=0, doubtful=5), Weights(author=30, doubtful=20, same=40)])
)
def test_the_quick_way_finds_what_the_whole_comparison_does(one: BibData, other: BibData, weights: Weights) -> None:
    match = compare(one, other, weights)
    assert find_match(one, other, weights) == (None if match.verdict == "different" else match)


@given(BOOKS)
def test_a_description_never_differs_from_itself(one: BibData) -> None:
    assert all(reason.agreement in ("agrees", "missing") for reason in compare(one, one).reasons)


@pytest.mark.parametrize("dirt", [".", "（", "一", "97", "第一", "一二〇", " ："])
def test_a_field_of_any_length_is_compared_in_time(dirt: str) -> None:
    """Were its time to grow by the square, this would run for hours, and so would the import of one such record."""
    endless = dirt * (100_000 // len(dirt))
    one = replace(
        DREAM, title=f"题{endless}", edition=endless, contributors=by(endless), publisher=endless, extent=endless
    )
    other = replace(one, title=f"名{endless}", isbns=one.isbns)
    assert compare(one, one).reasons[1].agreement == "agrees"
    assert compare(one, other).verdict != "same"


@pytest.mark.parametrize("digit", ["7", "七", "７"])
def test_a_volume_of_endless_digits_is_one_too(digit: str) -> None:
    """Python refuses to write numbers of more than 4300 digits."""
    volume = replace(DREAM, volume=digit * 5000)
    assert compare(volume, volume).verdict == "same"


def test_so_are_two_titles_under_one_number() -> None:
    assert is_same_title("甲乙" * 50_000, "乙甲甲" * 50_000)
