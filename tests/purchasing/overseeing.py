"""Those who look at what readers chose, and readers who choose for them to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from purchasing.service.noticing import Noticed
from purchasing.service.oversight import Oversight, OversightService
from tests.desk import Desk
from tests.factories import make_context
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops

T = TypeVar("T")
ISBNS = (ISBN, OTHER_ISBN, "9787108009821", "9787506365437", "9787544253994", "9787302423287", "9787111213826")


def ask(shops: Shops, act: Callable[[OversightService], T], **later: float) -> T:
    shops = shops.later(**later)
    return shops.desk.read(lambda s: act(OversightService(make_context(s, shops.clerk, now=shops.desk.now))))


def look(shops: Shops, **later: float) -> Oversight:
    return ask(shops, lambda service: service.show("NXS"), **later)


def odd(shops: Shops, **later: float) -> list[Noticed]:
    return ask(shops, lambda service: service.alerts(), **later)


@pytest.fixture
def hub(shops: Shops, desk: Desk) -> Shops:
    return shops.as_role("hub_librarian", desk.county.hub)


def readers(desk: Desk, count: int, home: int | None = None) -> list[str]:
    """R01 … beside P0001."""
    barcodes = [f"R{home or 0}-{n:02}" for n in range(1, count + 1)]
    for barcode in barcodes:
        desk.add_patron(barcode, home)
    return barcodes


def choose(shops: Shops, patrons: list[str], **more: Any) -> list[int]:
    """One book each, every one another title."""
    return [
        shops.choose(ISBNS[n % len(ISBNS)], patron, title=f"书{n % len(ISBNS)}", **more).selection.id
        for n, patron in enumerate(patrons)
    ]
