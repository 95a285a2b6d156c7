from __future__ import annotations

import pytest

from catalog.marc.dates import year_of


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("2003", 2003), ("[2003]", 2003), ("1985.07", 1985), ("c1998.", 1998), ("1998-2001", 1998), ("2008年5月", 2008),
        ("民国25年", 1936), ("民国二十五年", 1936), ("民國廿五年[1936]", 1936), ("光绪二十年(1894)", 1894), ("光緒二十年", 1894),
        ("民国元年", 1912), ("昭和55年", 1980), ("二〇〇三年", 2003), ("一九八五", 1985), ("184u", 1840), ("199-?", 1990),
        ("2547 [2004]", 2004), ("2021 [1964]", 1964), ("1975 [i.e. 1957]", 1957), ("MCMXC [1990]", 1990),
        ("19uu", None), ("uuuu", None), ("9999", None), ("[s.d.]", None), ("", None), ("20031", None), ("0000", None),
    ],
)  # fmt: skip
def test_the_year_is_found_in_whatever_is_written(written: str, year: int | None) -> None:
    assert year_of(written) == year
