"""Every row of the table of requests in docs/circulation.md, done on both databases: what branch CG asks for, what happens, what then."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.models import Bib
from circ.commands import Criteria
from circ.models import Hold
from tests.desk import Desk
from transit.models import Transfer

PAGE: Final = Path(__file__).parents[4] / "docs" / "circulation.md"
BEGIN, END = "<!-- requests: every row is a test -->", "<!-- end of requests -->"
UNITS: Final = {"ZG": "hub", "CG": "branch", "LX": "point", "XC": "other_point"}


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    asks: str
    other: str
    happens: str
    transfers: str
    copy: str
    hold: str


def read_cases() -> list[Case]:
    table = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]
    return [Case(**dict(zip(Case.__dataclass_fields__, row, strict=True))) for row in rows[2:]]


CASES = read_cases()

WISHES: Final[dict[str, dict[str, Any]]] = {
    "the title": {},
    "this copy": {"item": "B0001"},
    "the title until 31 December": {"keep_until": date(2026, 12, 31)},
    "the title by 25 November": {"needed_by": date(2026, 11, 25)},
    "picture books": {"criteria": Criteria(class_number="J238")},
}


def classify(session: Session) -> None:
    bib = session.scalars(select(Bib)).one()
    picture_book = {"class_number": "J238.5"}
    session.execute(update(Bib).values(**picture_book, data=bib.data | picture_book))


def last_of(desk: Desk, *statuses: str) -> int:
    """The transfer on which something is done."""
    found = select(Transfer.id).where(Transfer.status.in_(statuses)).order_by(Transfer.id.desc())
    last = desk.read(lambda s: s.scalars(found).first())
    assert last is not None
    return last


def pass_time(desk: Desk) -> Desk:
    desk.asking(lambda service: service.follow_due())
    desk.asking(lambda service: service.end_stays())
    return desk


ACTS: Final[dict[str, Callable[..., object]]] = {
    r"approved": lambda desk: desk.approve(last_of(desk, "requested")),
    r"refused": lambda desk: desk.refuse(last_of(desk, "requested")),
    r"refused for all": lambda desk: desk.refuse(last_of(desk, "requested"), pass_on=False),
    r"sent": lambda desk: desk.dispatch(last_of(desk, "approved")),
    r"scanned at (\w+)": lambda desk, at: desk.check_in(at=at),
    r"lent at (\w+)": lambda desk, at: desk.check_out(at=at),
    r"said to be missing": lambda desk: desk.declare("missing"),
    r"withdrawn": lambda desk: desk.declare("withdrawn", reason="破损"),
    r"a hold for (\w+)": lambda desk, pickup: desk.hold(pickup=pickup),
    r"called off": lambda desk: desk.cancel(last_of(desk, "requested", "approved")),
    r"called off by force": lambda desk: desk.cancel(last_of(desk, "dispatched"), force=True),
    r"given up": lambda desk: desk.asking(lambda service: service.give_up(last_of(desk, "dispatched"), "没到")),
    r"a minute passes": lambda desk: pass_time(desk.later(minutes=1)),
    r"8 days pass": lambda desk: pass_time(desk.later(days=8)),
    r"40 days pass": lambda desk: pass_time(desk.later(days=40)),
}


def do(desk: Desk, happens: str) -> Desk:
    """One thing after the other; the desk as late as it is then."""
    for word in happens.split(", "):
        pattern, found = next((act, match) for act in ACTS if (match := re.fullmatch(act, word)))
        done = ACTS[pattern](desk, *found.groups())
        desk = done if isinstance(done, Desk) else desk
    return desk


def transfers(desk: Desk) -> str:
    """Those of the request, oldest first."""
    rows = desk.read(
        lambda s: s.execute(
            select(Transfer.status, Transfer.from_id, Transfer.cancel_reason)
            .where(Transfer.request_id.is_not(None))
            .order_by(Transfer.id)
        ).all()
    )
    codes = {getattr(desk.county, name): code for code, name in UNITS.items()}
    told = []
    for row in rows:
        of = f" of {codes[row.from_id]}" if row.status == "requested" else ""
        why = f" ({row.cancel_reason})" if row.cancel_reason in ("nobody", "lent", "hold_first", "too_late") else ""
        told.append(f"{row.status}{of}{why}")
    return " + ".join(told)


def copy(desk: Desk) -> str:
    status, location_id = desk.place()
    return f"{status} at {next(code for code, name in UNITS.items() if getattr(desk.county, name) == location_id)}"


def hold(desk: Desk) -> str:
    return desk.read(lambda s: s.scalars(select(Hold.status)).first()) or "–"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_becomes_of_a_request(desk: Desk, case: Case) -> None:
    desk.write(classify)
    if case.other == "at XC":
        desk.more_copies(desk.county.other_point)
    desk.ask(to="CG", from_="ZG", **WISHES[case.asks]) if case.asks != "this copy" else desk.ask(item="B0001")
    desk = do(desk, case.happens)
    assert (transfers(desk), copy(desk), hold(desk)) == (case.transfers, case.copy, case.hold)


def test_the_table_knows_every_wish_and_every_act() -> None:
    assert len(CASES) == len({case.name for case in CASES}) == 45
    assert {case.asks for case in CASES} == WISHES.keys()
    words = {word for case in CASES for word in case.happens.split(", ")}
    assert all(any(re.fullmatch(act, word) for word in words) for act in ACTS)
