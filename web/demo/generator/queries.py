"""Realistic searches with the hits a run must give: counted from the records as they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from web.demo.generator.book import Book, Kind
from web.demo.generator.libraries import Library
from web.demo.generator.people import People
from web.demo.generator.pinyin import initials
from web.demo.generator.record import Record
from web.demo.generator.run import DEFAULT_SEED, Encoding, Format, Generator
from web.demo.generator.stock import Stock

_TITLES = (
    "历史 故事 大地 中国 人工智能 养猪 红楼梦 乡村振兴 Python 童话 高等数学 太极拳 中医 作文 水稻 史记 "
    "恐龙 家常菜 民法典 论语 青春 的秘密 入门 教程 中国历史 苏东坡 瓦尔登湖 概论 研究 一个人的 "
    "大凉山 猕猴桃 区块链 二胡 乌蒙山 土家族 小龙虾 碳中和 屠呦呦 黄帝内经"
)
_AUTHORS = ((42, 1), (42, 2), (42, 7), (87, 1), (20, 3), (60, 1), (50, 40), (3, 300), (42, 2500), (70, 6000))
_SUBJECTS = "长篇小说 计算机 农业经济 散文 中医 儿童文学 园艺 气象"
_PUBLISHERS = "人民文学出版社 清华大学出版社 中国农业出版社 四川文艺出版社 西藏人民出版社"
_CLASSES = "I247.5 I TP3 S8 K2 D9 V"
_INITIALS_OF = "中国历史 家常菜 红楼梦 人工智能 乡村振兴 小学语文 民法典 瓦尔登湖 大地 史记"
_ISBNS = 25

_STILL = "are still counted"
QUERY_MEANING = {
    "title": "records whose 200$a (245$a, in original script) contains the string",
    "pinyin_initials": "records whose title initials (one letter a syllable, Latin words by first letter, "
    "digits kept) contain the string",
    "author": "records with this name as author, co-author or translator (701/702 or 100/700; serials have none)",
    "subject": "records whose first subject heading is this (606$a / 650$a); "
    f"duplicates that leave the heading out {_STILL}",
    "publisher": f"records of this publisher; duplicates that shorten the name {_STILL}",
    "clc": f"records whose full class number starts with this; duplicates that shorten 690$a/084$a {_STILL}",
    "isbn": "records with this ISBN in any spelling (hyphens, 10 or 13 digits); "
    f"a few duplicates carry a wrong check digit and {_STILL}",
}


class Query(TypedDict):
    kind: str
    q: str
    hits: float
    freq: float


def watch_terms(stock: Stock) -> dict[str, list[str]]:
    """Search terms over the whole frequency range, fixed for a given stock."""
    people = People(stock.encoding)
    headings = {book_class.heading.text.decode(stock.encoding) for book_class in stock.classes}
    return {
        "title": _TITLES.split(),
        "author": [people.chinese(index, rank).text.decode(stock.encoding) for index, rank in _AUTHORS],
        "subject": [subject for subject in _SUBJECTS.split() if subject in headings],
        "publisher": _PUBLISHERS.split(),
        "clc": _CLASSES.split(),
        "pinyin_initials": [initials(text) for text in _INITIALS_OF.split()],
    }


class HitCounter:
    """Counts the watched terms; about 25 ISBNs are watched from their first record on."""

    def __init__(self, stock: Stock, count: int) -> None:
        terms = watch_terms(stock)
        self._encoded = {kind: [(term, term.encode(stock.encoding)) for term in words] for kind, words in terms.items()}
        self._hits = {kind: dict.fromkeys(words, 0) for kind, words in terms.items()}
        self._isbns: dict[bytes, int] = {}
        self._every = max(1, count // _ISBNS)
        self._total = 0

    def add(self, book: Book, kind: Kind, record: Record) -> None:
        self._total += 1
        self._count_containing("title", record.title)
        self._count_containing("pinyin_initials", record.initials)
        self._count_authors(book)
        self._count_equal("subject", book.heading.text)
        self._count_equal("publisher", book.publisher.name.text)
        for term, encoded in self._encoded["clc"]:
            if book.class_number.startswith(encoded):
                self._hits["clc"][term] += 1
        self._count_isbn(book, kind)

    def _count_containing(self, kind: str, text: bytes) -> None:
        for term, encoded in self._encoded[kind]:
            if encoded in text:
                self._hits[kind][term] += 1

    def _count_equal(self, kind: str, text: bytes) -> None:
        for term, encoded in self._encoded[kind]:
            if encoded == text:
                self._hits[kind][term] += 1

    def _count_authors(self, book: Book) -> None:
        if book.is_serial:
            return
        names = [author.person.text for author in book.authors]
        if book.translator:
            names.append(book.translator.text)
        for term, encoded in self._encoded["author"]:
            if encoded in names:
                self._hits["author"][term] += 1

    def _count_isbn(self, book: Book, kind: Kind) -> None:
        if book.isbn13 is None:
            return
        if book.isbn13 in self._isbns:
            self._isbns[book.isbn13] += 1
        elif kind == "new" and self._total % self._every == 1 and len(self._isbns) < _ISBNS:
            self._isbns[book.isbn13] = 1

    def result(self, count: int | None = None) -> list[Query]:
        """Hits of this run, or scaled to a run of `count` records (without ISBNs: they do not scale)."""
        scale = count / self._total if count else 1.0
        exact = scale == 1.0
        out = [
            Query(kind=kind, q=term, hits=hits if exact else round(hits * scale, 1), freq=hits / self._total)
            for kind, terms in self._hits.items()
            for term, hits in terms.items()
        ]
        if exact:
            out += [
                Query(kind="isbn", q=isbn.decode(), hits=hits, freq=hits / self._total)
                for isbn, hits in self._isbns.items()
            ]
        return out


def queries(
    count: int = 100_000,
    sample: int = 20_000,
    *,
    seed: int = DEFAULT_SEED,
    encoding: Encoding = "utf-8",
    format: Format = "cnmarc",
    dup_rate: float = 0.15,
    libraries: int | Sequence[Library] = 60,
) -> list[Query]:
    """Searches with expected hits of a run of `count` records: exact if the sample reaches it."""
    generator = Generator(
        min(count, sample),
        encoding=encoding,
        format=format,
        dup_rate=dup_rate,
        libraries=libraries,
        seed=seed,
    )
    counter = HitCounter(generator.stock, generator.count)
    for book, kind, _variation, record in generator:
        counter.add(book, kind, record)
    return counter.result(None if sample >= count else count)
