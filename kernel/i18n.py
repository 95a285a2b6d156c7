"""Two languages side by side.

Every sentence meant for people is written once, as a pair of Chinese and English, where it is used. There is no catalogue to
compile and no sentence can lack its translation: the type checker sees both. Chinese is the first language of the product.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in Chinese and in English; both may hold the same `{placeholders}`."""

    zh: str
    en: str

    def format(self, **values: object) -> Text:
        """Fill the placeholders of both languages; a value that is itself a Text is taken in its language."""
        return Text(
            self.zh.format(**{k: _in(v, "zh") for k, v in values.items()}),
            self.en.format(**{k: _in(v, "en") for k, v in values.items()}),
        )

    def join(self, parts: Iterable[Text]) -> Text:
        """These in their order, with this one between them, as `str.join` does."""
        texts = tuple(parts)
        return Text(self.zh.join(one.zh for one in texts), self.en.join(one.en for one in texts))

    def in_(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


def _in(value: object, language: Language) -> object:
    return value.in_(language) if isinstance(value, Text) else value


def choose_language(accept_language: str | None) -> Language:
    """The language of an `Accept-Language` header: English only when it is asked for before Chinese (RFC 9110, 12.5.4)."""
    best: tuple[float, Language] = (0.0, "zh")
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.strip().partition(";")
        quality = _quality(parameters)
        name = tag.strip().lower()[:2]
        if name == "en" and quality > best[0]:
            best = (quality, "en")
        elif name == "zh" and quality > best[0]:
            best = (quality, "zh")
    return best[1]


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
