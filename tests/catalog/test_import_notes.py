from __future__ import annotations

import re
from pathlib import Path

from catalog.import_notes import NOTES, note_text
from catalog.marc.faults import REJECTIONS

CATALOG = Path(__file__).parents[2] / "catalog"


def test_every_kind_that_the_code_counts_has_its_words() -> None:
    """Kinds look like `frame.separator`; whatever the reader and the import append to their counts is one of them."""
    sources = [
        path.read_text(encoding="utf-8")
        for path in (*(CATALOG / "marc").glob("*.py"), *(CATALOG / "service" / "imports").glob("*.py"))
        if path.name != "checking.py"  # its findings tell a cataloguer, and are counted by nobody
    ]
    kind = re.compile(r'"((?:frame|leader|directory|field|text|encoding|xml|item|record)\.[a-z0-9_]+)"')
    used = {name for source in sources for name in kind.findall(source)}
    problems = {"item.barcode_taken", "item.barcode_malformed"}
    assert used - set(REJECTIONS) - problems <= set(NOTES)
    assert len(used & set(NOTES)) > 30


def test_words_come_in_both_languages_and_an_unknown_kind_is_shown_as_it_is() -> None:
    assert all(text.zh and text.en and text.zh != text.en for text in NOTES.values())
    assert note_text("of.old").en == "of.old"
