"""The blueprint of the readers' pages; the modules beside this one hang their pages on it."""

from __future__ import annotations

from flask import Blueprint, g

page = Blueprint("opac", __name__)


@page.before_request
def _name_channel() -> None:
    g.channel = "opac"
