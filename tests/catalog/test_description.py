"""The three forms of a description agree."""

from __future__ import annotations

import json

import pytest

from catalog.bibdata import BibData, Contributor
from catalog.description import authors_text, columns, from_json, identifiers, marked, to_json

NOVEL = BibData(
    format="cnmarc",
    title="平凡的世界",
    volume="第一部",
    contributors=(
        Contributor(name="某基金会", role="资助", body=True),
        Contributor(name="路遥", role="著", main=True),
    ),
    isbns=("9787530216781", "9787020002207"),
    issns=("1000-4556",),
    publisher="北京十月文艺出版社",
    year=2017,
    class_number="I247.57",
    language="chi",
    subjects=("长篇小说--中国--当代",),
)


def test_description_survives_json() -> None:
    assert from_json(json.loads(json.dumps(to_json(NOVEL)))) == NOVEL


def test_empty_fields_are_not_stored() -> None:
    assert to_json(BibData(format="marc21", title="Emma")) == {"format": "marc21", "title": "Emma", "kind": "book"}


def test_fields_of_a_later_release_are_passed_over() -> None:
    assert from_json({"format": "cnmarc", "title": "红楼梦", "colour": "red"}).title == "红楼梦"


def test_columns_are_what_lists_show() -> None:
    shown = columns(NOVEL)
    assert shown.pop("data") == to_json(NOVEL)
    assert shown == {
        "title": "平凡的世界 第一部",
        "authors": "路遥; 某基金会",
        "publisher": "北京十月文艺出版社",
        "year": 2017,
        "isbn": "9787530216781",
        "class_number": "I247.57",
        "language": "chi",
        "kind": "book",
    }


def test_columns_fit_the_table() -> None:
    long = BibData(format="cnmarc", title="长" * 900, publisher="社" * 300, class_number="K" * 99)
    shown = columns(long)
    assert (len(shown["title"]), len(shown["publisher"]), len(shown["class_number"])) == (500, 200, 64)
    assert shown["data"]["title"] == "长" * 900


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ""),
        (["甲", "甲"], "甲"),
        (["名" * 300, "氏" * 300], "名" * 300),
        (["名" * 600], "名" * 500),
    ],
)
def test_authors_are_whole_names_where_there_is_room(names: list[str], expected: str) -> None:
    data = BibData(format="cnmarc", title="书", contributors=tuple(Contributor(name=name) for name in names))
    assert authors_text(data) == expected


def test_identifiers_are_the_valid_numbers_each_once() -> None:
    twice = BibData(format="cnmarc", title="刊", isbns=("9787530216781",) * 2, issns=("1000-4556",))
    found = identifiers(twice)
    assert found[:2] == (("isbn", "9787530216781"), ("issn", "10004556"))
    assert [kind for kind, _ in found[2:]] == ["key"]


@pytest.mark.parametrize(
    ("title", "zh", "en"),
    [
        ("三体", "《三体》", "《三体》"),
        ("读《红楼梦》", "《读〈红楼梦〉》", "《读〈红楼梦〉》"),
        ("Faust", "《Faust》", "“Faust”"),
    ],
)
def test_a_title_gets_its_marks(title: str, zh: str, en: str) -> None:
    assert (marked(title).zh, marked(title).en) == (zh, en)
