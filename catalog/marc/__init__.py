"""MARC in and out, pure: bytes in, values out; no database, no web.

    for read in read_records(stream):          # ISO 2709, MARCXML or a text export; NotMarc for any other file
        if isinstance(read, RejectedRecord):    # kept aside byte for byte, with a code and a sentence
            ...
        data = bib_data(read)                   # BibData: what the record says, whichever format it has
        copies = read_holdings(read.record)     # HoldingData: one for each copy

`read_one` reads a stored record again; `to_iso2709` and `to_marcxml` write one. `REJECTIONS` and `REPAIRS` are the words for codes."""

from catalog.marc.faults import REJECTIONS, REPAIRS
from catalog.marc.holdings import HoldingsProfile, read_holdings
from catalog.marc.mapping import bib_data
from catalog.marc.mending import repairs_of
from catalog.marc.reader import read_authorities, read_one, read_records
from catalog.marc.record import (
    Container,
    Field,
    FormatChoice,
    MarcRecord,
    NotMarc,
    ReadRecord,
    RejectedRecord,
)
from catalog.marc.writer import TooLong, to_iso2709, to_marcxml

__all__ = [
    "REJECTIONS",
    "REPAIRS",
    "Container",
    "Field",
    "FormatChoice",
    "HoldingsProfile",
    "MarcRecord",
    "NotMarc",
    "ReadRecord",
    "RejectedRecord",
    "TooLong",
    "bib_data",
    "read_authorities",
    "read_holdings",
    "read_one",
    "read_records",
    "repairs_of",
    "to_iso2709",
    "to_marcxml",
]
