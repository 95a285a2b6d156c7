"""SRU 1.1, 1.2 and 2.0: a search as an address, and records out of its answer.

The XML of a stranger is read without entities, network or endless nesting; only the records' own elements are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from lxml import etree

from catalog.copying.faults import NOT_UNDERSTOOD, REFUSED, TargetFault
from catalog.copying.targets import Target
from catalog.copying.wanted import Wanted
from catalog.marc.marcxml import local_name

MOST_RECORDS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SruAnswer:
    """`total` is how many there are; `records` the first of them, each a MARCXML element."""

    total: int
    records: tuple[bytes, ...]


def search_address(target: Target, wanted: Wanted) -> str:
    """The address that asks for the first records. What a target's own address says besides (`?x-user=…`) stays."""
    asked = {
        "operation": "searchRetrieve",
        "version": target.version,
        "query": cql(target, wanted),
        "startRecord": "1",
        "maximumRecords": str(MOST_RECORDS),
        "recordSchema": target.schema,
    }
    if target.version == "2.0":
        asked.pop("operation")
    parts = urlsplit(target.url)
    query = "&".join(part for part in (parts.query, urlencode(asked)) if part)
    return urlunsplit(parts._replace(query=query, path=parts.path or "/"))


def cql(target: Target, wanted: Wanted) -> str:
    """The search in CQL. A term stands in quotes with its own quotes, backslashes and wildcards escaped, so that it is only ever a term."""
    return " and ".join(f'{target.indexes[index]}="{_escaped(term)}"' for index, term in wanted.terms)


def _escaped(term: str) -> str:
    plain = "".join(char for char in term if char.isprintable())
    for special in '\\"*?^':
        plain = plain.replace(special, "\\" + special)
    return plain


def read_answer(body: bytes) -> SruAnswer:
    """Raises TargetFault for what is no answer, and for one that refuses the search."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise TargetFault(NOT_UNDERSTOOD.format(detail=(error.msg or "XML")[:80])) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise TargetFault(NOT_UNDERSTOOD.format(detail="DTD"))
    if local_name(root) != "searchRetrieveResponse":
        raise TargetFault(NOT_UNDERSTOOD.format(detail=local_name(root)[:40]))
    records = tuple(
        found for element in root.iter() if local_name(element) == "recordData" for found in _records(element)
    )
    total = next((_number(element.text) for element in root.iter() if local_name(element) == "numberOfRecords"), 0)
    if not records:
        _check_diagnostics(root)
    return SruAnswer(total=max(total, len(records)), records=records[:MOST_RECORDS])


def _records(data: etree._Element) -> list[bytes]:
    """The record as an element, or written as text within it (recordPacking=string)."""
    inner = [child for child in data if local_name(child) in ("record", "collection")]
    if inner:
        found = [child for child in inner[0].iter() if local_name(child) == "record"]
        return [etree.tostring(child, encoding="utf-8", with_tail=False) for child in found]
    text = (data.text or "").strip()
    return [text.encode()] if text.startswith("<") else []


def _check_diagnostics(root: etree._Element) -> None:
    for element in root.iter():
        if local_name(element) == "diagnostic":
            said = [
                str(child.text).strip()
                for child in element
                if local_name(child) in ("message", "details") and child.text
            ]
            raise TargetFault(REFUSED.format(detail=" ".join(said)[:200] or "?"))


def _number(text: str | None) -> int:
    return int(text) if text and text.strip().isascii() and text.strip().isdigit() and len(text) < 12 else 0
