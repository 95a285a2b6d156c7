"""What a cell of a spreadsheet says to a person, and text that no spreadsheet takes for a formula."""

from __future__ import annotations

import pytest

from kernel.sheets.cells import as_text, safe


@pytest.mark.parametrize(
    ("cell", "text"), [(12.0, "12"), (13812345678.0, "13812345678"), ('="0012"', "0012"), ("'+86", "+86"), ("'x", "'x")]
)
def test_a_cell_is_what_a_person_sees(cell: str | float, text: str) -> None:
    assert as_text(cell) == text


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\tx", "\x00"])
def test_no_spreadsheet_runs_what_we_write_and_we_read_it_back(text: str) -> None:
    assert safe(text) == f"'{text}"
    assert as_text(safe(text)) == text
