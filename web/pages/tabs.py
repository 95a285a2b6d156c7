"""The tabs of a page that shows several lists: which there are, and which was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from kernel.i18n import Text

NO_HINT = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One list. `statuses` are those of the rows it shows; None: whatever they are."""

    name: str
    label: Text
    hint: Text = NO_HINT
    statuses: tuple[str, ...] | None = None


def chosen_tab(tabs: Sequence[Tab], first: int = 0) -> Tab:
    """The tab named by the request, else the one at place `first`."""
    asked = request.values.get("tab")
    return next((tab for tab in tabs if tab.name == asked), tabs[first])
