"""How long oversight takes with many choices: `python -m bench.oversight DATABASE_URL [choices]` on an empty PostgreSQL database.

A year of choices in ten shops by readers of forty villages, lent again and again, among other loans, copies and acts of the journal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from time import perf_counter

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from branches.access import SYSTEM
from branches.context import Context
from kernel.db import Database
from migrations import upgrade
from purchasing.service.afterwards import keep_figures
from purchasing.service.oversight import OversightService
from purchasing.spans import span_of

NOW = datetime(2026, 12, 31, 4, tzinfo=UTC)
ROUNDS = 5
ACTS: tuple[tuple[str, Callable[[OversightService], object]], ...] = (
    ("the year", lambda service: service.show("NXS")),
    ("one month", lambda service: service.show("NXS", span_of("month", date(2026, 11, 1)))),
    ("alerts of 90 days", lambda service: service.alerts()),
)
# By turns: {n} choices, {others} other copies and {loans} other loans.
_FILL = (
    "INSERT INTO org_unit (id, code, name, kind, is_namespace, is_closed, version) VALUES (1,'QX','县','network',true,false,1)",
    "INSERT INTO org_unit (id, code, name, kind, parent_id, is_namespace, is_closed, version) VALUES (2,'ZG','总馆','hub',1,false,false,1)",
    """INSERT INTO org_unit (id, code, name, kind, parent_id, is_namespace, is_closed, version)
       SELECT 10 + n, 'B' || n, '分馆' || n, CASE WHEN n % 5 = 0 THEN 'branch' ELSE 'point' END,
              CASE WHEN n % 5 = 0 THEN 2 ELSE 10 + n - n % 5 END, false, false, 1 FROM generate_series(0, 39) n""",
    """INSERT INTO org_unit (id, code, name, kind, parent_id, is_namespace, is_closed, version)
       SELECT 100 + n, 'S' || n, '书店' || n, 'shop', 2, false, false, 1 FROM generate_series(0, 9) n""",
    """INSERT INTO opening_hours (org_id, weekday, opens, closes)
       SELECT 100 + s, d, '09:00', CASE WHEN s % 2 = 0 THEN '20:00' ELSE '21:00' END
       FROM generate_series(0, 9) s, generate_series(0, 6) d""",
    "INSERT INTO item_type (code, name) VALUES ('book', '图书')",
    "INSERT INTO patron_category (code, name) VALUES ('adult', '成人')",
    """INSERT INTO patron (id, name, category, home_id, created_at, status, version)
       SELECT n, '读者', 'adult', 10 + n % 40, '2025-01-01', 'active', 1 FROM generate_series(1, 20000) n""",
    """INSERT INTO fund (id, code, name, org_id, allocated_fen, spent_fen, created_at)
       VALUES (1, 'F1', '县', 2, 900000000, {n} * 3000, '2026-01-01'), (2, 'F2', '镇', 2, 900000000, {n} * 1500, '2026-01-01')""",
    """INSERT INTO programme (id, code, name, org_id, library_id, item_type, starts_on, ends_on, warn_at, stop_at, is_paused, rules,
       version, created_at) VALUES (1, 'NXS', '你选书', 2, 2, 'book', '2026-01-01', '2026-12-31', 80, 100, false, '{{}}', 1,
       '2026-01-01')""",
    "INSERT INTO programme_fund VALUES (1, 1, 2), (1, 2, 1)",
    """INSERT INTO bib (id, title, authors, kind, data, version, created_at, updated_at)
       SELECT n, '书 ' || n, '', 'book', '{{}}', 1, '2026-01-01', '2026-01-01' FROM generate_series(1, {n} / 2 + 1) n""",
    """INSERT INTO item (id, bib_id, namespace_id, barcode, owner_id, home_id, location_id, item_type, status, created_at, acquired_on,
       awaits_processing, version)
       SELECT n, 1 + n / 2 % ({n} / 2), 1, 'X' || n, 2, 2, 2, 'book', 'available', '2026-01-01',
              date '2026-01-01' + (n % 365)::int, n <= {n} AND n % 10 = 0, 1
       FROM generate_series(1, {n} + {others}) n""",
    """INSERT INTO loan (id, item_id, patron_id, org_id, checked_out_at, due_at, renewals, policy, closed_at, close_reason)
       SELECT n, n, CASE WHEN n % 10 = 0 THEN 1 + n * 7 % 20000 END, 100 + n % 10,
              timestamptz '2026-01-01 01:00Z' + n * interval '365 days' / {n}, '2026-12-31', 0, '{{}}',
              CASE WHEN n % 10 > 0 THEN timestamptz '2026-01-20 01:00Z' + n * interval '365 days' / {n} END,
              CASE WHEN n % 10 > 0 THEN 'returned' END
       FROM generate_series(1, {n}) n""",
    """INSERT INTO loan (id, item_id, org_id, checked_out_at, due_at, renewals, policy, closed_at, close_reason)
       SELECT {n} + n, 1 + n * 13 % ({n} + {others}), 2, '2026-06-01', '2026-07-01', 0, '{{}}', '2026-06-20', 'returned'
       FROM generate_series(1, {loans}) n""",
    """INSERT INTO selection (id, programme_id, shop_id, bib_id, item_id, loan_id, isbn, title, price_fen, cost_fen, status, is_online,
       is_first, reader_home_id, age_group, class_letter, known, decided, made_at, made_by, ended_at)
       SELECT n, 1, 100 + n % 10, 1 + n / 2 % ({n} / 2), n, n, lpad((n / 2)::text, 13, '0'), '书 ' || n / 2, 4500 + n % 900, 4500,
              CASE WHEN n % 23 = 0 THEN 'cancelled' ELSE 'lent' END, false, n % 5 = 0, 10 + n % 40,
              (ARRAY['child','adult','senior','unknown'])[1 + n % 4], substr('IIIKKGJBTR', 1 + (n / 3 % 10)::int, 1), '{{}}', '{{}}',
              timestamptz '2026-01-01 01:00Z' + n * interval '365 days' / {n}, 'clerk' || n % 20, CASE WHEN n % 23 = 0 THEN now() END
       FROM generate_series(1, {n}) n""",
    """INSERT INTO quota_use (programme_id, patron_id, day, shop_id, books, price_fen)
       SELECT 1, 1 + n * 7 % 20000, date '2026-01-01' + (n * 365 / {n})::int, 100 + n % 10, 1, 4500 FROM generate_series(1, {n}) n
       ON CONFLICT DO NOTHING""",
    """INSERT INTO fund_entry (fund_id, at, kind, fen, selection_id, note, author)
       SELECT f, timestamptz '2026-01-01 01:00Z' + n * interval '365 days' / {n}, 'selection', 4500 / f - 1500 * (f - 1) / 2, n, '', 'x'
       FROM generate_series(1, {n}) n, generate_series(1, 2) f""",
    """INSERT INTO journal (act, at, channel, author, item_id, data)
       SELECT CASE WHEN n % 20 = 0 THEN 'selection_refused'
              WHEN n % 20 = 1 AND n / 20 % 10 > 0 THEN 'item_processed' ELSE 'checked_out' END,
              timestamptz '2026-01-25 01:00Z' + n * interval '340 days' / ({n} * 20), 'desk', 'x', n / 20,
              CASE WHEN n % 20 = 0 THEN '{{"codes": ["purchase.price"], "programme": "NXS", "shop": "S1"}}'::jsonb END
       FROM generate_series(1, {n} * 20) n""",
)  # fmt: skip


def main(url: str, count: int) -> None:

    database = Database(url)
    upgrade(database)
    _fill(database, count)
    kept = keep_figures(lambda work: database.run(lambda session: work(_context(session))))
    print(f"{kept} months of figures are kept, as the worker does")
    took: list[tuple[float, str]] = []
    begun: list[float] = []
    event.listen(database.engine, "before_cursor_execute", lambda *_: begun.append(perf_counter()))
    event.listen(
        database.engine,
        "after_cursor_execute",
        lambda _c, _k, said, *_: took.append((perf_counter() - begun[-1], said)),
    )
    for name, act in ACTS:
        seconds = []
        for _ in range(ROUNDS):
            took.clear()
            with database.reading() as session:
                start = perf_counter()
                act(OversightService(_context(session)))
                seconds.append(perf_counter() - start)
        best = min(seconds)
        print(f"{name}: {best * 1000:.0f} ms, {len(took)} statements")
        for one, said in sorted(took, reverse=True)[:4]:
            print(f"   {one * 1000:6.0f} ms  {' '.join(said.split())[:110]}")
    database.close()


def _context(session: Session) -> Context:
    return Context(session=session, now=NOW, caller=SYSTEM, channel="cli")


def _fill(database: Database, count: int) -> None:
    with database.engine.begin() as connection:
        if connection.execute(text("SELECT count(*) FROM org_unit")).scalar():
            return
        connection.execute(text("SET statement_timeout = 0"))
        for statement in _FILL:
            connection.exec_driver_sql(statement.format(n=count, others=count * 3, loans=count * 10).replace("%", "%%"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("ANALYZE"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
