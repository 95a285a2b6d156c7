"""One chunk of records, read and described, ready to be loaded: what needs no database is done here, outside the transaction."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from structlog import get_logger

from catalog.bibdata import BibData, HoldingData
from catalog.description import IdentifierKind, identifiers
from catalog.marc import HoldingsProfile, ReadRecord, RejectedRecord, bib_data, read_holdings, repairs_of
from catalog.recognised import Recognised
from kernel.i18n import Text

log = get_logger("catalog.imports")

NOT_DESCRIBED = Text(
    "程序未能解析这条记录，已原样另存。请把记录交给系统管理员查看。",
    "The program failed over this record; it was kept aside as it came. Show it to your administrator.",
)
NOT_STORED = Text(
    "数据库无法存入这条记录，已原样另存。请把记录交给系统管理员查看。",
    "The database could not take this record; it was kept aside as it came. Show it to your administrator.",
)


@dataclass(slots=True, kw_only=True)
class Incoming:
    """A record with its description and copies. `identity` is its control number, or a digest of its bytes where it has none;
    `identifiers` are what its title is found by, `repairs` the kinds of what had to be put right."""

    read: ReadRecord
    data: BibData
    identifiers: tuple[tuple[IdentifierKind, str], ...]
    holdings: list[HoldingData]
    digest: str
    identity: str
    repairs: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Chunk:
    """`next_record` and `next_offset` are where reading goes on behind this chunk."""

    records: list[Incoming] = field(default_factory=list)
    rejected: list[RejectedRecord] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)
    recognised: Counter[str] = field(default_factory=Counter)
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
        try:
            chunk.records.append(described(result, profile))
        except Exception:  # a slip of ours over one record must not stop the batch
            log.exception("import.not_described", record=result.number, offset=result.offset)
            chunk.rejected.append(_rejected(result, "import.not_described", NOT_DESCRIBED))
        else:
            chunk.repairs.update(chunk.records[-1].repairs)
            chunk.recognised[Recognised.of(result).name] += 1
    return chunk


def described(read: ReadRecord, profile: HoldingsProfile | None) -> Incoming:
    """A record with what it says of the title and its copies."""
    digest = hashlib.sha256(read.raw).hexdigest()
    identity = read.control_number
    data = bib_data(read)
    return Incoming(
        read=read,
        data=data,
        identifiers=identifiers(data),
        holdings=read_holdings(read.record, profile),
        digest=digest,
        identity=identity[:200] if identity else f"sha256:{digest}",
        repairs=repairs_of(read, data),
    )


def singly(chunk: Chunk) -> list[Chunk]:
    """The records of a chunk in the order of the file, each as a chunk of its own."""
    singles = [
        Chunk(
            records=[one],
            repairs=Counter(one.repairs),
            recognised=Counter([Recognised.of(one.read).name]),
            next_record=one.read.number,
            next_offset=one.read.end,
        )
        for one in chunk.records
    ]
    singles += [Chunk(rejected=[one], next_record=one.number, next_offset=one.end) for one in chunk.rejected]
    return sorted(singles, key=lambda single: single.next_record)


def kept_aside(single: Chunk) -> Chunk:
    """The chunk of one record with that record rejected, since the database will not have it."""
    rejected = [_rejected(one.read, "import.not_stored", NOT_STORED) for one in single.records]
    return Chunk(rejected=rejected, next_record=single.next_record, next_offset=single.next_offset)


def _rejected(read: ReadRecord, code: str, message: Text) -> RejectedRecord:
    return RejectedRecord(
        number=read.number,
        offset=read.offset,
        raw=read.raw,
        container=read.container,
        code=code,
        message=message,
        control_number=read.control_number,
    )
