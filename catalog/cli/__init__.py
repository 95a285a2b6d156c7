"""Commands of this room, one file a subject. Every act is journalled as `system`."""

from __future__ import annotations

from catalog.cli.classes import classes
from catalog.cli.export import export_titles
from catalog.cli.headings import headings
from catalog.cli.imports import import_files
from catalog.cli.item_types import item_type
from catalog.cli.sources import source
from catalog.cli.undoing import undo_import

COMMANDS = (item_type, classes, headings, import_files, undo_import, export_titles, source)
