"""Which rooms the application is made of: their API routes, pages, commands and invariants. One list of each."""

from __future__ import annotations

from flask import Blueprint as PageBlueprint

from circ import api as circ_api
from circ import invariants as circ_invariants
from kernel.http import Blueprint
from kernel.invariants import Invariant
from search import api as search_api
from search import invariants as search_invariants
from transit import api as transit_api
from transit import invariants as transit_invariants

API_BLUEPRINTS: tuple[Blueprint, ...] = (
    *transit_api.BLUEPRINTS,
    *circ_api.BLUEPRINTS,
    *search_api.BLUEPRINTS,
)
PAGE_BLUEPRINTS: tuple[PageBlueprint, ...] = ()
INVARIANTS: tuple[Invariant, ...] = (
    *transit_invariants.INVARIANTS,
    *circ_invariants.INVARIANTS,
    *search_invariants.INVARIANTS,
)
