"""Forms are taken only from our own pages: a token in each form (Flask-WTF) and the browser's word on where it came from."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect  # type: ignore[import-untyped]

from kernel.errors import DomainError
from kernel.i18n import Text
from web import auth
from web.settings import Settings

_csrf = CSRFProtect()


class PageExpired(DomainError):
    """The form was not sent from a page that this session was given."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            "csrf.failed",
            Text(
                "这个页面已过期，或不是从本站提交的，本次操作没有生效。请回到上一页，刷新后再试。",
                "This page has expired or the form came from another site; nothing was changed. Go back, reload and try again.",
            ),
        )


def init_app(app: Flask) -> None:
    # The token lives as long as the session, so that a desk open since the morning still works in the evening.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    _csrf.init_app(app)
    app.before_request(_check)


def _check() -> None:
    """Programs under /api send a bearer token, which no browser adds by itself; all else that changes something is a form."""
    if request.method in ("GET", "HEAD", "OPTIONS") or auth.is_api():
        return
    if not _is_own(request.headers.get("Origin")):
        raise PageExpired()
    try:
        _csrf.protect()
    except CSRFError as error:
        raise PageExpired() from error


def _is_own(origin: str | None) -> bool:
    """Whether an Origin header, where there is one, names this site."""
    if origin is None:
        return True
    settings: Settings = current_app.extensions["tongjie_settings"]
    return urlsplit(origin).netloc in {request.host, urlsplit(settings.base_url).netloc} - {""}
