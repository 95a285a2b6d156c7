"""What several houses deliver of the same books: repeatable, readable, and truly what its list says it is."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from io import BytesIO

from catalog.bibdata import BibData
from catalog.marc import ReadRecord, bib_data, read_records
from web.demo.generator.deliveries import HOUSES, Delivered, Deliveries

COUNT = 2500


def described(one: Delivered) -> BibData:
    [read] = list(read_records(BytesIO(one.raw)))
    assert isinstance(read, ReadRecord)
    assert read.control_number == one.control
    return bib_data(read)


def test_the_same_arguments_give_the_same_bytes() -> None:
    def digest(seed: int) -> str:
        return hashlib.sha256(b"".join(one.raw for one in Deliveries(300, seed=seed))).hexdigest()

    assert digest(1) == digest(1) != digest(2)


def test_houses_send_the_same_books_in_their_own_words_and_what_resembles_them() -> None:
    books: dict[int, list[tuple[Delivered, BibData]]] = defaultdict(list)
    for one in Deliveries(COUNT):
        books[one.manifestation].append((one, described(one)))
    sent = [one for copies in books.values() for one, _ in copies]
    assert {one.house for one in sent} == {house.code for house in HOUSES}
    assert {"dup", "volume", "set", "edition", "same_isbn", "reissue", "reuse", "namesake"} <= {
        one.kind for one in sent
    }
    several = [copies for copies in books.values() if len(copies) > 1]
    assert any(len({one.house for one, _ in copies}) > 1 for copies in several)
    assert any(len({data.title for _, data in copies}) > 1 for copies in several)
    assert any(
        {data.isbns for _, data in copies} >= {()} and len({d.isbns for _, d in copies}) > 1 for copies in several
    )


def test_near_duplicates_share_a_name_or_a_number_with_another_book() -> None:
    by_title: dict[str, set[int]] = defaultdict(set)
    by_isbn: dict[str, set[int]] = defaultdict(set)
    for one in Deliveries(COUNT):
        data = described(one)
        by_title[data.title].add(one.manifestation)
        for isbn in data.isbns:
            by_isbn[isbn].add(one.manifestation)
    assert sum(len(books) > 1 for books in by_title.values()) > 50
    assert sum(len(books) > 1 for books in by_isbn.values()) > 20
