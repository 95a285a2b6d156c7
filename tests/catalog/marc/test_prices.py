from __future__ import annotations

import pytest

from catalog.marc.prices import price_fen


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("CNY68.00", 6800), ("￥68.00", 6800), ("¥68", 6800), ("68.00元", 6800), ("0.38元", 38), ("7", 700), ("CNY1,280.00", 128000),
        ("CNY79.00 (全2册)", 3950), ("￥66.00（全三册）", 2200), ("CNY32.00 (含光盘)", 3200), ("CNY100.00(全3册)", 3333),
        ("CNY58.00 (上下册)", 2900), ("CNY58.00 (每册)", 5800), ("CNY360.00 (全套12册)", 3000), ("ＣＮＹ２８．５０", 2850),
        ("CNY45.00 (平装) CNY68.00 (精装)", 4500), ("HK$58.00", None), ("$16.95", None), ("10 EUR", None), ("500 р.", None),
        ("", None), ("赠阅", None), ("CNY0.00", None), ("CNY99999999999", None),
    ],
)  # fmt: skip
def test_the_price_of_one_copy_in_fen(written: str, fen: int | None) -> None:
    assert price_fen(written, bare=True) == fen


def test_a_bare_number_means_yuan_only_where_that_is_the_custom() -> None:
    assert price_fen("16.95", bare=True) == 1695
    assert price_fen("16.95", bare=False) is None
    assert price_fen("29.00元", bare=False) == 2900
