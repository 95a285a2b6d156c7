"""The acts on transfers: `moving` has those on a copy under way, `asking` the writes of what a unit asked for. Services never commit.

Where a copy is chosen for a request, or a request answered, loans and holds are asked too, so those acts are `circ`'s.
"""

from __future__ import annotations

from transit.service.moving import TransferService, wrong_state

__all__ = ["TransferService", "wrong_state"]
