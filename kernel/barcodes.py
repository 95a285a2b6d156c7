"""Which of several bearers of one number is meant: barcodes are unique only within a namespace, since merged networks collide. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from kernel.errors import Conflict, NotFound
from kernel.i18n import Text

T = TypeVar("T")


def split_barcode(text: str) -> tuple[str | None, str]:
    """`CODE:barcode` as its two parts; a bare barcode has no code."""
    code, colon, barcode = text.strip().partition(":")
    return (code, barcode) if colon and code and barcode else (None, text.strip())


def choose(
    found: Sequence[T],
    *,
    thing: str,
    asked: str,
    prefers: Callable[[T], bool],
    describe: Callable[[T], dict[str, str]],
) -> T:
    """The one that is preferred (it lies in the asker's namespace), else the only one.

    Raises NotFound for none and Conflict `<thing>.ambiguous` with the candidates for several.
    """
    if not found:
        raise NotFound(thing, asked)
    preferred = [one for one in found if prefers(one)]
    remaining = preferred or list(found)
    if len(remaining) == 1:
        return remaining[0]
    raise Conflict(
        f"{thing}.ambiguous",
        Text("「{asked}」不止一个，请选定是哪一个。", "“{asked}” stands for more than one. Choose which.").format(
            asked=asked
        ),
        candidates=[describe(one) for one in remaining],
    )
