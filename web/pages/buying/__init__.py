"""Pages of buying: programmes by which readers choose, funds, and new books to be processed."""

from __future__ import annotations

from flask import Blueprint

from web.pages.buying import funds, processing, programmes

BLUEPRINTS: tuple[Blueprint, ...] = (programmes.page, funds.page, processing.page)
