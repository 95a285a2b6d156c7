"""How a person likes the pages: language, colours, contrast, text size. Kept in cookies, switched by plain forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from branches.rights import PUBLIC
from kernel.http import right
from kernel.i18n import LANGUAGES
from web import auth
from web.settings import Settings

page = Blueprint("preferences", __name__)

# Choice -> cookie and what it may hold; the first value is the one without a cookie.
CHOICES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "language": (auth.LANGUAGE_COOKIE, tuple(LANGUAGES)),
    "theme": ("tongjie_theme", ("auto", "light", "dark")),
    "size": ("tongjie_size", ("normal", "large")),
    "contrast": ("tongjie_contrast", ("normal", "high")),
}
KEEP: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    theme: str
    size: str
    contrast: str


def chosen() -> Look:
    return Look(theme=_chosen("theme"), size=_chosen("size"), contrast=_chosen("contrast"))


def _chosen(name: str) -> str:
    cookie, allowed = CHOICES[name]
    value = request.cookies.get(cookie, "")
    return value if value in allowed else allowed[0]


@page.route("/preferences", methods=["POST"])
@right(PUBLIC)
def save() -> Response:
    """Remember what the form names and go back to where it stood."""
    response = redirect(auth.local_target(request.form.get("next"), url_for("opac.home")), 303)
    settings: Settings = current_app.extensions["tongjie_settings"]
    for name, (cookie, allowed) in CHOICES.items():
        value = request.form.get(name)
        if value in allowed:
            response.set_cookie(
                cookie, value, max_age=KEEP, secure=settings.secure_cookies, httponly=True, samesite="Lax"
            )
    return response


def init_app(app: Flask) -> None:
    app.context_processor(lambda: {"look": chosen()})
