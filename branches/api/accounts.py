"""Routes of staff accounts and their roles."""

from __future__ import annotations

from typing import Any

from branches import queries
from branches.http import context
from branches.schemas import (
    GrantSchema,
    NewUserSchema,
    PageQuerySchema,
    PasswordSchema,
    UserChangesSchema,
    UserPageSchema,
    UserSchema,
)
from branches.service.accounts import AccountService, NewUser, UserChanges
from kernel.http import command, decode_position, encode_cursor, right
from kernel.routes import Blueprint

blueprint = Blueprint("users", __name__, description="Staff accounts and the roles they hold at units")


@blueprint.route("/users", methods=["GET"])
@right("user.read")
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, UserPageSchema)
def list_users(query: dict[str, Any]) -> dict[str, Any]:
    """The accounts that hold a role in the caller's units, or none anywhere yet."""
    asked = context()
    users = queries.list_users(asked.session, asked.tree, units=asked.caller.units("user.read", asked.tree))
    start, limit = decode_position(query.get("cursor")), query["limit"]
    following = encode_cursor(start + limit) if len(users) > start + limit else None
    return {"items": users[start : start + limit], "next": following}


@blueprint.route("/users", methods=["POST"])
@right("user.write")
@blueprint.arguments(NewUserSchema)
@command
@blueprint.response(201, UserSchema)
def create_user(body: dict[str, Any]) -> queries.UserView:
    """Add an account, which may do nothing until it is granted a role."""
    return _show(AccountService(context()).create(NewUser(**body)).username)


@blueprint.route("/users/<username>", methods=["GET"])
@right("user.read")
@blueprint.response(200, UserSchema)
def show_user(username: str) -> queries.UserView:
    """An account and the roles it holds."""
    return _show(username)


@blueprint.route("/users/<username>", methods=["PATCH"])
@right("user.write")
@blueprint.arguments(UserChangesSchema)
@command
@blueprint.response(200, UserSchema)
def change_user(body: UserChanges, username: str) -> queries.UserView:
    """Rename an account, or switch it off (`active` false), which ends its logins."""
    return _show(AccountService(context()).change(username, body).username)


@blueprint.route("/users/<username>/grants", methods=["PUT"])
@right("user.write")
@blueprint.arguments(GrantSchema(many=True))
@command
@blueprint.response(200, UserSchema)
def set_grants(body: list[dict[str, str]], username: str) -> queries.UserView:
    """Replace the roles of an account. Nobody changes their own, or gives a role that is not below their own."""
    wanted = [(grant["role"], grant["org"]) for grant in body]
    return _show(AccountService(context()).set_grants(username, wanted).username)


@blueprint.route("/users/<username>/password", methods=["PUT"])
@right("user.write")
@blueprint.arguments(PasswordSchema)
@command
@blueprint.response(204)
def reset_password(body: dict[str, str], username: str) -> None:
    """Give somebody a new password, which ends their logins."""
    AccountService(context()).reset_password(username, body["password"])


def _show(username: str) -> queries.UserView:
    asked = context()
    units = asked.caller.units("user.read", asked.tree)
    return queries.find_user(asked.session, asked.tree, username, units=units)
