"""Renewal: a loan's due date moves on, or every reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from branches.context import Context
from branches.policy import Resolved
from catalog.queries import ItemRow, item_by_id
from catalog.reference import ITEM_TYPES
from circ import queries, rules, sentences, terms
from circ.commands import Renew
from circ.due import due_by
from circ.models import Loan, LoanRenewal
from circ.queries import LoanRow
from circ.refusals import refuse
from circ.service.answers import Lent
from circ.service.facts import may_lift, may_see_reader, patron_facts, record_override, told_of
from circ.service.holds.reading import others_are_served
from circ.service.ledger.lateness import settle_renewal
from kernel.clock import local_day
from kernel.errors import NotFound, Refused
from patrons.queries import PatronRow, patron_by_id
from patrons.service.families import acts_for


def renew(context: Context, command: Renew) -> Lent:
    """Renew by the policies of the unit `at`, else of the unit that lent the book; its calendar counts. A reader renews by
    the policies of the unit that lent the book, and chooses no other."""
    loan = _find(context, command)
    org_id = context.tree.unit(command.at).id if command.at else loan.org_id
    if context.caller.kind == "patron":
        org_id = loan.org_id
    else:
        context.caller.require_at("loan.renew", org_id, context.tree)
    if loan.patron_id is None:
        raise Refused([refuse("loan.closed")])
    patron = patron_by_id(context.session, loan.patron_id, lock=True)
    item = item_by_id(context.session, loan.item_id, lock=True)
    loan = queries.loan_by_id(context.session, loan.id) or loan
    resolved = _resolve(context, patron, item.home_id, item.item_type, org_id)
    new_due_at = _new_due(context, loan, patron, resolved, org_id)
    facts = queries.lending_facts(
        context.session,
        patron_id=patron.id,
        item_id=item.id,
        bib_id=item.bib_id,
        volume=item.volume,
        now=context.now,
        today=local_day(context.now),
    )
    refusals = rules.decide_renewal(
        patron_facts(context, patron, facts, org_id, item_home_id=item.home_id),
        rules.RenewalFacts(
            is_open=loan.closed_at is None,
            renewals=loan.renewals,
            due_at=loan.due_at,
            new_due_at=new_due_at,
            others_wait=facts.is_awaited and not _others_are_served(context, item, patron, resolved),
            mark=loan.mark,
        ),
        terms.renewal_terms(resolved),
        context.now,
    )
    standing = rules.stops(refusals, may_lift(context, refusals, command.override, org_id))
    if standing:
        raise Refused(standing)
    overridden = sorted({r.code for r in refusals})
    # An override never moves the day backwards: at least the present due day stays.
    moves = new_due_at > loan.due_at
    if moves:
        settle_renewal(context, loan, item, here_id=org_id)
    about = told_of(context, item, category=patron.category, home_id=patron.home_id, card_until=patron.expires_on)
    entry_id = _write(context, loan, new_due_at, org_id, overridden, command.reason, about) if moves else None
    due = max(new_due_at, loan.due_at)
    return Lent(
        id=loan.id,
        entry_id=entry_id,
        patron=patron,
        item=item,
        at=context.tree.by_id[loan.org_id],
        checked_out_at=loan.checked_out_at,
        due_at=due,
        renewals=loan.renewals + moves,
        notices=(),
        policy=terms.describe(resolved),
        message=sentences.after_renewal(item, due, context.now),
        names_reader=may_see_reader(context, loan),
    )


def _find(context: Context, command: Renew) -> LoanRow:
    """The loan; a reader finds only their own and those of children in their care, and nobody learns of others."""
    loan = queries.loan_by_id(context.session, command.loan_id)
    is_reader = context.caller.kind == "patron"
    if loan is None or (is_reader and not acts_for(context, loan.patron_id)):
        raise NotFound("loan", command.loan_id)
    return loan


def _resolve(
    context: Context, patron: PatronRow, item_home_id: int, item_type: str, org_id: int
) -> dict[str, Resolved]:
    question = terms.build_question(
        context.tree,
        ITEM_TYPES.get(context.session),
        org_id=org_id,
        item_org_id=item_home_id,
        patron_org_id=patron.home_id,
        category=patron.category,
        item_type=item_type,
    )
    return terms.resolve(context.policies, terms.RENEWAL, question)


def _others_are_served(context: Context, item: ItemRow, patron: PatronRow, resolved: dict[str, Resolved]) -> bool:
    return resolved["renew_if_other_copies"].value and others_are_served(context, item.bib_id, item, patron.id)


def _new_due(
    context: Context, loan: LoanRow, patron: PatronRow, resolved: dict[str, Resolved], org_id: int
) -> datetime:
    start = context.now if resolved["renew_from"].value == "today" else max(loan.due_at, context.now)
    return due_by(start, terms.renewal_length(resolved, patron.expires_on), context.calendars, org_id)


def _write(
    context: Context,
    loan: LoanRow,
    new_due_at: datetime,
    org_id: int,
    overridden: list[str],
    reason: str | None,
    about: Mapping[str, Any],
) -> int:
    """`about` are the criteria of the policies, for who reads the journal later."""
    session = context.session
    session.execute(update(Loan).where(Loan.id == loan.id).values(due_at=new_due_at, renewals=Loan.renewals + 1))
    session.execute(
        insert(LoanRenewal).values(
            loan_id=loan.id, at=context.now, org_id=org_id, old_due_at=loan.due_at, new_due_at=new_due_at
        )
    )
    data: dict[str, Any] = {
        "loan": loan.id,
        "from": loan.due_at.isoformat(),
        "due_at": new_due_at.isoformat(),
        "renewals": loan.renewals + 1,
        **about,
    }
    if overridden:
        data["overrides"] = overridden
    subjects = {"item_id": loan.item_id, "bib_id": loan.bib_id, "patron_id": loan.patron_id}
    entry_id = context.record("renewed", org_id=org_id, data=data, **subjects)
    if overridden:
        record_override(context, loan.id, overridden, reason, org_id=org_id, **subjects)
    return entry_id
