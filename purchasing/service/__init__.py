"""The acts of this room, one file a subject."""
