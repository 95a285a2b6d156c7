"""Sheets as sold: every label lies on its page and beside the others."""

from __future__ import annotations

import pytest

from catalog.labels import SHEETS


@pytest.mark.parametrize("code", SHEETS)
def test_labels_lie_on_the_page_and_never_on_each_other(code: str) -> None:
    sheet = SHEETS[code]
    width, height = sheet.label
    seen: list[tuple[float, float]] = []
    for page, left, top in sheet.places(sheet.on_page, 1):
        assert page == 0
        assert left >= 0
        assert top >= 0
        assert left + width <= sheet.page[0] + 0.01
        assert top + height <= sheet.page[1] + 0.01
        assert all(abs(left - x) >= width - 0.01 or abs(top - y) >= height - 0.01 for x, y in seen)
        seen.append((left, top))


def test_a_begun_sheet_is_used_up_before_the_next() -> None:
    sheet = SHEETS["a4-3x8"]
    places = list(sheet.places(3, 23))
    assert [page for page, _, _ in places] == [0, 0, 1]
    assert places[0][1:] == (70.0, 259.5)
    assert places[2][1:] == (0.0, 0.5)
