"""A reader waits for a title: which copy, where to collect it, until when."""

from __future__ import annotations

from flask import render_template

from branches.context import Context
from branches.http import context
from branches.rights import SELF
from catalog.description import full_title
from catalog.queries.void import find_shown
from circ.queries import holds as queries
from circ.service.holds import HoldService
from kernel.http import right
from patrons.service.families import FamilyService
from web.pages import borrowed, choices, wishes
from web.pages.acts import Done, act
from web.pages.forms import Form
from web.pages.opac import mine
from web.pages.opac.blueprint import page


@page.route("/bibs/<int:bib_id>/hold", methods=["GET"])
@right(SELF)
def hold_form(bib_id: int, form: Form | None = None) -> str:
    asked = context()
    title = find_shown(asked.session, bib_id)
    library = mine.my_library(asked)
    which = wishes.which(asked, bib_id)
    return render_template(
        "opac/hold.html",
        form=form or Form({"which": wishes.first_choice(which), "pickup": library.code if library else ""}),
        bib=title,
        heading=full_title(title.data),
        readers=_readers(asked),
        which=which,
        pickups=wishes.pickups(asked),
        waiting=queries.count_waiting(asked.session, bib_id),
    )


@page.route("/bibs/<int:bib_id>/hold", methods=["POST"])
@right(SELF)
@act(hold_form)
def place_hold(bib_id: int) -> Done:
    asked = context()
    form = Form.sent()
    ward = form.choice("ward", [card for card, _name in _readers(asked)], required=False)
    hold = HoldService(asked).place(wishes.read(form, asked, bib_id, card=ward))
    return Done(borrowed.address(ward) + "#holds", wishes.placed(hold, asked))


def _readers(asked: Context) -> choices.Choices:
    """For whom else the reader may place a hold: the children in their care."""
    return [(ward.barcode, ward.name) for ward in FamilyService(asked).wards()]
