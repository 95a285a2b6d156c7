"""What a guardian sees of the children in their care: who they are, and how much each has at home and waits for."""

from __future__ import annotations

from dataclasses import dataclass

from branches.context import Context
from circ import queries
from circ.queries.holds import HoldRow, holds_of_patron
from patrons.service.families import FamilyService, Ward, find_ward


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """`loans` are due first first."""

    ward: Ward
    loans: list[queries.LoanRow]
    overdue: int
    holds: list[HoldRow]

    @property
    def ready(self) -> int:
        """How many books lie ready for the child."""
        return sum(hold.status == "ready" for hold in self.holds)


def read_family(context: Context) -> list[Member]:
    """The children of the reader who asks."""
    return [_member(context, ward) for ward in FamilyService(context).wards()]


def loans_of_ward(context: Context, card: str) -> list[queries.LoanRow]:
    return queries.open_loans_of_patron(context.session, find_ward(context, card).id)


def holds_of_ward(context: Context, card: str) -> list[HoldRow]:
    return holds_of_patron(context.session, find_ward(context, card).id)


def _member(context: Context, ward: Ward) -> Member:
    loans = queries.open_loans_of_patron(context.session, ward.id)
    return Member(
        ward=ward,
        loans=loans,
        overdue=sum(loan.due_at < context.now for loan in loans),
        holds=holds_of_patron(context.session, ward.id),
    )
