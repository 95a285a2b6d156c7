"""Importing a file: queued as a batch, read record by record, loaded chunk by chunk, and taken up again where a crash left it."""

from catalog.service.imports.batches import NewImport, queue_import
from catalog.service.imports.running import ImportRun, run_next, run_now

__all__ = ["ImportRun", "NewImport", "queue_import", "run_next", "run_now"]
