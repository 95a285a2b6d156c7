"""Writes the table of what may be said of a copy into docs/circulation.md from the tables themselves: `make docs`. Tests compare."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.states import ITEM_STATUSES, STATUS_ACTS
from circ.states import LOAN_ACTS, acts_for

PAGE = Path(__file__).parents[1] / "circulation.md"
BEGIN, END = "<!-- what is said of copies: made by `make docs` -->\n", "<!-- end of what is said -->\n"
ACTS = tuple(dict.fromkeys([*STATUS_ACTS, *LOAN_ACTS]))


def states() -> Iterator[tuple[str, str, bool, str | None]]:
    """What a copy can be, as (name, status, out on loan, mark of the loan)."""
    for status in ITEM_STATUSES:
        if status == "on_loan":
            yield ("`on_loan`", status, True, None)
            yield ("`on_loan`, claimed returned", status, True, "claimed_returned")
        else:
            yield (f"`{status}`", status, False, None)
        if status == "lost":
            yield ("`lost` by its reader", status, True, "lost")


def build_table() -> str:
    lines = ["| the copy is | " + " | ".join(f"`{act}`" for act in ACTS) + " |", "|" + " --- |" * (len(ACTS) + 1)]
    for name, status, has_loan, mark in states():
        cells = (_tell(act, status, has_loan, mark) for act in ACTS)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _tell(act: str, status: str, has_loan: bool, mark: str | None) -> str:
    allowed = {**_allowed(status, has_loan, mark, damaged=False), **_allowed(status, has_loan, mark, damaged=True)}
    if act not in allowed:
        return "–"
    if has_loan and act in LOAN_ACTS:
        of_loan = LOAN_ACTS[act]
        if act == "withdrawn":
            return "the loan ends, `withdrawn`"
        ends = "the loan ends, " if of_loan.ends else ""
        return f"{ends}`{of_loan.status}`" + (", claimed" if of_loan.mark == "claimed_returned" else "")
    if act == "restored":
        return "as before"
    said = STATUS_ACTS[act]
    if said.after is None:
        return "damaged" if said.damaged else "sound"
    return f"`{said.after}`" + (", sound" if said.damaged is False else "")


def _allowed(status: str, has_loan: bool, mark: str | None, *, damaged: bool) -> dict[str, object]:
    return dict(acts_for(status, is_damaged=damaged, has_loan=has_loan, mark=mark))


def put_into(page: str, table: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n" + table + "\n" + END + after


if __name__ == "__main__":
    PAGE.write_text(put_into(PAGE.read_text(), build_table()))
    print("docs/circulation.md has its table of what is said of copies")
