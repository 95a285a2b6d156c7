"""The acts of this room, one file a subject: registration and profile, cards and PINs, blocks, categories."""
