"""What becomes of a reader's suggestion. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kernel.i18n import Text

Status = Literal["open", "ordered", "bought", "declined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionStatus:
    """`is_live`: the library has not said its last word, so another reader who wants the title adds a vote. `answer` names the act that
    leads here; `moves` the statuses one may go on to."""

    label: Text
    is_live: bool
    answer: Text
    moves: frozenset[Status] = frozenset()


STATUSES: Final[Mapping[Status, SuggestionStatus]] = {
    "open": SuggestionStatus(
        label=Text("待答复", "waiting for an answer"),
        is_live=True,
        answer=Text("提出", "suggest"),
        moves=frozenset({"ordered", "bought", "declined"}),
    ),
    "ordered": SuggestionStatus(
        label=Text("已订购", "ordered"),
        is_live=True,
        answer=Text("订购", "order"),
        moves=frozenset({"bought", "declined"}),
    ),
    "bought": SuggestionStatus(label=Text("已买到", "bought"), is_live=False, answer=Text("买到", "bought")),
    "declined": SuggestionStatus(label=Text("未采纳", "declined"), is_live=False, answer=Text("不采纳", "decline")),
}
LIVE: Final = tuple(status for status, one in STATUSES.items() if one.is_live)
