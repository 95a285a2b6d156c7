"""How Python's cyclic garbage collector is set for our processes."""

from __future__ import annotations

import gc
from typing import Final

_NEW_OBJECTS: Final = (
    20_000  # made since the last look; an import holds a chunk of records at a time, none of them garbage
)


def leave_loaded_objects_alone() -> None:
    """Take modules and tables, which live as long as the process, out of every collection, and look for garbage less often.

    For processes that work for long, since this last collection takes a tenth of a second. Reference counts free nearly all there is;
    looking for cycles took a twelfth of an import's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)
