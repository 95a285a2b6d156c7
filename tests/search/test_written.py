"""What is handed to an engine is what the document says, and nothing that no field was declared for."""

from __future__ import annotations

from dataclasses import replace
from json import loads
from typing import Any

import pytest

from search.written import UnknownField, write_down
from tests.search.library import AT_HUB, copy, doc


def test_all_values_are_written_down() -> None:
    made = doc(7, copy(AT_HUB), version=3, title="红楼梦 “一”\n", authors=("曹雪芹",), year=1982)
    written = write_down(made)
    assert (written.id, written.version) == (7, 3)
    values = {"id": 7, "weight": made.weight, **made.text, **made.numbers, **made.sort_texts}
    keywords = {name: list(found) for name, found in made.keywords.items() if found}
    assert loads(written.body) == values | keywords


@pytest.mark.parametrize(
    "values",
    [
        {"keywords": {"nonsense": ("x",)}},
        {"text": {"isbn": "9787020002207"}},
        {"numbers": {"title": 1}},
        {"sort_texts": {"year": "1982"}},
    ],
)
def test_a_value_without_a_field_of_its_type_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(UnknownField):
        write_down(replace(doc(1), **values))
