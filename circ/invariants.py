"""What must always be true of loans and holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from circ.ledger_invariants import INVARIANTS as OF_ACCOUNTS
from circ.models import Loan
from kernel.clock import local_day
from kernel.i18n import Text
from kernel.invariants import Invariant, sql
from kernel.journal import JournalEntry
from patrons.models import Block

_BATCH = 1000
_BLOCKING = ("patron_blocked", "patron_unblocked")

# The order of the journal decides what was before what: a request that waited for another has an older time.
_OPEN = (
    select(
        Loan.id,
        Loan.patron_id,
        Loan.org_id,
        Loan.checked_out_at,
        Loan.overrides,
        JournalEntry.id.label("entry"),
        JournalEntry.data,
    )
    .join(
        JournalEntry,
        (JournalEntry.act == "checked_out")
        & (JournalEntry.item_id == Loan.item_id)
        & (JournalEntry.at == Loan.checked_out_at),
    )
    .where(Loan.closed_at.is_(None))
)
_BLOCKS_OF_BORROWERS = select(Block).where(Block.patron_id.in_(select(Loan.patron_id).where(Loan.closed_at.is_(None))))


def _find_lent_in_spite(session: Session) -> Iterable[str]:
    """Open loans to a card that had expired, or was blocked there, when it borrowed, which nobody overrode."""
    blocks: dict[int, list[Block]] = {}
    for block in session.scalars(_BLOCKS_OF_BORROWERS):
        blocks.setdefault(block.patron_id, []).append(block)
    entries = _entries_of_blocks(session, blocks)
    for loan in session.execute(_OPEN, execution_options={"yield_per": _BATCH}):
        lifted = loan.overrides or ()
        until = (loan.data or {}).get("card_until")
        if until and until < local_day(loan.checked_out_at).isoformat() and "patron.expired" not in lifted:
            yield f"{loan.id} patron.expired"
        held = any(_held(block, loan, entries) for block in blocks.get(loan.patron_id, ()))
        if held and "patron.blocked" not in lifted:
            yield f"{loan.id} patron.blocked"


def _entries_of_blocks(session: Session, patrons: Iterable[int]) -> Mapping[tuple[str, int], int]:
    """Where in the journal a block was set and lifted."""
    told = select(JournalEntry.id, JournalEntry.act, JournalEntry.data).where(
        JournalEntry.act.in_(_BLOCKING), JournalEntry.patron_id.in_(list(patrons))
    )
    return {(row.act, row.data["block"]): row.id for row in session.execute(told)}


def _held(block: Block, loan: Row[Any], entries: Mapping[tuple[str, int], int]) -> bool:
    set_at, lifted_at = (entries.get((act, block.id)) for act in _BLOCKING)
    return (
        set_at is not None
        and set_at < loan.entry
        and (lifted_at is None or lifted_at > loan.entry)
        and (block.until is None or block.until >= local_day(loan.checked_out_at))
        and not block.except_own_items  # whether it spared the copy depends on where that belonged then
        and (block.scope == "network" or block.org_id == loan.org_id)
    )


INVARIANTS: tuple[Invariant, ...] = (
    sql(
        "loan.one_open",
        "一册书最多有一笔未还的借阅",
        "a copy has at most one open loan",
        """SELECT i.barcode FROM loan l JOIN item i ON i.id = l.item_id WHERE l.closed_at IS NULL
           GROUP BY i.id, i.barcode HAVING count(*) > 1""",
    ),
    sql(
        "loan.item_on_loan",
        "借出或借阅中报失的书恰有一笔未还的借阅",
        "a copy is on loan, or lost by its reader, exactly while it has an open loan",
        """SELECT i.barcode FROM item i LEFT JOIN loan l ON l.item_id = i.id AND l.closed_at IS NULL
           WHERE (i.status = 'on_loan' AND l.id IS NULL)
              OR (l.id IS NOT NULL AND i.status <> CASE WHEN l.mark = 'lost' THEN 'lost' ELSE 'on_loan' END)""",
    ),
    sql(
        "loan.ended_as_marked",
        "以丢失或认可已还结案的借阅都有相应的记录",
        "a loan that ended as lost, or as claimed to be returned, bears that mark",
        """SELECT id FROM loan WHERE close_reason IN ('lost','claimed_returned') AND (mark IS NULL OR mark <> close_reason)""",
    ),
    sql(
        "loan.journal_opened",
        "借阅与借出记录一一对应",
        "each copy has as many check-outs in the journal as loans, at the same times",
        """SELECT i.barcode FROM item i JOIN (
             SELECT item_id FROM (
               SELECT item_id, checked_out_at AS at, 1 AS loans, 0 AS told FROM loan
               UNION ALL SELECT item_id, at, 0, 1 FROM journal WHERE act = 'checked_out') e
             GROUP BY item_id, at HAVING sum(loans) <> sum(told)) d ON d.item_id = i.id""",
    ),
    sql(
        "loan.journal_closed",
        "归还记录与已还借阅一一对应",
        "each copy has as many check-ins in the journal, undone ones left out, as loans that ended by one",
        """SELECT i.barcode FROM item i JOIN (
             SELECT item_id FROM (
               SELECT item_id, 1 AS loans, 0 AS told FROM loan WHERE close_reason = 'returned'
               UNION ALL SELECT item_id, 0, 1 FROM journal j WHERE act = 'checked_in'
                 AND NOT EXISTS (SELECT 1 FROM journal u WHERE u.undoes_id = j.id)) e
             GROUP BY item_id HAVING sum(loans) <> sum(told)) d ON d.item_id = i.id""",
    ),
    sql(
        "item.last_seen",
        "书在业务日志最后见到它的地方",
        "a copy is where the journal saw it last",
        """SELECT i.barcode FROM item i JOIN journal j ON j.id = (
             SELECT max(id) FROM journal WHERE item_id = i.id
               AND act IN ('checked_out','checked_in','item_moved','transfer_received','transfer_approved','undone'))
           WHERE j.org_id <> i.location_id""",
    ),
    sql(
        # The clocks name those in question; the order of the journal decides, since a request that waited has an older time. It also
        # knows whose each loan was then: of accounts that were merged, each had its own limit.
        "loan.limit",
        "借出时未超过当时的册数上限，除非有人授权",
        "at check-out the reader was within the limit in force, or somebody overrode it",
        """SELECT l.id FROM loan l
           JOIN journal j ON j.act = 'checked_out' AND j.item_id = l.item_id AND j.at = l.checked_out_at
           WHERE l.limit_in_force IS NOT NULL AND l.overrides IS NULL AND l.patron_id IS NOT NULL
             AND (SELECT count(*) FROM loan o WHERE o.patron_id = l.patron_id AND o.id <= l.id
                  AND (o.closed_at IS NULL OR o.closed_at > l.checked_out_at)) > l.limit_in_force
             AND (SELECT count(*) FROM loan o
                  JOIN journal k ON k.act = 'checked_out' AND k.item_id = o.item_id AND k.at = o.checked_out_at
                  WHERE o.patron_id = l.patron_id AND o.id <= l.id
                  AND (k.patron_id = j.patron_id OR k.patron_id IS NULL)
                  AND NOT EXISTS (SELECT 1 FROM journal b WHERE b.act IN ('checked_in','undone') AND b.item_id = o.item_id
                                  AND b.id > k.id AND b.id < j.id)) > l.limit_in_force""",
    ),
    sql(
        "loan.renewals_counted",
        "续借次数与续借记录一致",
        "a loan's count of renewals equals its renewal rows",
        """SELECT l.id FROM loan l LEFT JOIN loan_renewal r ON r.loan_id = l.id
           GROUP BY l.id, l.renewals HAVING l.renewals <> count(r.id)""",
    ),
    sql(
        "loan.due_by_renewals",
        "应还日由最后一次续借而来，续借首尾相接（催还过的除外）",
        "a loan is due when its last renewal says, and each renewal begins where the one before ended, unless it was called back",
        """SELECT l.id FROM loan l JOIN loan_renewal r ON r.loan_id = l.id
           LEFT JOIN loan_renewal n ON n.id = (SELECT min(id) FROM loan_renewal WHERE loan_id = l.id AND id > r.id)
           WHERE r.new_due_at <> COALESCE(n.old_due_at, l.due_at) AND l.recalled_at IS NULL""",
    ),
    Invariant(
        code="loan.card_in_force",
        promise=Text(
            "借出时读者证没有到期、没有停借，除非有人授权",
            "at check-out the card had not expired and was not blocked, or somebody overrode it",
        ),
        find=_find_lent_in_spite,
    ),
    sql(
        "loan.reader_of_filled",
        "未还借阅的读者没有注销",
        "the reader of an open loan is not closed",
        """SELECT l.id FROM loan l JOIN patron p ON p.id = l.patron_id WHERE l.closed_at IS NULL AND p.status = 'closed'""",
    ),
    sql(
        "hold.one_open",
        "一位读者对同一本书最多有一个未完的预约",
        "a reader has at most one open hold on the same title, volume or copy",
        """SELECT min(id) FROM hold WHERE status IN ('queued','targeted','in_transit','ready')
           GROUP BY patron_id, bib_id, wants HAVING count(*) > 1""",
    ),
    sql(
        "hold.one_a_copy",
        "一册书最多为一个预约留着",
        "a copy is fetched or put aside for at most one hold",
        """SELECT i.barcode FROM hold h JOIN item i ON i.id = h.copy_id WHERE h.status IN ('targeted','in_transit','ready')
           GROUP BY i.id, i.barcode HAVING count(*) > 1""",
    ),
    sql(
        "hold.item_on_shelf",
        "预约架上的书恰为一个待取的预约留着",
        "a copy is on the hold shelf exactly while one hold is ready with it",
        """SELECT i.barcode FROM item i LEFT JOIN hold h ON h.copy_id = i.id AND h.status = 'ready'
           WHERE (i.status = 'on_hold_shelf') <> (h.id IS NOT NULL)""",
    ),
    sql(
        "hold.at_pickup",
        "待取的书在取书处",
        "a copy that is ready lies at the pickup place of its hold",
        """SELECT i.barcode FROM hold h JOIN item i ON i.id = h.copy_id WHERE h.status = 'ready' AND i.location_id <> h.pickup_id""",
    ),
    sql(
        "hold.item_on_its_way",
        "正送往取书处的预约，其书在调拨中",
        "the copy of a hold that is on its way has an open transfer",
        """SELECT h.id FROM hold h JOIN item i ON i.id = h.copy_id WHERE h.status = 'in_transit' AND i.status <> 'in_transit'""",
    ),
    sql(
        "hold.copy_as_wanted",
        "为预约找到的书正是所要的书",
        "the copy found for a hold is of its title, and the volume or the copy that was asked for",
        """SELECT h.id FROM hold h JOIN item i ON i.id = h.copy_id
           WHERE h.status IN ('targeted','in_transit','ready')
             AND (i.bib_id <> h.bib_id OR h.item_id <> i.id OR (h.volume IS NOT NULL AND COALESCE(i.volume, '') <> h.volume))""",
    ),
    sql(
        "hold.collected_by_reader",
        "取走的预约与同一读者的借阅一一对应",
        "a hold was collected exactly when it names a loan, and that loan is of the same reader",
        """SELECT h.id FROM hold h LEFT JOIN loan l ON l.id = h.loan_id
           WHERE (h.status = 'collected') <> (l.id IS NOT NULL)
              OR (l.patron_id IS NOT NULL AND h.patron_id IS NOT NULL AND l.patron_id <> h.patron_id)""",
    ),
    sql(
        "hold.to_clear",
        "只有已结束的预约才有待撤下的书",
        "only a hold that is over has a copy to be cleared from the hold shelf",
        """SELECT id FROM hold WHERE to_clear AND (status NOT IN ('cancelled','expired') OR copy_id IS NULL)""",
    ),
    *OF_ACCOUNTS,
)
