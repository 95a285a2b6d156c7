"""Orders: suppliers, drafts, placing with the money, what comes, what is invoiced. One file an act; each is one function of a context.

Rows are locked in one order: order, supplier, unit, suggestions, number (ISBN), copies, funds.
"""

from __future__ import annotations

from purchasing.service.ordering.cancelling import cancel
from purchasing.service.ordering.drafting import NewLine, NewOrder, add_line, draft, remove_line
from purchasing.service.ordering.invoicing import BilledLine, NewInvoice, enter_invoice
from purchasing.service.ordering.placing import approve, approve_total, place, turn_down
from purchasing.service.ordering.receiving import Arrived, NewReceipt, Received, WrongBook, receive
from purchasing.service.ordering.suppliers import SupplierFields, change_supplier, create_supplier

__all__ = [
    "Arrived",
    "BilledLine",
    "NewInvoice",
    "NewLine",
    "NewOrder",
    "NewReceipt",
    "Received",
    "SupplierFields",
    "WrongBook",
    "add_line",
    "approve",
    "approve_total",
    "cancel",
    "change_supplier",
    "create_supplier",
    "draft",
    "enter_invoice",
    "place",
    "receive",
    "remove_line",
    "turn_down",
]
