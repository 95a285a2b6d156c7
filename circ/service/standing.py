"""A card on the desk: whether its reader may borrow here, every reason why not, how much is out, and what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from branches.context import Context
from branches.policy import about_reader
from circ import queries, rules, terms
from circ.queries.holds import HoldRow, holds_of_patron
from circ.service.facts import patron_facts
from kernel.clock import local_day
from kernel.errors import Refusal
from patrons.queries import PatronRow, find_patron
from patrons.service.finding import find_for

_NO_ITEM: Final = 0  # the counts of `lending_facts` leave out one copy's loan; here none is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`limit` is how many the reader may have out, None for no limit. The name in `patron` is whole: who shows it masks it."""

    patron: PatronRow
    refusals: tuple[Refusal, ...]
    open_loans: int
    overdue_loans: int
    limit: int | None
    owed_fen: int = 0


def read_standing(context: Context, card: str, at: str) -> Standing:
    """By the policies for this reader at this unit, whatever the book."""
    place = context.tree.unit(at)
    context.caller.require_at("card.check", place.id, context.tree)
    patron = find_patron(context.session, card, context.tree, at=place.id)
    facts = queries.lending_facts(
        context.session, patron_id=patron.id, item_id=_NO_ITEM, now=context.now, today=local_day(context.now)
    )
    question = about_reader(context.tree, org_id=place.id, home_id=patron.home_id, category=patron.category)
    limits = terms.check_out_terms(terms.resolve(context.policies, terms.CHECK_OUT, question))
    reader = patron_facts(context, patron, facts, place.id)
    return Standing(
        patron=patron,
        refusals=(
            *rules.check_card(reader, context.now),
            *rules.check_limits(reader, limits),
            *rules.check_debt(reader, limits),
        ),
        open_loans=facts.open_loans,
        overdue_loans=facts.overdue_loans,
        limit=limits.max_loans,
        owed_fen=facts.owed_fen,
    )


def look_at_card(context: Context, card: str, at: str) -> Standing:
    """The same, for a member of staff who was handed the card: the journal remembers that somebody looked."""
    standing = read_standing(context, card, at)
    context.record(
        "person_viewed", org_id=context.tree.unit(at).id, patron_id=standing.patron.id, data={"what": "card"}
    )
    return standing


def look_at_loans(context: Context, card: str) -> list[queries.LoanRow]:
    """What a reader of the caller's units has at home; the journal remembers that somebody looked."""
    patron = find_for(context, card, "patron.loans")
    context.record("person_viewed", org_id=context.caller.own_unit(), patron_id=patron.id, data={"what": "loans"})
    return queries.open_loans_of_patron(context.session, patron.id)


def look_at_holds(context: Context, card: str) -> list[HoldRow]:
    """What a reader of the caller's units waits for; the journal remembers that somebody looked."""
    patron = find_for(context, card, "patron.loans")
    context.record("person_viewed", org_id=context.caller.own_unit(), patron_id=patron.id, data={"what": "holds"})
    return holds_of_patron(context.session, patron.id)
