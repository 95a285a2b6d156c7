"""The vault of an HTTP request, for routes and pages that show or change readers."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from branches.http import context
from patrons.privacy import Vault
from patrons.service.profiles import PatronService

_EXTENSION = "tongjie_vault"


def furnish(app: Flask, secret_key: str) -> None:
    app.extensions[_EXTENSION] = Vault(secret_key)


def patron_service() -> PatronService:
    """The service of readers' profiles for this request."""
    return PatronService(context(), vault())


def vault() -> Vault:
    """What seals phones and e-mail addresses."""
    return cast(Vault, current_app.extensions[_EXTENSION])
