"""The engine for many machines: an Elasticsearch of the client's own major version, reached by its address.

Text comes cut into tokens and queries come as trees, so it matches, counts and orders like the embedded engine. A generation is an
index; an alias points to the live one. Deleted documents stay as empty ones that keep their version, so that a write which comes late
never brings one back, however long after. Whoever writes holds a lease that others can take over when its holder is gone.
"""

from search.engines.elasticsearch.address import Address, read_address
from search.engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["Address", "ElasticsearchEngine", "read_address"]
