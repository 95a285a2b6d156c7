"""Copy cataloguing: other catalogues asked for a record, by SRU or Z39.50. Protocols only: no database, no web, and no address but those an
administrator has written down (`targets`).

    for answer in ask_all(targets, Wanted(isbn="9787020002207")):   # at once, each with its own patience
        answer.records, answer.fault
"""

from catalog.copying.asking import Answer, ask_all
from catalog.copying.targets import Target, TargetsUnusable, load_targets, read_targets
from catalog.copying.wanted import Wanted

__all__ = ["Answer", "Target", "TargetsUnusable", "Wanted", "ask_all", "load_targets", "read_targets"]
