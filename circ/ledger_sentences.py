"""What an entry of the ledger is, and how a fee was computed, in words for the reader and the desk. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from circ.ledger import CAUSES, KINDS
from kernel.clock import day_text
from kernel.i18n import Text
from kernel.money import show_money

_LATE: Final = Text("应还 {due}，{until}归还，晚 {late} 天", "due {due}, back {until}, {late} days late")
_CLOSED: Final = Text("，其中闭馆 {closed} 天不计", ", of which {closed} closed days are free")
_CALENDAR: Final = Text("；按{unit}的日历", "; by the calendar of {unit}")
_CAPS: Final = {
    "fine_cap": Text("；算得 {fen} 元，按上限收", "; {fen} yuan by days, capped"),
    "price": Text("；算得 {fen} 元，不超过书价", "; {fen} yuan by days, no more than the price"),
}
_ROWS: Final = Text("；流通政策第 {rows} 条", "; policy rows {rows}")
_DEFAULTS: Final = Text("；按默认规则", "; by the built-in rules")


def name_entry(kind: str, cause: str | None) -> Text:
    """A fee by its cause, everything else by its kind."""
    return CAUSES[cause] if cause is not None else KINDS[kind]


def tell_why(why: Mapping[str, Any] | None, unit_names: Mapping[str, str], today: date) -> Text | None:
    """How a fee was computed: which days, whose calendar, which policy rows. `unit_names` are by code."""
    if why is None:
        return None
    parts = [*_lateness(why, unit_names, today), _rows(why)]
    said = Text("", "").join(parts)
    return Text(said.zh.removeprefix("；"), said.en.removeprefix("; "))


def _lateness(why: Mapping[str, Any], unit_names: Mapping[str, str], today: date) -> list[Text]:
    if "due" not in why:
        return []
    due, until = (day_text(date.fromisoformat(why[name]), today) for name in ("due", "until"))
    parts = [_LATE.format(due=due, until=until, late=why["late_days"])]
    if closed := why["late_days"] - why["counted_days"]:
        parts.append(_CLOSED.format(closed=closed))
    parts.append(_CALENDAR.format(unit=unit_names.get(why["calendar"], why["calendar"])))
    if why["capped_by"] is not None:
        parts.append(_CAPS[why["capped_by"]].format(fen=show_money(why["computed_fen"])))
    return parts


def _rows(why: Mapping[str, Any]) -> Text:
    rows = sorted({one["row"] for one in why["policy"].values() if one["row"] is not None})
    return _ROWS.format(rows="、".join(map(str, rows))) if rows else _DEFAULTS
