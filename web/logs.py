"""Structured logs: one line an event, ids only, the request id on each. No names of people, no echo of parameters."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, Response, g, request

from kernel.request import request_id

log = structlog.get_logger("web")


class StandardError:
    """Writes a line to what is standard error now, which a test or a daemon may have changed since."""

    def msg(self, message: str) -> None:
        print(message, file=sys.stderr, flush=True)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


def configure(lowest: int = logging.INFO) -> None:
    """Send events of this level and above to standard error: readable lines on a terminal, JSON elsewhere."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            _add_request_id,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=lambda *_names: StandardError(),
        cache_logger_on_first_use=True,
    )


def _add_request_id(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if current := request_id():
        event["request_id"] = current
    return event


def init_app(app: Flask) -> None:
    configure()
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = perf_counter()


def _finish(response: Response) -> Response:
    if request.endpoint not in (None, "static"):
        took_ms = round((perf_counter() - g.started) * 1000, 1)
        log.info("request", method=request.method, route=request.endpoint, status=response.status_code, ms=took_ms)
    return response
