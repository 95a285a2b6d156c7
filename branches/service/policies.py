"""Circulation policies saved and explained. Every set of rows ever in force is kept with who put it there and when.

A row that did not change keeps its id, so that the decisions which name it stay traceable; an id is never used again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert

from branches import queries
from branches.context import Context
from branches.hooks import CRITERIA as VOCABULARIES
from branches.models import PolicyRow, PolicyVersion
from branches.policy import CRITERIA, REGISTRY, PolicyBook, Question, Resolved, Row
from branches.policy_changes import read_rows
from branches.policy_values.shape import Fault, Path
from branches.reference import POLICIES
from branches.tree import OrgTree
from kernel.errors import Invalid, NotFound, Refusal, Refused, Stale
from kernel.i18n import Text

MOST_ROWS = 5000
_UNIT_CRITERIA = ("org", "item_org", "patron_org")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A policy row to be. An open criterion is None."""

    setting: str
    value: Any
    org: str | None = None
    item_org: str | None = None
    patron_org: str | None = None
    category: str | None = None
    item_type: str | None = None
    note: str = ""


Identity = tuple[str | None, ...]


class PolicyService:
    """Policies are replaced as a whole: what a person saw and approved is what holds."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def replace(self, rows: Sequence[NewRow], *, expected_version: int, note: str = "") -> PolicyBook:
        """Put these rows in force, if the version in force is the expected one. Wrong rows are named all at once; `note` says why. The rows
        that are in force already make no version."""
        if self._is_in_force(rows, expected_version):
            return self._context.policies
        version = POLICIES.changed(self._session)
        if version != expected_version + 1:
            raise Stale()
        self.check(rows)
        current = self._context.policies.rows
        wanted = {_content(row): row for row in rows}
        kept = {_content(row) for row in current} & wanted.keys()
        removed = [row for row in current if _content(row) not in kept]
        added = [row for content, row in wanted.items() if content not in kept]
        self._require_reach([*removed, *added])
        if removed:
            self._session.execute(delete(PolicyRow).where(PolicyRow.id.in_([row.id for row in removed])))
        if added:
            self._session.execute(insert(PolicyRow), [_values(row) for row in added])
        book = self._context.policies
        self._keep(version, book, note)
        data: dict[str, Any] = {"what": "policies", "version": version, "added": len(added), "removed": len(removed)}
        data |= {"why": note} if note else {}
        self._context.record("settings_changed", org_id=self._root_id(), data=data)
        return book

    def restore(self, version: int, *, expected_version: int, note: str = "") -> PolicyBook:
        """Put the rows of an earlier version in force again, as a new version. Raises Invalid where they speak of what is gone."""
        kept = queries.find_policy_version(self._context.session, version)
        try:
            return self.replace(
                [as_new(row) for row in read_rows(kept.rows)],
                expected_version=expected_version,
                note=note or f"← {version}",
            )
        except Invalid as error:
            raise Invalid("policy.not_restorable", _not_restorable(error), error.errors) from error

    def explain(self, criteria: Mapping[str, str | None]) -> dict[str, Resolved]:
        """What every setting is for these criteria, and the rows considered. Raises NotFound for an unknown code."""
        return self._context.policies.resolve_all(build_question(self._context, criteria))

    def check(self, rows: Sequence[NewRow]) -> None:
        """Raises Invalid, which names every row that cannot be in force."""
        errors: dict[str, list[Text]] = {}
        counts = Counter(_identity(row) for row in rows)
        for n, row in enumerate(rows):
            for field, message in self._find_faults(row):
                errors.setdefault(f"rows.{n}.{field}", []).append(message)
            if counts[_identity(row)] > 1:
                text = Text("同一条件下的同一设置写了两次。", "The same setting stands twice for the same criteria.")
                errors.setdefault(f"rows.{n}", []).append(text)
        if len(rows) > MOST_ROWS:
            errors["rows"] = [Text("政策最多 {n} 条。", "There may be at most {n} rows.").format(n=MOST_ROWS)]
        if errors:
            detail = Text("有政策条目需要改正，没有保存。", "Some policy rows need correction; nothing was saved.")
            raise Invalid("policy.invalid", detail, errors)

    def _find_faults(self, row: NewRow) -> list[tuple[str, Text]]:
        faults = []
        for name in CRITERIA:
            code = getattr(row, name)
            if code is not None and not _chain(self._context, name, code):
                faults.append((name, _unknown(code)))
        if row.setting not in REGISTRY:
            faults.append(
                ("setting", Text("没有「{s}」这项设置。", "There is no setting “{s}”.").format(s=row.setting))
            )
            return faults
        shape = REGISTRY[row.setting].shape
        unfit = shape.faults(row.value)
        if unfit:
            return [*faults, *((_place(fault.path), _must_be(fault)) for fault in unfit)]
        named = shape.codes(row.value)
        return [
            *faults,
            *((_place(c.path), _unknown(c.code)) for c in named if not _chain(self._context, c.criterion, c.code)),
        ]

    def _is_in_force(self, rows: Sequence[NewRow], version: int) -> bool:
        book = self._context.policies
        return book.version == version and Counter(map(_content, rows)) == Counter(map(_content, book.rows))

    def _require_reach(self, rows: Sequence[Row | NewRow]) -> None:
        """Only rows of units where the caller may set policies; a row without a unit belongs to the whole network."""
        tree = self._context.tree
        self._context.caller.require("policy.write")
        units = self._context.caller.units("policy.write", tree)
        outside = [row for row in rows if self._unit_of(row, tree) not in units]
        if outside:
            raise Refused([_outside(row) for row in outside])

    def _unit_of(self, row: Row | NewRow, tree: OrgTree) -> int | None:
        if row.org is None:
            return self._root_id()
        unit = tree.by_code.get(row.org)
        return unit.id if unit else None

    def _root_id(self) -> int | None:
        root = self._context.tree.root
        return root.id if root else None

    def _keep(self, version: int, book: PolicyBook, note: str) -> None:
        values = {
            "version": version,
            "saved_at": self._context.now,
            "saved_by": self._context.caller.author,
            "note": note,
            "rows": [row.as_json() for row in book.rows],
        }
        self._session.execute(insert(PolicyVersion).values(values))


def build_question(context: Context, criteria: Mapping[str, str | None]) -> Question:
    """Codes as chains, nearest first; an open criterion matches only rows that leave it open."""
    chains: dict[str, tuple[str, ...]] = {}
    for name, code in criteria.items():
        if code is None:
            continue
        chains[name] = _chain(context, name, code)
        if not chains[name]:
            raise NotFound("org" if name in _UNIT_CRITERIA else name, code)
    return Question(**chains)


def _chain(context: Context, criterion: str, code: str) -> tuple[str, ...]:
    """A code and its parents, nearest first; nothing for an unknown code."""
    if criterion in _UNIT_CRITERIA:
        tree = context.tree
        unit = tree.by_code.get(code)
        return tree.codes(unit.id) if unit else ()
    vocabulary = next(known for name, known in VOCABULARIES.items() if name == criterion)
    return vocabulary.chain(context.session, code)


def as_new(row: Row) -> NewRow:
    """A row in force, as one to be saved again."""
    return NewRow(
        setting=row.setting, value=row.value, note=row.note, **{name: getattr(row, name) for name in CRITERIA}
    )


def _not_restorable(error: Invalid) -> Text:
    told = list(dict.fromkeys(sentence for sentences in error.errors.values() for sentence in sentences))
    reasons = Text("", " ").join(told[:5])
    return Text(
        "这一版不能照原样恢复：{reasons}没有保存。",
        "This version cannot be put back as it was: {reasons} Nothing was saved.",
    ).format(reasons=reasons)


def _place(path: Path) -> str:
    """Where in a row: `value`, or a part of it such as `value.0.per_day`."""
    return ".".join(["value", *map(str, path)])


def _must_be(fault: Fault) -> Text:
    said = Text("这个值不合适，应为：{rule}。", "This value does not fit; it must be {rule}.")
    return said.format(rule=fault.rule)


def _unknown(code: str) -> Text:
    return Text("没有「{code}」这个代码。", "There is no “{code}”.").format(code=code)


def _identity(row: Row | NewRow) -> Identity:
    return (*(getattr(row, name) for name in CRITERIA), row.setting)


def _content(row: Row | NewRow) -> Identity:
    """All that a row says, in a form that compares: two rows that say the same are one."""
    return (*_identity(row), json.dumps(row.value, sort_keys=True), row.note)


def _values(row: Row | NewRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*CRITERIA, "setting", "value", "note")}


def _outside(row: Row | NewRow) -> Refusal:
    message = Text(
        "您只能改动本馆及下级馆的政策；这一条（{setting}）属于{unit}。",
        "You may only change policies of your own unit and those below; this one ({setting}) belongs to {unit}.",
    ).format(
        setting=REGISTRY[row.setting].label if row.setting in REGISTRY else row.setting,
        unit=row.org or Text("全网", "the whole network"),
    )
    return Refusal("policy.outside", "impossible", message, None, {"org": row.org, "setting": row.setting})
