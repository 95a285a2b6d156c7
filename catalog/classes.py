"""Classes of the Chinese Library Classification as a tree that is found by number and by words. Pure.

A county that has the classification loads its own table (`tongjie classes load`), whose names then stand before ours.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from typing import Final

from catalog.callnumbers import is_class_number, tidy
from catalog.class_names import CLASSES, DIVISIONS
from kernel.i18n import Text

DEEPEST: Final = 64  # no classification has as many steps
LAST_CHARACTER: Final = "\uffff"  # behind all that a number is written with


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEntry:
    """A class with its name, and the class above it that has one."""

    code: str
    label: Text
    parent: str | None


class ClassTable:
    """All classes that have a name, those of the county before our own. A parent that leads back to its class is passed over."""

    def __init__(self, own: Mapping[str, tuple[str, str | None]] | None = None) -> None:
        labels = CLASSES | DIVISIONS | {code: Text(label, label) for code, (label, _) in (own or {}).items()}
        hung = {code: _above(code, labels) for code in labels}
        for code, (_, parent) in (own or {}).items():
            if parent in labels and not _leads_to(code, parent, hung):
                hung[code] = parent
        self.by_code: dict[str, ClassEntry] = {
            code: ClassEntry(code=code, label=labels[code], parent=hung[code]) for code in sorted(labels)
        }
        self._entries = list(self.by_code.values())
        self._codes = list(self.by_code)
        self._names = [f"{entry.label.zh}\n{entry.label.en}".casefold() for entry in self._entries]
        self._below: dict[str | None, list[ClassEntry]] = {}
        for entry in self._entries:
            self._below.setdefault(entry.parent, []).append(entry)

    @property
    def main(self) -> dict[str, Text]:
        """The names of the main classes."""
        return {code: self.by_code[code].label for code in CLASSES}

    def below(self, code: str | None) -> list[ClassEntry]:
        """The classes right below one; the main classes for None."""
        return list(self._below.get(code, ()))

    def path(self, code: str) -> list[ClassEntry]:
        """From the main class down to this one, as far as they have names. A class without one begins at what holds it."""
        found: list[ClassEntry] = []
        step = code if code in self.by_code else _above(code, self.by_code)
        while step is not None:
            found.insert(0, self.by_code[step])
            step = self.by_code[step].parent
        return found

    def search(self, words: Iterable[str]) -> list[ClassEntry]:
        """Those whose name holds all of these words, in either language, or whose number begins with one of them."""
        wanted = [word for word in words if word]
        places = set[int]().union(*(self._speaking_of(word) for word in wanted[:1]))
        for word in wanted[1:]:
            places &= self._speaking_of(word)
        return [self._entries[place] for place in sorted(places)]

    def offers(self, typed: str, limit: int) -> list[ClassEntry]:
        """What was most likely meant by what was typed so far. A number: itself, then what lies nearest below it; where nothing does, the
        class that holds it. Words: the widest classes first."""
        number = tidy(typed).upper()
        found = [self._entries[place] for place in self._beginning_with(number)]
        if not found and is_class_number(number):
            found = self.path(number)[-1:]
        found = found or self.search(typed.split())
        return nsmallest(limit, found, key=lambda entry: (len(entry.code), entry.code))

    def _beginning_with(self, number: str) -> range:
        """The places of the classes whose number begins so; none for an empty one."""
        if not number:
            return range(0)
        return range(bisect_left(self._codes, number), bisect_left(self._codes, number + LAST_CHARACTER))

    def _speaking_of(self, word: str) -> set[int]:
        """The places of the classes whose name holds the word or whose number begins with it."""
        folded = word.casefold()
        named = {place for place, names in enumerate(self._names) if folded in names}
        return named.union(self._beginning_with(word.upper()))


def _leads_to(code: str, parent: str, hung: Mapping[str, str | None]) -> bool:
    """Whether the way up from a parent comes to the class itself, which would cut off both from the tree, or to no end in sight."""
    step: str | None = parent
    for _ in range(DEEPEST):
        if step is None or step == code:
            return step == code
        step = hung[step]
    return True


def _above(code: str, known: Mapping[str, object]) -> str | None:
    """The longest class that holds this one: I247 for I247.5."""
    shorter = (code[:end] for end in range(len(code) - 1, 0, -1))
    return next((one for one in shorter if one in known), None)
