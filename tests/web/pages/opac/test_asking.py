"""A search with one word less, as it is offered where nothing was found: never one that asks for nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from search.pages import Question
from web.pages.opac.asking import Asked


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
def test_a_word_less_still_asks_for_something(app: Flask, text: str, fewer: list[str]) -> None:
    asked = Asked(question=Question(text=text), values={"q": text})
    with app.test_request_context():
        assert [words for words, _ in asked.with_fewer_words()] == fewer
