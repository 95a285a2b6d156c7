"""How notices read on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from branches.context import Context
from branches.tree import OrgTree
from notices.kinds import KINDS
from notices.queries import NoticeRow, SentRow, TemplateRow
from notices.states import OPEN


def show_notice(row: NoticeRow, tree: OrgTree, reader_id: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "subject": row.subject,
        "text": row.body,
        "language": row.language,
        "org": tree.by_id[row.org_id].code,
        "patron": None if row.patron_id == reader_id else row.patron_name,
        "told_at": row.told_at,
        "read_at": row.read_at,
    }


def show_sent(rows: Sequence[SentRow], asked: Context) -> list[dict[str, Any]]:
    """One a notice, with all its ways."""
    shown = []
    for _, grouped in groupby(rows, key=lambda row: row.notice_id):
        ways = list(grouped)
        first = ways[0]
        may_see = asked.caller.may("patron.loans", first.patron_home_id, asked.tree)
        shown.append(
            {
                "id": first.notice_id,
                "kind": first.kind,
                "patron": first.patron_barcode if may_see else None,
                "org": asked.tree.by_id[first.org_id].code,
                "count": first.things,
                "told_at": first.told_at,
                "read": first.is_read,
                "deliveries": [_show_way(way) for way in ways if way.delivery_id is not None],
            }
        )
    return shown


def _show_way(row: SentRow) -> dict[str, Any]:
    return {
        "channel": row.channel,
        "status": row.status,
        "attempts": row.attempts,
        "next_try_at": row.due_at if row.status in OPEN else None,
        "sent_at": row.sent_at,
        "error": row.error,
        "to_guardian": row.is_to_guardian,
    }


def show_template(row: TemplateRow) -> dict[str, Any]:
    return {
        **asdict(row.wording),
        "kind": row.kind,
        "language": row.language,
        "version": row.version,
        "places": list(KINDS[row.kind].places),
        "saved_at": row.saved_at,
        "saved_by": row.saved_by,
    }
