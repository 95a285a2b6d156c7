"""What is remembered of a returned book, as the reader chooses, and when it is forgotten. Pure.

`forget`: as soon as the book is back; `days`: the default, for some days; `keep`: until the reader says otherwise, by a consent of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from kernel.i18n import Text

Choice = Literal["forget", "days", "keep"]
CHOICES: Final[tuple[Choice, ...]] = ("forget", "days", "keep")  # the stricter first
DAYS: Final = 30
# A return may be taken back for ten minutes, which needs the reader; and whoever gave the book back may still stand at the desk.
AT_ONCE: Final = timedelta(minutes=15)

LABELS: Final[dict[str, Text]] = {
    "forget": Text("还书后即忘记", "forget when the book is back"),
    "days": Text("保留 30 天（默认）", "keep for 30 days (the default)"),
    "keep": Text("一直保留，供自己查看", "keep, for my own use"),
}


def stricter(one: str, other: str) -> str:
    """Of two choices the one that remembers less."""
    return min(one, other, key=lambda choice: CHOICES.index(choice))


def forget_before(choice: str, now: datetime) -> datetime | None:
    """What ended by then is forgotten now; None: nothing is."""
    return {"forget": now - AT_ONCE, "days": now - timedelta(days=DAYS)}.get(choice)
