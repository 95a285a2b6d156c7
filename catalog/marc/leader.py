"""The leader: 24 characters that are often wrong. What the record itself shows outweighs what its leader claims."""

from __future__ import annotations

import re

from catalog.marc.record import BadRecord
from kernel.i18n import Text

_BLANKS = str.maketrans("#-_|^", "     ")
_STATUS = frozenset("acdnop ")  # o is UNIMARC's "analysed, previously issued"
_TYPES = frozenset("abcdefgijklmnopqrtuvwxyz ")
_PRINTABLE = re.compile(r"[^\x20-\x7e]")
DEFAULT = "     nam  22        4500"


def check_leader(raw: bytes, base: int, repairs: list[str]) -> str:
    """The leader of an ISO 2709 record whose data begin at `base`; notes what it says wrongly."""
    leader = raw[:24].decode("latin-1")
    if not (leader[:5].isdigit() and int(leader[:5]) == len(raw)) and len(raw) <= 99_999:
        repairs.append("leader.length")
    claim = leader[12:17]
    if claim.strip() and not (claim.isascii() and claim.isdigit()):
        detail = Text("数据基地址不是数字", "the base address is not a number")
        raise BadRecord("record.directory", detail=detail)
    if not claim.strip() or int(claim) != base:
        repairs.append("leader.base")
    return clean_leader(leader, repairs)


def clean_leader(leader: str, repairs: list[str]) -> str:
    """24 characters with blanks where others write `#`, `-`, `_` or `|`, in either container."""
    if len(leader) < 24:
        repairs.append("leader.missing")
        leader = leader.ljust(24) if leader.strip() else DEFAULT
    leader = leader[:24]
    tidy = leader[:5] + leader[5:10].translate(_BLANKS) + leader[10:17] + leader[17:20].translate(_BLANKS) + leader[20:]
    tidy = _PRINTABLE.sub(" ", tidy)
    if tidy[5] not in _STATUS or tidy[6] not in _TYPES or tidy[:20] != leader[:20]:
        repairs.append("leader.codes")
    if leader[20:22] != "45":
        repairs.append("leader.map")
    if tidy[5] == "d":
        repairs.append("leader.deleted")
    return tidy
