"""Addresses that go out into the world: on phones, in feeds, to search engines. They begin with the site's own name."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for

from web.settings import Settings


def site() -> str:
    """Where this site stands: as the administrator says (TONGJIE_BASE_URL), else as this request was addressed. No slash at the end."""
    settings: Settings = current_app.extensions["tongjie_settings"]
    return (settings.base_url or request.host_url).rstrip("/")


def absolute(endpoint: str, **values: Any) -> str:
    return site() + url_for(endpoint, **values)
