"""What readers of the demo county ask the libraries to buy, and what the libraries answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from branches.access import Caller
from branches.context import Context
from patrons.models import Patron
from purchasing.models import Suggestion
from purchasing.service.suggestions import NewSuggestion, SuggestionService
from purchasing.states import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """`wanted_by` counts the readers, the one who asks first among them."""

    title: str
    author: str
    days_ago: int
    wanted_by: int
    reason: str = ""
    status: Status = "open"
    answer: str = ""


WISHES: Final = (
    _Wish(title="山茶花盛开的地方", author="江河", days_ago=40, wanted_by=6, status="ordered", answer="已向书商订购三册，下月到馆。"),
    _Wish(title="丘陵地区柑橘栽培百问", author="黎明德", days_ago=33, wanted_by=4, reason="村里好几户种柑橘，想照着学。"),
    _Wish(title="给孩子的星空课", author="闻一舟", days_ago=21, wanted_by=5, reason="孩子三年级，老师推荐的。"),
    _Wish(
        title="股市必胜法", author="金满堂", days_ago=18, wanted_by=1, status="declined",
        answer="此书多有夸大，馆里有《证券投资基础》一类的书可以借。",
    ),
    _Wish(title="手机摄影从入门到出片", author="白露", days_ago=9, wanted_by=2),
)  # fmt: skip


def has_wishes(session: Session) -> bool:
    return session.scalar(select(Suggestion.id).limit(1)) is not None


def make_wishes(context: Context) -> int:
    """Ask, second and answer, each at its own time; returns how many titles are wanted."""
    readers = list(context.session.scalars(select(Patron.id).where(Patron.status == "active").order_by(Patron.id)))
    for number, wish in enumerate(WISHES):
        asked_at = context.now - timedelta(days=wish.days_ago)
        callers = [readers[(number * 7 + n) % len(readers)] for n in range(min(wish.wanted_by, len(readers)))]
        for n, patron_id in enumerate(callers):
            reader = _at(context, asked_at + timedelta(hours=5 * n), Caller(kind="patron", id=patron_id))
            new = NewSuggestion(title=wish.title, author=wish.author, reason=wish.reason)
            made = SuggestionService(reader).suggest(new).suggestion
        if wish.status != "open":
            answering = _at(context, asked_at + timedelta(days=3), context.caller)
            SuggestionService(answering).answer(made.id, wish.status, wish.answer)
    return len(WISHES)


def _at(context: Context, moment: datetime, caller: Caller) -> Context:
    return replace(context, now=moment, caller=caller, channel="opac" if caller.kind == "patron" else context.channel)
