"""Pages of partner bookshops: the counter, the list of a day, the shop's list of books, settlements, and its labels and terms."""

from __future__ import annotations

from web.pages.shop import books, counter, days, labels, online, reader, sending, settlement_papers, settlements

BLUEPRINTS = (
    counter.page,
    days.page,
    books.page,
    settlements.page,
    settlement_papers.page,
    labels.page,
    reader.page,
    online.page,
    sending.page,
)
