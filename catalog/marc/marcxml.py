"""One MARCXML record: with any namespace or none, as fields. The text is decoded first; lxml sees one small element at a time."""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree

from catalog.marc import gb18030
from catalog.marc.encodings import decode
from catalog.marc.fields import tidy
from catalog.marc.leader import clean_leader
from catalog.marc.record import BadRecord, Field, MarcRecord, Subfield

_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):|[\s\"']([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*\s*=")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ILLEGAL_REFERENCE = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_BARE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z_][\w.-]*|#[0-9]+|#[xX][0-9a-fA-F]+);)")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_TAG = re.compile(r"[0-9A-Z]{3}")
_CODE = re.compile(r"[0-9A-Za-z]")
_ATTRIBUTE_BLANK = "#"
_TAGS = rb"""<subfield code='a'>\u0041\x41+AEE-</subfield>"""


def decode_span(raw: bytes, declared: str | None) -> tuple[str, str, list[str]]:
    """The text of a record element, its encoding, and a note where the declaration does not hold."""
    name = (declared or "utf-8").replace("_", "-")
    chinese = name.startswith(("gb", "cp936", "x-gbk"))
    is_usual = name in ("utf-8", "utf8", "us-ascii", "ascii")
    if not raw.isascii() and not chinese and not is_usual and _keeps_tags(name):
        try:
            return raw.decode(name), name, []
        except UnicodeDecodeError:
            pass
    if chinese:
        try:
            return gb18030.decode(raw), "ascii" if raw.isascii() else "gb18030", []
        except UnicodeDecodeError:
            pass
    found = decode(raw, "cnmarc", [])
    agreed = found.encoding == "ascii" or (found.encoding == "utf-8" and is_usual)
    return found.text, found.encoding, [*found.repairs, *(() if agreed else ("encoding.declared",))]


def _keeps_tags(name: str) -> bool:
    """Whether tags are the same bytes in this encoding as in ASCII. The record was found by them, so another declaration is not true:
    many programs write UTF-16 above a file that they then save in UTF-8. Encodings that only escape ASCII are none of a file."""
    try:
        return _TAGS.decode(name) == _TAGS.decode("ascii")
    except (LookupError, UnicodeError):
        return False


def parse(text: str, repairs: list[str]) -> MarcRecord:
    """Raises `BadRecord` when the element is not well formed in a way that has one sound repair."""
    element = _element(text, repairs)
    if (element.get("type") or "Bibliographic").lower() in ("holdings", "authority"):
        raise BadRecord("record.not_bibliographic")
    leader: str | None = None
    fields: list[Field] = []
    for child in element:
        name = local_name(child)
        if name == "leader":
            leader = _raw_text(child)
        elif name == "controlfield":
            fields.append(Field(_tag(child), "", (), _text(child, repairs)))
        elif name == "datafield":
            field = _data_field(child, repairs)
            if field is not None:
                fields.append(field)
    if not fields:
        raise BadRecord("record.empty")
    return MarcRecord(clean_leader((leader or "").lstrip("\r\n\t"), repairs), fields)


def _element(text: str, repairs: list[str]) -> etree._Element:
    try:
        return _parse_wrapped(text)
    except etree.XMLSyntaxError as error:
        mended = _mend(text)
        if mended == text:
            raise _malformed(error) from error
    try:
        element = _parse_wrapped(mended)
    except etree.XMLSyntaxError as error:
        raise _malformed(error) from error
    repairs.append("xml.repaired")
    return element


def _parse_wrapped(text: str) -> etree._Element:
    """The record inside a root that binds whatever prefixes it uses: their declarations may stand in an outer element."""
    prefixes = {name for pair in _PREFIX.findall(text) for name in pair if name and name not in ("xml", "xmlns")}
    bindings = "".join(f' xmlns:{prefix}="urn:{prefix}"' for prefix in sorted(prefixes))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    return etree.fromstring(f"<x{bindings}>{text}</x>", parser)[0]


def _mend(text: str) -> str:
    """Without characters XML forbids, with HTML's entities spelled out and lone ampersands escaped."""
    text = _ILLEGAL_REFERENCE.sub("", ILLEGAL.sub("", text))
    text = _NAMED.sub(_entity, text)
    return _BARE_AMPERSAND.sub("&amp;", text)


def _entity(found: re.Match[str]) -> str:
    name = found.group(1)
    return found.group() if name in _XML_ENTITIES else html5.get(f"{name};", found.group())


def _malformed(error: etree.XMLSyntaxError) -> BadRecord:
    return BadRecord("record.xml", detail=(error.msg or "?").split(",")[0][:120])


def _data_field(element: etree._Element, repairs: list[str]) -> Field | None:
    tag = _tag(element)
    subfields: list[Subfield] = []
    for child in element:
        if local_name(child) != "subfield":
            continue
        code = child.get("code") or ""
        if not _CODE.fullmatch(code):
            repairs.append("field.subfield_code")
            code = code[:1].lower() if _CODE.fullmatch(code[:1]) else "a" if not subfields else "?"
        subfields.append((code, _text(child, repairs)))
    if not subfields:
        if _raw_text(element).strip():
            raise BadRecord("record.field", tag=tag, name=tag)
        repairs.append("field.empty")
        return None
    return Field(tag, _indicator(element, "ind1", repairs) + _indicator(element, "ind2", repairs), tuple(subfields))


def _indicator(element: etree._Element, name: str, repairs: list[str]) -> str:
    value = element.get(name) or element.get(name.replace("ind", "i"))
    if value is None or len(value) != 1:
        repairs.append("field.indicators")
    return (value or " ")[:1].replace(_ATTRIBUTE_BLANK, " ")


def _tag(element: etree._Element) -> str:
    tag = (element.get("tag") or "").strip()
    if not _TAG.fullmatch(tag):
        raise BadRecord("record.tag", tag=tag[:8], name=tag[:8])
    return tag


def _text(element: etree._Element, repairs: list[str]) -> str:
    return tidy(_raw_text(element), repairs)


def _raw_text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace; empty for comments and instructions."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""
