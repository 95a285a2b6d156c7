"""What was asked for is marked in the text as it was written, and markup in a record stays text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.highlight import highlight, to_html


@pytest.mark.parametrize(
    ("text", "needles", "html"),
    [
        ("紅樓夢", ["红楼梦"], "<mark>紅樓夢</mark>"),
        ("《紅樓夢》研究", ["红楼", "楼梦"], "《<mark>紅樓夢</mark>》研究"),
        ("Harry Potter", ["potter"], "Harry <mark>Potter</mark>"),
        ("Harry Potters", ["potter"], "Harry Potters"),
        ("重 10㎏", ["10kg"], "重 <mark>10㎏</mark>"),
        ("<script>红楼</script>", ["红楼"], "&lt;script&gt;<mark>红楼</mark>&lt;/script&gt;"),
        ("梦梦梦", ["梦"], "<mark>梦梦梦</mark>"),
        ("Cafe\u0301!", ["cafe"], "<mark>Cafe\u0301</mark>!"),
        ("红楼", [], "红楼"),
        ("", ["红楼"], ""),
    ],
)
def test_marks_what_was_asked_for(text: str, needles: list[str], html: str) -> None:
    assert to_html(highlight(text, needles)) == html


@given(st.text(), st.lists(st.text(min_size=1), max_size=4))
def test_the_segments_are_the_text(text: str, needles: list[str]) -> None:
    assert "".join(segment.text for segment in highlight(text, needles)) == text


@given(st.text(alphabet="红<>&\"'a "), st.sampled_from(["红", "a"]))
def test_no_markup_of_the_text_gets_through(text: str, needle: str) -> None:
    html = to_html(highlight(text, [needle])).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in html
    assert ">" not in html
