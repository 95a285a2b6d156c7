"""Who looked at a reader's card in a shop: each look is in the journal, which the reader may read; a clerk looks at so many cards a day.

A clerk who asks for one number after the other, or tries to choose for it, learns who is a reader and whose card does not serve; so those
that come to no choice are counted. Who may see readers' cards anyway is not held back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from branches.context import Context
from branches.tree import Unit
from kernel import journal
from kernel.clock import local_day, start_of_day
from kernel.db import Database
from kernel.errors import DomainError, NotFound, Refused
from patrons.queries import find_patron
from purchasing.policies import most_cards_in_vain
from purchasing.queries.looks import CARD, QUOTE, Desk, has_looked, looked_in_vain
from purchasing.refusals import refuse
from purchasing.service.selecting.judging import sees_details, shop_of

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


def note_refused(context: Context, shop_code: str, card: str) -> None:
    """A choice came to nothing, and its answer says as much of a reader as that to a question: it is one. Called once that choice has let
    go of the database. Raises Refused as above; for a shop that is not theirs there is nothing to note."""
    if context.caller.kind != "staff":
        return
    try:
        shop = shop_of(context, shop_code)
    except DomainError:
        return
    with hiding_numbers(context, shop_code):
        patron = find_patron(context.session, card, context.tree, at=shop.id)
    note_question(context, shop, patron.id)


@contextmanager
def hiding_numbers(context: Context, shop_code: str) -> Iterator[None]:
    """Whoever looked at too many cards today does not hear either which numbers are none. Raises Refused in place of NotFound then."""
    try:
        yield
    except NotFound as error:
        if error.code == "patron.not_found" and context.caller.kind == "staff":
            _require_left(context, context.tree.unit(shop_code), None)
        raise


def _require_left(context: Context, shop: Unit, patron_id: int | None) -> None:
    most = most_cards_in_vain(context.policies, context.tree, org_id=shop.id)
    if most is None or sees_details(context, shop):
        return
    seen = looked_in_vain(context.session, _desk(context, shop), start_of_day(local_day(context.now)))
    if patron_id not in seen and len(seen) >= most:
        raise Refused([refuse("purchase.looks", most=most)])


def _desk(context: Context, shop: Unit) -> Desk:
    return Desk(author=context.caller.author, shop_id=shop.id)
