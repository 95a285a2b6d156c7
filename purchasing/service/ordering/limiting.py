"""The limit of one person, asked before an order comes to cost more."""

from __future__ import annotations

from branches.context import Context
from branches.queries import lock_unit
from kernel.clock import bounds_of, local_day
from kernel.errors import Refusal
from kernel.money import show_money
from purchasing.limits import Commitment, second_person
from purchasing.order_refusals import refuse
from purchasing.policies import order_limit_fen
from purchasing.queries.orders import OrderRow, committed_alone
from purchasing.service.ordering.parts import write


def check_limit(context: Context, order: OrderRow, before_fen: int, after_fen: int) -> list[Refusal]:
    """Whether the caller alone may let the order come to more. Asked under a lock of the unit, so that two acts of one person at once count
    each other; the limit it was held to stays on the order."""
    session, author = context.session, context.caller.author
    if after_fen <= before_fen:
        return []
    lock_unit(session, order.org_id)
    asked = Commitment(
        author=author,
        before_fen=before_fen,
        after_fen=after_fen,
        alone_fen=committed_alone(session, order.org_id, author, *bounds_of(local_day(context.now))),
        limit_fen=order_limit_fen(context.policies, context.tree, org_id=order.org_id),
        approved_by=order.approved_by,
        approved_fen=order.approved_fen,
    )
    why = second_person(asked)
    if why is not None:
        bound = show_money(asked.bound_fen or 0)
        return [refuse(why, number=order.number, total=show_money(after_fen), limit=bound)]
    write(context, order.id, limit_fen=asked.limit_fen)
    return []
