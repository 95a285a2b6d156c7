"""What was sent and has not arrived in time, by the rule of each library on either side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

from branches.context import Context
from branches.policy import Question
from transit.queries import TransferRow
from transit.queries import requests as queries

SETTING = "notice_transfer_days"  # after so many days staff hear of it, and see it here


def late_transfers(context: Context, units: Collection[int]) -> list[TransferRow]:
    """Late for one of these units, which sent it or waits for it; the one sent first comes first."""
    found: dict[int, TransferRow] = {}
    for days, group in _by_days(context, units).items():
        before = context.now - timedelta(days=days)
        found |= {row.id: row for row in queries.late_on_the_way(context.session, group, before)}
    return sorted(found.values(), key=lambda row: (row.dispatched_at or row.requested_at, row.id))


def count_late(context: Context, units: Collection[int]) -> int:
    """For a board: one that is late for two of these units by different rules counts for each."""
    return sum(
        queries.count_late(context.session, group, context.now - timedelta(days=days))
        for days, group in _by_days(context, units).items()
    )


def _by_days(context: Context, units: Collection[int]) -> dict[int, list[int]]:
    """The units by how many days they wait; those that are never told are left out."""
    tree = context.tree
    groups: dict[int, list[int]] = defaultdict(list)
    for unit in units:
        codes = tuple(tree.by_id[step].code for step in tree.path(unit))
        days = context.policies.resolve(SETTING, Question(org=codes)).value
        if days is not None:
            groups[days].append(unit)
    return groups
