"""What is handed to an engine is what its two parts say, and nothing that no field was declared for."""

from __future__ import annotations

from json import loads
from typing import Any

import pytest

from search.written import UnknownField, write_down, write_members


def test_all_values_are_written_down() -> None:
    described = write_members(
        text={"title": "红楼梦 “一”\n"}, keywords={"isbn": ("1", "2"), "language": ()}, numbers={"year": 1982}
    )
    written = write_down(7, 3, 0.25, described, "", write_members(sort_texts={"by_title": "hong"}))
    assert (written.id, written.version) == (7, 3)
    assert loads(written.body) == {
        "id": 7,
        "weight": 0.25,
        "title": "红楼梦 “一”\n",
        "isbn": ["1", "2"],
        "year": 1982,
        "by_title": "hong",
    }


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
        write_members(**values)
