"""Shapes of this room on the wire, one file a subject."""
