"""Choosing a book that the library pays: asking whether it may be had, choosing it, calling it off, exchanging it."""

from __future__ import annotations

from purchasing.service.selecting.choosing import SelectionService
from purchasing.service.selecting.commands import Pick
from purchasing.service.selecting.judging import Known, Quote

__all__ = ["Known", "Pick", "Quote", "SelectionService"]
