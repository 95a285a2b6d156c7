"""Opening times as a page says them, in the manner of its language."""

from __future__ import annotations

from kernel.i18n import Text
from web.pages.opac.hours import listed_spans


def test_times_of_a_day_are_divided_as_the_language_divides_them() -> None:
    spans = [("09:00", "12:00"), ("14:00", "18:30")]
    assert listed_spans(spans) == Text("09:00–12:00，14:00–18:30", "09:00–12:00, 14:00–18:30")
    assert listed_spans([]) == Text("", "")
