"""Writes the table of check-ins into docs/circulation.md from the rules themselves: `make docs`. Tests call `build_table` and compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.states import ITEM_STATUSES
from circ.policies.way_home import RETURN_WAYS
from circ.return_rules import NextStep, ReturnFacts, next_step, status_after

PAGE = Path(__file__).parents[1] / "circulation.md"
BEGIN, END = "<!-- check-ins: made by `make docs` -->\n", "<!-- end -->\n"
HOME, LENDER, OTHER, THIRD = 1, 2, 3, 4
PLACES = {HOME: "home", LENDER: "the lending library", OTHER: "another library", THIRD: "a third library"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A book in somebody's hand: what the system believed, where it is now, where its open transfer goes."""

    status: str
    here: int
    transfer_to: int | None = None


def cases() -> Iterator[Case]:
    """Every combination that can be: a loan has a lending library, a copy in transit an open transfer, the others neither."""
    for status in ITEM_STATUSES:
        if status == "in_transit":
            for transfer_to in (HOME, OTHER):
                yield from (Case(status=status, here=here, transfer_to=transfer_to) for here in (HOME, OTHER, THIRD))
        else:
            places = (HOME, LENDER, OTHER) if status == "on_loan" else (HOME, OTHER)
            yield from (Case(status=status, here=here) for here in places)


def build_table() -> str:
    heads = ("was", "its transfer goes to", "comes in at", *(f"`on_return` = `{way}`" for way in RETURN_WAYS))
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for case in cases():
        goes = "–" if case.transfer_to is None else PLACES[case.transfer_to]
        outcomes = (_tell(case, next_step(_facts(case), way)) for way in RETURN_WAYS)
        lines.append("| " + " | ".join((f"`{case.status}`", goes, PLACES[case.here], *outcomes)) + " |")
    return "\n".join(lines) + "\n"


def _facts(case: Case) -> ReturnFacts:
    return ReturnFacts(
        here_id=case.here,
        home_id=HOME,
        home_is_closed=False,
        status=case.status,
        issued_at_id=LENDER if case.status == "on_loan" else None,
        issued_is_closed=False,
        transfer_to_id=case.transfer_to,
        is_idle_here=case.status == "available" and case.here == HOME,
    )


def _tell(case: Case, step: NextStep) -> str:
    after = status_after(step, case.status)
    if step.action == "transfer":
        assert step.to_id is not None
        how = "its transfer goes on" if step.forwards else "a transfer begins"
        return f"**transfer** to {PLACES[step.to_id]} ({how}) → `{after}`"
    received = " (its transfer is received)" if step.receives else ""
    return f"**{step.action}**{received} → `{after}`"


def put_into(page: str, table: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n" + table + "\n" + END + after


if __name__ == "__main__":
    PAGE.write_text(put_into(PAGE.read_text(), build_table()))
    print("docs/circulation.md has its table")
