"""A county loads its own table of classes, as spreadsheets write it."""

from __future__ import annotations

import pytest

from catalog.reference import CLASSES
from catalog.service.classes import ClassService
from kernel.db import Database
from kernel.errors import Forbidden, Invalid
from tests.factories import County, make_context, make_user


def test_a_table_is_loaded_in_place_of_the_one_before(database: Database, county: County) -> None:
    def load(text: str) -> tuple[int, list[int]]:
        loaded = database.run(lambda s: ClassService(make_context(s)).load(text))
        return loaded.count, [number for number, _ in loaded.passed_over]

    assert load("分类号,类名,上位类\nTS972,做饭,\nI2475,错\nL7,错,L\nQ9,,\n\nX99,本县专题,Z\n") == (2, [3, 4, 5])
    with database.reading() as session:
        table = CLASSES.get(session)
        assert (table.by_code["TS972"].label.zh, table.by_code["X99"].parent) == ("做饭", "Z")
    assert load("Ｉ２４７．５７,长篇") == (1, [])
    with database.reading() as session:
        table = CLASSES.get(session)
        assert table.by_code["I247.57"].label.zh == "长篇"
        assert table.by_code["TS972"].label.zh == "烹饪"


@pytest.mark.parametrize("text", ["", "分类号,类名\n", "w,y\nl1", 'TS972,"' + "x" * 200_000])
def test_what_is_no_table_changes_nothing(database: Database, county: County, text: str) -> None:
    database.run(lambda s: ClassService(make_context(s)).load("TS972,做饭"))
    with pytest.raises(Invalid):
        database.run(lambda s: ClassService(make_context(s)).load(text))
    with database.reading() as session:
        assert CLASSES.get(session).by_code["TS972"].label.zh == "做饭"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("分类号,类名\nL7,错\nQ9,\n", "第 2 行：「L7」不像中图分类号"),
        ("Q9,,\n", "第 1 行：Q9 没有类名，或者太长"),
        ("", "文件是空的"),
    ],
)
def test_a_refused_table_says_what_is_wrong_with_its_first_line(
    database: Database, county: County, text: str, why: str
) -> None:
    with pytest.raises(Invalid) as refused:
        database.run(lambda s: ClassService(make_context(s)).load(text))
    assert why in refused.value.detail.zh


def test_only_who_may_change_settings_loads(database: Database, county: County) -> None:
    with database.transaction() as session:
        caller = make_user(session, "cg", ("branch_librarian", county.branch))
        with pytest.raises(Forbidden):
            ClassService(make_context(session, caller)).load("TS972,做饭")
