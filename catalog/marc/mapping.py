"""From a record that was read to what a bib says, by the table of its format."""

from __future__ import annotations

from catalog.bibdata import BibData
from catalog.marc.cnmarc import CNMARC
from catalog.marc.extract import extract
from catalog.marc.marc21 import MARC21, vernacular_first
from catalog.marc.record import ReadRecord


def bib_data(read: ReadRecord) -> BibData:
    """Never raises: the reader has seen to it that there is a title."""
    record, lines = (read.record, CNMARC) if read.format == "cnmarc" else (vernacular_first(read.record), MARC21)
    values = extract(record, lines)
    for field in ("abstract", "contents"):
        values[field] = values[field] or None
    return BibData(format=read.format, **values)
