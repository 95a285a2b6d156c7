"""HTTP routes of this room, one file a subject. Each shows three steps: schema in, one service call, schema out."""

from __future__ import annotations

from patrons.api import categories, imports, patrons, privacy

BLUEPRINTS = (categories.blueprint, patrons.blueprint, imports.blueprint, privacy.blueprint)
