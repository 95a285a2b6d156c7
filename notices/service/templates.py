"""Wordings saved: each version is kept with who put it there and when."""

from __future__ import annotations

from typing import Any

from branches.context import Context
from kernel.db import table_of
from kernel.errors import Invalid, NotFound, Stale
from kernel.i18n import LANGUAGES, Language, Text
from kernel.writes import insert_into
from notices.kinds import KINDS
from notices.models import NoticeTemplate
from notices.queries import TemplateRow, versions_of
from notices.wording import Wording, find_faults

_templates = table_of(NoticeTemplate)


def find_versions(context: Context, kind: str, language: str) -> list[TemplateRow]:
    """All wordings of a kind of notice, the one in force first. Raises NotFound."""
    known: Language | None = next((one for one in LANGUAGES if one == language), None)
    if kind not in KINDS or known is None:
        raise NotFound("notice_template", f"{kind}/{language}")
    return versions_of(context.session, kind, known)


def save_template(
    context: Context, kind: str, language: str, wording: Wording, *, expected_version: int
) -> TemplateRow:
    """Put a wording in force, if the one in force is the expected one. It holds for the whole network. Raises Invalid, Stale."""
    context.caller.require("notice.write")
    current = find_versions(context, kind, language)[0]
    check_wording(kind, wording)
    if current.version != expected_version:
        raise Stale()
    if current.wording == wording:
        return current
    values: dict[str, Any] = {
        "kind": kind,
        "language": current.language,
        "version": current.version + 1,
        "subject": wording.subject,
        "body": wording.body,
        "short": wording.short,
        "saved_at": context.now,
        "saved_by": context.caller.author,
    }
    once = insert_into(context.session, _templates).values(values).on_conflict_do_nothing()
    saved = context.session.scalar(once.returning(_templates.c.version))
    if saved is None:  # somebody saved another one in this very moment
        raise Stale()
    root = context.tree.root
    data = {"what": "notice_template", "kind": kind, "language": language, "version": values["version"]}
    context.record("settings_changed", org_id=root.id if root else None, data=data)
    return find_versions(context, kind, language)[0]


def check_wording(kind: str, wording: Wording) -> None:
    faults = find_faults(wording, KINDS[kind].places)
    if faults:
        detail = Text("用语里有要改的地方，没有保存。", "The wording needs correction; nothing was saved.")
        raise Invalid("notice.wording", detail, faults)
