"""Characters that nobody sees and that make a text look like another: directional overrides, isolates, joiners of words, byte order marks.

Kept are ZWNJ and ZWJ, which Persian and Indic scripts and emoji need, and the plain direction marks of Hebrew and Arabic.
"""

from __future__ import annotations

import re
from typing import Final

# As they stand between the brackets of a pattern.
INVISIBLE_RANGES: Final = "\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
INVISIBLE: Final = re.compile(f"[{INVISIBLE_RANGES}]")


def without_invisible(text: str) -> str:
    """The text as a person reads it."""
    return INVISIBLE.sub("", text)
