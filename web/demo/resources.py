"""Reads the text files of the demo county: one thing a line, columns parted by bars, `#` opens a remark."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def lines(*path: str) -> Iterator[str]:
    """The lines of a data file that hold something, without remarks."""
    source = files("web.demo").joinpath("data", *path)
    for line in source.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def rows(*path: str) -> Iterator[list[str]]:
    for line in lines(*path):
        yield line.split("|")
