"""Every room's tables in one metadata: for migrations and for nothing else."""

from branches import models as branches_models
from catalog import import_models
from catalog import models as catalog_models
from circ import ledger_models
from circ import models as circ_models
from kernel import idempotency, journal, outbox, reference
from kernel.db import Base
from notices import models as notices_models
from patrons import models as patrons_models
from purchasing import (
    budget_models,
    demand_models,
    missed_models,
    order_models,
    quota_models,
    selection_models,
    settlement_models,
)
from purchasing import models as purchasing_models
from transit import models as transit_models

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "branches_models",
    "budget_models",
    "catalog_models",
    "circ_models",
    "demand_models",
    "idempotency",
    "import_models",
    "journal",
    "ledger_models",
    "missed_models",
    "notices_models",
    "order_models",
    "outbox",
    "patrons_models",
    "purchasing_models",
    "quota_models",
    "reference",
    "selection_models",
    "settlement_models",
    "transit_models",
]
