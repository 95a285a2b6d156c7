"""Shapes of values that the settings of several groups share. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from branches.policy_values.joined import Several
from branches.policy_values.shape import DAYS, Measure
from branches.policy_values.single import Amount, Choice, Code, Switch, Whole
from kernel.i18n import Text

MOST_DAYS: Final = 3650
HIGHEST_COUNT: Final = 10_000
NO_LIMIT: Final = Text("不限", "no limit")
NO_CHARGE: Final = Text("不收", "none")
SWITCH: Final = Switch()


def days(empty: Text | None, *, lowest: int = 1) -> Whole:
    """Days; `empty` tells what none at all mean, None: there must be a number."""
    return Whole(lowest=lowest, highest=MOST_DAYS, measure=DAYS, empty=empty)


def count(measure: Measure, empty: Text | None = NO_LIMIT) -> Whole:
    """How many, from nought on."""
    return Whole(highest=HIGHEST_COUNT, measure=measure, empty=empty)


def money(empty: Text | None = NO_LIMIT) -> Amount:
    return Amount(empty=empty)


def one_of(options: Mapping[str, Text]) -> Choice:
    return Choice(options=options)


def units(empty: Text) -> Several:
    """Codes of units. Whether there are such units is not asked: some may come, some may go."""
    return Several(each=Code(criterion="org", must_exist=False), empty=empty)
