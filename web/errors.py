"""Errors become answers in one place: problem details (RFC 9457) for programs, a page for people."""

from __future__ import annotations

from errno import EDQUOT, ENOSPC
from typing import Any

from flask import Flask, Response, jsonify, render_template, request, url_for
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from catalog.queries.bibs import BibMerged
from kernel import idempotency
from kernel.db import BUSY, is_busy, is_full, is_retryable
from kernel.errors import Conflict, DomainError, Invalid, Refused, TooManyRequests, Unavailable
from kernel.http import language
from kernel.i18n import Language, Text
from kernel.request import request_id
from web.field_messages import in_both

log = get_logger("web")

TITLES: dict[int, Text] = {
    400: Text("请求有误", "Malformed request"),
    301: Text("已并入另一条书目", "Merged into another title"),
    401: Text("请先登录", "Login needed"),
    403: Text("没有权限", "Not allowed"),
    404: Text("没有找到", "Not found"),
    405: Text("不支持这种操作", "Method not allowed"),
    409: Text("不能办理", "Refused"),
    412: Text("记录已变", "Record changed"),
    413: Text("文件太大", "Too large"),
    415: Text("格式不支持", "Unsupported format"),
    422: Text("有内容需要改正", "Some fields need correction"),
    428: Text("缺少 If-Match", "If-Match needed"),
    429: Text("请稍候再试", "Too many requests"),
    500: Text("系统出错", "Internal error"),
    503: Text("暂时不能服务", "Unavailable for the moment"),
}

NO_SUCH_PAGE = Text(
    "这个网址下什么也没有：可能写错了，也可能已经撤走。请核对网址，或从首页重新找。",
    "There is nothing at this address: it may be mistyped, or what was here is gone. Check it, or begin at the start page.",
)
NO_SUCH_ACT = Text(
    "这个网址不收这样的请求，什么也没有改变。请回到上一页，从那里的按钮或链接再进去。",
    "This address takes no such request, and nothing was changed. Go back a page and use its buttons and links.",
)
GONE = Text(
    "数据库暂时连不上，本次操作没有生效。请稍候重试。",
    "The database cannot be reached and nothing was changed. Try again in a moment.",
)
FULL = Text(
    "数据库所在的磁盘已满，本次操作没有生效。请通知管理员清理磁盘。",
    "The database has no disk space left and nothing was changed. Tell your administrator.",
)
NO_ROOM = Text(
    "服务器的磁盘放不下这个文件，本次操作没有生效。请通知管理员清理磁盘。",
    "The server's disk has no room for this file and nothing was changed. Tell your administrator.",
)
RACE = Text(
    "另一处刚刚办理了同一件事，本次操作没有生效。请再试一次。",
    "Somebody did the same a moment ago and nothing was changed. Try again.",
)
TOO_LARGE = Text(
    "有一项内容太长或太大，无法保存，本次操作没有生效。请改短后再试。",
    "A value is too long or too large to be kept, and nothing was changed. Shorten it and try again.",
)
BROKEN = Text(
    "系统出错，本次操作没有生效。请把编号 {id} 告诉管理员。",
    "Something broke and nothing was changed. Tell your administrator the number {id}.",
)


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _answer)
    app.register_error_handler(HTTPException, lambda error: _answer(_from_http(error)))
    app.register_error_handler(DBAPIError, lambda error: _answer(from_database(error)))
    app.register_error_handler(PoolTimeout, lambda _error: _answer(Unavailable("database.busy", BUSY)))
    app.register_error_handler(OSError, lambda error: _answer(_from_system(error)))
    app.register_error_handler(Exception, _broken)


