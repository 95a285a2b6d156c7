"""The pages people see: readers' pages (OPAC, account), the staff desk, administration. Pages render; every rule lives below them."""

from __future__ import annotations

from flask import Blueprint, Flask

from web import presentation
from web.pages import (
    account,
    admin,
    apart,
    bibs,
    buying,
    copying,
    desk,
    exports,
    family,
    holds,
    imports,
    items,
    journal,
    layout,
    leaving,
    lists,
    login,
    look,
    marc,
    money,
    notices,
    opac,
    own_money,
    patrons,
    privacy,
    reader_imports,
    renewals,
    requests,
    reviews,
    safety,
    samples,
    shop,
    sources,
    stock,
    suggestions,
    transfers,
    undoing,
    versions,
)
from web.pages.opac import kept

BLUEPRINTS: tuple[Blueprint, ...] = (
    login.page,
    look.page,
    opac.page,
    account.page,
    family.page,
    privacy.page,
    lists.page,
    suggestions.page,
    *buying.BLUEPRINTS,
    desk.page,
    patrons.page,
    money.page,
    own_money.page,
    renewals.page,
    reader_imports.page,
    leaving.page,
    items.page,
    bibs.page,
    marc.page,
    versions.page,
    apart.page,
    copying.page,
    *stock.BLUEPRINTS,
    transfers.page,
    *shop.BLUEPRINTS,
    notices.page,
    requests.page,
    holds.page,
    reviews.page,
    sources.page,
    imports.page,
    samples.page,
    undoing.page,
    exports.page,
    *admin.BLUEPRINTS,
    journal.page,
)


def init_app(app: Flask) -> None:
    presentation.init_app(app)
    layout.init_app(app)
    look.init_app(app)
    safety.init_app(app)


def furnish(app: Flask) -> None:
    """What pages remember between two requests."""
    kept.furnish(app)
