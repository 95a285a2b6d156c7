"""Which rooms the application is made of: their API routes, the pages, their commands and their invariants. One list of each."""

from __future__ import annotations

from flask import Blueprint as PageBlueprint

from kernel.http import Blueprint

API_BLUEPRINTS: tuple[Blueprint, ...] = ()
PAGE_BLUEPRINTS: tuple[PageBlueprint, ...] = ()
