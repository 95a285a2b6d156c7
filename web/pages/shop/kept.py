"""Lists that were looked at wait in the data folder until they are taken or a day has passed; each belongs to its shop."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Final
from uuid import uuid4

from werkzeug.datastructures import FileStorage

from branches.tree import Unit
from kernel.errors import Invalid
from kernel.http import data_dir
from kernel.i18n import Text

KEPT_SECONDS: Final = 24 * 3600
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_LOST: Final = Text("这份书目已经不在了，请重新选择文件。", "This list is no longer there; choose the file again.")


def keep(upload: FileStorage, shop: Unit) -> str:
    """Put a file aside under a token, and forget those of yesterday."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    _forget_old(folder)
    token = uuid4().hex
    upload.save(_path(shop, token))
    return token


def path_of(shop: Unit, token: str) -> Path:
    """Raises Invalid for one that is not there, or another shop's."""
    path = _path(shop, token)
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise Invalid("price_list.lost", _LOST, {"file": [_LOST]})
    return path


def _folder() -> Path:
    return data_dir() / "price-lists"


def _path(shop: Unit, token: str) -> Path:
    return _folder() / f"{shop.id}-{token}.list"


def _forget_old(folder: Path) -> None:
    before = time.time() - KEPT_SECONDS
    for path in folder.glob("*.list"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
