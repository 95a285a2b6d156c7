"""The embedded engine: tantivy in the data folder. One process writes at a time, any number read, all on one
local disk.

Readers of other processes see a commit within half a second. A rebuilt index is a new folder, made the live
one by a pointer file.
"""

from search.engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
