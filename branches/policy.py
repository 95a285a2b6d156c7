"""Circulation policies: how the best row is found for each setting, and why. Pure.

A row has five criteria and one setting. For every setting on its own the best matching row wins; the first difference decides, in the
order of `CRITERIA`: a nearer unit (or item type) beats a farther one, a set criterion beats an open one. Packages register
the settings they obey, with their defaults and the shape of their values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from branches.policy_values.shape import Naming, Shape, by_code
from branches.tree import OrgTree
from kernel.i18n import Text

CRITERIA: Final = ("org", "item_org", "patron_org", "category", "item_type")
REQUIRED: Final = object()  # a setting without a built-in default
_FAR: Final = 1_000
_REMEMBERED: Final = 1_000  # answers to questions: places, times kinds of readers, times types of books


class Unfit(ValueError):
    """A value that a setting cannot have; `rule` says what it must be."""

    def __init__(self, rule: Text) -> None:
        super().__init__(rule.en)
        self.rule = rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting. Its `shape` is all that says what a value looks like: refusals, forms, words and the reference come from it."""

    name: str
    label: Text
    shape: Shape
    default: Any
    group: str
    help: Text = field(default=Text("", ""))

    def check(self, value: Any) -> None:
        """Raises Unfit with the first of what does not fit."""
        for fault in self.shape.faults(value):
            raise Unfit(fault.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    id: int
    setting: str
    value: Any
    org: str | None = None
    item_org: str | None = None
    patron_org: str | None = None
    category: str | None = None
    item_type: str | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("id", *CRITERIA, "setting", "value", "note")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a policy is asked for. Each criterion is a chain, nearest first: the unit and its parents, the type and its parents."""

    org: tuple[str, ...] = ()
    item_org: tuple[str, ...] = ()
    patron_org: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    item_type: tuple[str, ...] = ()


def about_reader(tree: OrgTree, *, org_id: int, home_id: int, category: str | None) -> Question:
    """What holds for a reader at a unit, whatever the book."""
    known = () if category is None else (category,)
    return Question(org=tree.codes(org_id), patron_org=tree.codes(home_id), category=known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A setting's value, the row that made it (None: the built-in default) and all rows that matched, best first."""

    value: Any
    row: Row | None
    considered: tuple[Row, ...] = field(default=())

    @property
    def source(self) -> str:
        return "default" if self.row is None else "row"


class Registry:
    """The settings that the program obeys; a policy that names another one is refused on saving."""

    def __init__(self) -> None:
        self._settings: dict[str, Setting] = {}

    def register(self, *settings: Setting) -> None:
        for setting in settings:
            self._settings[setting.name] = setting

    def __getitem__(self, name: str) -> Setting:
        return self._settings[name]

    def find(self, name: str) -> Setting | None:
        return self._settings.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._settings

    def __iter__(self) -> Iterator[Setting]:
        return iter(self._settings.values())


REGISTRY: Final = Registry()


def in_words(name: str, value: Any, naming: Naming = by_code) -> Text:
    """A value as people say it; of a setting that is gone, or from a time when values looked otherwise, as it is kept."""
    if value is REQUIRED:
        return Text("没有设置", "not set")
    setting = REGISTRY.find(name)
    if setting is not None and not setting.shape.faults(value):
        return setting.shape.words(value, naming)
    kept = json.dumps(value, ensure_ascii=False)
    return Text(kept, kept)


class PolicyBook:
    """All rows in force, sorted out by setting."""

    def __init__(self, version: int, rows: Sequence[Row]) -> None:
        self.version = version
        self.rows = tuple(rows)
        self._by_setting: dict[str, list[Row]] = {}
        for row in rows:
            self._by_setting.setdefault(row.setting, []).append(row)
        self._resolved = lru_cache(maxsize=_REMEMBERED)(self._resolve)

    def resolve(self, setting: str, question: Question) -> Resolved:
        """The value of one setting. A setting without row and default resolves to `REQUIRED`."""
        ranked = self._rank(setting, question)
        if ranked:
            return Resolved(value=ranked[0].value, row=ranked[0], considered=tuple(ranked))
        return Resolved(value=REGISTRY[setting].default, row=None)

    def resolve_several(self, settings: tuple[str, ...], question: Question) -> dict[str, Resolved]:
        """The values that an act asks for. They are remembered: a desk asks the same for one book after the other, until a row changes
        and there is another book of policies."""
        return dict(self._resolved(settings, question))

    def _resolve(self, settings: tuple[str, ...], question: Question) -> dict[str, Resolved]:
        return {setting: self.resolve(setting, question) for setting in settings}

    def resolve_all(self, question: Question) -> dict[str, Resolved]:
        return {setting.name: self.resolve(setting.name, question) for setting in REGISTRY}

    def _rank(self, setting: str, question: Question) -> list[Row]:
        scored = [
            (score, row) for row in self._by_setting.get(setting, ()) if (score := _score(row, question)) is not None
        ]
        scored.sort(key=lambda pair: (pair[0], pair[1].id))
        return [row for _, row in scored]


def _score(row: Row, question: Question) -> tuple[int, ...] | None:
    """How far each criterion is from what was asked, in the order that decides; None where the row does not match."""
    score = []
    for name in CRITERIA:
        wanted = getattr(row, name)
        chain: tuple[str, ...] = getattr(question, name)
        if wanted is None:
            score.append(_FAR)
        elif wanted in chain:
            score.append(chain.index(wanted))
        else:
            return None
    return tuple(score)
