"""The circulation settings this program obeys, with their defaults and what a value must look like. One file a group. Pure.

A setting stands here once; the policy page, `policy explain` and the docs are made from it.
"""

from __future__ import annotations

from typing import Final

from branches.policy import REGISTRY
from circ.policies.holds import HOLDS
from circ.policies.lending import LENDING
from circ.policies.limits import LIMITS
from circ.policies.lost import LOST
from circ.policies.money import MONEY
from circ.policies.notices import NOTICES
from circ.policies.renewal import RENEWAL
from circ.policies.time import TIME
from circ.policies.transfers import TRANSFERS
from circ.policies.way_home import WAY_HOME

SETTINGS: Final = (*LENDING, *TIME, *RENEWAL, *LIMITS, *HOLDS, *TRANSFERS, *WAY_HOME, *MONEY, *LOST, *NOTICES)


def register() -> None:
    REGISTRY.register(*SETTINGS)
