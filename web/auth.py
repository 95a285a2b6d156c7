"""Who is calling, before every request: a bearer token for programs, the session cookie for pages; then the right the route declares."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from branches.access import ANONYMOUS, Caller
from branches.rights import ANYONE, PUBLIC, SELF
from branches.service import logins
from kernel import http
from kernel.clock import parse_instant, read_clock
from kernel.errors import Forbidden, Malformed, NotFound, Unauthenticated
from kernel.i18n import LANGUAGES, Text, choose_language
from kernel.request import begin_request
from kernel.schema import is_storable
from web.settings import Settings

SESSION_COOKIE = "tongjie_session"
LANGUAGE_COOKIE = "tongjie_language"
_UNSTORABLE: Final = Text(
    "网址里有不能用的字符（例如空字符），所以没有去查。请去掉后再试。",
    "The address holds a character that no text has, such as a null: nothing was looked up. Take it out and try again.",
)


class RouteWithoutRight(Exception):
    """A route declares no right; the application does not start."""


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.before_request(_authenticate)
    app.teardown_request(http.close_session)


def check_every_route(app: Flask) -> None:
    missing = http.routes_without_right(app)
    if missing:
        raise RouteWithoutRight(", ".join(sorted(missing)))


def _begin() -> None:
    g.request_id = begin_request(request.headers.get("X-Request-Id"))
    g.real_now = read_clock()
    g.now = g.real_now
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    g.language = chosen if chosen in LANGUAGES else choose_language(request.headers.get("Accept-Language"))
    g.channel = "api" if is_api() else "web"
    g.caller = ANONYMOUS
    settings: Settings = current_app.extensions["tongjie_settings"]
    asked = request.headers.get("X-Now")
    if asked and settings.test_clock:
        try:
            g.now = parse_instant(asked)
        except ValueError as error:
            raise Malformed(
                "clock.malformed", Text("X-Now 不是正确的时间。", "X-Now is not a valid instant.")
            ) from error
    # No database keeps such text, so nothing is named by it. For programs the schemas of queries say which parameter it is.
    if not is_storable(request.path):
        raise NotFound("page", request.path.replace("\x00", ""))
    if not is_api() and not is_storable(request.args.to_dict(flat=False)):
        raise Malformed("address.malformed", _UNSTORABLE)


def is_api() -> bool:
    return request.path.startswith("/api/")


def _authenticate() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    needed = http.declared_right(view) if view is not None else PUBLIC
    if request.endpoint == "static":
        return None
    token = bearer_token() if is_api() else request.cookies.get(SESSION_COOKIE)
    if token:
        with http.database().glancing() as connection:
            g.caller = logins.find_caller(connection, token, g.real_now)
        if g.caller is ANONYMOUS and is_api():
            raise Unauthenticated("auth.token", Text("登录已失效，请重新登录。", "This login has ended. Log in again."))
    try:
        _require(g.caller, needed or PUBLIC)
    except Unauthenticated:
        if is_api() or request.method != "GET":
            raise
        return redirect(url_for("login.show", next=request.full_path.rstrip("?")))
    return None


def bearer_token() -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        return None
    if kind.lower() != "bearer" or not token.strip():
        raise Unauthenticated("auth.scheme", Text("请用 Authorization: Bearer 登录。", "Use Authorization: Bearer."))
    return token.strip()


def _require(caller: Caller, needed: str) -> None:
    if needed == PUBLIC:
        return
    if caller.kind == "anonymous":
        raise Unauthenticated()
    if needed == ANYONE or (needed == SELF and caller.kind == "patron"):
        return
    if needed == SELF:
        raise Forbidden(needed)
    caller.require(needed)


def local_target(target: str | None, otherwise: str) -> str:
    """Where to go after logging in: only to a page of this site."""
    parts = urlsplit(target or "")
    is_local = (
        bool(target)
        and not parts.scheme
        and not parts.netloc
        and str(target).startswith("/")
        and not str(target).startswith(("//", "/\\"))
    )
    return str(target) if is_local and "\\" not in str(target) else otherwise
