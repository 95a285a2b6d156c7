"""Titles as MARC again: the record as it came, byte for byte, while it tells the truth; else one made from it or the description."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from lxml import etree

from branches.context import Context
from catalog.marc import MarcRecord, ReadRecord, TooLong, bib_data, read_one, to_iso2709, to_marcxml
from catalog.marc.composing import compose, recompose
from catalog.marc.writer import NAMESPACE, IsoEncoding
from catalog.queries.bibs import BibRow, SourceRow, bibs_after, current_sources
from kernel.clock import local_day
from kernel.i18n import Text

BATCH: Final = 500
Form = Literal["iso2709", "marcxml"]
_TERMINATOR: Final = b"\x1d"


def as_iso2709(bib: BibRow, sources: Sequence[SourceRow], encoding: IsoEncoding | None = None) -> bytes:
    """`sources` are the title's current records, the one heard first in front. Without an encoding, that of the record, else UTF-8.

    Raises `TooLong` for a record that ISO 2709 cannot hold.
    """
    whole = _tells_all(bib, sources)
    if (
        whole is not None
        and whole.container == "iso2709"
        and (encoding is None or whole.encoding in (encoding, "ascii"))
    ):
        return whole.raw
    return to_iso2709(record_of(bib, sources), bib.data.format, encoding or "utf-8")


def as_marcxml(bib: BibRow, sources: Sequence[SourceRow], *, declaration: bool = True) -> bytes:
    """A `record` element in UTF-8; the one that came, where it stands by itself."""
    whole = _tells_all(bib, sources)
    if whole is not None and whole.container == "marcxml" and _stands_alone(whole):
        return whole.raw
    return to_marcxml(record_of(bib, sources), declaration=declaration)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A title and its record; None, with the reason, for one that the format cannot hold."""

    bib_id: int
    record: bytes | None
    reason: Text | None = None


def export_after(
    context: Context,
    last_id: int,
    *,
    form: Form,
    encoding: IsoEncoding | None = None,
    held_by: Collection[int] | None = None,
) -> list[Exported]:
    """The next titles by id as records that can stand one behind the other in a file; none when all are out.

    A batch a transaction: a long export holds no lock and no memory, and what changes meanwhile comes as it is when its turn comes.
    """
    bibs = bibs_after(context.session, last_id, BATCH, held_by)
    sources = current_sources(context.session, [bib.id for bib in bibs])
    return [_exported(bib, sources.get(bib.id, []), form, encoding) for bib in bibs]


def _exported(bib: BibRow, sources: Sequence[SourceRow], form: Form, encoding: IsoEncoding | None) -> Exported:
    if form == "marcxml":
        return Exported(bib_id=bib.id, record=as_marcxml(bib, sources, declaration=False).rstrip() + b"\n")
    try:
        record = as_iso2709(bib, sources, encoding)
    except TooLong as error:
        return Exported(bib_id=bib.id, record=None, reason=error.message)
    # One that came without its terminator would swallow the next.
    return Exported(bib_id=bib.id, record=record if record.endswith(_TERMINATOR) else record + _TERMINATOR)


def record_of(bib: BibRow, sources: Sequence[SourceRow]) -> MarcRecord:
    """What the title says now: the record that is heard first, with the fields exchanged that others say or a hand has changed."""
    came = next((source for source in sources if source.container != "form"), None)
    read = _read(came) if came is not None else None
    if read is None:
        return compose(bib.data, control_number=f"TJ{bib.id:09d}", entered_on=local_day(bib.created_at))
    said = bib_data(read)
    return read.record if said == bib.data else recompose(read.record, said, bib.data)


def _tells_all(bib: BibRow, sources: Sequence[SourceRow]) -> SourceRow | None:
    """The record that came, where it says just what the title says."""
    if not sources or sources[0].container == "form":
        return None
    if len(sources) == 1:
        return sources[0]
    read = _read(sources[0])
    return sources[0] if read is not None and bib_data(read) == bib.data else None


def _read(source: SourceRow) -> ReadRecord | None:
    if source.container == "form":
        return None
    read = read_one(source.raw, source.container, source.format, declared=source.encoding)
    return read if isinstance(read, ReadRecord) else None


def _stands_alone(source: SourceRow) -> bool:
    """Whether the element binds its own namespace: what an outer element declared did not come along."""
    if source.encoding not in ("utf-8", "ascii"):
        return False
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return bool(etree.fromstring(source.raw, parser).tag == f"{{{NAMESPACE}}}record")
    except etree.XMLSyntaxError:
        return False
