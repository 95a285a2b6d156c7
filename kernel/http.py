"""What the HTTP edge of every room shares: the right a route declares, the session of a request, the key header, ETags, cursors.

With `kernel.routes` the only Flask below the rooms' `api.py`. A view reads: schema in, one service call, schema out.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.http import quote_etag
from werkzeug.routing import IntegerConverter, Map

from kernel import idempotency
from kernel.db import Database
from kernel.errors import Invalid, Malformed, PreconditionMissing, Stale
from kernel.i18n import Language, Text
from kernel.schema import LARGEST_ROW
from kernel.sealing import Sealer, sealer

View = TypeVar("View", bound=Callable[..., Any])

RIGHT_ATTRIBUTE = "tongjie_right"
COMMAND_ATTRIBUTE = "tongjie_command"
MAX_KEY_LENGTH = 200


class CallerLike(Protocol):
    @property
    def key(self) -> str: ...


# --- the right a route declares -------------------------------------------------------------------------------------------------


def right(name: str) -> Callable[[View], View]:
    """Declare the right that a route needs; an application with a route that declares none does not start."""

    def mark(view: View) -> View:
        setattr(view, RIGHT_ATTRIBUTE, name)
        return view

    return mark


def declared_right(view: Callable[..., Any]) -> str | None:
    return cast("str | None", getattr(view, RIGHT_ATTRIBUTE, None))


def routes_without_right(app: Flask) -> list[str]:
    exempt = ("static", "api-docs.")  # files anyone may read, and the description of the API itself
    return [
        name
        for name, view in app.view_functions.items()
        if not name.startswith(exempt) and declared_right(view) is None
    ]


# --- the request's state --------------------------------------------------------------------------------------------------------


def database() -> Database:
    return cast(Database, current_app.extensions["tongjie_database"])


def data_dir() -> Path:
    """The installation's data folder."""
    return cast(Path, current_app.config["TONGJIE_DATA_DIR"])


def now() -> datetime:
    """The domain's time for this request, read once when it began."""
    return cast(datetime, g.now)


def language() -> Language:
    return cast(Language, g.get("language", "zh"))


def session() -> Session:
    """The session of this request. A reading request opens one on first use; one that changes something must be a `command`."""
    if "session" not in g:
        if request.method not in ("GET", "HEAD") and not g.get("reads_only"):
            raise RuntimeError(f"{request.endpoint} changes something but is not a command")
        g.reading = database().reading()
        g.session = g.reading.__enter__()
    return cast(Session, g.session)


def close_session(_error: BaseException | None = None) -> None:
    reading = g.pop("reading", None)
    if reading is not None:
        reading.__exit__(None, None, None)


def reads_only(view: View) -> View:
    """For a POST that changes nothing, such as a question with a body."""

    @wraps(view)
    def read(*args: Any, **kwargs: Any) -> Any:
        g.reads_only = True
        return view(*args, **kwargs)

    return cast(View, read)


# --- commands -------------------------------------------------------------------------------------------------------------------


def command(view: View) -> View:
    """Run a view in one transaction. A POST must carry an Idempotency-Key, and a repeated key gets the first answer again.

    Stands between `arguments` and `response`, so that input is checked before the database is asked for its write lock.
    """

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        key = _key(args)
        return database().run(lambda opened: _execute(opened, key, lambda: view(*_anew(args), **kwargs)))

    setattr(run, COMMAND_ATTRIBUTE, True)
    return cast(View, run)


def _anew(value: Any) -> Any:
    """The input for one attempt: a view may take its parts away, and an attempt after a deadlock needs them all again."""
    if isinstance(value, dict):
        return {name: _anew(one) for name, one in value.items()}
    return type(value)(map(_anew, value)) if type(value) in (list, tuple) else value


def _key(args: tuple[Any, ...]) -> str | None:
    if request.method != "POST" or any(isinstance(a, dict) and a.get("dry_run") for a in args):
        return None
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        raise Malformed(
            "idempotency.key_missing",
            Text(
                "请求头缺少 Idempotency-Key。每次新的操作请用一个新的键。",
                "The header Idempotency-Key is missing. Use a new key for every new act.",
            ),
        )
    if len(key) > MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise Malformed(
            "idempotency.key_malformed",
            Text(
                "Idempotency-Key 最长 200 个可见 ASCII 字符。",
                "An Idempotency-Key is at most 200 printable ASCII characters.",
            ),
        )
    return key


