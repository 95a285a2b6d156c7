"""What was sent and has not arrived in time, by the rule of each library on either side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from branches.context import Context
from branches.policy import Question
from circ.notice_rules import late_since
from kernel.clock import local_day, start_of_day
from transit.queries import TransferRow
from transit.queries import requests as queries

SETTING = "notice_transfer_days"  # after so many days staff hear of it, and see it here


def late_transfers(context: Context, units: Collection[int]) -> list[TransferRow]:
    """Late for one of these units, which sent it or waits for it; the one sent first comes first."""
    found: dict[int, TransferRow] = {}
    for days, group in _by_days(context, units).items():
        found |= {row.id: row for row in queries.late_on_the_way(context.session, group, _before(context, days))}
    return sorted(found.values(), key=lambda row: (row.dispatched_at or row.requested_at, row.id))


def count_late(context: Context, units: Collection[int]) -> int:
    """For a board: one that is late for two of these units by different rules counts for each."""
    return sum(
        queries.count_late(context.session, group, _before(context, days))
        for days, group in _by_days(context, units).items()
    )


def _before(context: Context, days: int) -> datetime:
    """What was sent before this instant is late, by the days that notices count, too."""
    return start_of_day(late_since(local_day(context.now), days))


def _by_days(context: Context, units: Collection[int]) -> dict[int, list[int]]:
    """The units by how many days they wait; those that are never told are left out."""
    groups: dict[int, list[int]] = defaultdict(list)
    for unit in units:
        days = context.policies.resolve(SETTING, Question(org=context.tree.codes(unit))).value
        if days is not None:
            groups[days].append(unit)
    return groups
