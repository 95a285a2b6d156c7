"""HTTP routes of the application itself: logging in and out, who one is, own password and PIN, jobs run at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import g, request
from marshmallow import fields, validate

from branches import queries
from branches.access import Caller
from branches.context import Context
from branches.http import caller, context
from branches.rights import ANYONE, PUBLIC, SELF
from branches.schemas import GrantSchema
from branches.service import logins
from branches.service.accounts import AccountService
from kernel import http
from kernel.errors import Forbidden
from kernel.http import command, right
from kernel.routes import Blueprint
from kernel.schema import EmptySchema, Instant, StrictSchema
from patrons.http import patron_service
from patrons.schemas import PatronSchema
from patrons.service.cards import CardService
from patrons.show import show_patron
from web import auth, signing
from web.jobs import JobResult, find_job

blueprint = Blueprint("own", __name__, description="Logging in, and what concerns oneself")
BLUEPRINTS = (blueprint,)

SECRET = validate.Length(max=256)


class LoginSchema(StrictSchema):
    """Staff: login and password. Readers: card number (or `CODE:number`) and PIN."""

    username = fields.String(required=True, validate=validate.Length(1, 100))
    password = fields.String(required=True, load_only=True, validate=SECRET)


class TokenSchema(StrictSchema):
    token = fields.String()
    expires_at = Instant()


class MeSchema(PatronSchema):
    """A member of staff has `username` and `grants`, a reader the rest."""

    kind = fields.String(validate=validate.OneOf(["staff", "patron"]))
    username = fields.String()
    grants = fields.List(fields.Nested(GrantSchema))


class OwnPasswordSchema(StrictSchema):
    old = fields.String(required=True, load_only=True, validate=SECRET)
    new = fields.String(required=True, load_only=True, validate=SECRET)


class JobResultSchema(StrictSchema):
    job = fields.String()
    done = fields.Integer()
    failed = fields.Integer()


@blueprint.route("/auth/token", methods=["POST"])
@right(PUBLIC)
@blueprint.arguments(LoginSchema)
@blueprint.response(200, TokenSchema)
def log_in(body: dict[str, str]) -> signing.Login:
    """A token for `Authorization: Bearer`. Needs no Idempotency-Key: a second try makes a second token."""
    return signing.log_in(
        http.database(),
        name=body["username"],
        secret=body["password"],
        address=request.remote_addr or "-",
        now=g.real_now,
        channel=g.channel,
    )


@blueprint.route("/auth/token", methods=["DELETE"])
@right(ANYONE)
@command
@blueprint.response(204)
def log_out() -> None:
    """End the login that this request was made with."""
    logins.revoke_token(http.session(), auth.bearer_token() or "")


@blueprint.route("/me", methods=["GET"])
@right(ANYONE)
@blueprint.response(200, MeSchema)
def show_me() -> dict[str, Any]:
    """Who is logged in: a member of staff with roles, or a reader's own profile."""
    asked = context()
    if asked.caller.kind == "staff":
        account = queries.own_account(asked.caller, asked.tree)
        return {"kind": "staff", "username": account.username, "name": account.name, "grants": account.grants}
    return {"kind": "patron"} | show_patron(patron_service().show_self(asked.caller.id), asked.tree)


@blueprint.route("/me/password", methods=["PUT"])
@right(ANYONE)
@blueprint.arguments(OwnPasswordSchema)
@blueprint.response(204)
def change_password(body: dict[str, str]) -> None:
    """One's own password as a member of staff. All logins end, this one too."""
    me = caller()
    if me.kind != "staff":
        raise Forbidden("staff")
    _change_secret(me, body, lambda asked: AccountService(asked).change_own_password(body["new"]))


@blueprint.route("/me/pin", methods=["PUT"])
@right(SELF)
@blueprint.arguments(OwnPasswordSchema)
@blueprint.response(204)
def change_pin(body: dict[str, str]) -> None:
    """A reader's own PIN. All logins end, this one too."""
    _change_secret(caller(), body, lambda asked: CardService(asked).set_own_pin(body["new"]))


@blueprint.route("/jobs/<name>", methods=["POST"])
@right("jobs.run")
@blueprint.arguments(EmptySchema)
@command
@blueprint.response(200, JobResultSchema)
def run_job(_body: dict[str, Any], name: str) -> dict[str, Any]:
    """Run a job now instead of when its time comes."""
    result: JobResult = find_job(name).work(lambda work: work(context()))
    return {"job": name, "done": result.done, "failed": result.failed}


def _change_secret(me: Caller, body: dict[str, str], change: Callable[[Context], None]) -> None:
    """Confirm the old secret, whose failures are counted in a transaction of their own, then change it in another."""
    database = http.database()
    signing.confirm_secret(database, me, body["old"], g.real_now)
    channel = cast(str, g.channel)
    database.run(lambda session: change(Context(session=session, now=http.now(), caller=me, channel=channel)))
