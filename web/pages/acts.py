"""Forms that change something: one transaction, done once however often the form is sent, then on to the next page.

A form that does not hold is shown again with what was typed and what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any, Final, TypeVar

from flask import g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from branches.http import caller
from kernel import http, idempotency
from kernel.errors import Conflict, Invalid, Malformed, NotFound, Refused, Stale, TooManyRequests
from kernel.i18n import Text
from web.pages.forms import Form
from web.pages.layout import tell

NOT_DIGESTED: Final = ("csrf_token", "key")
# Not found: what was typed or scanned; where the address itself names nothing, showing the page says so again.
SHOWN_IN_THE_FORM: Final = (Invalid, Conflict, NotFound, Refused, Stale, TooManyRequests)

View = Callable[..., Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done:
    """What an act came to: the page to go on to, and a sentence to show there."""

    address: str
    message: Text | None = None
    tone: str = "good"


def act(page: View) -> Callable[[View], View]:
    """Run a view that returns `Done` as one act. `page` shows the form again: it takes the view's arguments and `form`."""

    def wrap(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            try:
                done = once(lambda: asdict(view(*args, **kwargs)))
            except SHOWN_IN_THE_FORM as error:
                g.reads_only = True
                return page(*args, form=Form(request.form, error), **kwargs), error.status
            if done["message"]:
                tell(Text(**done["message"]), done["tone"])
            return redirect(done["address"], 303)

        return run

    return wrap


def once(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do `work` in a transaction, once for each key of a form; sent again, the first answer comes back.

    What was read before is let go, so that the transaction sees the newest state and afterwards the page does too.
    """
    http.close_session()
    g.pop("session", None)
    key = request.form.get("key", "")
    if not (8 <= len(key) <= 64 and key.isascii() and key.isalnum()):
        raise Malformed(
            "form.key", Text("表单不完整，请刷新页面后再试。", "The form is incomplete. Reload the page and try again.")
        )
    return http.database().run(lambda opened: _once(opened, key, work))


def _once(opened: Session, key: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    # The digest is part of the key: going back and sending other values is another act, not a misuse of the first.
    digest = _digest()
    who, scope = caller().key, f"page:{key}:{digest[:16]}"
    for file in request.files.values():
        file.stream.seek(0)  # an act that is tried again reads its upload again
    g.session = opened
    try:
        stored = idempotency.claim(opened, caller=who, key=scope, digest=digest, now=g.real_now)
        if stored is not None:
            first: dict[str, Any] = json.loads(http.answers().unseal(stored.body))
            return first
        answer = work()
        body = http.answers().seal(json.dumps(answer, ensure_ascii=False))
        idempotency.store(opened, caller=who, key=scope, status=200, body=body)
        return answer
    finally:
        g.pop("session", None)


def _digest() -> str:
    """What was asked."""
    asked = http.answers().digest()
    asked.update(request.path.encode())
    for name, values in sorted(request.form.lists()):
        if name not in NOT_DIGESTED:
            asked.update(json.dumps([name, values]).encode())
    for name, file in sorted(request.files.items()):
        asked.update(f"{name}:{file.filename}\n".encode())
    return asked.hexdigest()


def in_transaction(work: Callable[[], T]) -> T:
    """For a page that leaves a trace by being looked at, such as a reader's profile: the journal is written, nothing else."""

    def run(opened: Session) -> T:
        g.session = opened
        try:
            return work()
        finally:
            g.pop("session", None)

    http.close_session()
    g.pop("session", None)
    return http.database().run(run)
