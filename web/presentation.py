"""How values read on a page: days with their weekday, relative time, money, titles, numbers. Pure but for `g`.

Every function takes the language, so that it can be tested alone; `init_app` gives templates the same functions in the
language of the request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import Flask, g
from markupsafe import Markup, escape
from stdnum import isbn as stdnum_isbn

from catalog.bibdata import ACCESSES, KINDS
from catalog.description import marked
from catalog.languages import language_label
from catalog.marc.tidy import has_han
from catalog.readership import READERSHIPS
from kernel.clock import WEEKDAY_NAMES, ZONE, clock_time, day_text, ends_with_day, local_day
from kernel.http import language
from kernel.i18n import Language, Text
from kernel.money import show_money
from patrons.privacy import mask_name
from web.stacking import with_labels

NEAR_DAYS: Final = {
    -2: Text("前天", "2 days ago"),
    -1: Text("昨天", "yesterday"),
    0: Text("今天", "today"),
    1: Text("明天", "tomorrow"),
    2: Text("后天", "in 2 days"),
}


def format_day(day: date, language: Language, today: date) -> str:
    return day_text(day, today).in_(language)


def format_instant(instant: datetime, language: Language, today: date) -> str:
    """The day and the minute in the network's zone."""
    return (
        f"{format_day(local_day(instant), language, today)} {instant.astimezone(ZONE):%H:%M}"
        if language == "en"
        else f"{format_day(local_day(instant), language, today)}{instant.astimezone(ZONE):%H:%M}"
    )


def relative_day(day: date, language: Language, today: date) -> str:
    """How far a day is from today, in the words people use: 明天, 3天后, 2周前, 5个月后."""
    days = (day - today).days
    if days in NEAR_DAYS:
        return NEAR_DAYS[days].in_(language)
    distance = abs(days)
    if distance < 14:
        count, unit = distance, Text("天", "days")
    elif distance < 60:
        count, unit = distance // 7, Text("周", "weeks")
    elif distance < 730:
        count, unit = round(distance / 30.4), Text("个月", "months")
    else:
        count, unit = distance // 365, Text("年", "years")
    if language == "zh":
        return f"{count}{unit.zh}{'后' if days > 0 else '前'}"
    return f"in {count} {unit.en}" if days > 0 else f"{count} {unit.en} ago"


def relative_instant(instant: datetime, language: Language, now: datetime) -> str:
    """Minutes and hours where the instant is near, days where it is not."""
    passed = now - instant
    ahead = passed < timedelta(0)
    minutes = int(abs(passed).total_seconds()) // 60
    if minutes < 1:
        return Text("刚刚", "just now").in_(language)
    if minutes >= 60 * 12:
        return relative_day(local_day(instant), language, local_day(now))
    count, unit = (minutes, Text("分钟", "min")) if minutes < 60 else (minutes // 60, Text("小时", "h"))
    if language == "zh":
        return f"{count}{unit.zh}{'后' if ahead else '前'}"
    return f"in {count} {unit.en}" if ahead else f"{count} {unit.en} ago"


def format_money(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def format_isbn(isbn: str) -> str:
    """With its hyphens, where the ranges are known."""
    return str(stdnum_isbn.format(isbn)) if stdnum_isbn.is_valid(isbn) else isbn


def format_number(number: int) -> str:
    return f"{number:,}"


def plural(count: int, one: str, many: str) -> str:
    """English only: the word that goes with a count."""
    return one if count == 1 else many


def translate(zh: str | Text, en: str | None = None, **values: object) -> str:
    """Of a pair, the sentence in the request's language; in templates `t("中文", "English", n=3)`."""
    pair = zh if isinstance(zh, Text) else Text(zh, zh if en is None else en)
    if any(isinstance(value, Markup) for value in values.values()):  # a day is an element; all beside it stays text
        told = {name: value.in_(language()) if isinstance(value, Text) else value for name, value in values.items()}
        return escape(pair.in_(language())).format(**told)
    return (pair.format(**values) if values else pair).in_(language())


def _today() -> date:
    return local_day(g.now)


def _time(value: date | datetime, shown: str, title: str) -> Markup:
    """A `<time>`: machines read the standard form, a pointer shows the rest."""
    machine = value.astimezone(ZONE).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()
    return Markup('<time datetime="{}" title="{}">{}</time>').format(machine, title, shown)


def show_day(value: date | datetime) -> Markup:
    """The day alone, of a day or an instant."""
    day = local_day(value) if isinstance(value, datetime) else value
    return _time(day, format_day(day, language(), _today()), relative_day(day, language(), _today()))


def show_due(value: datetime) -> Markup:
    """When a loan is due: the day, and the time too where the book is lent by the hour."""
    return show_day(value) if ends_with_day(value) else show_instant(value)


def show_instant(value: datetime) -> Markup:
    return _time(value, format_instant(value, language(), _today()), relative_instant(value, language(), g.now))


def show_clock(value: datetime) -> Markup:
    """The time alone, where the day is told above."""
    return _time(value, clock_time(value), format_instant(value, language(), _today()))


def show_relative(value: date | datetime) -> Markup:
    if isinstance(value, datetime):
        shown = relative_instant(value, language(), g.now)
        return _time(value, shown, format_instant(value, language(), _today()))
    return _time(value, relative_day(value, language(), _today()), format_day(value, language(), _today()))


def show_near_day(value: date | datetime) -> Markup:
    """How many days away, of a day or an instant: what is due at 23:59 today is due today."""
    return show_relative(local_day(value) if isinstance(value, datetime) else value)


def show_title(title: str) -> str:
    return marked(title).in_(language())


CODED: Final[dict[str, Mapping[Any, Text]]] = {
    "kind": KINDS,
    "url_access": ACCESSES,
    "readership": READERSHIPS,
    "format": {"cnmarc": Text("CNMARC", "CNMARC"), "marc21": Text("MARC21", "MARC21")},
}


def show_in_words(value: str, field: str) -> str:
    """A value of a description's field as a comparison tells it: codes by their names, everything else as it is."""
    if field == "language":
        return language_label(value).in_(language())
    word = CODED.get(field, {}).get(value)
    return word.in_(language()) if word else value


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "day": show_day,
    "due": show_due,
    "instant": show_instant,
    "clock": show_clock,
    "relative": show_relative,
    "near_day": show_near_day,
    "money": format_money,
    "yuan": show_money,
    "title_marks": show_title,
    "mask": mask_name,
    "isbn": format_isbn,
    "number": format_number,
    "in_words": show_in_words,
    "with_labels": with_labels,
    "language_name": lambda code: language_label(code).in_(language()),
}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        t=translate, plural=plural, lang=language, today=_today, has_han=has_han, weekday_names=WEEKDAY_NAMES
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
