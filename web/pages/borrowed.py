"""What a reader has borrowed and waits for, as they see it themselves or as their guardian does; renewing one or all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from circ import queries
from circ.commands import Renew
from circ.queries import LoanRow
from circ.queries import holds as hold_queries
from circ.service import CirculationService
from circ.states import END_REASONS, HOLD_STATUSES
from kernel.clock import local_day
from kernel.errors import Refused
from kernel.i18n import Text
from notices.queries import count_unread
from patrons.histories import LABELS
from patrons.http import patron_service
from patrons.reference import CATEGORIES
from patrons.service.families import FamilyService, find_ward
from web.pages import acts, wishes
from web.pages.forms import EMPTY, Form

SHOWN_FOR: Final = timedelta(days=14)  # how long a hold that came to nothing is told of


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of renewing one loan: done, or every reason why not."""

    is_done: bool
    sentences: tuple[Text, ...]


Outcomes = Mapping[int, Outcome]


def renew(patron_id: int) -> Outcomes:
    """Renew the loan named by the button, or all. Each loan gets its own answer; a refused one changes nothing."""
    wanted = request.form.get("loan", "")
    kept = acts.once(lambda: _renew(patron_id, wanted))
    g.reads_only = True
    return {
        int(loan_id): Outcome(is_done=one["done"], sentences=tuple(Text(*pair) for pair in one["sentences"]))
        for loan_id, one in kept.items()
    }


def _renew(patron_id: int, wanted: str) -> dict[str, Any]:
    asked = context()
    loans = queries.open_loans_of_patron(asked.session, patron_id)
    chosen = [loan for loan in loans if wanted == "all" or wanted == str(loan.id)]
    return {str(loan.id): _renew_one(asked, loan) for loan in chosen}


def _renew_one(asked: Context, loan: LoanRow) -> dict[str, Any]:
    try:
        CirculationService(asked).renew(Renew(loan_id=loan.id))
    except Refused as error:
        return {"done": False, "sentences": [[r.message.zh, r.message.en] for r in error.refusals]}
    return {"done": True, "sentences": []}


def address(ward: str | None) -> str:
    """The page of the reader, or that of the child with this card."""
    return url_for("family.show", card=ward) if ward else url_for("account.show")


def render(
    asked: Context,
    ward: str | None,
    outcomes: Outcomes | None = None,
    *,
    hold_form: Form = EMPTY,
    hold_id: int | None = None,
) -> str:
    """The page of the reader who asks, or that of a child in their care, named by its card. Raises NotFound for any other card."""
    patron_id = find_ward(asked, ward).id if ward is not None else asked.caller.id
    patron = patron_service().show_self(patron_id)
    loans: Sequence[LoanRow] = queries.open_loans_of_patron(asked.session, patron_id)
    return render_template(
        "account/show.html",
        patron=patron,
        ward=ward,
        wards=FamilyService(asked).wards() if ward is None else [],
        histories=LABELS,
        ward_choice=Form({"history": patron.history}),
        home=asked.tree.unit(patron.home),
        category=CATEGORIES.get(asked.session).get(patron.category, patron.category),
        loans=loans,
        overdue=[loan for loan in loans if loan.due_at < asked.now],
        outcomes=outcomes or {},
        tree=asked.tree,
        holds=hold_queries.holds_of_patron(asked.session, patron_id),
        ended=hold_queries.lately_ended(asked.session, patron_id, asked.now - SHOWN_FOR),
        pickups=wishes.pickups(asked),
        hold_form=hold_form,
        hold_id=hold_id,
        unread=count_unread(asked.session, asked.caller.id, local_day(asked.now)) if ward is None else 0,
        statuses=HOLD_STATUSES,
        end_reasons=END_REASONS,
    )
