"""The acts of this room, one file a subject. Rooms above hand over whom something is owed with `tell`; services never commit."""

from notices.hooks import Occasion
from notices.service.telling import Owed, tell

__all__ = ["Occasion", "Owed", "tell"]
