"""Oversight as answers: services' values in, JSON of the schemas out, and the names of parts, which pages show too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from branches.context import Context
from catalog.reference import CLASSES
from kernel.i18n import Language, Text
from purchasing.oversight import AGE_GROUPS, FundState, Lending, Part
from purchasing.programmes import level_of
from purchasing.service.noticing import Noticed
from purchasing.service.oversight import Oversight

UNKNOWN: Final = Text("未知", "not known")
TOGETHER: Final = Text(
    "其余（{n} 项，有的季里不足 5 位读者）", "others ({n}, in some quarter with fewer than 5 readers)"
)


def name_part(asked: Context, dimension: str, part: Part) -> Text:
    """What a part is called: a shop or branch by its name, a class by letter and name."""
    if part.folded:
        return TOGETHER.format(n=part.folded)
    if dimension in ("shop", "home"):
        name = asked.tree.by_id[int(part.key)].name
        return Text(name, name)
    if dimension == "age":
        return AGE_GROUPS[part.key]
    label = CLASSES.get(asked.session).main.get(part.key)
    return (
        Text(f"{part.key} {label.zh}", f"{part.key} {label.en}")
        if label
        else Text(part.key, part.key)
        if part.key
        else UNKNOWN
    )


def show_oversight(seen: Oversight, asked: Context, language: Language) -> dict[str, Any]:
    programme = seen.programme
    parts = {name: _show_parts(seen, asked, language, name) for name in seen.parts}
    return {
        "programme": programme.code,
        "name": programme.name,
        "span": seen.span,
        "from_on": seen.from_on,
        "to_on": seen.to_on,
        "books": seen.books,
        "cost": seen.cost_fen if seen.sees_money else None,
        "paid": seen.paid_fen,
        "is_running": seen.is_running,
        "cancelled": seen.cancelled,
        "readers": seen.readers,
        "first_time_readers": seen.first,
        "first_time_percent": seen.first_percent,
        "funds": None if seen.funds is None else [_show_fund(seen, one) for one in seen.funds],
        "by_shop": parts["shop"],
        "by_class": parts["class"],
        "by_age": parts["age"],
        "by_branch": parts["home"],
        "lent_again": {
            "chosen_until": seen.matured_on,
            "chosen": _show_lending(seen.again),
            "others": _show_lending(seen.others),
        },
        "to_shelf": seen.shelf,
        "counted_at": seen.kept_at,
        "refusals": {
            "asked": seen.refusals.asked,
            "reasons": [{"code": code, "count": count} for code, count in seen.refusals.by_code],
        },
        "alerts": None if seen.alerts is None else show_alerts(seen.alerts, asked, language),
    }


def show_alerts(noticed: Sequence[Noticed], asked: Context, language: Language) -> list[dict[str, Any]]:
    return [_show_alert(one, asked, language) for one in noticed]


def _show_alert(noticed: Noticed, asked: Context, language: Language) -> dict[str, Any]:
    alert = noticed.alert
    is_shop = alert.kind in ("shop", "cancelled", "hours")
    return {
        "kind": alert.kind,
        "programme": alert.programme,
        "about": asked.tree.by_id[int(alert.key)].code if is_shop else alert.key or None,
        "message": alert.message.in_(language),
        "count": alert.count,
        "of": alert.whole or None,
        "selections": list(noticed.selections),
    }


def _show_parts(seen: Oversight, asked: Context, language: Language, dimension: str) -> list[dict[str, Any]]:
    return [
        {
            "key": _key(asked, dimension, part),
            "name": name_part(asked, dimension, part).in_(language),
            "books": part.books,
            "cost": part.cost_fen if seen.sees_money else None,
            "together": part.folded or None,
        }
        for part in seen.parts[dimension]
    ]


def _key(asked: Context, dimension: str, part: Part) -> str | None:
    if part.folded or not part.key:
        return None
    return asked.tree.by_id[int(part.key)].code if dimension in ("shop", "home") else part.key


def _show_fund(seen: Oversight, state: FundState) -> Mapping[str, Any]:
    fund = state.fund
    return {
        "fund": fund.code,
        "name": fund.name,
        "allocated": fund.allocated_fen,
        "spent": fund.spent_fen,
        "left": fund.left_fen,
        "spent_on_choices": state.span_fen,
        "warn_at": level_of(fund.allocated_fen, seen.programme.warn_at),
        "stop_at": fund.ceiling_fen,
        "level": state.level,
        "lasts_until": state.lasts_until,
    }


def _show_lending(lending: Lending) -> dict[str, Any]:
    return {
        name: getattr(lending, name) for name in ("copies", "lent", "never", "loans", "lent_percent", "loans_a_copy")
    }
