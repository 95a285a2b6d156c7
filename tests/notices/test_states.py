"""When a notice is tried again, and the hours in which phones stay silent."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from kernel.clock import ZONE
from notices.states import PAUSES, after_quiet_hours, next_try

NIGHT = (time(21), time(8))


@pytest.mark.parametrize(
    ("quiet", "hour", "until"),
    [
        (NIGHT, "2026-11-23 20:59", "2026-11-23 20:59"),
        (NIGHT, "2026-11-23 21:00", "2026-11-24 08:00"),
        (NIGHT, "2026-11-24 00:30", "2026-11-24 08:00"),
        (NIGHT, "2026-11-24 07:59", "2026-11-24 08:00"),
        (NIGHT, "2026-11-24 08:00", "2026-11-24 08:00"),
        (NIGHT, "2026-12-31 23:30", "2027-01-01 08:00"),
        ((time(12), time(14)), "2026-11-24 13:00", "2026-11-24 14:00"),
        ((time(12), time(14)), "2026-11-24 14:00", "2026-11-24 14:00"),
        ((time(9), time(9)), "2026-11-24 09:00", "2026-11-24 09:00"),
        (None, "2026-11-24 03:00", "2026-11-24 03:00"),
    ],
)
def test_a_message_waits_for_the_end_of_the_quiet_hours(quiet: tuple[time, time] | None, hour: str, until: str) -> None:
    now = datetime.fromisoformat(hour).replace(tzinfo=ZONE).astimezone(UTC)
    assert after_quiet_hours(now, quiet).astimezone(ZONE).strftime("%Y-%m-%d %H:%M") == until


def test_each_pause_is_longer_and_then_it_is_given_up() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    tries = [next_try(n, now) for n in range(1, len(PAUSES) + 2)]
    assert tries[-1] is None
    pauses = [at - now for at in tries if at is not None]
    assert pauses == sorted(set(pauses))
    assert pauses[0] == timedelta(minutes=1)
