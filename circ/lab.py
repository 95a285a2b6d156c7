"""What a draft of the policies would have changed: differences counted by kind, library, category and item type, with examples. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from circ.replay import Judge, Memory, PastAct, Unknown, Verdict, difference, says_the_same
from kernel.i18n import Text

MOST_EXAMPLES: Final = 10

KINDS: Final[dict[str, Text]] = {
    "check_out.refused": Text("借书：会被拒绝", "check-out: would be refused"),
    "check_out.allowed": Text("借书：不再受阻", "check-out: nothing in the way any more"),
    "check_out.due_earlier": Text("借书：应还日提前", "check-out: due earlier"),
    "check_out.due_later": Text("借书：应还日推后", "check-out: due later"),
    "renewal.refused": Text("续借：会被拒绝", "renewal: would be refused"),
    "renewal.allowed": Text("续借：不再受阻", "renewal: nothing in the way any more"),
    "renewal.due_earlier": Text("续借：应还日提前", "renewal: due earlier"),
    "renewal.due_later": Text("续借：应还日推后", "renewal: due later"),
    "hold.refused": Text("预约：会被拒绝", "hold: would be refused"),
    "hold.allowed": Text("预约：不再受阻", "hold: nothing in the way any more"),
    "return.refused": Text("还书：要到别处还", "return: sent elsewhere"),
    "return.allowed": Text("还书：可在此还", "return: taken here"),
    "return.goes_elsewhere": Text("还书：书去别处", "return: the book goes elsewhere"),
}
UNKNOWN: Final[dict[str, Text]] = {
    "facts_missing": Text("日志里没有记下足够的情况", "the journal keeps too little of them"),
    "unit_gone": Text("馆点已不存在", "their unit is gone"),
}
CANNOT_KNOW: Final = (
    Text(
        "当时被拒绝的借书、续借、预约不在日志里；所以新放宽的只看得到当时已授权办理的。",
        "What was refused then is not in the journal; of what would newly be allowed, only what somebody lifted then is seen.",
    ),
    Text(
        "每一笔按当时的在借、逾期册数来判断；草案下本来会少借或多借的后果不再推算。",
        "Each act is judged by what was out and overdue then; what would have followed from other decisions is not worked out.",
    ),
    Text("开放时间、闭馆日、馆点和类型按今天的算。", "Hours, closures, units and item types are those of today."),
    Text(
        "欠费、押金、逾期次数、停借、续借时有没有人等，不参与比较。",
        "Debts, deposits, late returns, blocks, and who waited for a renewed book are left out.",
    ),
    Text(
        "预约只比较数量限制；归还只比较没有人等、不在调拨中的书去哪里。",
        "Of holds only the limits are compared; of returns, where a book goes that nobody waits for.",
    ),
    Text(
        "按类型、按馆的册数和排队人数，只有当时的政策要数时日志才记下。",
        "Counts by type, by library and of those who wait stand in the journal only where a policy asked for them then.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One act that would have been decided otherwise. It names the book and never the reader."""

    past: PastAct
    before: Verdict
    after: Verdict
    category: str | None
    item_type: str | None


@dataclass(slots=True, kw_only=True)
class KindCount:
    kind: str
    count: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Report:
    """`acts` were read, `judged` could be judged, `changed` would have been decided otherwise."""

    acts: int = 0
    judged: int = 0
    changed: int = 0
    kinds: dict[str, KindCount] = field(default_factory=dict)
    by_org: Counter[int] = field(default_factory=Counter)
    by_category: Counter[str] = field(default_factory=Counter)
    by_item_type: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, example: Example) -> None:
        self.changed += 1
        counted = self.kinds.setdefault(kind, KindCount(kind=kind))
        counted.count += 1
        counted.codes.update(set(example.before.refusals) ^ set(example.after.refusals))
        if len(counted.examples) < MOST_EXAMPLES:
            counted.examples.append(example)
        self.by_org[example.past.org_id] += 1
        if example.category is not None:
            self.by_category[example.category] += 1
        if example.item_type is not None:
            self.by_item_type[example.item_type] += 1

    @property
    def in_order(self) -> list[KindCount]:
        """The kinds that were met, in the order of `KINDS`."""
        return [self.kinds[kind] for kind in KINDS if kind in self.kinds]


def compare(acts: Iterable[PastAct], in_force: Judge, draft: Judge) -> Report:
    """Judge each act by both sets of policies. One act after the other: no more is kept than the counts and a few examples."""
    report, memory = Report(), Memory()
    for told in acts:
        report.acts += 1
        past = _with(told, memory.complete(told))
        try:
            kind, before, after = _judge(past, in_force, draft)
        except Unknown as unknown:
            report.unknown[unknown.reason] += 1
            continue
        report.judged += 1
        if kind is not None:
            data = past.data
            report.note(
                kind,
                Example(
                    past=past,
                    before=before,
                    after=after,
                    category=data.get("category"),
                    item_type=data.get("item_type"),
                ),
            )
    return report


_ALIKE: Final = Verdict()


def _judge(past: PastAct, in_force: Judge, draft: Judge) -> tuple[str | None, Verdict, Verdict]:
    if says_the_same(in_force.resolve(past), draft.resolve(past)):
        return None, _ALIKE, _ALIKE
    before, after = in_force.judge(past), draft.judge(past)
    return difference(past.act, before, after), before, after


def _with(past: PastAct, data: Mapping[str, object]) -> PastAct:
    return PastAct(
        id=past.id,
        act=past.act,
        at=past.at,
        org_id=past.org_id,
        item_id=past.item_id,
        bib_id=past.bib_id,
        data=data,
    )
