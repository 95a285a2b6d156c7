"""Titles and copies as the plain shapes that the schemas write out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from branches.tree import OrgTree
from catalog.bibdata import MarcFormat
from catalog.description import authors_text, full_title
from catalog.marc.tags import Rules, TagRule
from catalog.matching import LABELS
from catalog.queries.bibs import BibRow, CopyRow, Holding, group_by_place
from catalog.queries.documents import DocumentRow, LineRow
from catalog.queries.imports import ImportReport, ProblemRow
from catalog.queries.items import ItemDetails
from catalog.queries.reviews import Candidate, Review
from catalog.sampling import Sample
from catalog.service.bulk import Row
from catalog.service.desk import Checked
from catalog.service.imports.undoing import UndoPlan
from catalog.states import ITEM_STATUSES
from catalog.undoing import COUNTED, REASONS
from kernel.errors import Refusal
from kernel.i18n import Language, Text
from kernel.money import show_money

_TOLD_OTHERWISE = ("org_id", "problems", "undo_author", "undo_counts")


def show_bib(bib: BibRow, copies: Sequence[CopyRow], tree: OrgTree, language: Language) -> dict[str, Any]:
    """The description field by field, empty ones too, and the holdings in the order of the tree."""
    holdings = group_by_place(copies)
    order = {unit.id: place for place, unit in enumerate(tree.in_order)}
    holdings.sort(key=lambda holding: order[holding.org_id])
    shown = asdict(bib.data)
    shown.pop("control_number")
    return shown | {
        "id": bib.id,
        "authors": authors_text(bib.data),
        "isbn": next(iter(bib.data.isbns), None),
        "issn": next(iter(bib.data.issns), None),
        "version": bib.version,
        "created_at": bib.created_at,
        "updated_at": bib.updated_at,
        "total": sum(holding.total for holding in holdings),
        "available": sum(holding.available for holding in holdings),
        "holdings": [_show_holding(holding, tree, language) for holding in holdings],
    }


def show_refusals(refusals: Sequence[Refusal], language: Language) -> list[dict[str, Any]]:
    return [{**one.as_json(language), "class_": one.class_} for one in refusals]


def show_check(format: MarcFormat, checked: Checked, language: Language) -> dict[str, Any]:
    findings = [
        {
            "class_": finding.class_,
            "code": finding.code,
            "tag": finding.tag,
            "field": None if finding.index is None else finding.index + 1,
            "message": finding.message.in_(language),
        }
        for finding in checked.findings
    ]
    title = full_title(checked.data) if checked.data else None
    return {"format": format, "title": title, "findings": findings, "alike": [asdict(one) for one in checked.alike]}


def show_rules(format: MarcFormat, rules: Rules, language: Language) -> dict[str, Any]:
    def named(pairs: Mapping[str, Text]) -> list[dict[str, str]]:
        return [{"value": value, "name": name.in_(language)} for value, name in pairs.items()]

    def shown(rule: TagRule) -> dict[str, Any]:
        subfields = [
            {
                "code": one.code,
                "name": one.name.in_(language),
                "is_repeatable": one.is_repeatable,
                "is_mandatory": one.is_mandatory,
            }
            for one in rule.subfields.values()
        ]
        return {
            "tag": rule.tag,
            "name": rule.name.in_(language),
            "is_repeatable": rule.is_repeatable,
            "is_mandatory": rule.is_mandatory,
            "indicators": [named(values) for values in rule.indicators],
            "subfields": subfields,
        }

    return {"format": format, "fields_": [shown(rule) for rule in rules.values()]}


def show_item(item: ItemDetails, tree: OrgTree) -> dict[str, Any]:
    return {
        "barcode": item.barcode,
        "bib": item.bib_id,
        "title": item.title,
        "volume": item.volume,
        "item_type": item.item_type,
        "status": item.status,
        "owner": tree.by_id[item.owner_id].code,
        "home": tree.by_id[item.home_id].code,
        "location": tree.by_id[item.location_id].code,
        "call_number": item.call_number,
        "shelf": item.shelf,
        "price_fen": item.price_fen,
        "acquired_on": item.acquired_on,
        "note": item.note,
        "check_out_note": item.check_out_note,
        "check_in_note": item.check_in_note,
        "accessories": item.accessories,
        "is_damaged": item.is_damaged,
    }


def show_changed(rows: Sequence[Row], language: Language) -> dict[str, Any]:
    """What became of each copy of a list, and how many met which outcome."""
    counted = Counter(row.outcome for row in rows)
    shown = [
        {
            "barcode": row.barcode,
            "outcome": row.outcome,
            "title": row.title,
            "changes": {name.removesuffix("_fen"): _told(name, pair) for name, pair in row.changes.items()},
            "code": row.code,
            "message": row.message.in_(language) if row.message else None,
        }
        for row in rows
    ]
    return {"rows": shown, **{name: counted[name] for name in ("changed", "unchanged", "refused")}}


def show_document(row: DocumentRow, tree: OrgTree) -> dict[str, Any]:
    """A list by which copies were withdrawn or handed over."""
    shown = {name: getattr(row, name) for name in ("id", "kind", "number", "reason", "author", "made_at", "copies")}
    to = tree.by_id[row.to_id].code if row.to_id is not None else None
    return shown | {"at": tree.by_id[row.org_id].code, "to": to}


def show_line(line: LineRow, tree: OrgTree) -> dict[str, Any]:
    shown = {name: getattr(line, name) for name in ("barcode", "title", "call_number", "price_fen", "status")}
    return shown | {
        "bib": line.bib_id,
        "owner": tree.by_id[line.owner_id].code,
        "owner_before": tree.by_id[line.owner_before_id].code,
        "undone_at": line.undone_at,
    }


def _told(name: str, pair: Sequence[Any]) -> list[Any]:
    if name != "price_fen":
        return list(pair)
    return [None if fen is None else show_money(fen) for fen in pair]


def _show_holding(holding: Holding, tree: OrgTree, language: Language) -> dict[str, Any]:
    unit = tree.by_id[holding.org_id]
    return {
        "org": unit.code,
        "name": unit.name,
        "total": holding.total,
        "available": holding.available,
        "copies": [_show_copy(copy, tree, language) for copy in holding.copies],
    }


def _show_copy(copy: CopyRow, tree: OrgTree, language: Language) -> dict[str, Any]:
    return {
        "barcode": copy.barcode,
        "status": copy.status,
        "status_label": ITEM_STATUSES[copy.status].label.in_(language),
        "item_type": copy.item_type,
        "home": tree.by_id[copy.home_id].code,
        "location": tree.by_id[copy.location_id].code,
        "call_number": copy.call_number,
        "shelf": copy.shelf,
        "volume": copy.volume,
    }


def show_import(report: ImportReport, tree: OrgTree, language: Language) -> dict[str, Any]:
    """An import's report; `errors` are its first problems."""
    shown = {field.name: getattr(report, field.name) for field in fields(report) if field.name not in _TOLD_OTHERWISE}
    shown["org"] = tree.by_id[report.org_id].code
    shown["errors"] = [show_problem(problem, language) for problem in report.problems]
    return shown


