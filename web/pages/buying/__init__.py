"""Pages of buying: what readers want, orders and suppliers; programmes by which readers choose, funds, new books to process, oversight."""

from __future__ import annotations

from flask import Blueprint

from web.pages.buying import (
    demand,
    funds,
    order_papers,
    orders,
    oversight,
    processing,
    programmes,
    receiving,
    suppliers,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    demand.page,
    orders.page,
    receiving.page,
    order_papers.page,
    suppliers.page,
    programmes.page,
    funds.page,
    processing.page,
    oversight.page,
)
