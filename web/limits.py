"""How large a request may be, and how many one login, or one address without a login, may make a minute.

Counted per web worker, so the true limit is at most the workers' number times as high: a brake for a runaway client, not a fence.
Logins themselves are throttled in the database.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app, g, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from kernel.errors import TooManyRequests
from kernel.i18n import Text
from web.settings import Settings

# A desk at its busiest scans twice a second; a reading room full of readers shares one address.
SIGNED_IN = RateLimitItemPerMinute(1200)
ANONYMOUS = RateLimitItemPerMinute(1200)

# A body is held in memory. Only these take files, from callers whose right to send them was checked before a byte was read.
LARGEST_BODY: Final = 1024 * 1024
UPLOADS: Final = frozenset(
    {
        "imports.create_import",
        "imports.sample",
        "import_pages.upload",
        "class_table_pages.look_or_load",
        "shop_books.look_or_take",
    }
)


def init_app(app: Flask) -> None:
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_BODY)
    app.before_request(_admit_upload)
    app.before_request(_count)


def furnish(app: Flask, settings: Settings) -> None:
    """Begin to count, or not, as the settings say."""
    app.extensions["tongjie_limiter"] = FixedWindowRateLimiter(MemoryStorage()) if settings.rate_limits else None


def _admit_upload() -> None:
    if request.endpoint in UPLOADS:
        settings: Settings = current_app.extensions["tongjie_settings"]
        request.max_content_length = settings.max_upload_mb * 1024 * 1024


def _count() -> None:
    limiter: FixedWindowRateLimiter | None = current_app.extensions["tongjie_limiter"]
    if limiter is None or request.endpoint in ("static", "health.alive", "health.ready"):
        return
    is_signed_in = g.caller.kind != "anonymous"
    limit, key = (SIGNED_IN, g.caller.key) if is_signed_in else (ANONYMOUS, request.remote_addr or "-")
    if not limiter.hit(limit, key):
        raise TooManyRequests(
            "rate.limited",
            Text("请求过于频繁，请稍候再试。", "Too many requests. Try again in a moment."),
            retry_after=max(1, int(limiter.get_window_stats(limit, key).reset_time - g.real_now.timestamp()) + 1),
        )
