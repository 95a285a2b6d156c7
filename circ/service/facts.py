"""Facts that several acts load alike: the reader's standing here, and which refusals the caller may lift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from branches.context import Context
from branches.policy import Resolved
from catalog.queries import ItemRow
from catalog.reference import ITEM_TYPES
from circ import queries, rules, terms
from kernel.clock import local_day
from kernel.errors import Refusal
from patrons.queries import PatronRow
from patrons.service.families import acts_for


def patron_facts(
    context: Context,
    patron: PatronRow,
    facts: queries.LendingFacts,
    org_id: int,
    *,
    item_home_id: int | None = None,
    narrow: tuple[rules.NarrowLimit, ...] = (),
) -> rules.PatronFacts:
    """`item_home_id` is where the copy in question belongs: a block may spare the items of the unit that set it."""
    blocks: list[queries.BlockInForce] = []
    if facts.blocks:
        units = context.tree.path(org_id)
        today = local_day(context.now)
        blocks = queries.blocks_in_force(context.session, patron.id, now=context.now, today=today, units=units)
    return rules.PatronFacts(
        id=patron.id,
        is_active=patron.status == "active",
        card_status=patron.card_status,
        expires_on=patron.expires_on,
        blocks=tuple(
            rules.Blocked(reason=block.reason, until=block.until)
            for block in blocks
            if not _spares(context, block, item_home_id)
        ),
        open_loans=facts.open_loans,
        overdue_loans=facts.overdue_loans,
        narrow=narrow,
        owed_fen=facts.owed_fen,
        late_returns=facts.late_returns,
        deposit_fen=facts.deposit_fen,
    )


def _spares(context: Context, block: queries.BlockInForce, item_home_id: int | None) -> bool:
    if not block.except_own_items or item_home_id is None:
        return False
    return context.tree.is_within(item_home_id, block.org_id)


def narrow_limits(
    context: Context, patron_id: int, item: ItemRow, resolved: Mapping[str, Resolved]
) -> tuple[rules.NarrowLimit, ...]:
    """The limits that policies set for books of this type and of this library, with what the reader has out of them."""
    types = ITEM_TYPES.get(context.session)

    @cache
    def kinds() -> Sequence[tuple[int, str, int]]:
        return queries.kinds_of_loans(context.session, patron_id=patron_id, item_id=item.id)

    def out_of(about: str) -> int:
        what, _, code = about.partition(":")
        if what == "org":
            return sum(count for home_id, _, count in kinds() if home_id == item.home_id)
        return sum(count for _, item_type, count in kinds() if code in types.chain(item_type))

    home = context.tree.by_id[item.home_id]
    return terms.narrow_limits(resolved, types, item_type=item.item_type, home=home, out_of=out_of)


def told_of(
    context: Context, item: ItemRow, *, category: str | None, home_id: int | None, card_until: date | None = None
) -> dict[str, Any]:
    """What the journal keeps of an act so that its policies can be asked again later: the criteria, and until when the card was good."""
    tree = context.tree
    return {
        "category": category,
        "card_until": card_until.isoformat() if card_until else None,
        "patron_org": tree.by_id[home_id].code if home_id is not None else None,
        "item_org": tree.by_id[item.home_id].code,
        "item_type": item.item_type,
    }


def may_see_reader(context: Context, loan: queries.LoanRow) -> bool:
    """Whether the caller may learn who has a loan: who lent the book, the library at which the reader is at home, and the reader."""
    caller, units = context.caller, (loan.org_id, loan.patron_home_id)
    if caller.kind == "patron":
        return acts_for(context, loan.patron_id)
    return any(unit is not None and caller.may("loan.read", unit, context.tree) for unit in units)


def record_override(
    context: Context, loan_id: int, codes: Sequence[str], reason: str | None, *, org_id: int, **subjects: int | None
) -> None:
    """That somebody lifted refusals, and why. It stands apart from the act, so that all overrides are found together."""
    data = {"loan": loan_id, "codes": list(codes)} | ({"why": reason} if reason else {})
    context.record("overridden", org_id=org_id, data=data, **subjects)


def may_lift(context: Context, refusals: Sequence[Refusal], asked: Sequence[str], org_id: int) -> list[str]:
    """Of the refusals somebody asked to lift, those whose right they hold at the unit; `""` is a right of everybody."""
    caller, tree = context.caller, context.tree
    return [
        r.code
        for r in refusals
        if r.code in asked and r.override is not None and (r.override == "" or caller.may(r.override, org_id, tree))
    ]
