"""What a person is called in one heading: (英) 狄更斯 (Dickens, Charles) is 狄更斯, and Dickens, Charles, and Charles Dickens."""

from __future__ import annotations

import re
from functools import lru_cache

_BRACKETED = re.compile(r"[(（\[〔]([^()（）\[\]〔〕]*)[)）\]〕]")
_FIGURE = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST_COUNTRY = (
    4  # what Han stands in brackets is a country or a dynasty (英, 古希腊), a name only where it is longer
)


@lru_cache(maxsize=8192)
def names_in(heading: str) -> tuple[str, ...]:
    """The heading itself first, then the name without what stands in brackets, then the names in brackets, turned round too where they
    are turned round there."""
    bare = " ".join(_BRACKETED.sub(" ", heading).split())
    inner = [name.strip() for name in _BRACKETED.findall(heading) if _is_name(name)]
    halves = [name.partition(",") for name in inner if not _FIGURE.search(name)]
    turned = [f"{given.strip()} {family.strip()}" for family, _, given in halves if _LETTER.search(given)]
    return tuple(dict.fromkeys(name for name in (heading, bare, *inner, *turned) if _LETTER.search(name)))


def _is_name(text: str) -> bool:
    return len(text.strip()) > _LONGEST_COUNTRY if _HAN.search(text) else bool(_LETTER.search(text))