def _answer(error: DomainError) -> Response:
    if isinstance(error, BibMerged) and request.method in ("GET", "HEAD"):
        return _lead_on(error)
    response = _problem(error) if wants_problem() else _page(error)
    response.status_code = error.status
    if isinstance(error, TooManyRequests | Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _lead_on(merged: BibMerged) -> Response:
    """The address of a title that went into another leads to that one for ever; programs are told which one it is."""
    response = _problem(merged) if wants_problem() else Response()
    response.status_code = 301
    asked = dict(request.view_args or {})
    assert request.endpoint is not None
    response.location = url_for(request.endpoint, **asked | {"bib_id": merged.into_id})
    return response


def wants_problem() -> bool:
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def _problem(error: DomainError) -> Response:
    response = jsonify(problem(error, language()))
    response.mimetype = "application/problem+json"
    return response


def problem(error: DomainError, language: Language) -> dict[str, Any]:
    """The body of RFC 9457 for an error; `code` is what programs branch on."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(error.status, TITLES[500]).in_(language),
        "status": error.status,
        "detail": error.detail.in_(language),
        "code": error.code,
    }
    if isinstance(error, Refused):
        body["refusals"] = [refusal.as_json(language) for refusal in error.refusals]
    if isinstance(error, Invalid) and error.errors:
        body["errors"] = {field: [m.in_(language) for m in messages] for field, messages in error.errors.items()}
    if error.data:
        body["data"] = error.data
    return body


def _page(error: DomainError) -> Response:
    title = TITLES.get(error.status, TITLES[500])
    return Response(render_template("error.html", title=title, error=error), mimetype="text/html")


def _from_http(error: HTTPException) -> DomainError:
    """Errors of Flask, Werkzeug and the schemas. webargs hands its messages over in `data`."""
    status = error.code or 500
    messages = getattr(error, "data", None) or {}
    if status == 422:
        fields = _flatten(messages.get("messages", {}))
        return Invalid(
            "input.invalid",
            Text("有内容需要改正，见各字段的说明。", "Some fields need correction; each says what."),
            fields,
        )
    title = TITLES.get(status, Text(error.name, error.name))
    detail = {404: NO_SUCH_PAGE, 405: NO_SUCH_ACT}.get(status, Text(title.zh + "。", title.en + "."))
    translated = DomainError(f"http.{status}", detail)
    translated.status = status
    return translated


def _flatten(messages: Any, path: str = "") -> dict[str, list[Text]]:
    """marshmallow's nested messages as `field.0.name` → sentences; the location (json, query) is left out."""
    if isinstance(messages, dict):
        found: dict[str, list[Text]] = {}
        for name, inner in messages.items():
            outer = not path and name in ("json", "query", "form", "files", "json_or_form")
            found |= _flatten(inner, path if outer else f"{path}.{name}".lstrip("."))
        return found
    listed = messages if isinstance(messages, list) else [messages]
    return {path or "_schema": [m if isinstance(m, Text) else in_both(str(m)) for m in listed]}


def from_database(error: DBAPIError) -> DomainError:
    if "idempotency_key" in str(error.statement) and is_busy(error):
        return idempotency.still_running()
    if is_busy(error) or is_retryable(error):  # one that could be tried again has been, as often as may be
        log.warning("database.busy")
        return Unavailable("database.busy", BUSY)
    if is_full(error):
        log.error("database.full")
        return Unavailable("database.full", FULL, retry_after=60)
    if isinstance(error, IntegrityError):
        log.warning("database.race", constraint=_constraint(error))
        return Conflict("database.race", RACE)
    if isinstance(error, DataError):  # PostgreSQL's own limits; SQLite keeps what comes
        log.error("database.value_refused", error=type(error.orig).__name__, statement=error.statement)
        return Invalid("value.too_large", TOO_LARGE)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        log.error("database.gone", error=type(error.orig).__name__)
        return Unavailable("database.unavailable", GONE)
    return _unexpected(error)


def _from_system(error: OSError) -> DomainError:
    """No room for an uploaded file, in the data folder or where it is unpacked."""
    if error.errno in (ENOSPC, EDQUOT):
        log.error("disk.full")
        return Unavailable("disk.full", NO_ROOM, retry_after=60)
    return _unexpected(error)


def _constraint(error: IntegrityError) -> str:
    """The name of what refused, never the values in the message."""
    diagnosis = getattr(error.orig, "diag", None)
    return str(diagnosis.constraint_name) if diagnosis is not None else str(error.orig).split(":")[-1].strip()[:80]


def _broken(error: Exception) -> Response:
    return _answer(_unexpected(error))


def _unexpected(error: BaseException) -> DomainError:
    log.error("request.failed", error=type(error).__name__, exc_info=error)
    return DomainError("internal", BROKEN.format(id=request_id() or "-"))
