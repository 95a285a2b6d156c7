"""What a kept record says, whichever way it came: MARC as it was sent, or a form as JSON. Pure."""

from __future__ import annotations

import json

from catalog.bibdata import BibData
from catalog.description import from_json
from catalog.marc import ReadRecord, bib_data, read_one


def read_description(format_: str, container: str, encoding: str, raw: bytes) -> BibData | None:
    """What a kept record says; None for one that cannot be read."""
    if container == "form":
        return from_json(json.loads(raw))
    read = read_one(raw, container, format_, declared=encoding)  # type: ignore[arg-type]
    return bib_data(read) if isinstance(read, ReadRecord) else None
