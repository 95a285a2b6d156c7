"""`python -m bench.matching`: how well records are merged, told from generated deliveries of which it is known what every record is.

    python -m bench.matching --records 10000
    python -m bench.matching --records 100000 --write      # states the figures in docs/merging.md

Two records form a pair of one book when they describe the same manifestation. Precision: of the pairs that stand under one title, how
many are of one book. Recall: of the pairs of one book, how many stand under one title; what waits for a librarian counts as missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from math import comb
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import select

from bench import county, databases
from bench.importing import HUB, run
from catalog.import_models import ImportReview
from catalog.models import SourceRecord
from kernel.db import Database
from web.demo.generator.book import Kind
from web.demo.generator.deliveries import HOUSES, Deliveries

PAGE: Final = Path(__file__).parents[1] / "docs" / "merging.md"
BEGIN, END = "<!-- measured -->\n", "<!-- end of what was measured -->"
LEAST_PRECISION, LEAST_RECALL = 0.999, 0.97
_KINDS: Final[Mapping[Kind, str]] = {
    "dup": "the same book again 同一种书",
    "volume": "another volume 另一卷册",
    "set": "a volume under the ISBN of its set 套书共用ISBN的分册",
    "edition": "a later edition 新版次",
    "same_isbn": "a later edition under its old ISBN 新版次沿用旧ISBN",
    "reissue": "set anew years later, without a word on the edition 多年后重排",
    "reuse": "another book under a used ISBN 重复使用的ISBN",
    "namesake": "another book of that title 同名异书",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a record really is."""

    manifestation: int
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`told` counts, for each kind of record, the outcomes `right`, `wrong` and `review`."""

    records: int
    titles: int
    books: int
    reviews: int
    precision: float
    recall: float
    reachable: float
    told: Mapping[Kind, Counter[str]]
    application_ms: float

    @property
    def holds(self) -> bool:
        return self.precision >= LEAST_PRECISION and self.recall >= LEAST_RECALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Where each record of (house, control number) is: under a title, or in the queue with the titles it may be of."""

    title_of: Mapping[tuple[str, str], int]
    waiting: Mapping[tuple[str, str], tuple[int, ...]]


def measure(records: int, folder: Path) -> Figures:
    """Import what the houses deliver, one file after the other, and compare with what it is."""
    with databases.fresh(None, folder) as database:
        deliveries = Deliveries(records)
        truth = _write_files(deliveries, folder)
        county.build_libraries(database, deliveries.libraries)
        spent = sum(_import(database, folder, house.code) for house in HOUSES)
        return judge(truth, _outcome(database), spent / records)


def judge(truth: Mapping[tuple[str, str], Truth], outcome: Outcome, application_ms: float = 0.0) -> Figures:
    """The figures of a finished import."""
    together = Counter((outcome.title_of[key], truth[key].manifestation) for key in outcome.title_of)
    under_one = _pairs(Counter(outcome.title_of.values()).values())
    right = _pairs(together.values())
    of_one_book = _pairs(Counter(one.manifestation for one in truth.values()).values())
    main = _main_manifestations(together)
    helped = together.copy()
    for key, titles in outcome.waiting.items():
        mine = truth[key].manifestation
        helped.update((title, mine) for title in [t for t in titles if main.get(t) == mine][:1])
    return Figures(
        records=len(truth),
        titles=len(set(outcome.title_of.values())),
        books=len({one.manifestation for one in truth.values()}),
        reviews=len(outcome.waiting),
        precision=right / under_one if under_one else 1.0,
        recall=right / of_one_book if of_one_book else 1.0,
        reachable=_pairs(helped.values()) / of_one_book if of_one_book else 1.0,
        told=_told(truth, outcome, main),
        application_ms=application_ms,
    )


