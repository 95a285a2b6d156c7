"""The policy lab's report as it is told outside: plain values that the schema writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from branches.tree import OrgTree
from circ.lab import CANNOT_KNOW, KINDS, UNKNOWN, Example, KindCount
from circ.refusals import REFUSALS
from circ.replay import Verdict
from circ.service.policy_lab import Replayed
from kernel.i18n import Language


def show_replayed(replayed: Replayed, tree: OrgTree, language: Language) -> dict[str, Any]:
    report = replayed.report
    return {
        "from": replayed.from_on,
        "to": replayed.to_on,
        "version": replayed.version,
        "acts": report.acts,
        "judged": report.judged,
        "changed": report.changed,
        "kinds": [_kind(kind, replayed, tree, language) for kind in report.in_order],
        "by_org": [{"key": tree.by_id[org_id].code, "count": count} for org_id, count in report.by_org.most_common()],
        "by_category": _counted(report.by_category),
        "by_item_type": _counted(report.by_item_type),
        "not_judged": [
            {"reason": reason, "label": UNKNOWN[reason].in_(language), "count": count}
            for reason, count in report.unknown.most_common()
        ],
        "cannot_know": [sentence.in_(language) for sentence in CANNOT_KNOW],
    }


def _counted(counts: Counter[str]) -> list[dict[str, Any]]:
    return [{"key": key, "count": count} for key, count in counts.most_common()]


def _kind(kind: KindCount, replayed: Replayed, tree: OrgTree, language: Language) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "label": KINDS[kind.kind].in_(language),
        "count": kind.count,
        "codes": dict(kind.codes.most_common()),
        "examples": [_example(one, replayed.barcodes, tree) for one in kind.examples],
    }


def _example(example: Example, barcodes: Mapping[int, str], tree: OrgTree) -> dict[str, Any]:
    past = example.past
    return {
        "entry": past.id,
        "act": past.act,
        "at": past.at,
        "org": tree.by_id[past.org_id].code,
        "item": barcodes.get(past.item_id) if past.item_id is not None else None,
        "bib": past.bib_id,
        "category": example.category,
        "item_type": example.item_type,
        "before": _verdict(example.before),
        "after": _verdict(example.after),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "refusals": [code for code in verdict.refusals if code in REFUSALS],
        "due_at": verdict.due_at,
        "goes_to": verdict.goes_to,
    }
