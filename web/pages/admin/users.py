"""Staff accounts and the roles they hold. Whom one may change is the service's business; the page shows what it says."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, render_template, request, url_for

from branches.context import Context
from branches.http import context
from branches.queries import UserView, find_user, list_users
from branches.rights import ROLES
from branches.service.accounts import AccountService, NewUser
from kernel.http import right
from kernel.i18n import Text
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("user_pages", __name__, url_prefix="/admin/users")


@page.route("", methods=["GET"])
@right("user.read")
def index() -> str:
    asked = context()
    return render_template(
        "admin/users.html",
        users=list_users(asked.session, asked.tree, units=_seen(asked)),
        roles=ROLES,
        tree=asked.tree,
        may_write=asked.caller.holds("user.write"),
    )


@page.route("/new", methods=["GET"])
@right("user.write")
def new(form: Form = EMPTY) -> str:
    asked = context()
    return render_template("admin/user_form.html", form=form, roles=_roles(), units=_units(asked))


@page.route("/new", methods=["POST"])
@right("user.write")
@act(new)
def create() -> Done:
    form, asked = Form.sent(), context()
    made = NewUser(
        username=form.text("username", 64), password=form.value("password")[:256], name=form.text("name", 64)
    )
    if not made.password:
        form.text("password", 256)
    role = form.choice("role", ROLES, required=False)
    org = form.choice("org", asked.tree.by_code, required=role is not None)
    form.check()
    accounts = AccountService(asked)
    user = accounts.create(made)
    if role is not None and org is not None:
        accounts.set_grants(user.username, [(role, org)])
    return Done(url_for("user_pages.show", username=user.username), Text("账号已建好。", "The account is made."))


@page.route("/<username>", methods=["GET"])
@right("user.read")
def show(username: str, form: Form = EMPTY) -> str:
    asked = context()
    user = find_user(asked.session, asked.tree, username, units=_seen(asked))
    return render_template(
        "admin/user.html",
        account=user,
        form=form,
        roles=ROLES,
        role_choices=_roles(),
        units=_units(asked),
        tree=asked.tree,
        may_write=asked.caller.holds("user.write") and user.username != asked.caller.username,
        is_self=user.username == asked.caller.username,
    )


@page.route("/<username>", methods=["POST"])
@right("user.write")
@act(show)
def change(username: str) -> Done:
    """What the pressed button names: the roles, the name, on or off, a new password."""
    form, asked = Form.sent(), context()
    accounts = AccountService(asked)
    message = Text("已保存。", "Saved.")
    match form.value("what"):
        case "grants":
            _set_grants(asked, accounts, form, username)
        case "password":
            accounts.reset_password(username, form.value("password"))
            message = Text(
                "密码已重设，原来的登录都已失效。",
                "The password is reset; every login made with the old one has ended.",
            )
        case "switch":
            accounts.change(username, {"is_active": form.flag("is_active")})
        case _:
            name = form.text("name", 64)
            form.check()
            accounts.change(username, {"name": name})
    return Done(url_for("user_pages.show", username=username), message)


def _set_grants(asked: Context, accounts: AccountService, form: Form, username: str) -> None:
    """The roles that stay ticked, and the new one, if any."""
    user: UserView = find_user(asked.session, asked.tree, username, units=_seen(asked))
    kept = set(request.form.getlist("grant"))
    wanted = [(grant.role, grant.org) for grant in user.grants if f"{grant.role}@{grant.org}" in kept]
    role = form.choice("role", ROLES, required=False)
    org = form.choice("org", asked.tree.by_code, required=role is not None)
    form.check()
    if role is not None and org is not None:
        wanted.append((role, org))
    accounts.set_grants(username, wanted)


def _seen(asked: Context) -> Collection[int] | None:
    units = asked.caller.units("user.read", asked.tree)
    return None if len(units) == len(asked.tree.by_id) else units


def _roles() -> list[tuple[str, Text]]:
    return list(ROLES.items())


def _units(asked: Context) -> choices.Choices:
    return choices.units(asked, asked.caller.units("user.write", asked.tree))
