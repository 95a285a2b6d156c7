"""`create_app()`: the rooms' routes, the pages, security headers and the checks that stop a wrong application from starting."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache
from typing import Any

import flask_smorest
from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from kernel.db import Database
from kernel.http import IdConverter
from kernel.routes import BEARER
from patrons import http as patron_http
from search import api as search_api
from search.engines import open_engine
from web import auth, errors, health, limits, logs, pages, rooms, wiring
from web.schemas import ProblemSchema
from web.settings import Settings, read_settings

API_PREFIX = "/api/v1"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
# A worker obeys the policy that its file came with: so WebAssembly is compiled in this one alone, and in no page.
CODE_WORKER = "js/code-worker.js"
CODE_WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"


class _Json(DefaultJSONProvider):
    """Chinese as Chinese, fields in the order of their schemas."""

    ensure_ascii = False
    sort_keys = False


class _Sessions(SecureCookieSessionInterface):
    """Makes what signs the session's cookie once, not anew for every request: most bear no such cookie."""

    def __init__(self) -> None:
        self._serializer = cache(super().get_signing_serializer)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self._serializer(app)


class Application(Flask):
    """Flask for views that are plain functions, so that none is looked at again for each request to see whether it is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


class Api(flask_smorest.Api):
    """flask-smorest without its own error answers: `web.errors` makes them all, and this is their shape."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        return None


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """The whole application on one database. `database` is handed over by tests; else it is opened from the settings."""
    settings = settings or read_settings()
    app = assemble(settings)
    furnish(app, settings, database or Database(settings.database_url))
    return app


def assemble(settings: Settings) -> Flask:
    """Routes, pages and hooks, still to be furnished. Nothing in it is a thread, a lock that one may hold, a file or a connection, so
    that processes forked from here may have it in common."""
    app = Application("web", static_folder="static", template_folder="templates")
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.url_map.converters["int"] = IdConverter
    app.config.update(
        SESSION_COOKIE_SAMESITE="Lax",
        API_TITLE="Tongjie",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=API_PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"components": {"securitySchemes": {"bearer": BEARER}}},
    )
    logs.init_app(app)
    errors.init_app(app)
    app.before_request(
        _make_nonce
    )  # before whatever may refuse a request, so that the page that says so has its scripts too
    auth.init_app(app)
    limits.init_app(app)
    wiring.connect()
    app.json = _Json(app)
    app.session_interface = _Sessions()
    api = Api(app)
    for blueprint in rooms.API_BLUEPRINTS:
        api.register_blueprint(blueprint, url_prefix=API_PREFIX + (blueprint.url_prefix or ""))
    pages.init_app(app)
    for page in rooms.PAGE_BLUEPRINTS:
        app.register_blueprint(page)
    app.after_request(_add_headers)
    auth.check_every_route(app)
    return app


def furnish(app: Flask, settings: Settings, database: Database) -> None:
    """All that hangs on the database and its secrets, or that an application remembers between two requests; done in the process that
    serves. An application may be furnished anew: for tests, since putting one together takes a while."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        TONGJIE_DATA_DIR=settings.data_dir,
        TONGJIE_FONT=settings.font,
    )
    app.extensions["tongjie_settings"] = settings
    app.extensions["tongjie_database"] = database
    app.extensions[search_api.EXTENSION] = open_engine(settings.search_url, settings.data_dir)
    limits.furnish(app, settings)
    patron_http.furnish(app, settings.secret_key)
    pages.furnish(app)
    health.furnish(app)


def _make_nonce() -> None:
    g.nonce = secrets.token_urlsafe(16)


def _policy() -> str:
    if request.endpoint == "static" and (request.view_args or {}).get("filename") == CODE_WORKER:
        return CODE_WORKER_POLICY
    nonce = g.get("nonce", "")
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _add_headers(response: Response) -> Response:
    """Those that the view did not set itself."""
    added = {**HEADERS, "Content-Security-Policy": _policy()}
    if request.is_secure:
        added["Strict-Transport-Security"] = "max-age=31536000"
    if g.get("request_id"):
        added["X-Request-Id"] = g.request_id
    if g.get("caller") is not None and g.caller.kind != "anonymous":
        added["Cache-Control"] = "no-store"
    present = {name.lower() for name, _ in response.headers}
    for name, value in added.items():
        if name.lower() not in present:
            response.headers.add(name, value)
    return response
