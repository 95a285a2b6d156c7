"""Some titles, given by their numbers, as one file: RIS and BibTeX for those who write, MARC for other systems. Streams."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final, Literal

from structlog import get_logger

from branches.context import Context
from catalog.citing import as_bibtex, as_ris
from catalog.marc import TooLong
from catalog.marc.writer import NAMESPACE, IsoEncoding
from catalog.queries.bibs import BibRow, SourceRow, current_sources, find_bibs
from catalog.service.exporting import Exported, Form, as_iso2709, as_marcxml, export_after
from kernel.db import Database

log = get_logger("catalog")

SetForm = Literal["ris", "bib", "mrc", "xml"]
BATCH: Final = 100
XML_HEAD: Final = f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{NAMESPACE}">\n'.encode()
XML_TAIL: Final = b"</collection>\n"
_TERMINATOR: Final = b"\x1d"


def take_titles(
    database: Database, bib_ids: Sequence[int], form: SetForm, encoding: IsoEncoding | None = None
) -> Iterator[bytes]:
    """In the order given; a title that is gone is left out, and one that ISO 2709 cannot hold, which the log names."""
    if form == "xml":
        yield XML_HEAD
    for bib, sources in read_titles(database, bib_ids):
        yield _written(bib, sources, form, encoding)
    if form == "xml":
        yield XML_TAIL


def read_titles(database: Database, bib_ids: Sequence[int]) -> Iterator[tuple[BibRow, Sequence[SourceRow]]]:
    """No transaction is open while the other side takes its time."""
    for ids in _batches(bib_ids):
        with database.reading() as session:
            bibs, sources = find_bibs(session, ids), current_sources(session, ids)
        yield from ((bibs[id_], sources.get(id_, [])) for id_ in ids if id_ in bibs)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _written(bib: BibRow, sources: Sequence[SourceRow], form: SetForm, encoding: IsoEncoding | None) -> bytes:
    if form == "ris":
        return as_ris(bib.id, bib.data).encode() + b"\r\n"
    if form == "bib":
        return as_bibtex(bib.id, bib.data).encode() + b"\n"
    if form == "xml":
        return as_marcxml(bib, sources, declaration=False).rstrip() + b"\n"
    try:
        record = as_iso2709(bib, sources, encoding)
    except TooLong as error:
        log.warning("export.left_out", bib=bib.id, reason=error.message.en)
        return b""
    return record if record.endswith(_TERMINATOR) else record + _TERMINATOR


def take_all(
    database: Database, asked: Context, form: Form, encoding: IsoEncoding | None, held_by: Collection[int] | None
) -> Iterator[bytes]:
    """The whole catalogue, or the titles that some units hold. What the format cannot hold is left out and named in the log.

    Nothing is kept open between two batches, so a client that reads slowly or goes away leaves nothing behind.
    """
    if form == "marcxml":
        yield XML_HEAD
    last = 0
    while batch := _next(database, asked, last, form, encoding, held_by):
        for one in batch:
            if one.record is None:
                log.warning("export.left_out", bib=one.bib_id, reason=one.reason.en if one.reason else "")
            else:
                yield one.record
        last = batch[-1].bib_id
    if form == "marcxml":
        yield XML_TAIL


def _next(
    database: Database,
    asked: Context,
    last: int,
    form: Form,
    encoding: IsoEncoding | None,
    held_by: Collection[int] | None,
) -> list[Exported]:
    with database.reading() as session:
        context = replace(asked, session=session)
        return export_after(context, last, form=form, encoding=encoding, held_by=held_by)
