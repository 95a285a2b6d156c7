"""What must always hold of quotas: they count what was chosen, and tell of the past no more than the rules ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kernel.clock import local_day
from kernel.i18n import Text
from kernel.invariants import Invariant, sql
from kernel.journal import was_recorded
from kernel.local_time import local_day as local_day_of
from purchasing.missed_models import MissedParcels
from purchasing.programmes import amounts_needed_from, first_day_of
from purchasing.queries.funds import list_programmes
from purchasing.queries.quotas import last_fold
from purchasing.quota_models import QuotaPast, QuotaUse
from purchasing.selection_models import Delivery, Selection


def _find_kept(session: Session) -> Iterable[str]:
    """What should have been forgotten when the job last ran. No reader is named: the offender is the programme."""
    run = last_fold(session)
    if run is None:
        return []
    today = local_day(run)
    days = select(QuotaUse.programme_id).where(QuotaUse.day < today)
    found = {f"programme {one}: a day" for one in session.scalars(days)}
    named = (QuotaPast.patron_id.is_not(None), QuotaPast.month < first_day_of("year", today))
    found |= {f"programme {one}: a year" for one in session.scalars(select(QuotaPast.programme_id).where(*named))}
    missed = select(MissedParcels.programme_id).where(MissedParcels.year < today.year)
    found |= {f"programme {one}: missed parcels" for one in session.scalars(missed)}
    if not was_recorded(session, "programme_changed", run):
        found |= {f"programme {one}: an amount" for one in _idle_amounts(session, today)}
    return sorted(found)


def _idle_amounts(session: Session, today: date) -> Iterable[int]:
    for programme in list_programmes(session):
        first = amounts_needed_from(programme.rules, today)
        amounts = select(QuotaPast.id).where(QuotaPast.programme_id == programme.id, QuotaPast.price_fen > 0)
        if first is not None:
            amounts = amounts.where(QuotaPast.month < first)
        if session.scalar(amounts.limit(1)) is not None:
            yield programme.id


def _find_miscounted(session: Session) -> Iterable[str]:
    """Days that are still told by themselves, where as many books as were chosen come to another price."""
    day = local_day_of(Selection.made_at)
    chosen = (
        select(Selection.programme_id, day.label("day"), func.count().label("books"), func.sum(Selection.price_fen))
        .outerjoin(Delivery, Delivery.selection_id == Selection.id)
        .where(Selection.status != "cancelled", Delivery.gives_quota_back.is_not(True))
        .group_by(Selection.programme_id, day)
    )
    q = QuotaUse
    used = select(q.programme_id, q.day, func.sum(q.books), func.sum(q.price_fen)).group_by(q.programme_id, q.day)
    counted = {(row[0], row[1].isoformat()): (int(row[2]), int(row[3])) for row in session.execute(used)}
    there = {(row[0], row[1]): (row[2], int(row[3])) for row in session.execute(chosen)} if counted else {}
    for key, (books, fen) in sorted(counted.items()):
        chosen_books, chosen_fen = there.get(key, (0, 0))
        if books > chosen_books or (books == chosen_books and fen != chosen_fen):
            yield f"programme {key[0]} {key[1]}"


INVARIANTS: tuple[Invariant, ...] = (
    sql(
        "quota.counted",
        "读者用去的名额册数，等于有效的选书",
        "the quotas that readers used are the selections that count",
        """SELECT 'programme ' || q.programme_id FROM
             (SELECT programme_id, SUM(books) AS books FROM
                (SELECT programme_id, books FROM quota_use UNION ALL SELECT programme_id, books FROM quota_past) u
              GROUP BY programme_id) q
           WHERE q.books <> (SELECT COUNT(*) FROM selection s LEFT JOIN selection_delivery d ON d.selection_id = s.id
                             WHERE s.programme_id = q.programme_id AND s.status <> 'cancelled'
                               AND COALESCE(d.gives_quota_back, FALSE) = FALSE)""",
    ),
    Invariant(
        code="quota.priced",
        promise=Text(
            "还按天记的名额，金额等于当天有效的选书", "a day's quotas come to the price of the selections of that day"
        ),
        find=_find_miscounted,
    ),
    Invariant(
        code="quota.forgotten",
        promise=Text(
            "过去的名额不记哪天、哪家书店、多少钱（限额还要用的月份除外），过了年也不记是谁",
            "of quotas used before today neither day nor shop is kept, no amount that no limit counts, and after the year no reader",
        ),
        find=_find_kept,
    ),
    sql(
        "quota.gone",
        "已删除或并入他人的读者名下没有选书名额、选书和荐购",
        "of who was erased or merged nothing is told by quotas, choices and suggestions",
        """SELECT 'patron ' || p.id FROM patron p WHERE (p.erased_at IS NOT NULL OR p.merged_into_id IS NOT NULL) AND (
             EXISTS (SELECT 1 FROM quota_use q WHERE q.patron_id = p.id)
             OR EXISTS (SELECT 1 FROM quota_past q WHERE q.patron_id = p.id)
             OR EXISTS (SELECT 1 FROM chooser c WHERE c.patron_id = p.id)
             OR EXISTS (SELECT 1 FROM missed_parcels m WHERE m.patron_id = p.id)
             OR EXISTS (SELECT 1 FROM selection s WHERE s.patron_id = p.id)
             OR EXISTS (SELECT 1 FROM suggestion_vote v WHERE v.patron_id = p.id))""",
    ),
)
