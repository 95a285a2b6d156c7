"""HTTP routes of programmes: by which rules readers choose and the library pays."""

from __future__ import annotations

from typing import Any

from branches.context import Context
from branches.http import context
from kernel.http import command, expected_version, right, version_header
from kernel.routes import Blueprint
from purchasing.programmes import Online, Programme, Quota, Rules, budget_left, has_reached_warning
from purchasing.queries.funds import find_programme, list_programmes
from purchasing.schemas.funds import (
    NewProgrammeSchema,
    ProgrammeChangesSchema,
    ProgrammeListSchema,
    ProgrammeSchema,
)
from purchasing.service.programmes import Draft, LoanTerms, ProgrammeService, terms_of

blueprint = Blueprint("programmes", __name__, description="Programmes by which readers choose and the library pays")


@blueprint.route("/programmes", methods=["GET"])
@right("programme.read")
@blueprint.response(200, ProgrammeListSchema)
def list_all() -> dict[str, Any]:
    """All programmes, by code."""
    asked = context()
    return {"items": [_show(programme, asked) for programme in list_programmes(asked.session)]}


@blueprint.route("/programmes", methods=["POST"])
@right("programme.write")
@blueprint.arguments(NewProgrammeSchema)
@command
@blueprint.response(201, ProgrammeSchema)
def create(body: dict[str, Any]) -> Any:
    """Set a programme up."""
    asked = context()
    programme = ProgrammeService(asked).create(body["code"], _draft(body, body["org"]))
    return _show(programme, asked), version_header(programme.version)


@blueprint.route("/programmes/<code>", methods=["GET"])
@right("programme.read")
@blueprint.response(200, ProgrammeSchema)
def show(code: str) -> Any:
    """A programme; its version is the ETag."""
    asked = context()
    programme = find_programme(asked.session, code)
    return _show(programme, asked), version_header(programme.version)


@blueprint.route("/programmes/<code>", methods=["PATCH"])
@right("programme.write")
@blueprint.arguments(ProgrammeChangesSchema)
@command
@blueprint.response(200, ProgrammeSchema)
def change(body: dict[str, Any], code: str) -> Any:
    """Say anew what a programme is. If-Match names the version that was read. Its unit and code stay."""
    asked = context()
    service = ProgrammeService(asked)
    org = asked.tree.by_id[service.find_own(code).org_id].code
    programme = service.change(code, _draft(body, org), expected_version=expected_version())
    return _show(programme, asked), version_header(programme.version)


def _draft(body: dict[str, Any], org: str) -> Draft:
    rules = dict(body["rules"])
    terms = LoanTerms(return_to=rules.pop("return_to"), late=rules.pop("late"))
    quotas = tuple(
        Quota(period=one["period"], count=one["count"], amount_fen=one["amount"]) for one in rules.pop("per_patron")
    )
    online = rules.pop("online")
    ages = rules.pop("ages") or {"first": None, "last": None}
    max_price = rules.pop("max_price")
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in rules.items()}
    return Draft(
        name=body["name"],
        org=org,
        starts_on=body["starts_on"],
        ends_on=body["ends_on"],
        funds=tuple((one["fund"], one["share"]) for one in body["funds"]),
        budget_fen=body["budget"],
        library=body["library"],
        like=body["like"],
        warn_at=body["warn_at"],
        stop_at=body["stop_at"],
        is_paused=body["paused"],
        rules=Rules(
            **values,
            per_patron=quotas,
            max_price_fen=max_price,
            ages=(ages["first"], ages["last"]),
            online=Online(**online | {"pickup_at": tuple(online["pickup_at"])}),
        ),
        terms=terms,
    )


def _show(programme: Programme, asked: Context) -> dict[str, Any]:
    by_id, caller = asked.tree.by_id, asked.caller
    sees_money = caller.may("fund.read", programme.org_id, asked.tree)
    rules, terms = programme.rules, terms_of(asked, programme)
    shown = {name: getattr(rules, name) for name in Rules.__dataclass_fields__ if name not in ("max_price_fen", "ages")}
    shown["per_patron"] = [
        {"period": quota.period, "count": quota.count, "amount": quota.amount_fen} for quota in rules.per_patron
    ]
    shown["ages"] = {"first": rules.ages[0], "last": rules.ages[1]} if rules.ages != (None, None) else None
    return {
        "code": programme.code,
        "name": programme.name,
        "org": by_id[programme.org_id].code,
        "library": by_id[programme.library_id].code,
        "item_type": programme.item_type,
        "starts_on": programme.starts_on,
        "ends_on": programme.ends_on,
        "warn_at": programme.warn_at,
        "stop_at": programme.stop_at,
        "paused": programme.is_paused,
        "warned": has_reached_warning(programme) if sees_money else None,
        "budget_left": budget_left(programme) if sees_money and programme.funds else None,
        "funds": [
            {
                "fund": fund.code,
                "name": fund.name,
                "share": fund.share,
                **(
                    {"allocated": fund.allocated_fen, "spent": fund.spent_fen, "left": fund.left_fen}
                    if sees_money
                    else {}
                ),
            }
            for fund in programme.funds
        ],
        "rules": shown | {"max_price": rules.max_price_fen, "return_to": terms.return_to, "late": terms.late},
    }
