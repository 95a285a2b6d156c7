"""Toneless pinyin of the word stock: a table of characters, and of words in which characters mislead."""

from __future__ import annotations

from web.demo.resources import lines, rows


def _characters() -> dict[str, str]:
    return {run[0]: run[1:] for line in lines("stock", "pinyin.txt") for run in line.split()}


_CHARACTERS = _characters()
_WORDS = {row[0]: row[1] for row in rows("stock", "pinyin_words.txt") if not row[0].startswith("^")}
_SURNAMES = {row[0][1:]: row[1] for row in rows("stock", "pinyin_words.txt") if row[0].startswith("^")}


def pinyin(text: str) -> str:
    """Syllables of a text made of stock words, parted by spaces; Latin words and numbers stay whole."""
    if text in _WORDS:
        return _WORDS[text]
    out: list[str] = []
    latin = ""
    for character in text:
        syllable = _CHARACTERS.get(character)
        if syllable is None and character.isalnum():
            latin += character
            continue
        out.extend(part for part in (latin, syllable) if part)
        latin = ""
    if latin:
        out.append(latin)
    return " ".join(out)


def surname_pinyin(surname: str) -> str:
    return _SURNAMES.get(surname) or pinyin(surname)


def initials(text: str) -> str:
    """One letter a syllable; digits are kept, Latin words count by their first letter."""
    return "".join(part if part.isdigit() else part[0].lower() for part in pinyin(text).split())
