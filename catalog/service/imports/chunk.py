"""One chunk of records, read and described, ready to be loaded: what needs no database is done here, outside the transaction."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.bibdata import BibData, HoldingData
from catalog.marc import HoldingsProfile, ReadRecord, RejectedRecord, bib_data, read_holdings


@dataclass(slots=True, kw_only=True)
class Incoming:
    """A record with its description and copies. `identity` is its control number, or a digest of its bytes where it has none."""

    read: ReadRecord
    data: BibData
    holdings: list[HoldingData]
    digest: str
    identity: str


@dataclass(slots=True, kw_only=True)
class Chunk:
    """`next_record` and `next_offset` are where reading goes on behind this chunk."""

    records: list[Incoming] = field(default_factory=list)
    rejected: list[RejectedRecord] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)
    next_record: int = 0
    next_offset: int = 0

    @property
    def size(self) -> int:
        return len(self.records) + len(self.rejected)


def describe(results: Iterable[ReadRecord | RejectedRecord], profile: HoldingsProfile | None) -> Chunk:
    """Map the records of a chunk; repairs are counted once per record and kind."""
    chunk = Chunk()
    for result in results:
        chunk.next_record = result.number
        chunk.next_offset = result.end
        if isinstance(result, RejectedRecord):
            chunk.rejected.append(result)
            continue
        chunk.repairs.update(result.repairs)
        digest = hashlib.sha256(result.raw).hexdigest()
        identity = result.control_number
        chunk.records.append(
            Incoming(
                read=result,
                data=bib_data(result),
                holdings=read_holdings(result.record, profile),
                digest=digest,
                identity=identity[:200] if identity else f"sha256:{digest}",
            )
        )
    return chunk
