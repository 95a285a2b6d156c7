"""Judged queries and how well an engine answers them: nDCG@10, on the classics of the demo county as readers would find them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog.bibdata import BibData
from catalog.description import full_title
from catalog.fold import plain
from catalog.marc import ReadRecord, bib_data, read_records
from search.asking import Scope, narrowed
from search.copies import Copy, Holdings, complete
from search.documents import Title, describe
from search.finding import find
from search.pages import Question
from search.port import SearchEngine
from search.query import parse
from tests.search.library import IndexDoc, read_back
from web.demo.marc.demo_files import write_files

JUDGED = Path(__file__).with_name("judged.txt")
DEPTH = 10
_PLACE = (2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A query and the grade of each wanted title: (title or ISBN, part of the author's name or nothing) -> 1 to 3."""

    query: str
    grades: dict[tuple[str, str], int]

    def grade(self, data: BibData) -> int:
        called = {plain(data.title), plain(full_title(data)), *data.isbns}
        names = plain("".join(one.name for one in data.contributors))
        return max(
            (
                grade
                for (title, author), grade in self.grades.items()
                if title in called and (not author or author in names)
            ),
            default=0,
        )


def judgements() -> list[Judgement]:
    lines = (line for line in JUDGED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return [_judgement(line) for line in lines]


def _judgement(line: str) -> Judgement:
    query, wanted = line.split("|")
    grades = {}
    for one in wanted.split(";"):
        grade, _, named = one.partition(" ")
        title, _, author = named.partition("@")
        grades[plain(title), plain(author)] = int(grade)
    return Judgement(query=query, grades=grades)


def classics() -> dict[int, BibData]:
    """Every title of the demo county that is not made up, by the id it gets here."""
    with TemporaryDirectory() as folder:
        files = write_files(Path(folder), generated=0)
        return dict(enumerate((data for file in files if file.records for data in _read(file.path)), start=1))


def _read(path: Path) -> Iterator[BibData]:
    with path.open("rb") as stream:
        for result in read_records(stream):
            assert isinstance(result, ReadRecord)
            yield bib_data(result)


def documents(titles: dict[int, BibData]) -> list[IndexDoc]:
    """Each with one copy on the shelf, so that nothing but the words decides."""
    return [
        read_back(
            complete(
                describe(Title(id=id_, data=data, added_on=date(2026, 1, 1))),
                1,
                Holdings([Copy(place=_PLACE, is_available=True, item_type="book", barcode=f"T{id_}")]),
            )
        )
        for id_, data in titles.items()
    ]


def answer(engine: SearchEngine, query: str) -> list[int]:
    """The ids of the first ten, as the search service asks; where it only suggests other words, what these find."""
    parsed = parse(query)
    question = narrowed(Question(text=query, size=DEPTH), parsed.limits)
    found = find(engine, question, parsed, Scope(org=None))
    if found.suggestion is not None:
        return answer(engine, found.suggestion)
    return [hit.id for hit in found.result.hits]


def ndcg(judgement: Judgement, titles: dict[int, BibData], found: Sequence[int]) -> float:
    """1 where the ten best stand in the best order (Järvelin and Kekäläinen 2002, gain 2^grade - 1)."""
    ideal = sorted((judgement.grade(data) for data in titles.values()), reverse=True)[:DEPTH]
    return _gain([judgement.grade(titles[id_]) for id_ in found]) / _gain(ideal)


def _gain(grades: Sequence[int]) -> float:
    return sum(float(2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:DEPTH]))


def mean_ndcg(engine: SearchEngine, titles: dict[int, BibData]) -> float:
    """Over all judged queries."""
    judged = judgements()
    return sum(ndcg(one, titles, answer(engine, one.query)) for one in judged) / len(judged)
