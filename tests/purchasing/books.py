"""Numbers of books for tests."""

from __future__ import annotations

from collections.abc import Iterator


def isbns(count: int) -> Iterator[str]:
    """Valid ISBNs, each once."""
    for number in range(count):
        body = f"9787{number:08d}"
        digits = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
        yield f"{body}{-digits % 10}"
