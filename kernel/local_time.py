"""An instant of the database as people in the network read it, inside a statement: day, weekday and clock time; and how far two are apart.

PostgreSQL knows the zone by name. SQLite does not, and is told the zone's offset, which has been the same since 1991.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Float, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from kernel.clock import ZONE

_OFFSET: Final = datetime(2026, 1, 1, tzinfo=UTC).astimezone(ZONE).utcoffset()
assert _OFFSET is not None
_MINUTES: Final = f"{int(_OFFSET.total_seconds()) // 60:+d} minutes"


class local_day(FunctionElement[str]):  # noqa: N801 - written like the functions of SQL
    """`2026-11-23` of an instant."""

    type = String()
    inherit_cache = True


class local_weekday(FunctionElement[str]):  # noqa: N801
    """`0` (Monday) to `6` of an instant."""

    type = String()
    inherit_cache = True


class local_clock(FunctionElement[str]):  # noqa: N801
    """`15:30` of an instant."""

    type = String()
    inherit_cache = True


class days_between(FunctionElement[float]):  # noqa: N801
    """How many days, with their part, lie between an earlier and a later instant."""

    type = Float()
    inherit_cache = True


@compiles(local_day, "postgresql")
def _day(element: Any, compiler: Any, **more: Any) -> str:
    return f"to_char({_there(element, compiler, **more)}, 'YYYY-MM-DD')"


@compiles(local_day, "sqlite")
def _day_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"strftime('%Y-%m-%d', {compiler.process(element.clauses, **more)}, '{_MINUTES}')"


@compiles(local_weekday, "postgresql")
def _weekday(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(extract(isodow FROM {_there(element, compiler, **more)}) - 1 AS TEXT)"


@compiles(local_weekday, "sqlite")
def _weekday_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    sunday_first = f"strftime('%w', {compiler.process(element.clauses, **more)}, '{_MINUTES}')"
    return f"CAST((CAST({sunday_first} AS INTEGER) + 6) % 7 AS TEXT)"


@compiles(local_clock, "postgresql")
def _clock(element: Any, compiler: Any, **more: Any) -> str:
    return f"to_char({_there(element, compiler, **more)}, 'HH24:MI')"


@compiles(local_clock, "sqlite")
def _clock_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"strftime('%H:%M', {compiler.process(element.clauses, **more)}, '{_MINUTES}')"


@compiles(days_between, "postgresql")
def _days(element: Any, compiler: Any, **more: Any) -> str:
    earlier, later = (compiler.process(one, **more) for one in element.clauses)
    return f"CAST(extract(epoch FROM ({later} - {earlier})) / 86400.0 AS DOUBLE PRECISION)"


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    earlier, later = (compiler.process(one, **more) for one in element.clauses)
    return f"(julianday({later}) - julianday({earlier}))"


def _there(element: Any, compiler: Any, **more: Any) -> str:
    return f"timezone('{ZONE.key}', {compiler.process(element.clauses, **more)})"
