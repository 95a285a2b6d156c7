"""See-references: who types another form of a name is told the one that is used, and what it is related to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from catalog.headings import heading_key
from catalog.queries.headings import headings_named

LONGEST_ASKED: Final = 60
MOST: Final = 5
FIELDS: Final = {"person": "author", "body": "author", "subject": "subject", "place": "subject"}


@dataclass(frozen=True, slots=True, kw_only=True)
class See:
    """`asked` refers to `name`, or is it; `others` are related headings, each to be searched in `field`."""

    asked: str
    name: str
    is_reference: bool
    variants: tuple[str, ...]
    others: tuple[str, ...]
    field: str


def references(session: Session, asked: str) -> list[See]:
    """For a question that is a name and nothing else."""
    text = asked.strip()
    if not text or len(text) > LONGEST_ASKED:
        return []
    key = heading_key(text)
    return [
        See(
            asked=text,
            name=heading.name,
            is_reference=heading_key(heading.name) != key,
            variants=tuple(form for form in heading.variants if heading_key(form) != key),
            others=heading.see_also,
            field=FIELDS[heading.kind],
        )
        for heading in headings_named(session, [text])[:MOST]
    ]
