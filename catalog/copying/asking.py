"""Asks several targets at once. One that is down, slow or odd says so in its own answer and keeps nobody waiting beyond its time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from catalog.bibdata import BibData
from catalog.copying import z3950
from catalog.copying.faults import TargetFault
from catalog.copying.fetching import fetch
from catalog.copying.sru import read_answer, search_address
from catalog.copying.targets import Target
from catalog.copying.wanted import Wanted
from catalog.marc import Container, MarcRecord, ReadRecord, bib_data, read_one
from catalog.marc.finishing import copied
from kernel.i18n import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A record found elsewhere: what it says, and what it would be as a new one here."""

    data: BibData
    record: MarcRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`fault` is the reason where a target gave no answer; `total` how many it has, of which `copies` are the first."""

    target: Target
    total: int = 0
    copies: tuple[Copy, ...] = ()
    unreadable: int = 0
    fault: Text | None = None


def ask_all(targets: Sequence[Target], wanted: Wanted) -> list[Answer]:
    """In the order of the targets."""
    if not targets or not wanted.terms:
        return []
    with ThreadPoolExecutor(max_workers=len(targets), thread_name_prefix="copying") as pool:
        return list(pool.map(lambda target: ask(target, wanted), targets))


def ask(target: Target, wanted: Wanted) -> Answer:
    try:
        container: Container = "marcxml" if target.protocol == "sru" else "iso2709"
        if target.protocol == "sru":
            answer = read_answer(fetch(search_address(target, wanted), target.timeout))
            total, records = answer.total, answer.records
        else:
            total, records = z3950.search(target, wanted)
    except TargetFault as fault:
        return Answer(target=target, fault=fault.message)
    results = [read_one(raw, container, target.format) for raw in records]
    read = [one for one in results if isinstance(one, ReadRecord)]
    copies = tuple(Copy(data=bib_data(one), record=copied(one.record, target.format)) for one in read)
    return Answer(target=target, total=total, copies=copies, unreadable=len(results) - len(read))
