"""HTTP routes of circulation."""

from circ.api.conditions import blueprint as _conditions
from circ.api.families import blueprint as _families
from circ.api.histories import blueprint as _histories
from circ.api.holds import blueprint as _holds
from circ.api.ledger import blueprint as _ledger
from circ.api.loans import blueprint as _loans
from circ.api.policy_lab import blueprint as _policy_lab
from circ.api.readers import blueprint as _readers
from circ.api.requests import blueprint as _requests

BLUEPRINTS = (_loans, _conditions, _holds, _requests, _ledger, _families, _histories, _policy_lab, _readers)
