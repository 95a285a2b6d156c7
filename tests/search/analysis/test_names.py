"""Countries and dynasties in brackets are no names; original names are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.names import names_in


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("鲁迅", ("鲁迅",)),
        ("(英) 狄更斯 (Dickens, Charles)", ("狄更斯", "Dickens, Charles", "Charles Dickens")),
        ("（英）狄更斯（Dickens）", ("狄更斯", "Dickens")),
        ("(清) 曹雪芹", ("曹雪芹",)),
        ("[古希腊] 柏拉图 (Plato, 427-347 B.C.)", ("柏拉图", "Plato, 427-347 B.C.")),
        ("狄更斯 (1812-1870)", ("狄更斯",)),
        ("(?)", ()),
    ],
)
def test_names_of_a_heading(heading: str, names: tuple[str, ...]) -> None:
    assert names_in(heading) == (tuple(dict.fromkeys((heading, *names))) if names else ())


@given(st.text(max_size=60))
def test_no_name_is_blank_and_none_comes_twice(heading: str) -> None:
    names = names_in(heading)
    assert all(name.strip() for name in names)
    assert len(set(names)) == len(names)
