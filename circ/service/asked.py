"""What policies are asked with for one reader, one copy and one place, by the units and item types of the county."""

from __future__ import annotations

from typing import Protocol

from branches.context import Context
from branches.policy import Question
from catalog.reference import ITEM_TYPES
from circ import terms


def question_of(
    context: Context,
    *,
    org_id: int,
    item_org_id: int,
    patron_org_id: int | None,
    category: str | None,
    item_type: str,
) -> Question:
    """`org_id` is where the act happens; where no reader takes part, their criteria are None."""
    return terms.build_question(
        context.tree,
        ITEM_TYPES.get(context.session),
        org_id=org_id,
        item_org_id=item_org_id,
        patron_org_id=patron_org_id,
        category=category,
        item_type=item_type,
    )


class OpenLoan(Protocol):
    """What policies ask about a loan: where it was made, its copy and its reader."""

    @property
    def org_id(self) -> int: ...
    @property
    def item_home_id(self) -> int: ...
    @property
    def item_type(self) -> str: ...
    @property
    def patron_home_id(self) -> int | None: ...
    @property
    def patron_category(self) -> str | None: ...


def question_of_loan(context: Context, loan: OpenLoan) -> Question:
    """A loan goes by the rules of the library that made it, wherever the book or its reader turns up, for what its reader is by now."""
    return question_of(
        context,
        org_id=loan.org_id,
        item_org_id=loan.item_home_id,
        patron_org_id=loan.patron_home_id,
        category=loan.patron_category,
        item_type=loan.item_type,
    )
