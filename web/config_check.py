"""`tongjie config check`: whether the settings can be used, before a reader finds out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

import migrations
from branches.models import Grant, StaffUser
from catalog.copying import TargetsUnusable, load_targets
from catalog.labels import FontMissing, find_font
from kernel.db import Database
from kernel.errors import DomainError
from kernel.i18n import Text
from notices.sending import ChannelDown, Unusable, open_channels
from notices.states import CHANNELS
from search.engines import open_engine
from search.port import EngineUnavailable, EngineUnfit
from web.settings import Settings

SHORTEST_SECRET: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing checked: good, or usable with a warning, or neither."""

    text: Text
    is_good: bool = True
    is_usable: bool = True


def check_settings(settings: Settings) -> list[Line]:
    return [
        *_check_folder(settings),
        *_check_secret(settings),
        *_check_database(settings),
        *_check_search(settings),
        *_check_copy_targets(settings),
        *_check_font(settings),
        *_check_sending(settings),
        *_check_switches(settings),
    ]


def _check_folder(settings: Settings) -> Iterator[Line]:
    is_writable = settings.data_dir.is_dir() and os.access(settings.data_dir, os.W_OK)
    if is_writable:
        yield Line(text=Text("数据目录可写：{d}", "The data folder can be written: {d}").format(d=settings.data_dir))
    else:
        text = Text("数据目录不存在或不可写：{d}", "The data folder is missing or cannot be written: {d}")
        yield Line(text=text.format(d=settings.data_dir), is_good=False, is_usable=False)


def _check_secret(settings: Settings) -> Iterator[Line]:
    if len(settings.secret_key) < SHORTEST_SECRET:
        text = Text(
            "TONGJIE_SECRET_KEY 太短，至少 {n} 个字符", "TONGJIE_SECRET_KEY is too short; use at least {n} characters"
        )
        yield Line(text=text.format(n=SHORTEST_SECRET), is_good=False, is_usable=False)
    kept = settings.data_dir / "secret-key"
    if kept.exists() and kept.stat().st_mode & 0o077:
        text = Text("密钥文件可被他人读取：{f}", "The secret can be read by others: {f}")
        yield Line(text=text.format(f=kept), is_good=False)


def _check_database(settings: Settings) -> Iterator[Line]:
    database = Database(settings.database_url)
    shown = database.url.render_as_string(hide_password=True)
    try:
        is_current = migrations.is_current(database)
        has_administrator = is_current and _has_administrator(database)
    except SQLAlchemyError as error:
        text = Text("数据库连不上：{url}（{error}）", "The database cannot be reached: {url} ({error})")
        yield Line(text=text.format(url=shown, error=type(error).__name__), is_good=False, is_usable=False)
        return
    finally:
        database.close()
    if not is_current:
        text = Text(
            "数据库还没有本版本的结构，请运行 tongjie init：{url}",
            "Run tongjie init: the schema is not this release's: {url}",
        )
        yield Line(text=text.format(url=shown), is_good=False)
        return
    yield Line(text=Text("数据库可用：{url}", "The database is ready: {url}").format(url=shown))
    if not has_administrator:
        yield Line(text=Text("没有可登录的系统管理员", "No system administrator can log in"), is_good=False)


def _has_administrator(database: Database) -> bool:
    active = select(StaffUser.id).join(Grant, Grant.user_id == StaffUser.id)
    with database.reading() as session:
        found = session.scalar(active.where(Grant.role == "sysadmin", StaffUser.is_active).limit(1))
    return found is not None


def _check_search(settings: Settings) -> Iterator[Line]:
    try:
        open_engine(settings.search_url, settings.data_dir).check()
    except (DomainError, EngineUnfit) as error:
        yield Line(text=error.detail, is_good=False, is_usable=False)
    except EngineUnavailable as error:
        text = Text(
            "检索引擎连不上，借还照常，检索从简（{error}）",
            "The search engine cannot be reached; lending goes on, search is poorer ({error})",
        )
        yield Line(text=text.format(error=error), is_good=False)
    else:
        yield Line(text=Text("检索引擎可用", "The search engine can be used"))


def _check_copy_targets(settings: Settings) -> Iterator[Line]:
    if not settings.copy_targets.exists():
        return
    try:
        targets = load_targets(settings.copy_targets)
    except TargetsUnusable as unusable:
        yield Line(text=unusable.message, is_good=False, is_usable=False)
    else:
        yield Line(text=Text("套录目标 {n} 个", "{n} copy targets").format(n=len(targets)))


def _check_font(settings: Settings) -> Iterator[Line]:
    try:
        font = find_font(settings.font or None)
    except FontMissing as error:
        yield Line(text=error.detail, is_good=False)
        return
    yield Line(text=Text("标签字体：{f}", "The font for labels: {f}").format(f=font.path))


def _check_sending(settings: Settings) -> Iterator[Line]:
    """Each way is tried as far as that sends nothing."""
    try:
        channels = open_channels(settings.sending)
    except Unusable as error:
        yield Line(text=error.message, is_good=False, is_usable=False)
        return
    for name, channel in channels.items():
        label = CHANNELS[name]
        try:
            channel.check()
        except ChannelDown as error:
            text = Text("通知渠道“{c}”现在不通：{error}", "The way “{c}” for notices cannot be reached: {error}")
            yield Line(text=text.format(c=label, error=error), is_good=False)
        else:
            yield Line(text=Text("通知渠道“{c}”可用", "The way “{c}” for notices works").format(c=label))
    if not channels:
        yield Line(text=Text("通知只在屏幕上显示", "Notices are shown on the screen alone"))


def _check_switches(settings: Settings) -> Iterator[Line]:
    for warning in settings.warnings:
        yield Line(text=warning, is_good=False)
    if not settings.base_url.startswith("https://"):
        text = Text(
            "TONGJIE_BASE_URL 不是 https，登录 Cookie 不加 Secure",
            "TONGJIE_BASE_URL is not https: cookies are not Secure",
        )
        yield Line(text=text, is_good=False)
