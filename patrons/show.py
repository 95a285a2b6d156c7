"""A reader as the wire and the terminal show them: units by code, the numbers of upper rooms beside the rest."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from branches.tree import OrgTree
from kernel.i18n import Language
from patrons.queries import BlockRow, FoundRow
from patrons.service.imports import ImportReport
from patrons.service.profiles import PatronView
from patrons.service.renewals import RenewedCard


def show_patron(view: PatronView, tree: OrgTree) -> dict[str, Any]:
    shown = {"blocks": [show_block(block, tree) for block in view.blocks], "wards": [one.barcode for one in view.wards]}
    return _values(view) | shown | dict(view.counts)


def show_block(block: BlockRow, tree: OrgTree) -> dict[str, Any]:
    return _values(block) | {"org": tree.by_id[block.org_id].code}


def show_found(row: FoundRow, tree: OrgTree) -> dict[str, Any]:
    return _values(row) | {"home": tree.by_id[row.home_id].code}


def show_renewed(one: RenewedCard, language: Language) -> dict[str, Any]:
    return {
        "barcode": one.barcode,
        "result": one.result,
        "before": one.before,
        "code": one.code,
        "message": one.message.in_(language) if one.message else None,
    }


def show_imported(report: ImportReport, language: Language) -> dict[str, Any]:
    """The numbers, and the rows that a person may want to look at."""
    told = [line for line in report.lines if line.result not in ("created", "unchanged")]
    return {
        "written": report.is_written,
        "rows": len(report.lines),
        **report.counts,
        "ignored_columns": list(report.ignored),
        "items": [
            {
                "line": line.number,
                "barcode": line.barcode,
                "result": line.result,
                "fields_": list(line.fields),
                "reasons": [reason.in_(language) for reason in line.reasons],
            }
            for line in told
        ],
    }


def _values(row: PatronView | BlockRow | FoundRow) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}