def _execute(opened: Session, key: str | None, view: Callable[[], Any]) -> Any:
    g.session = opened
    try:
        if key is None:
            return view()
        caller = cast(CallerLike, g.caller).key
        stored = idempotency.claim(opened, caller=caller, key=key, digest=_digest(), now=g.real_now)
        if stored is not None:
            response = Response(answers().unseal(stored.body), stored.status, mimetype="application/json")
            response.headers["Idempotent-Replay"] = "true"
            return response
        response = current_app.make_response(view())
        body = answers().seal(response.get_data(as_text=True))
        idempotency.store(opened, caller=caller, key=key, status=response.status_code, body=body)
        return response
    finally:
        g.pop("session", None)


def answers() -> Sealer:
    """What seals the answers that are kept for retries."""
    return sealer(str(current_app.secret_key))


def _digest() -> str:
    """What was asked: method, address and body, so that a key cannot be moved to another request."""
    asked = answers().digest()
    asked.update(f"{request.method} {request.full_path}\n".encode())
    if request.mimetype == "multipart/form-data":
        # Boundaries differ between two sendings of one form, so its parts are digested.
        for name, value in sorted(request.form.items()):
            asked.update(f"{name}={value}\n".encode())
        for name, file in sorted(request.files.items()):
            asked.update(f"{name}:{file.filename}\n".encode())
            file.stream.seek(0)  # an attempt that ended in a deadlock has read it already
            while chunk := file.stream.read(1 << 20):
                asked.update(chunk)
            file.stream.seek(0)
    else:
        asked.update(request.get_data())
    return asked.hexdigest()


# --- lost updates ---------------------------------------------------------------------------------------------------------------


def expected_version() -> int:
    """The version that If-Match names, for a service that compares it where it writes: 428 without one, 412 for another's.

    A weak tag counts too: proxies that compress an answer weaken its tag.
    """
    if not request.if_match or request.if_match.star_tag:
        raise PreconditionMissing()
    named = [
        tag for tag in request.if_match.as_set(include_weak=True) if tag.isascii() and tag.isdigit() and len(tag) < 10
    ]
    if len(named) != 1:
        raise Stale()
    return int(named[0])


def version_header(version: int) -> dict[str, str]:
    """The ETag header of an answer that a schema still has to render."""
    return {"ETag": quote_etag(str(version))}


# --- lists ----------------------------------------------------------------------------------------------------------------------


def encode_cursor(last: int | str) -> str:
    return base64.urlsafe_b64encode(json.dumps(last).encode()).decode().rstrip("=")


def decode_cursor(text: str | None) -> int | str | None:
    if text is None:
        return None
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        value = None
    if (
        not isinstance(value, int | str)
        or isinstance(value, bool)
        or (isinstance(value, int) and abs(value) > LARGEST_ROW)
    ):
        raise malformed_cursor()
    return value


def decode_position(text: str | None) -> int:
    """A cursor that is a row's number; 0 to begin with."""
    value = decode_cursor(text)
    if isinstance(value, str):
        raise malformed_cursor()
    return value or 0


def malformed_cursor() -> Invalid:
    return Invalid(
        "cursor.malformed",
        Text("cursor 无效。请用上一页给出的 next。", "This cursor is not valid. Use the `next` of the page before."),
    )


# --- addresses ------------------------------------------------------------------------------------------------------------------


class IdConverter(IntegerConverter):
    """`<int:…>` in an address is a row's number; what no database can hold is no such page, not an error of ours."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": LARGEST_ROW} | options)


# --- bodies ---------------------------------------------------------------------------------------------------------------------


def largest_body(limit: int) -> Callable[[View], View]:
    """Refuse a larger body (413) before it is read: a form and a single record are small."""

    def bound(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            request.max_content_length = limit
            return view(*args, **kwargs)

        return cast(View, run)

    return bound
