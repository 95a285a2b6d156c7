"""Toneless pinyin of the word stock: a table of characters, and of words in which characters mislead."""

from __future__ import annotations

from functools import cache

from web.demo.resources import lines, rows


@cache
def _characters() -> dict[str, str]:
    return {run[0]: run[1:] for line in lines("stock", "pinyin.txt") for run in line.split()}


@cache
def _words() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("stock", "pinyin_words.txt") if not row[0].startswith("^")}


@cache
def _surnames() -> dict[str, str]:
    return {row[0][1:]: row[1] for row in rows("stock", "pinyin_words.txt") if row[0].startswith("^")}


def pinyin(text: str) -> str:
    """Syllables of a text made of stock words, parted by spaces; Latin words and numbers stay whole."""
    word = _words().get(text)
    if word is not None:
        return word
    characters = _characters()
    out: list[str] = []
    latin = ""
    for character in text:
        syllable = characters.get(character)
        if syllable is None and character.isalnum():
            latin += character
            continue
        out.extend(part for part in (latin, syllable) if part)
        latin = ""
    if latin:
        out.append(latin)
    return " ".join(out)


def surname_pinyin(surname: str) -> str:
    return _surnames().get(surname) or pinyin(surname)


def initials(text: str) -> str:
    """One letter a syllable; digits are kept, Latin words count by their first letter."""
    return "".join(part if part.isdigit() else part[0].lower() for part in pinyin(text).split())
