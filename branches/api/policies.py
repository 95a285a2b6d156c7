"""Routes of circulation policies."""

from __future__ import annotations

from typing import Any

from branches import queries
from branches.http import context
from branches.policy_changes import compare, read_rows
from branches.schemas import (
    CriteriaSchema,
    ExplanationSchema,
    PageQuerySchema,
    PolicyBookSchema,
    PolicyChangesSchema,
    PolicyVersionPageSchema,
    PolicyVersionSchema,
    RestorationSchema,
    SinceQuerySchema,
)
from branches.service.policies import NewRow, PolicyService
from kernel.http import command, decode_position, encode_cursor, expected_version, right, version_header
from kernel.routes import Blueprint

blueprint = Blueprint("policies", __name__, description="Circulation policies: rows of criteria, setting and value")


@blueprint.route("/policies", methods=["GET"])
@right("settings.read")
@blueprint.response(200, PolicyBookSchema)
def show_policies() -> Any:
    """The rows in force; the version is the ETag."""
    book = context().policies
    return book, version_header(book.version)


@blueprint.route("/policies", methods=["PUT"])
@right("policy.write")
@blueprint.arguments(PolicyBookSchema)
@command
@blueprint.response(200, PolicyBookSchema)
def replace_policies(body: dict[str, Any]) -> Any:
    """Replace all rows. If-Match names the version they were made from."""
    rows = [NewRow(**row) for row in body["rows"]]
    book = PolicyService(context()).replace(rows, expected_version=expected_version(), note=body["note"])
    return book, version_header(book.version)


@blueprint.route("/policies/explain", methods=["GET"])
@right("settings.read")
@blueprint.arguments(CriteriaSchema, location="query")
@blueprint.response(200, ExplanationSchema)
def explain(query: dict[str, Any]) -> dict[str, Any]:
    """What every setting is for these criteria, which row made it, and which rows were considered."""
    return {"settings": queries.explanation(PolicyService(context()).explain(query))}


@blueprint.route("/policies/versions", methods=["GET"])
@right("settings.read")
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, PolicyVersionPageSchema)
def list_versions(query: dict[str, Any]) -> dict[str, Any]:
    """Who put which version in force when, newest first."""
    before, limit = decode_position(query.get("cursor")), query["limit"]
    versions = queries.list_policy_versions(context().session, before=before or None, limit=limit + 1)
    following = encode_cursor(versions[limit - 1].version) if len(versions) > limit else None
    return {"items": versions[:limit], "next": following}


@blueprint.route("/policies/versions/<int:version>", methods=["GET"])
@right("settings.read")
@blueprint.response(200, PolicyVersionSchema)
def show_version(version: int) -> Any:
    """The rows of one version."""
    return queries.find_policy_version(context().session, version)


@blueprint.route("/policies/versions/<int:version>/changes", methods=["GET"])
@right("settings.read")
@blueprint.arguments(SinceQuerySchema, location="query")
@blueprint.response(200, PolicyChangesSchema)
def show_changes(query: dict[str, Any], version: int) -> dict[str, Any]:
    """What differs from an earlier version: rows added, changed and removed. Without `since`, from the one before."""
    session = context().session
    kept = queries.find_policy_version(session, version)
    since = query.get("since") or queries.version_before(session, version)
    before = queries.find_policy_version(session, since).rows if since is not None else ()
    return {"version": version, "since": since, "changes": compare(read_rows(before), read_rows(kept.rows))}


@blueprint.route("/policies/versions/<int:version>/restoration", methods=["POST"])
@right("policy.write")
@blueprint.arguments(RestorationSchema)
@command
@blueprint.response(200, PolicyBookSchema)
def restore_version(body: dict[str, Any], version: int) -> Any:
    """Put an earlier version in force again, as a new one. If-Match names the version in force."""
    book = PolicyService(context()).restore(version, expected_version=expected_version(), note=body["note"])
    return book, version_header(book.version)
