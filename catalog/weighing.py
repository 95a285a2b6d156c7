"""The weights and thresholds of a profile: what of them a county changed, checked, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from sqlalchemy.orm import Session

from catalog.import_models import ImportProfile
from catalog.matching import DEFAULT_WEIGHTS, LABELS, Weights
from kernel.errors import Invalid
from kernel.i18n import Text

HIGHEST: Final = 100
THRESHOLDS: Final[dict[str, Text]] = {
    "same": Text("达到即并入", "merged from"),
    "doubtful": Text("达到即送审", "shown to a librarian from"),
}
WEIGHT_LABELS: Final[dict[str, Text]] = LABELS | THRESHOLDS
_DEFAULTS: Final = asdict(DEFAULT_WEIGHTS)


def find_weights(session: Session, profile: str | None) -> Weights:
    """The weights of a profile; the common ones where none was asked for or nothing changed."""
    stored = session.get(ImportProfile, profile) if profile is not None else None
    return build_weights(stored.weights) if stored is not None else DEFAULT_WEIGHTS


def build_weights(changed: Mapping[str, Any]) -> Weights:
    """The weights with these changes; raises Invalid naming each that does not fit."""
    errors = {name: [problem] for name in changed if (problem := _problem(name, changed[name])) is not None}
    if errors:
        raise Invalid("profile.weights", Text("权重有内容需要改正。", "The weights need correction."), errors)
    weights = Weights(**_DEFAULTS | dict(changed))
    if weights.doubtful > weights.same:
        detail = Text("送审的分数不能高于并入的分数。", "The score for review cannot lie above the score for merging.")
        raise Invalid("profile.weights", detail, {"doubtful": [detail]})
    return weights


def changes(weights: Weights) -> dict[str, int]:
    """What of the weights is not as it comes: that alone is kept, so that better weights of a later release are used."""
    return {
        field.name: value
        for field in fields(Weights)
        if (value := getattr(weights, field.name)) != _DEFAULTS[field.name]
    }


def _problem(name: str, value: Any) -> Text | None:
    if name not in _DEFAULTS:
        return Text("没有这一项。", "There is no such weight.")
    lowest = 1 if name in THRESHOLDS else 0
    if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= HIGHEST:
        return None
    return Text("请填{lowest}到{highest}的整数。", "A whole number from {lowest} to {highest}.").format(
        lowest=lowest, highest=HIGHEST
    )