def _told(
    truth: Mapping[tuple[str, str], Truth], outcome: Outcome, main: Mapping[int, int]
) -> dict[Kind, Counter[str]]:
    told: dict[Kind, Counter[str]] = {}
    homes: dict[int, set[int]] = {}
    for key, title in outcome.title_of.items():
        homes.setdefault(truth[key].manifestation, set()).add(title)
    for key, one in truth.items():
        counts = told.setdefault(one.kind, Counter())
        if key in outcome.waiting:
            counts["review"] += 1
        elif main[outcome.title_of[key]] != one.manifestation or len(homes[one.manifestation]) > 1:
            counts["wrong"] += 1
        else:
            counts["right"] += 1
    return told


def _main_manifestations(together: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """For each title the book that most of its records are of."""
    best: dict[int, tuple[int, int]] = {}
    for (title, manifestation), count in together.items():
        best[title] = max(best.get(title, (0, 0)), (count, -manifestation))
    return {title: -manifestation for title, (_, manifestation) in best.items()}


def _pairs(sizes: Iterable[int]) -> int:
    return sum(comb(size, 2) for size in sizes)


def _write_files(deliveries: Deliveries, folder: Path) -> dict[tuple[str, str], Truth]:
    truth: dict[tuple[str, str], Truth] = {}
    with ExitStack() as files:
        out = {house.code: files.enter_context(_file(folder, house.code).open("wb")) for house in HOUSES}
        for one in deliveries:
            out[one.house].write(one.raw)
            truth[one.house, one.control] = Truth(manifestation=one.manifestation, kind=one.kind)
    return truth


def _file(folder: Path, house: str) -> Path:
    return folder / f"{house}.mrc"


def _import(database: Database, folder: Path, house: str) -> float:
    """CPU milliseconds of importing what a house delivers."""
    _say(f"importing what {house} delivers ...")
    return run(database, folder, "import", str(_file(folder, house)), "--org", HUB, "--source", house).cpu_ms


def _outcome(database: Database) -> Outcome:
    r, w = SourceRecord, ImportReview
    with database.reading() as session:
        placed = session.execute(select(r.source, r.identity, r.bib_id).where(r.is_current)).all()
        waiting = session.execute(select(w.source, w.identity, w.candidates).where(w.status == "open")).all()
    return Outcome(
        title_of={(row.source, row.identity): row.bib_id for row in placed},
        waiting={(row.source, row.identity): tuple(one["bib"] for one in row.candidates) for row in waiting},
    )


def table(figures: Figures) -> str:
    """What docs/merging.md states."""
    lines = [
        f"{date.today().isoformat()}, SQLite: {figures.records:,} records of {figures.books:,} books from {len(HOUSES)} sources; "  # noqa: DTZ011
        f"{figures.titles:,} titles made, {figures.reviews:,} records ({figures.reviews / figures.records:.1%}) left to a librarian; "
        f"{figures.application_ms:.2f} ms CPU a record, on a machine whose load was {os.getloadavg()[0]:.0f}.",
        "",
        "| | stated | wanted |",
        "| --- | ---: | ---: |",
        f"| precision 查准 | {figures.precision:.5f} | ≥ {LEAST_PRECISION} |",
        f"| recall 查全 | {figures.recall:.4f} | ≥ {LEAST_RECALL} |",
        f"| recall once the queue is decided 审核后查全 | {figures.reachable:.4f} | |",
        "",
        "| record 记录 | number 条数 | placed rightly 正确 | for review 待审 | wrongly 错误 |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for kind, label in _KINDS.items():
        counts = figures.told.get(kind, Counter())
        lines.append(
            f"| {label} | {counts.total():,} | {counts['right']:,} | {counts['review']:,} | {counts['wrong']:,} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description="Precision and recall of merging.")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--write", action="store_true", help="state the figures in docs/merging.md")
    arguments = parser.parse_args()
    with TemporaryDirectory() as name:
        figures = measure(arguments.records, Path(name))
    found = table(figures)
    print(found)
    if arguments.write:
        before, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(before + BEGIN + found + rest[rest.index(END) :])
    sys.exit(0 if figures.holds else 1)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
