"""The word stock made ready for one encoding: words as bytes, pinyin and initials, tables to draw from.

Words are kept encoded because a run writes millions of them and each is encoded only once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from web.demo.generator.pinyin import initials, pinyin
from web.demo.generator.words import word_lists
from web.demo.resources import rows

T = TypeVar("T")

FIRST_YEAR, LAST_YEAR = 1949, 2024
# Publishers that suit a kind of book or a class, by parts of their names.
_SUITABLE = {
    "kid": "少年 儿童 未来 接力 海豚 明天 晨光 新蕾 二十一世纪 童",
    "novel": "文艺 文学 作家 花城 南海 北岳",
    "lit": "文艺 文学 作家 花城 三联",
    "trlit": "译文 译林 人民文学 商务 上海文艺",
    "TP": "清华 电子 机械工业 人民邮电",
    "S": "农业 金盾 科学技术 化学工业",
    "R": "卫生 中医药 科学技术 轻工",
    "D9": "法律 法制 大学",
    "K": "中华书局 古籍 人民出版社 商务 岳麓 巴蜀",
    "text": "教育 大学 科学出版社 师范",
}
_SUITABLE_BY_CLASS = ("TP", "S", "R", "D9", "K")


class Fragment(NamedTuple):
    text: bytes
    pinyin: bytes
    initials: bytes


class Person(NamedTuple):
    """An author; `nation` and `original` (the name in Latin letters) for foreigners, `birth` 0 if unknown."""

    text: bytes
    pinyin: bytes
    initials: bytes
    nation: bytes
    original: bytes
    birth: int


Pattern = list["Fragment | str"]
"""A title or sentence to fill: fragments as they are, single letters for what is drawn."""


class Publisher(NamedTuple):
    name: Fragment
    place: Fragment
    country: bytes
    registrants: tuple[str, ...]
    weight: int


class BookClass(NamedTuple):
    place: int
    number: str
    heading: Fragment
    kind: str
    topics: list[Fragment]
    publishers: list[Publisher] | None
    weight: int


def draw_table(items: Sequence[T], weights: Sequence[float], slots: int = 65536) -> list[T]:
    """A look-up table of 2**k slots: one getrandbits(k) is one weighted draw."""
    total = float(sum(weights))
    out: list[T] = []
    seen = 0.0
    for item, weight in zip(items, weights, strict=True):
        count = max(1, round((seen + weight) / total * slots) - len(out))
        out.extend([item] * count)
        seen += weight
    out.extend([items[0]] * (slots - len(out)))
    return out[:slots]


def zipf(count: int, exponent: float = 1.0) -> list[float]:
    return [1.0 / (rank + 1) ** exponent for rank in range(count)]


@dataclass(frozen=True, kw_only=True)
class Stock:
    encoding: str
    patterns: dict[str, list[Pattern]]
    subtitles: list[Pattern]
    sentences: list[Pattern]
    words: dict[str, list[Fragment]]
    places: list[Fragment]
    counties: list[Fragment]
    years: list[Fragment]
    audiences: list[bytes]
    publishers: list[Publisher]
    classes: list[BookClass]
    class_table: list[BookClass]
    translated: Fragment
    written: Fragment


class _Encoder:
    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self._known: dict[str, Fragment] = {}

    def fragment(self, text: str) -> Fragment:
        """The same object for the same text: subject headings are compared by identity."""
        known = self._known.get(text)
        if known is None:
            known = Fragment(text.encode(self.encoding), pinyin(text).encode("ascii"), initials(text).encode("ascii"))
            self._known[text] = known
        return known

    def all(self, texts: Sequence[str]) -> list[Fragment]:
        return [self.fragment(text) for text in texts]

    def pattern(self, text: str) -> Pattern:
        parts: list[str] = re.findall(r"\{\w\}|[^{}]+", text)
        return [part[1:-1] if part.startswith("{") else self.fragment(part) for part in parts]


def build_stock(encoding: str) -> Stock:
    encoder = _Encoder(encoding)
    words = word_lists()
    publishers = _publishers(encoder)
    classes = _classes(encoder, publishers)
    return Stock(
        encoding=encoding,
        patterns=_patterns(encoder),
        subtitles=[encoder.pattern(text) for text in words["subtitles"]],
        sentences=[encoder.pattern(text) for text in words["sentences"]],
        words={name: encoder.all(words[name]) for name in ("adjectives", "nouns", "numbers", "series", "roles")},
        places=draw_table(encoder.all(words["places"]), zipf(len(words["places"]), 0.7)),
        counties=[
            encoder.fragment(first + second + tail)
            for first in words["county_first"]
            for second in words["county_second"]
            for tail in ("县", "镇", "村")
        ],
        years=encoder.all([str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)]),
        audiences=[text.encode(encoding) for text in words["audiences"]],
        publishers=draw_table(publishers, [publisher.weight for publisher in publishers]),
        classes=classes,
        class_table=draw_table(classes, [book_class.weight for book_class in classes]),
        translated=encoder.fragment("译"),
        written=encoder.fragment("著"),
    )


def _patterns(encoder: _Encoder) -> dict[str, list[Pattern]]:
    out = {}
    for kind, *texts in rows("stock", "title_patterns.txt"):
        patterns = [encoder.pattern(text) for text in texts]
        out[kind] = draw_table(patterns, [1.0 / (1 + rank * 0.09) for rank in range(len(patterns))], 1024)
    return out


def _publishers(encoder: _Encoder) -> list[Publisher]:
    return [
        Publisher(
            encoder.fragment(name),
            encoder.fragment(place),
            country.encode(),
            tuple(registrants.split()),
            int(weight),
        )
        for name, place, country, registrants, weight in rows("stock", "publishers.txt")
    ]


def _classes(encoder: _Encoder, publishers: Sequence[Publisher]) -> list[BookClass]:
    suitable = {key: _suitable(publishers, names.split(), encoder.encoding) for key, names in _SUITABLE.items()}
    out = []
    for index, (number, heading, weight, kind, topics) in enumerate(rows("stock", "classes.txt")):
        fragments = encoder.all(topics.split())
        choice = suitable.get(kind)
        for key in _SUITABLE_BY_CLASS:
            if number.startswith(key) and kind not in ("kid", "bio"):
                choice = suitable[key]
        table = draw_table(fragments, zipf(len(fragments), 0.8), 1024)
        out.append(BookClass(index, number, encoder.fragment(heading), kind, table, choice, int(weight)))
    return out


def _suitable(publishers: Sequence[Publisher], names: Sequence[str], encoding: str) -> list[Publisher]:
    chosen = [p for p in publishers if any(name in p.name.text.decode(encoding) for name in names)]
    return draw_table(chosen, [publisher.weight for publisher in chosen])
