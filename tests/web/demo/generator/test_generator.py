"""The generator's promise: the same arguments give the same bytes, on every machine and after every refactoring."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pymarc
import pytest

from web.demo.generator import Generator, queries
from web.demo.generator.__main__ import main

# Hashes taken from the single-file script that this package grew out of.
RUNS = {
    "--n 3000 --truth {truth} --queries {queries} --libfile {libfile}": (
        "d61219b07cdc29bf29adfe5c9e1c5f40982fc32b399ac8372c1151ff9ec23db1",
        {
            "truth": "1342f0f0b65ff603e714a55e7894332961fe533f0cd850a0715bff355410ba42",
            "queries": "8ee8829db001b5e5eb1730294cd497350e676316150d37d96d319e1c298a9dc5",
            "libfile": "7b1603d8e221ab7a62a462525db68e3f57150230acbfcc6a544dcd701da67d70",
        },
    ),
    "--n 2000 --encoding gb18030 --eol crlf --libraries 8 --dup-rate 0.3 --truth {truth}": (
        "fe97358369f6bc7a6ae122538bd51665d8873e9b069e9afd718559c47a6579d0",
        {"truth": "2f304e0d5ca5941c437e30f8aca86c6a9eaff1c1b7417a865e036e1810a02fb4"},
    ),
    "--n 2000 --format marc21 --truth {truth} --queries {queries}": (
        "34b28fb99d9f2df9e7d98b8f418033015215af612c0a87ac6707aaaa16ed6430",
        {
            "truth": "2dc4b7220d87a1eed0d830e21ae2038668434446216252ea4858fb891af545e9",
            "queries": "ceac00d177ab90dacbf5ee19e1cf0009b6c5172f68c210fbce4c48ee92cc297b",
        },
    ),
    "--n 800 --format marc21 --container marcxml --libraries 20": (
        "463ea9476c277ec392024e98b787a768cb8a960d9913852263e661664f334633",
        {},
    ),
    "--n 800 --container marcxml --encoding gb18030 --seed 7 --dup-rate 0": (
        "7fc058b698072b335550215c67eb0e5653cec980a334e68f1b8b5d788415a606",
        {},
    ),
    "--n 1500 --format marc21 --encoding gb18030 --eol lf --dup-rate 0.5 --seed 99 --truth {truth}": (
        "cc4109beb4a3de4b43bc1e07f195ec4e486947d9c4b3df389f6c140ecf365e60",
        {"truth": "56185c4627a0795b3a3e9563ddafba2614c49d92485fe3c6ff27de0f41dc76f5"},
    ),
}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("arguments", list(RUNS))
def test_same_arguments_give_the_same_bytes(arguments: str, tmp_path: Path) -> None:
    records_hash, side_hashes = RUNS[arguments]
    side = {name: tmp_path / name for name in ("truth", "queries", "libfile")}
    out = tmp_path / "records"
    main([*arguments.format(**side).split(), "--out", str(out)])
    assert sha256(out) == records_hash
    assert {name: sha256(side[name]) for name in side_hashes} == side_hashes


def test_writes_records_that_a_strict_reader_accepts(tmp_path: Path) -> None:
    out = tmp_path / "books.mrc"
    main(["--n", "300", "--format", "marc21", "--out", str(out)])
    with out.open("rb") as file:
        records = [record for record in pymarc.MARCReader(file, force_utf8=True) if record is not None]
    assert len(records) == 300
    assert all(record.get_fields("952") for record in records)


def test_expected_hits_are_those_of_the_records(tmp_path: Path) -> None:
    out, expected = tmp_path / "books.iso", tmp_path / "queries.json"
    main(["--n", "1200", "--dup-rate", "0", "--out", str(out), "--queries", str(expected)])
    with out.open("rb") as file:
        reader = pymarc.MARCReader(file, file_encoding="utf-8", force_utf8=True)
        titles = [record["200"]["a"] for record in reader if record is not None]
    by_title = [q for q in json.loads(expected.read_text(encoding="utf-8"))["queries"] if q["kind"] == "title"]
    assert sum(q["hits"] for q in by_title) > 100
    assert {q["q"]: q["hits"] for q in by_title} == {q["q"]: sum(q["q"] in title for title in titles) for q in by_title}


def test_expected_hits_of_a_long_run_are_scaled_from_a_sample() -> None:
    exact = {(q["kind"], q["q"]): q["hits"] for q in queries(600, libraries=5)}
    scaled = {(q["kind"], q["q"]): q["hits"] for q in queries(6000, sample=600, libraries=5)}
    assert scaled
    assert all(scaled[key] == pytest.approx(exact[key] * 10) for key in scaled)


def test_different_seeds_give_different_books() -> None:
    first, second = ([record.title for *_, record in Generator(50, seed=seed)] for seed in (1, 2))
    assert first != second
