"""Where rooms are joined that may not import each other: upper rooms are handed to the hooks that lower rooms declare.

Called once by everything that puts the application together: the web application, the command line, the tests.
"""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from branches import hooks
from branches.tree import OrgTree
from catalog import hooks as catalog_hooks
from catalog.queries import barcodes_of as item_barcodes
from catalog.queries import find_item
from catalog.reference import ITEM_TYPES
from catalog.service.placing import reindex_units
from circ import hooks as circ_hooks
from circ import policies
from circ.models import Loan
from circ.queries import open_loan_of_item
from circ.queries.holds import count_open as count_open_holds
from circ.queries.holds import facts_of_holds
from circ.queries.ledger import facts_of_account
from circ.service import owing
from circ.service.holds.following import (
    fold_duplicates,
    promised,
    release_after_transfer,
    release_set_apart,
    release_taken_away,
)
from circ.service.telling import tell_of_pin
from notices import policies as notice_policies
from patrons import hooks as patron_hooks
from patrons.queries import barcodes_of as patron_barcodes
from patrons.queries import find_patron
from patrons.reference import category_chain
from purchasing import policies as purchasing_policies
from purchasing.queries.missed import missed_parcels_of
from purchasing.queries.quotas import quotas_of
from purchasing.service.following import forget_votes, hand_over_votes, suggestions_of
from purchasing.service.forgetting import forget_threads
from purchasing.service.missed import forget_missed, hand_over_missed
from purchasing.service.online.following import (
    arrive,
    begin,
    choices_of,
    follow_hold,
    hand_over_choices,
    keep_for_reader,
    keeps_from_leaving,
    promised_days,
    unbegin,
)
from purchasing.service.quotas import forget_quotas, hand_over_quotas
from transit import hooks as transit_hooks
from transit.queries import open_transfer

T = TypeVar("T")


def connect() -> None:
    policies.register()
    purchasing_policies.register()
    notice_policies.register()
    owing.register()
    hooks.CRITERIA["category"] = hooks.Vocabulary(chain=category_chain)
    hooks.CRITERIA["item_type"] = hooks.Vocabulary(chain=_item_type_chain)
    hooks.SUBJECTS["patron"] = hooks.Subject(find=_find_patron, keys=patron_barcodes)
    patron_hooks.COUNTS["open_loans"] = _count_open_loans
    patron_hooks.COUNTS["open_holds"] = count_open_holds
    _register(patron_hooks.FACTS, facts_of_account)
    _register(patron_hooks.FACTS, facts_of_holds)
    _register(catalog_hooks.TIES, _open_tie)
    _register(catalog_hooks.JOINING, fold_duplicates)
    _register(catalog_hooks.PROMISED, promised)
    _register(catalog_hooks.SET_APART, release_set_apart)
    _register(catalog_hooks.TAKEN_AWAY, release_taken_away)
    _register(catalog_hooks.KEPT, keep_for_reader)
    _register(transit_hooks.CANCELLED, release_after_transfer)
    _register(hooks.MOVED, reindex_units)
    _register(patron_hooks.PIN_SET, tell_of_pin)
    _register(circ_hooks.PROMISED_DAYS, promised_days)
    _register(circ_hooks.LENT, begin)
    _register(circ_hooks.BROUGHT, arrive)
    _register(circ_hooks.UNLENT, unbegin)
    _register(circ_hooks.HOLD_OVER, follow_hold)
    _register(circ_hooks.LEAVING, keeps_from_leaving)
    _register(circ_hooks.FORGOTTEN, forget_threads)
    _register(patron_hooks.MERGED, hand_over_choices)
    _register(patron_hooks.MERGED, hand_over_quotas)
    _register(patron_hooks.MERGED, hand_over_missed)
    _register(patron_hooks.MERGED, hand_over_votes)
    _register(patron_hooks.ERASED, forget_quotas)
    _register(patron_hooks.ERASED, forget_missed)
    _register(patron_hooks.ERASED, forget_votes)
    patron_hooks.EXPORTED["suggestions"] = suggestions_of
    patron_hooks.EXPORTED["choices"] = choices_of
    patron_hooks.EXPORTED["quotas"] = lambda session, patron_id, _vault: quotas_of(session, patron_id)
    patron_hooks.EXPORTED["missed_parcels"] = lambda session, patron_id, _vault: missed_parcels_of(session, patron_id)
    hooks.SUBJECTS["item"] = hooks.Subject(find=_find_item, keys=item_barcodes)


def _register(told: list[T], one: T) -> None:
    if one not in told:
        told.append(one)


def _open_tie(session: Session, item_id: int) -> str | None:
    """What a loan or a transfer makes of its copy, whatever the copy itself says."""
    if open_loan_of_item(session, item_id) is not None:
        return "on_loan"
    return "in_transit" if open_transfer(session, item_id) is not None else None


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
