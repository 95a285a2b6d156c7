"""What lateness costs with the books of a programme, as its form asks it: one fine a day, one suspension for each late day. Policies that
say more, in bands or with days of grace, are neither asked nor changed here; the page of the programme tells them in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from branches.policy import REGISTRY, in_words
from kernel.i18n import Text
from kernel.money import show_money
from web.pages.forms import Form

# An empty field: by the policies of the network. Nought: none, whatever these say.
_FINE, _CAP, _SUSPENSION = "fine", "fine_cap", "suspension"
_BAND: Final = {"from_day": 1, "to_day": None}
_PLAIN: Final = {"per_days": 1, "grace_days": 0, "cumulative": False}


def in_force(late: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    """Each policy of the programme's books with what it says, in the order of the settings."""
    return [(setting.label, in_words(setting.name, late[setting.name])) for setting in REGISTRY if setting.name in late]


def asks_fine(late: Mapping[str, Any]) -> bool:
    """Whether the fine is one that the form can say."""
    bands = late.get(_FINE, [])
    return not bands or (len(bands) == 1 and _BAND.items() <= ({"to_day": None} | bands[0]).items())


def asks_suspension(late: Mapping[str, Any]) -> bool:
    value = late.get(_SUSPENSION)
    return value is None or _PLAIN.items() <= (_PLAIN | value).items()


def filled(late: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the form."""
    values: dict[str, Any] = {}
    if _FINE in late and asks_fine(late):
        values["late_fine"] = late[_FINE][0]["per_day"] if late[_FINE] else "0"
    if late.get(_CAP) is not None:
        values["late_cap"] = late[_CAP]
    if _SUSPENSION in late and asks_suspension(late):
        value = late[_SUSPENSION] or {}
        values |= {"late_days": value.get("days", 0), "late_days_most": value.get("max_days")}
    return values


def sent(form: Form, before: Mapping[str, Any]) -> dict[str, Any]:
    """The policies as the form wants them; what it does not ask stays."""
    late = dict(before)
    if asks_fine(before):
        late.pop(_FINE, None)
        fine = form.money("late_fine")
        if fine is not None:
            late[_FINE] = [_BAND | {"per_day": show_money(fine)}] if fine else []
    cap = form.money("late_cap")
    if cap is not None:
        late[_CAP] = show_money(cap)
    elif before.get(_CAP) is not None:
        del late[_CAP]
    if asks_suspension(before):
        late.pop(_SUSPENSION, None)
        days, most = form.whole("late_days", 0, 1000), form.whole("late_days_most", 1, 1000)
        if days is not None:
            late[_SUSPENSION] = _PLAIN | {"days": days, "max_days": most} if days else None
        elif most is not None:
            form.wrong(
                "late_days",
                Text("请填一天停借几天。", "Say how many days each late day suspends."),
            )
    return late
