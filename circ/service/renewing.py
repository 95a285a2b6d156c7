"""Renewal: a loan's due date moves on, or every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from branches.context import Context
from branches.policy import Resolved
from catalog.queries import ItemRow, item_by_id
from circ import queries, rules, sentences, terms
from circ.commands import Renew
from circ.models import Loan, LoanRenewal
from circ.queries import LoanRow
from circ.refusals import refuse
from circ.service.answers import Lent
from circ.service.asked import question_of
from circ.service.facts import may_lift, may_see_reader, patron_facts, record_override, told_of
from circ.service.holds.reading import others_are_served
from circ.service.ledger.lateness import charge_renewal
from kernel.clock import local_day
from kernel.errors import NotFound, Refusal, Refused
from patrons.queries import PatronRow, patron_by_id
from patrons.service.families import acts_for


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """Everything loaded for one renewal, reader and copy locked. `org_id` is the unit whose policies and calendar count."""

    org_id: int
    patron: PatronRow
    item: ItemRow
    loan: LoanRow
    resolved: dict[str, Resolved]
    new_due_at: datetime

    @property
    def moves(self) -> bool:
        """An override never moves the day backwards: at least the present due day stays."""
        return self.new_due_at > self.loan.due_at


def renew(context: Context, command: Renew) -> Lent:
    """Renew by the policies of the unit `at`, else of the unit that lent the book; its calendar counts. A reader renews by
    the policies of the unit that lent the book, and chooses no other."""
    case = _load(context, command)
    refusals = _decide(context, case)
    standing = rules.stops(refusals, may_lift(context, refusals, command.override, case.org_id))
    if standing:
        raise Refused(standing)
    entry_id = None
    if case.moves:
        charge_renewal(context, case.loan, case.item, here_id=case.org_id)
        entry_id = _write(context, case, sorted({r.code for r in refusals}), command.reason)
    due = max(case.new_due_at, case.loan.due_at)
    return Lent(
        id=case.loan.id,
        entry_id=entry_id,
        patron=case.patron,
        item=case.item,
        at=context.tree.by_id[case.loan.org_id],
        checked_out_at=case.loan.checked_out_at,
        due_at=due,
        renewals=case.loan.renewals + case.moves,
        notices=(),
        policy=terms.describe(case.resolved),
        message=sentences.after_renewal(case.item, due, context.now),
        names_reader=may_see_reader(context, case.loan),
    )


def _load(context: Context, command: Renew) -> _Case:
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
    question = question_of(
        context,
        org_id=org_id,
        item_org_id=item.home_id,
        patron_org_id=patron.home_id,
        category=patron.category,
        item_type=item.item_type,
    )
    resolved = terms.resolve(context.policies, terms.RENEWAL, question)
    until, calendars = patron.expires_on, context.calendars
    new_due_at = terms.renewed_until(
        resolved, loan.due_at, context.now, card_until=until, calendars=calendars, org_id=org_id
    )
    return _Case(org_id=org_id, patron=patron, item=item, loan=loan, resolved=resolved, new_due_at=new_due_at)


def _find(context: Context, command: Renew) -> LoanRow:
    """The loan; a reader finds only their own and those of children in their care, and nobody learns of others."""
    loan = queries.loan_by_id(context.session, command.loan_id)
    is_reader = context.caller.kind == "patron"
    if loan is None or (is_reader and not acts_for(context, loan.patron_id)):
        raise NotFound("loan", command.loan_id)
    return loan


def _decide(context: Context, case: _Case) -> list[Refusal]:
    """Every reason against it."""
    patron, item, loan = case.patron, case.item, case.loan
    facts = queries.lending_facts(
        context.session,
        patron_id=patron.id,
        item_id=item.id,
        bib_id=item.bib_id,
        volume=item.volume,
        now=context.now,
        today=local_day(context.now),
    )
    return rules.decide_renewal(
        patron_facts(context, patron, facts, case.org_id, item_home_id=item.home_id),
        rules.RenewalFacts(
            is_open=loan.closed_at is None,
            renewals=loan.renewals,
            due_at=loan.due_at,
            new_due_at=case.new_due_at,
            others_wait=facts.is_awaited and not _others_are_served(context, case),
            mark=loan.mark,
        ),
        terms.renewal_terms(case.resolved),
        context.now,
    )


def _others_are_served(context: Context, case: _Case) -> bool:
    asks = case.resolved["renew_if_other_copies"].value
    return asks and others_are_served(context, case.item.bib_id, case.item, case.patron.id)


def _write(context: Context, case: _Case, overridden: list[str], reason: str | None) -> int:
    session, loan, patron = context.session, case.loan, case.patron
    session.execute(update(Loan).where(Loan.id == loan.id).values(due_at=case.new_due_at, renewals=Loan.renewals + 1))
    session.execute(
        insert(LoanRenewal).values(
            loan_id=loan.id, at=context.now, org_id=case.org_id, old_due_at=loan.due_at, new_due_at=case.new_due_at
        )
    )
    data: dict[str, Any] = {
        "loan": loan.id,
        "from": loan.due_at.isoformat(),
        "due_at": case.new_due_at.isoformat(),
        "renewals": loan.renewals + 1,
        **told_of(context, case.item, category=patron.category, home_id=patron.home_id, card_until=patron.expires_on),
    }
    if overridden:
        data["overrides"] = overridden
    subjects = {"item_id": loan.item_id, "bib_id": loan.bib_id, "patron_id": loan.patron_id}
    entry_id = context.record("renewed", org_id=case.org_id, data=data, **subjects)
    if overridden:
        record_override(context, loan.id, overridden, reason, org_id=case.org_id, **subjects)
    return entry_id
