"""Holdings profiles as the database keeps them: how a source writes its copies, and which unit each of its library codes means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Final, get_args

from sqlalchemy.orm import Session

from branches.context import Context
from catalog.import_models import ImportProfile
from catalog.marc.holdings import HoldingsProfile, Mode
from catalog.reference import ITEM_TYPES
from catalog.weighing import build_weights, changes
from kernel.barcodes import check_code
from kernel.errors import Invalid, NotFound
from kernel.i18n import Text

_NAMES: Final = frozenset(field.name for field in fields(HoldingsProfile))
_MAPS: Final = frozenset({"libraries", "prefixes", "item_types"})
_MAY_BE_NONE: Final = frozenset({"default_library", "other_library", "default_item_type"})


def find_profile(session: Session, code: str | None) -> HoldingsProfile | None:
    """The profile of a code; None where none was asked for, and the common layouts are recognised."""
    stored = session.get(ImportProfile, code) if code is not None else None
    return build_profile(stored.body) if stored is not None else None


def build_profile(body: Mapping[str, Any]) -> HoldingsProfile:
    """A profile from its JSON; raises Invalid naming each field that does not fit."""
    errors = {name: [problem] for name in body if (problem := _problem(name, body[name])) is not None}
    if errors:
        detail = Text("馆藏方案有内容需要改正。", "The import profile needs correction.")
        raise Invalid("profile.invalid", detail, errors)
    return HoldingsProfile(**body)


def find_stored(session: Session, code: str) -> ImportProfile:
    """The profile's row; raises NotFound."""
    stored = session.get(ImportProfile, code)
    if stored is None:
        raise NotFound("profile", code)
    return stored


def save_profile(
    context: Context, code: str, name: str, body: Mapping[str, Any], weights: Mapping[str, Any] | None = None
) -> ImportProfile:
    """Make or replace a profile; every unit and item type that it maps to must exist. Without `weights` those that it has stay."""
    profile = build_profile(body)
    changed = None if weights is None else changes(build_weights(weights))
    check_code(code)
    named = {*profile.libraries.values(), *profile.prefixes.values(), profile.default_library, profile.other_library}
    for unit in named - {None, ""}:
        context.tree.unit(unit or "")
    types = ITEM_TYPES.get(context.session).by_code
    for item_type in profile.item_types.values():
        if item_type not in types:
            raise NotFound("item_type", item_type)
    stored = context.session.get(ImportProfile, code)
    if stored is None:
        stored = ImportProfile(code=code, version=0, weights={})
        context.session.add(stored)
    stored.name, stored.body = name, dict(body)
    if changed is not None:
        stored.weights = changed
    stored.version += 1
    context.session.flush()
    context.record("settings_changed", data={"what": "import_profile", "profile": code, "version": stored.version})
    return stored


def to_json(stored: ImportProfile) -> dict[str, Any]:
    """The whole profile, defaults included."""
    return asdict(build_profile(stored.body))


def _problem(name: str, value: Any) -> Text | None:
    if name not in _NAMES:
        return Text("没有这一项。", "There is no such field.")
    if name in _MAPS:
        is_map = isinstance(value, dict) and all(isinstance(k, str) and isinstance(v, str) for k, v in value.items())
        return None if is_map else Text("应为“来源代码: 本县代码”的对照。", "It maps the source's codes to ours.")
    if name == "mode" and value not in get_args(Mode):
        return Text("可用：{modes}。", "One of: {modes}.").format(modes=", ".join(get_args(Mode)))
    if name == "barcode_pattern" and value is not None:
        return _pattern_problem(value)
    if value is None and name in _MAY_BE_NONE:
        return None
    return (
        None
        if isinstance(value, str) and len(value) <= 32
        else Text("应为不超过32个字符的文字。", "Text of at most 32 characters.")
    )


# Only what cannot run away on hostile text: literals, classes and counted repeats, one group.
_SAFE_PATTERN: Final = re.compile(r"(?:[A-Za-z0-9_-]|\\d|\\w|\[[A-Za-z0-9-]+\]|\{\d{1,3}(?:,\d{1,3})?\}|\((?!\?)|\))*")


def _is_tame(pattern: str) -> bool:
    """Whether a pattern cannot run away: one group, never repeated, and at most two repeats without a fixed count."""
    if len(pattern) > 100 or not _SAFE_PATTERN.fullmatch(pattern):
        return False
    return pattern.count("(") <= 1 and "){" not in pattern and pattern.count(",") <= 2


def _pattern_problem(value: Any) -> Text | None:
    if isinstance(value, str) and _is_tame(value):
        try:
            re.compile(value)
        except re.error:
            pass
        else:
            return None
    return Text(
        r"条码样式只能用字母、数字、\d、\w、[…]、{n}、至多两个{m,n}和一对括号。",
        r"A barcode pattern holds letters, digits, \d, \w, […], {n}, at most two {m,n} and one pair of brackets.",
    )
