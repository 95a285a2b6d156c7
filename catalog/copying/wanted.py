"""What is looked for elsewhere. Every part that is given must hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Index = Literal["isbn", "title", "author"]
LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    isbn: str = ""
    title: str = ""
    author: str = ""

    @property
    def terms(self) -> list[tuple[Index, str]]:
        """What was given; an ISBN suffices by itself, since books are known by it."""
        if self.isbn:
            return [("isbn", self.isbn)]
        named: list[tuple[Index, str]] = [("title", self.title), ("author", self.author)]
        return [(index, term) for index, term in named if term]
