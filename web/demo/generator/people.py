"""Authors by number: the same class and rank is always the same person, so a low rank writes much."""

from __future__ import annotations

import re

from web.demo.generator.pinyin import pinyin, surname_pinyin
from web.demo.generator.stock import Person, draw_table
from web.demo.generator.words import word_lists

_REMEMBERED = 300_000
_MASK = 0xFFFFFFFF


class People:
    def __init__(self, encoding: str) -> None:
        words = word_lists()
        self._encoding = encoding
        self._words = words
        weighted = [m.groups() for m in (re.match(r"(\D+)(\d)$", entry) for entry in words["surnames"]) if m]
        self._surnames = draw_table([name for name, _ in weighted], [int(weight) ** 1.6 for _, weight in weighted])
        self._foreign_surnames = [tuple(entry.split(":")) for entry in words["foreign_surnames"]]
        self._foreign_given = [tuple(entry.split(":")) for entry in words["foreign_given_names"]]
        self._known: dict[int, Person] = {}

    def chinese(self, class_index: int, rank: int) -> Person:
        key = rank * 128 + class_index
        known = self._known.get(key)
        if known is None:
            known = self._chinese(key)
            if len(self._known) < _REMEMBERED:
                self._known[key] = known
        return known

    def _chinese(self, key: int) -> Person:
        mixed = (key * 2654435761 + 97) & _MASK
        mixed ^= mixed >> 15
        mixed = (mixed * 2246822519) & _MASK
        mixed ^= mixed >> 13
        surname = self._surnames[mixed & 0xFFFF]
        given = self._given(mixed)
        syllables = f"{surname_pinyin(surname)} {pinyin(given)}"
        birth = 1925 + (mixed >> 9) % 68 if (mixed >> 3) & 3 == 0 else 0
        return Person(
            (surname + given).encode(self._encoding),
            syllables.strip().encode("ascii"),
            "".join(part[0] for part in syllables.split()).encode("ascii"),
            b"",
            b"",
            birth,
        )

    def _given(self, mixed: int) -> str:
        share = (mixed >> 16) & 0x3FF
        single, double, rare = (self._words[f"given_names_{kind}"] for kind in ("1", "2", "rare"))
        if share < 5:
            return rare[(mixed >> 5) % len(rare)]
        if share < 420:
            return single[(mixed >> 7) % len(single)]
        if share < 560:
            return single[(mixed >> 7) % len(single)] + single[(mixed >> 13) % len(single)]
        return double[(mixed >> 7) % len(double)]

    def foreign(self, class_index: int, rank: int, nation: str) -> tuple[Person, bytes]:
        """The author and the surname in Chinese, which is the entry word of the heading."""
        key = (rank * 131 + class_index * 7919) & _MASK
        mixed = (key * 2654435761 + 12345) & _MASK
        mixed ^= mixed >> 16
        surname, surname_han = self._foreign_surnames[(mixed >> 3) % len(self._foreign_surnames)]
        given, given_han = self._foreign_given[(mixed >> 11) % len(self._foreign_given)]
        person = Person(
            f"{given_han}·{surname_han}".encode(self._encoding),
            f"{pinyin(given_han)} {pinyin(surname_han)}".encode("ascii"),
            b"",
            nation.encode(self._encoding),
            f"{surname}, {given}".encode("ascii"),
            0,
        )
        return person, surname_han.encode(self._encoding)