def show_sample(sample: Sample, language: Language) -> dict[str, Any]:
    """What the first records of a file show."""
    shown = {one.name: getattr(sample, one.name) for one in fields(sample) if one.name not in ("profile", "problems")}
    shown["holdings"] = asdict(sample.profile) if sample.profile else None
    shown["problems"] = [
        {
            "record": one.number,
            "offset": one.offset,
            "control_number": one.control_number,
            "tag": one.tag,
            "code": one.code,
            "message": one.message.in_(language),
            "kept_aside": True,
        }
        for one in sample.problems
    ]
    return shown


def show_undo(plan: UndoPlan, language: Language) -> dict[str, Any]:
    """What undoing an import would do or has done; `left` is what stays, each with its reason."""
    left = [
        {
            "code": one.code,
            "message": REASONS[one.code].in_(language),
            "bib": one.bib_id,
            "title": one.title,
            "barcode": one.barcode,
        }
        for one in plan.left
    ]
    counts = dict.fromkeys(COUNTED, 0) | plan.counts
    told = {"import_id": plan.import_id, "status": plan.status, "titles": plan.titles, "looked_at": plan.looked_at}
    return told | counts | {"left": left}


def show_problem(problem: ProblemRow, language: Language) -> dict[str, Any]:
    return {
        "record": problem.record,
        "offset": problem.offset,
        "control_number": problem.control_number,
        "tag": problem.tag,
        "code": problem.code,
        "message": problem.message.in_(language),
        "kept_aside": problem.is_record,
    }


def show_review(review: Review, language: Language) -> dict[str, Any]:
    """A doubtful record with its candidates and their reasons."""
    shown = {
        name: getattr(review, name)
        for name in (
            "id",
            "import_id",
            "source",
            "control_number",
            "record",
            "status",
            "created_at",
            "decided_at",
            "decided_by",
        )
    }
    return shown | {
        "title": full_title(review.data) if review.data else None,
        "bib": review.bib_id,
        "candidates": [_show_candidate(one, language) for one in review.candidates],
    }


def _show_candidate(candidate: Candidate, language: Language) -> dict[str, Any]:
    data = candidate.bib.data
    return {
        "bib": candidate.bib.id,
        "title": full_title(data),
        "authors": authors_text(data),
        "publisher": data.publisher,
        "year": data.year,
        "isbn": next(iter(data.isbns), None),
        "score": candidate.score,
        "reasons": [asdict(one) | {"label": LABELS[one.criterion].in_(language)} for one in candidate.reasons],
    }
