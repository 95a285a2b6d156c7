"""HTTP routes of this room, one file a subject. Each shows three steps: schema in, one service call, schema out."""

from __future__ import annotations

from branches.api import accounts, journal, orgs, policies

BLUEPRINTS = (orgs.blueprint, policies.blueprint, accounts.blueprint, journal.blueprint)
