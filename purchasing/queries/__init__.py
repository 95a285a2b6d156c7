"""Reads of this room, as small values, one file a subject."""
