"""HTTP routes of circulation."""

from circ.api.holds import blueprint as _holds
from circ.api.loans import blueprint as _loans

BLUEPRINTS = (_loans, _holds)
