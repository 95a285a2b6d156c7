"""HTTP routes of a guardian's family. Renewing, and placing and changing holds, go by the routes of loans and holds."""

from __future__ import annotations

from typing import Any

from branches.http import context
from circ.reader_schemas import FamilyPageSchema, WardSchema
from circ.schemas import HoldPageSchema, LoanPageSchema
from circ.service.families import Member, holds_of_ward, loans_of_ward, read_family
from circ.show import show_hold, show_loan
from kernel.http import command, right
from kernel.routes import Blueprint
from kernel.schema import EmptySchema
from patrons.service.families import FamilyService, find_ward

blueprint = Blueprint("families", __name__, description="Children and their guardians")


@blueprint.route("/me/family", methods=["GET"])
@right("self")
@blueprint.response(200, FamilyPageSchema)
def family() -> dict[str, Any]:
    """The children in the care of the reader, with how much each has at home and waits for."""
    return {"items": [_show(member) for member in read_family(context())], "next": None}


@blueprint.route("/me/family/<barcode>/loans", methods=["GET"])
@right("self")
@blueprint.response(200, LoanPageSchema)
def loans(barcode: str) -> dict[str, Any]:
    """What a child has at home, due first; renewed by `POST /loans/{id}/renewals`."""
    asked = context()
    return {"items": [show_loan(row, asked.tree) for row in loans_of_ward(asked, barcode)], "next": None}


@blueprint.route("/me/family/<barcode>/holds", methods=["GET"])
@right("self")
@blueprint.response(200, HoldPageSchema)
def holds(barcode: str) -> dict[str, Any]:
    """What a child waits for; placed by `POST /holds` with the child's card as `patron`."""
    asked = context()
    return {"items": [show_hold(row, asked.tree) for row in holds_of_ward(asked, barcode)], "next": None}


@blueprint.route("/me/family/<barcode>/consent", methods=["POST"])
@right("self")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, WardSchema)
def consent(_body: dict[str, Any], barcode: str) -> dict[str, Any]:
    """The guardian agrees to a child's being on record."""
    asked = context()
    FamilyService(asked).consent(barcode)
    ward = find_ward(asked, barcode)
    return next(_show(member) for member in read_family(asked) if member.ward.id == ward.id)


@blueprint.route("/me/family/<barcode>/consent", methods=["DELETE"])
@right("self")
@command
@blueprint.response(204)
def take_back_consent(barcode: str) -> None:
    """The guardian agrees no more: the child's data is to be erased within fifteen days, once the books are back. To agree undoes it."""
    FamilyService(context()).take_back_consent(barcode)


def _show(member: Member) -> dict[str, Any]:
    return {
        "barcode": member.ward.barcode,
        "name": member.ward.name,
        "is_child": member.ward.is_child,
        "must_agree": member.ward.must_agree,
        "open_loans": len(member.loans),
        "overdue_loans": member.overdue,
        "open_holds": len(member.holds),
        "ready_holds": member.ready,
    }
