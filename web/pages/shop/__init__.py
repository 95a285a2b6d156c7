"""Pages of partner bookshops: the counter, the list of a day, the shop's list of books, and its labels and terms."""

from __future__ import annotations

from web.pages.shop import books, counter, days, labels, reader

BLUEPRINTS = (counter.page, days.page, books.page, labels.page, reader.page)
