"""The Context of an HTTP request, for the `api` modules of every room."""

from __future__ import annotations

from typing import cast

from flask import g

from branches.access import Caller
from branches.context import Context
from kernel import http


def context() -> Context:
    return Context(session=http.session(), now=http.now(), caller=caller(), channel=cast(str, g.channel))


def caller() -> Caller:
    return cast(Caller, g.caller)
