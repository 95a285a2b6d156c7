"""How values read on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, g

from kernel.i18n import Language
from web import presentation as p

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("day", "language", "expected"),
    [
        (date(2026, 12, 22), "zh", "12月22日（周二）"),
        (date(2026, 12, 22), "en", "Tue 22 Dec"),
        (date(2027, 1, 3), "zh", "2027年1月3日（周日）"),
        (date(2027, 1, 3), "en", "Sun 3 Jan 2027"),
    ],
)
def test_a_day_has_its_weekday_and_its_year_only_where_it_is_another(
    day: date, language: Language, expected: str
) -> None:
    assert p.format_day(day, language, TODAY) == expected


def test_an_instant_is_told_in_the_zone_of_the_network() -> None:
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert p.format_instant(late, "zh", TODAY) == "11月24日（周二）00:30"
    assert p.format_instant(late, "en", TODAY) == "Tue 24 Nov 00:30"


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (0, "今天", "today"),
        (1, "明天", "tomorrow"),
        (-2, "前天", "2 days ago"),
        (13, "13天后", "in 13 days"),
        (-14, "2周前", "2 weeks ago"),
        (90, "3个月后", "in 3 months"),
        (-800, "2年前", "2 years ago"),
    ],
)
def test_distance_is_told_in_the_words_people_use(days: int, zh: str, en: str) -> None:
    day = TODAY + timedelta(days=days)
    assert (p.relative_day(day, "zh", TODAY), p.relative_day(day, "en", TODAY)) == (zh, en)


@pytest.mark.parametrize(
    ("minutes", "zh"), [(0, "刚刚"), (-5, "5分钟前"), (-125, "2小时前"), (30, "30分钟后"), (-60 * 20, "昨天")]
)
def test_near_instants_are_told_in_minutes_and_hours(minutes: int, zh: str) -> None:
    now = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon here
    assert p.relative_instant(now + timedelta(minutes=minutes), "zh", now) == zh


@pytest.mark.parametrize(
    ("fen", "shown"), [(6800, "¥68.00"), (5, "¥0.05"), (-150, "-¥1.50"), (123456789, "¥1,234,567.89")]
)
def test_money_is_yuan_with_two_decimals(fen: int, shown: str) -> None:
    assert p.format_money(fen) == shown


def test_an_isbn_gets_its_hyphens_and_a_wrong_one_stays_as_it_is() -> None:
    assert p.format_isbn("9787020002207") == "978-7-02-000220-7"
    assert p.format_isbn("123") == "123"


def test_a_time_on_the_page_is_read_by_machines_too(app: Flask) -> None:
    with app.test_request_context("/"):
        g.language, g.now = "zh", datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
        shown = str(p.show_day(date(2026, 11, 25)))
    assert shown == '<time datetime="2026-11-25" title="后天">11月25日（周三）</time>'


def test_a_day_within_a_sentence_is_an_element_and_all_else_stays_text(app: Flask) -> None:
    with app.test_request_context("/"):
        g.now = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
        told = p.translate("{day}前还《{title}》", "by {day}: {title}", day=p.show_day(date(2026, 12, 3)), title="<b>")
    assert '<time datetime="2026-12-03"' in told
    assert "&lt;b&gt;" in told
