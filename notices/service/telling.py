"""Writes down what is owed to whom as notices, each occasion once: the database refuses a second, whoever else is at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from branches.context import Context
from kernel.bulk import insert_all
from kernel.db import table_of
from kernel.i18n import Language, Text
from kernel.writes import insert_into
from notices.hooks import Occasion
from notices.kinds import KINDS
from notices.models import Notice, NoticeOccasion
from notices.queries import Recipient, recipients, templates_in_force
from notices.wording import Wording, one_line, render

_notices, _occasions = table_of(Notice), table_of(NoticeOccasion)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One thing that somebody is to be told of. `org_id` is the library that answers for it, and without a reader the one whose staff is
    told. What is owed to one in the same `group` at the same time becomes one notice; `line` names the thing there. `values` fill the
    wording; of a group, the first one's."""

    kind: str
    patron_id: int | None
    org_id: int
    occasion: Occasion
    group: str = ""
    line: Text | None = None
    values: Mapping[str, Text] = field(default_factory=dict)

    @property
    def _order(self) -> tuple[Any, ...]:
        return self.kind, self.occasion.subject_id, self.occasion.at, self.occasion.step

    @property
    def _whole(self) -> tuple[Any, ...]:
        return self.kind, self.patron_id, self.org_id, self.group


def tell(context: Context, owed: Sequence[Owed]) -> int:
    """Note what was not told before; how many notices that made. May be called again and again with the same."""
    new = _claim(context.session, owed)
    if not new:
        return 0
    readers = recipients(context.session, {one.patron_id for one in new if one.patron_id is not None})
    wholes: dict[tuple[Any, ...], list[Owed]] = {}
    for one in new:
        if one.patron_id is None or readers[one.patron_id].status == "active":
            wholes.setdefault(one._whole, []).append(one)
    if not wholes:
        return 0
    wordings = {key: row.wording for key, row in templates_in_force(context.session).items()}
    rows = [_build_row(context, parts, readers, wordings) for parts in wholes.values()]
    ids = insert_all(context.session, _notices, rows)
    _note(context.session, [(one, id_) for id_, parts in zip(ids, wholes.values(), strict=True) for one in parts])
    return len(rows)


def _claim(session: Session, owed: Sequence[Owed]) -> list[Owed]:
    """Those whose occasion nobody has told of; theirs are taken. Sorted, so that two who claim at once wait for each other in one order."""
    by_key = {one._order: one for one in sorted(owed, key=lambda one: one._order)}
    if not by_key:
        return []
    c = _occasions.c
    statement = insert_into(session, _occasions).on_conflict_do_nothing().returning(c.kind, c.subject_id, c.at, c.step)
    keys = [dict(zip(("kind", "subject_id", "at", "step"), key, strict=True)) for key in by_key]
    claimed = {tuple(row) for row in session.execute(statement, keys)}
    return [one for key, one in by_key.items() if key in claimed]


_NOTE = (
    update(_occasions)
    .where(
        _occasions.c.kind == bindparam("of_kind"),
        _occasions.c.subject_id == bindparam("of_subject"),
        _occasions.c.at == bindparam("of_at"),
        _occasions.c.step == bindparam("of_step"),
    )
    .values(notice_id=bindparam("notice"))
)


def _note(session: Session, told: Sequence[tuple[Owed, int]]) -> None:
    session.execute(
        _NOTE,
        [
            {
                "of_kind": one.kind,
                "of_subject": one.occasion.subject_id,
                "of_at": one.occasion.at,
                "of_step": one.occasion.step,
                "notice": notice_id,
            }
            for one, notice_id in told
        ],
    )


def _build_row(
    context: Context,
    parts: Sequence[Owed],
    readers: Mapping[int, Recipient],
    wordings: Mapping[tuple[str, Language], Wording],
) -> dict[str, Any]:
    first = parts[0]
    reader = readers[first.patron_id] if first.patron_id is not None else None
    language = language_of(reader, readers)
    text = render(wordings[first.kind, language], _values(context, parts, reader, language))
    return {
        "kind": first.kind,
        "patron_id": first.patron_id,
        "org_id": first.org_id,
        "language": language,
        "subject": text.subject[:300],
        "body": text.body,
        "short": text.short,
        "things": len(parts),
        "told_at": context.now,
        # What staff are told stands on their page alone: there is no way out to choose.
        "planned_at": context.now if KINDS[first.kind].audience == "staff" else None,
    }


def language_of(reader: Recipient | None, readers: Mapping[int, Recipient]) -> Language:
    """What the reader chose, else their guardian; else Chinese."""
    if reader is None:
        return "zh"
    guardian = readers.get(reader.guardian_id) if reader.guardian_id is not None else None
    return reader.language or (guardian.language if guardian else None) or "zh"


def _values(context: Context, parts: Sequence[Owed], reader: Recipient | None, language: Language) -> dict[str, str]:
    root = context.tree.root
    values = {
        "library": context.tree.by_id[parts[0].org_id].name,
        "network": root.name if root else "",
        "count": str(len(parts)),
        "books": "\n".join(one_line(part.line.in_(language)) for part in parts if part.line is not None),
    }
    if reader is not None:
        values["name"] = reader.name
    return values | {name: one_line(value.in_(language)) for name, value in parts[0].values.items()}
