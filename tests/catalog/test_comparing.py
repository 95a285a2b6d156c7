"""Two descriptions side by side."""

from __future__ import annotations

from dataclasses import fields

from catalog.bibdata import BibData, Contributor
from catalog.comparing import FIELD_NAMES, compare


def test_every_field_of_a_description_has_a_name() -> None:
    assert set(FIELD_NAMES) == {field.name for field in fields(BibData)}


def test_what_went_stands_before_what_came_and_what_stayed() -> None:
    older = BibData(format="cnmarc", title="三体", subjects=("科幻", "小说"), price_fen=2300)
    newer = BibData(
        format="cnmarc", title="三体", subjects=("小说", "中国"), contributors=(Contributor(name="刘慈欣", role="著"),)
    )
    told = {one.field: one.values for one in compare(older, newer)}
    assert told == {
        "contributors": (("added", "刘慈欣 著"),),
        "price_fen": (("removed", "23.00"),),
        "subjects": (("removed", "科幻"), ("same", "小说"), ("added", "中国")),
    }
    assert compare(older, older) == []
