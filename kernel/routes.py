"""What the routes of every room are made of: input read strictly, and what the API's description says of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, cast

import flask_smorest
from marshmallow import RAISE, Schema
from marshmallow import ValidationError as SchemaError
from webargs.flaskparser import FlaskParser

from kernel.errors import Malformed
from kernel.http import COMMAND_ATTRIBUTE, MAX_KEY_LENGTH, View, declared_right
from kernel.i18n import Text

# --- input ----------------------------------------------------------------------------------------------------------------------


class StrictParser(FlaskParser):
    """Reads JSON without its ambiguities (doubled names, NaN, bottomless nesting) and queries without repeated names."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"json": RAISE, "query": RAISE}

    def _raw_load_json(self, req: Any) -> Any:
        if not req.get_data():
            return {}
        if not req.is_json:
            raise WrongMediaType("application/json")
        try:
            return json.loads(
                req.get_data(),
                object_pairs_hook=_unique,
                parse_constant=_refuse_constant,
                parse_float=_finite,
            )
        except (ValueError, RecursionError) as error:
            raise Malformed("body.malformed", Text("请求体不是正确的 JSON。", "The body is not valid JSON.")) from error

    def load_querystring(self, req: Any, schema: Any) -> Any:
        repeated = [name for name, found in req.args.lists() if len(found) > 1]
        if repeated:
            raise SchemaError({name: ["Give this parameter once."] for name in repeated})
        return super().load_querystring(req, schema)


class WrongMediaType(Malformed):
    status = 415

    def __init__(self, expected: str) -> None:
        super().__init__(
            "body.media_type",
            Text("请求体应为 {expected}。", "Send the body as {expected}.").format(expected=expected),
        )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    "".join(found).encode()  # a name with half a surrogate pair (a ValueError) could not even be named in the answer
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


# --- the API's description ------------------------------------------------------------------------------------------------------

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "A new one for every new act; sent again, it gets the first answer again.",
    "schema": {"type": "string", "maxLength": MAX_KEY_LENGTH},
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "The ETag that reading gave; records that demand it answer 428 without.",
    "schema": {"type": "string"},
}
BEARER = {"type": "http", "scheme": "bearer"}


def _described(view: View, methods: Sequence[str]) -> View:
    """Add to flask-smorest's notes on a view what it cannot see: the right it needs and the headers it takes."""
    notes: dict[str, Any] = deepcopy(getattr(view, "_apidoc", {}))
    headers = [IDEMPOTENCY_KEY] if getattr(view, COMMAND_ATTRIBUTE, False) and "POST" in methods else []
    headers += [IF_MATCH] if {"PATCH", "PUT"} & set(methods) else []
    if headers:
        arguments = notes.setdefault("arguments", {})
        arguments["parameters"] = [*arguments.get("parameters", []), *headers]
    name = declared_right(view)
    notes["manual_doc"] = {"x-right": name, "security": [] if name == "public" else [{"bearer": []}]} | notes.get(
        "manual_doc", {}
    )
    view._apidoc = notes  # type: ignore[attr-defined]
    return view


class Blueprint(flask_smorest.Blueprint):
    """A room's routes, with the strict parser and with types that flask-smorest lacks."""

    ARGUMENTS_PARSER = StrictParser()

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view; its right and its headers go into the API's description."""
        register = super().route(rule, **options)

        def decorate(view: View) -> View:
            return cast(View, register(_described(view, options.get("methods", ["GET"]))))

        return decorate

    def arguments(self, schema: type[Schema] | Schema, **options: Any) -> Callable[[View], View]:
        # Made once: from a class, webargs would build the schema anew for every request.
        made = schema() if isinstance(schema, type) else schema
        return cast("Callable[[View], View]", super().arguments(made, **options))

    def response(self, status: int, schema: type[Schema] | None = None, **options: Any) -> Callable[[View], View]:
        return cast("Callable[[View], View]", super().response(status, schema, **options))

    def alt_response(self, status: int, schema: type[Schema] | None = None, **options: Any) -> Callable[[View], View]:
        """Describes another answer, which the view makes itself."""
        return cast("Callable[[View], View]", super().alt_response(status, schema=schema, **options))

    def doc(self, **options: Any) -> Callable[[View], View]:
        return cast("Callable[[View], View]", super().doc(**options))
