"""The table of classes: a tree without gaps, found by words, and a county's own names before ours."""

from __future__ import annotations

import pytest

from catalog.callnumbers import is_class_number
from catalog.class_names import CLASSES, DIVISIONS
from catalog.classes import ClassTable

TABLE = ClassTable()


def test_every_class_is_one_and_hangs_on_a_main_class() -> None:
    assert len(CLASSES) == 22
    assert not CLASSES.keys() & DIVISIONS.keys()
    for code in CLASSES | DIVISIONS:
        assert is_class_number(code), code
        assert TABLE.path(code)[0].code in CLASSES
        assert TABLE.path(code)[-1].code == code


# The classes right below the main ones, as books carry them; where the classification goes on by two digits (B80, G61, K81), what these share.
STEPS = {
    **{"A": "1234578", "B": "0123456789", "C": "0123456789", "D": "0123456789", "E": "0123456789", "F": "012345678"},
    **{"G": "012345678", "H": "0123456789", "I": "01234567", "J": "0123456789", "K": "0123456789", "N": "0123456789"},
    **{"O": "1234567", "P": "12345679", "Q": "123456789", "R": "123456789", "S": "123456789", "U": "1246"},
    **{"T": "BDEFGHJKLMNPQSUV", "V": "1247", "X": "12345789", "Z": "1234568"},
}


def test_no_facet_shows_a_class_right_below_a_main_one_by_its_number_alone() -> None:
    below = {main + step for main, steps in STEPS.items() for step in steps}
    assert below - TABLE.by_code.keys() == set()


def test_goes_down_the_tree() -> None:
    assert [one.code for one in TABLE.below(None)] == sorted(CLASSES)
    assert [one.code for one in TABLE.below("I247")] == ["I247.5", "I247.7", "I247.8"]
    assert [one.code for one in TABLE.path("I247.57")] == ["I", "I2", "I24", "I247", "I247.5", "I247.57"]
    assert [one.code for one in TABLE.path("I247.59")] == ["I", "I2", "I24", "I247", "I247.5"]
    assert TABLE.path("L7") == []


@pytest.mark.parametrize(
    ("words", "code"), [(["烹饪"], "TS972"), (["novels"], "I247.57"), (["tp312"], "TP312"), (["儿童", "文学"], "I28")]
)
def test_is_found_by_words_and_numbers(words: list[str], code: str) -> None:
    assert code in [one.code for one in TABLE.search(words)]


def test_no_words_find_nothing() -> None:
    assert TABLE.search([]) == TABLE.search([""]) == []


def test_a_countys_own_names_stand_before_ours() -> None:
    table = ClassTable({"TS972": ("做饭", None), "X99": ("本县专题", "Z"), "Z9": ("圈", "Z9"), "Q9": ("无", "没有")})
    assert table.by_code["TS972"].label.zh == "做饭"
    assert table.by_code["X99"].parent == "Z"
    assert table.by_code["Z9"].parent == "Z"
    assert table.by_code["Q9"].parent == "Q"
    assert table.by_code["TS97"].label == DIVISIONS["TS97"]


def test_a_circle_of_parents_cuts_no_class_off_from_the_tree() -> None:
    table = ClassTable({"I24": ("小说", "I242"), "I242": ("古代", "I24"), "I2": ("中国", "I24"), "X7": ("甲", "X7")})
    assert [one.code for one in table.path("I242")] == ["I", "I2", "I24", "I242"]
    assert [one.code for one in table.path("X7")] == ["X", "X7"]


def test_every_class_hangs_on_a_main_class_whatever_the_parents_are() -> None:
    codes = [f"I{number}" for number in range(10, 40)]
    for shift in range(1, 30):
        table = ClassTable({code: (code, codes[(place + shift) % 30]) for place, code in enumerate(codes)})
        assert {table.path(code)[0].code for code in codes} == {"I"}


def test_a_number_offers_itself_then_what_lies_nearest_below() -> None:
    assert [one.code for one in TABLE.offers("i24", 4)] == ["I24", "I242", "I246", "I247"]


def test_a_number_without_a_name_offers_the_class_that_holds_it() -> None:
    assert [one.code for one in TABLE.offers("I247.59", 4)] == ["I247.5"]


def test_words_offer_the_widest_classes_first() -> None:
    assert [one.code for one in TABLE.offers("小说", 3)] == ["I24", "I242", "I246"]
    assert TABLE.offers("没有的类", 3) == []


def test_a_large_table_answers_as_a_small_one_does() -> None:
    """Each way of finding goes by places in the table, which must agree with looking at every class."""
    table = ClassTable({f"I{n}": (f"小说{n}", "I") for n in range(1000, 4000)})
    everything = table.by_code.values()
    for typed in ("I1", "I39", "i", "小说12", "Z9", "J"):
        code = typed.upper()
        expected = {one.code for one in everything if typed.casefold() in one.label.zh or one.code.startswith(code)}
        expected |= {one.code for one in everything if typed.casefold() in one.label.en.casefold()}
        assert {one.code for one in table.search([typed])} == expected
    assert [one.code for one in table.below("I")] == [one.code for one in everything if one.parent == "I"]
    assert [one.code for one in table.offers("I39", 3)] == ["I3900", "I3901", "I3902"]
    assert [one.code for one in table.search(["小说", "I399"])] == [f"I{n}" for n in range(3990, 4000)]
