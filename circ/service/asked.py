"""What policies are asked with for one reader, one copy and one place, by the units and item types of the county."""

from __future__ import annotations

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
