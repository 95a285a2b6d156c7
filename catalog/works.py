"""Which titles are one work on the shelf: editions, volumes and copies share a book number. Pure."""

from __future__ import annotations

import hashlib

from catalog.bibdata import BibData
from catalog.fold import plain


def work_key(data: BibData) -> str:
    """The same for every edition and volume: title proper and first author, in either script, without signs, width and case."""
    whole = "\x1f".join((plain(data.title), plain(first_author(data))))
    return hashlib.sha256(whole.encode()).hexdigest()


def first_author(data: BibData) -> str:
    """The name under which a work stands: the first main one, else the first of all."""
    ordered = sorted(data.contributors, key=lambda one: not one.main)
    return ordered[0].name if ordered else ""
