"""The examples of fines in docs/circulation.md are true: every row of the table is computed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from circ.fines import Band, FineTerms, fine, measure
from kernel.money import read_money, show_money

DOCS = Path(__file__).parents[2] / "docs" / "circulation.md"
DUE = date(2026, 11, 20)


def rows() -> list[list[str]]:
    text = DOCS.read_text(encoding="utf-8")
    table = text[text.index("<!-- fines:") : text.index("<!-- end of fines -->")]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def terms(said: str) -> FineTerms:
    values: dict[str, Any] = {"closed_days_cost": "closed_days_cost" in said, "cap_price": "fine_cap_price" in said}
    if found := re.search(r"`fine` ([\d.]+) a day", said):
        values["bands"] = (Band(from_day=1, to_day=None, fen=read_money(found[1])),)
    elif found := re.search(r"`fine` ([\d.]+) to day (\d+) then ([\d.]+)", said):
        last = int(found[2])
        values["bands"] = (
            Band(from_day=1, to_day=last, fen=read_money(found[1])),
            Band(from_day=last + 1, to_day=None, fen=read_money(found[3])),
        )
    for name, word in (("grace_days", "grace_days"), ("cap_fen", "fine_cap"), ("default_price_fen", "default_price")):
        if found := re.search(rf"`{word}` ([\d.]+)", said):
            values[name] = int(found[1]) if name == "grace_days" else read_money(found[1])
    return FineTerms(**values)


@pytest.mark.parametrize("row", rows(), ids=" · ".join)
def test_an_example_is_computed_as_it_stands(row: list[str]) -> None:
    days, closed, said, due = row
    shut = {DUE + timedelta(days=n + 1) for n in range(int(closed))}
    asked = terms(said)
    late = measure(DUE, DUE + timedelta(days=int(days)), asked, lambda day: day not in shut)
    price = re.search(r", price ([\d.]+)", said)
    assert show_money(fine(late, asked, read_money(price[1]) if price else None).fen) == due


def test_there_are_examples() -> None:
    assert len(rows()) >= 10
