"""A visitor of the pages for tests: follows links and sends forms as a browser without scripts does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import lxml.html
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from branches.access import Caller
from tests.desk import Desk
from tests.factories import NOW, make_token
from web.auth import LANGUAGE_COOKIE, SESSION_COOKIE


@dataclass(frozen=True)
class Sheet:
    """One answer, read as a person reads it."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def address(self) -> str:
        return urlsplit(self.response.location or "").path

    @cached_property
    def html(self) -> Any:
        return lxml.html.fromstring(self.response.get_data(as_text=True))

    @cached_property
    def text(self) -> str:
        """What stands on the page, blanks drawn together; without scripts, styles and templates."""
        main = self.html.find(".//main")
        parts = (main if main is not None else self.html).xpath(
            ".//text()[not(ancestor::template or ancestor::script)]"
        )
        return " ".join(" ".join(parts).split())

    def links(self) -> Iterator[str]:
        """Addresses of this site that the page leads to."""
        for address in self.html.xpath("//a/@href"):
            parts = urlsplit(address)
            if not parts.netloc and parts.path.startswith("/"):
                yield address

    def actions(self) -> Iterator[tuple[str, str]]:
        """Method and address of every form that is sent, "" being the page itself."""
        for form in self.html.xpath("//form[not(@method='dialog')]"):
            yield form.get("method", "get").upper(), form.get("action", "")

    def values(self, action: str | None = None) -> dict[str, str]:
        """What the form of this address holds, as it would be sent untouched."""
        forms = [one for one in self.html.xpath("//main//form") if action is None or one.get("action") == action]
        return {name: value for name, value in forms[0].form_values() if name != "csrf_token"}


@dataclass(frozen=True)
class Visitor:
    """One browser. Everything it asks, it asks at `now`."""

    client: FlaskClient
    now: datetime = NOW
    headers: Mapping[str, str] = field(default_factory=dict)

    def in_english(self) -> Visitor:
        self.client.set_cookie(LANGUAGE_COOKIE, "en")
        return self

    def later(self, now: datetime) -> Visitor:
        return replace(self, now=now)

    def get(self, path: str, **query: str) -> Sheet:
        return Sheet(self.client.get(path, query_string=query or None, headers=self._headers()))

    def send(self, path: str, form: Mapping[str, Any] | None = None, **options: Any) -> Sheet:
        """Post a form with its proof against forgery and, unless it names one, a fresh key."""
        values = {"csrf_token": self._token(), "key": uuid4().hex} | dict(form or {})
        return Sheet(self.client.post(path, data=values, headers=self._headers(), **options))

    def open(self, sheet: Sheet) -> Sheet:
        """Where an answer leads on to."""
        assert sheet.status in (302, 303), sheet.text
        parts = urlsplit(sheet.response.location or "")
        return self.get(parts.path + (f"?{parts.query}" if parts.query else ""))

    def _headers(self) -> dict[str, str]:
        return {"X-Now": self.now.isoformat(), **self.headers}

    def _token(self) -> str:
        found: str = self.get("/login").html.xpath("//input[@name='csrf_token']/@value")[0]
        return found


def visit(client: FlaskClient, desk: Desk, caller: Caller | None = None, *, language: str = "zh") -> Visitor:
    """A visitor who is logged in as somebody, or as nobody."""
    client.set_cookie(LANGUAGE_COOKIE, language)
    if caller is not None:
        client.set_cookie(SESSION_COOKIE, desk.write(lambda s: make_token(s, caller)))
    return Visitor(client, desk.now)
