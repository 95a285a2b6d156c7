"""Who looked at a reader's card in a shop: each look is in the journal, which the reader may read; a clerk looks at so many cards a day.

A clerk who asks for one number after the other learns who is a reader and whose card does not serve; so those that come to no choice are
counted. Who may see readers' cards anyway is not held back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from branches.context import Context
from branches.tree import Unit
from kernel import journal
from kernel.clock import local_day, start_of_day
from kernel.db import Database
from kernel.errors import Refused
from purchasing.policies import most_cards_in_vain
from purchasing.queries.looks import CARD, QUOTE, Desk, has_looked, looked_in_vain
from purchasing.refusals import refuse
from purchasing.service.selecting.judging import sees_details

ONE_LOOK: Final = timedelta(minutes=30)  # all that is asked while a reader stands there


def look_at_card(context: Context, shop: Unit, patron_id: int) -> None:
    """Somebody was handed a card. Raises Refused where they looked at too many today."""
    _require_left(context, shop, patron_id)
    context.record("person_viewed", org_id=shop.id, patron_id=patron_id, data={"what": CARD})


def note_question(context: Context, shop: Unit, patron_id: int) -> None:
    """Somebody of staff asks what a reader may choose: the trace is written in a transaction of its own, for a question only reads; what
    cannot be written is not answered. Raises Refused as above."""
    desk = _desk(context, shop)
    if has_looked(context.session, desk, patron_id, context.now - ONE_LOOK):
        return
    _require_left(context, shop, patron_id)
    database: Database = context.session.info["database"]

    def write(session: Session) -> None:
        journal.append(
            session,
            "person_viewed",
            at=context.now,
            author=desk.author,
            channel=context.channel,
            org_id=shop.id,
            patron_id=patron_id,
            data={"what": QUOTE},
        )

    database.run(write)


def _require_left(context: Context, shop: Unit, patron_id: int) -> None:
    most = most_cards_in_vain(context.policies, context.tree, org_id=shop.id)
    if most is None or sees_details(context, shop):
        return
    seen = looked_in_vain(context.session, _desk(context, shop), start_of_day(local_day(context.now)))
    if patron_id not in seen and len(seen) >= most:
        raise Refused([refuse("purchase.looks", most=most)])


def _desk(context: Context, shop: Unit) -> Desk:
    return Desk(author=context.caller.author, shop_id=shop.id)
