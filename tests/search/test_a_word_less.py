"""A search with one word less, as it is offered where nothing was found: never one that asks for nothing."""

from __future__ import annotations

import pytest

from search.query import with_a_word_less


@pytest.mark.parametrize(
    ("text", "fewer"),
    [
        ("三体 刘慈欣 科幻", ["刘慈欣 科幻", "三体 科幻", "三体 刘慈欣"]),
        ("三体", []),
        ("三体 ???", ["三体"]),
        ("??? - ，", []),
        ("三体 -英文", ["三体"]),
        ("三体 OR 球状闪电", ["球状闪电", "三体"]),
        ("三体 或 球状闪电", ["球状闪电", "三体"]),
        ("(三体 OR 球状闪电) 英文", []),
        ("（三体 或 球状闪电） 英文", []),
        ('"黑暗 森林" 三体', []),
        ("『黑暗 森林』 三体", []),
        ("«黑暗 森林» 三体", []),
        ("年:2015 三体", ["三体"]),
    ],
)
def test_a_word_less_still_asks_for_something(text: str, fewer: list[str]) -> None:
    assert with_a_word_less(text) == fewer
