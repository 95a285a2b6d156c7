"""Logging in and out: one form for readers and staff. The session cookie holds a token that is new with every login."""

from __future__ import annotations

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from branches.http import caller, context
from branches.rights import ANYONE, PUBLIC
from branches.service import logins
from branches.service.accounts import AccountService
from kernel import http
from kernel.barcodes import LONGEST_ASKED
from kernel.errors import Forbidden, Invalid, TooManyRequests, Unauthenticated
from kernel.http import right
from kernel.i18n import Text
from web import auth, signing
from web.pages import acts
from web.pages.forms import EMPTY, Form
from web.pages.layout import home_address, tell
from web.settings import Settings

page = Blueprint("login", __name__)


@page.route("/login", methods=["GET"])
@right(PUBLIC)
def show(form: Form = EMPTY) -> str:
    target = auth.local_target(request.values.get("next"), "")
    return render_template("login.html", form=form, target=target)


@page.route("/login", methods=["POST"])
@right(PUBLIC)
def enter() -> ResponseReturnValue:
    """Check name and secret. Whoever was logged in at this browser before is logged out."""
    name, secret = request.form.get("login", "").strip(), request.form.get("secret", "")
    try:
        login = signing.log_in(
            http.database(),
            name=name[:LONGEST_ASKED],
            secret=secret,
            address=request.remote_addr or "",
            now=g.real_now,
            channel="web",
        )
    except (Unauthenticated, TooManyRequests) as error:
        g.reads_only = True
        return show(Form({"login": name}, error)), error.status
    _end_login()
    session.clear()
    with http.database().glancing() as opened:
        g.caller = logins.find_caller(opened, login.token, g.real_now)
    g.reads_only = True
    otherwise = url_for("account.show") if login.kind == "patron" else home_address()
    response = redirect(auth.local_target(request.form.get("next"), otherwise), 303)
    settings: Settings = current_app.extensions["tongjie_settings"]
    response.set_cookie(auth.SESSION_COOKIE, login.token, secure=settings.secure_cookies, httponly=True, samesite="Lax")
    return response


@page.route("/logout", methods=["POST"])
@right(ANYONE)
def leave() -> Response:
    """End the login on the server too, so that the cookie is worth nothing to whoever finds it."""
    _end_login()
    session.clear()
    tell(Text("已退出。", "You are logged out."))
    response = redirect(url_for("opac.home"), 303)
    response.delete_cookie(auth.SESSION_COOKIE, httponly=True, samesite="Lax")
    return response


@page.route("/password", methods=["GET"])
@right(ANYONE)
def show_password(form: Form = EMPTY) -> ResponseReturnValue:
    """One's own password; readers have a PIN, which has a page of its own."""
    if caller().kind == "patron":
        return redirect(url_for("account.show_pin"))
    return render_template("password.html", form=form)


@page.route("/password", methods=["POST"])
@right(ANYONE)
def change_password() -> ResponseReturnValue:
    """The old password is asked again; afterwards every login of this account ends, this one too."""
    form = Form.sent()
    new = form.value("password")
    if new != form.value("password_again"):
        form.wrong("password_again", Text("两次输入不一样。", "The two do not agree."))
    try:
        form.check()
        if caller().kind != "staff":
            raise Forbidden("staff")
        signing.confirm_secret(http.database(), caller(), form.value("old_password"), g.real_now)
        acts.in_transaction(lambda: AccountService(context()).change_own_password(new))
    except (Invalid, Unauthenticated, TooManyRequests) as error:
        g.reads_only = True
        return render_template("password.html", form=Form({}, error)), error.status
    tell(Text("密码已更改，请用新密码登录。", "The password is changed. Log in with the new one."))
    return redirect(url_for("login.show"), 303)


def _end_login() -> None:
    token = request.cookies.get(auth.SESSION_COOKIE)
    if token:
        with http.database().transaction() as opened:
            logins.revoke_token(opened, token)
