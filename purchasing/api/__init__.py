"""HTTP routes of this room, one file a subject. Each shows three steps: schema in, one service call, schema out."""

from __future__ import annotations

from purchasing.api import (
    demand,
    funds,
    offers,
    orders,
    oversight,
    processing,
    programmes,
    selections,
    settlements,
    shops,
    suggestions,
)

BLUEPRINTS = (
    suggestions.blueprint,
    funds.blueprint,
    programmes.blueprint,
    offers.blueprint,
    selections.blueprint,
    processing.blueprint,
    shops.blueprint,
    demand.blueprint,
    orders.blueprint,
    oversight.blueprint,
    settlements.blueprint,
)
