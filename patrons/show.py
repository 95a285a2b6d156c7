"""A reader as the wire and the terminal show them: units by code, the numbers of upper rooms beside the rest."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from branches.tree import OrgTree
from patrons.queries import BlockRow, FoundRow
from patrons.service.profiles import PatronView


def show_patron(view: PatronView, tree: OrgTree) -> dict[str, Any]:
    return _values(view) | {"blocks": [show_block(block, tree) for block in view.blocks]} | dict(view.counts)


def show_block(block: BlockRow, tree: OrgTree) -> dict[str, Any]:
    return _values(block) | {"org": tree.by_id[block.org_id].code}


def show_found(row: FoundRow, tree: OrgTree) -> dict[str, Any]:
    return _values(row) | {"home": tree.by_id[row.home_id].code}


def _values(row: PatronView | BlockRow | FoundRow) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}
