"""Where rooms are joined that may not import each other: upper rooms are handed to the hooks that lower rooms declare.

Called once by everything that puts the application together: the web application, the command line, the tests.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from branches import hooks
from branches.tree import OrgTree
from catalog.queries import barcodes_of as item_barcodes
from catalog.queries import find_item
from catalog.reference import ITEM_TYPES
from catalog.service.placing import reindex_units
from circ import policies
from circ.models import Loan
from patrons import hooks as patron_hooks
from patrons.queries import barcodes_of as patron_barcodes
from patrons.queries import find_patron
from patrons.reference import category_chain
from purchasing import policies as purchasing_policies


def connect() -> None:
    policies.register()
    purchasing_policies.register()
    hooks.CRITERIA["category"] = hooks.Vocabulary(chain=category_chain)
    hooks.CRITERIA["item_type"] = hooks.Vocabulary(chain=_item_type_chain)
    hooks.SUBJECTS["patron"] = hooks.Subject(find=_find_patron, keys=patron_barcodes)
    patron_hooks.COUNTS["open_loans"] = _count_open_loans
    if reindex_units not in hooks.MOVED:
        hooks.MOVED.append(reindex_units)
    hooks.SUBJECTS["item"] = hooks.Subject(find=_find_item, keys=item_barcodes)


def _count_open_loans(session: Session, patron_id: int) -> int:
    is_open = (Loan.patron_id == patron_id, Loan.closed_at.is_(None))
    return session.scalar(select(func.count()).select_from(Loan).where(*is_open)) or 0


def _item_type_chain(session: Session, code: str) -> tuple[str, ...]:
    types = ITEM_TYPES.get(session)
    return types.chain(code) if code in types.by_code else ()


def _find_patron(session: Session, tree: OrgTree, barcode: str, at: int | None) -> int:
    return find_patron(session, barcode, tree, at=at).id


def _find_item(session: Session, tree: OrgTree, barcode: str, at: int | None) -> int:
    return find_item(session, barcode, tree, at=at).id
