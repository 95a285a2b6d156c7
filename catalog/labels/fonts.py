"""The font for labels: one that has Chinese, found where systems keep fonts, or named by the administrator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTCollection, TTLibError

from kernel.errors import Conflict
from kernel.i18n import Text

PLACES: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/source-han-sans/SourceHanSansSC-Regular.otf",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simhei.ttf",
)
COLLECTIONS: Final = (".ttc", ".otc")


@dataclass(frozen=True, slots=True)
class FontFace:
    """A font file, and which of the faces of a collection is meant."""

    path: Path
    number: int = 0


class FontMissing(Conflict):
    """Without a Chinese font no label can be drawn."""

    def __init__(self, named: str | None) -> None:
        detail = (
            Text(
                "TONGJIE_FONT 指的字体文件「{path}」不能用，标签没有生成。请管理员改成一个 .ttf、.otf 或 .ttc 文件。",
                "The font “{path}” that TONGJIE_FONT names cannot be used; no labels were made. It should be a .ttf, .otf or .ttc file.",
            ).format(path=named)
            if named
            else Text(
                "服务器上没有中文字体，标签没有生成。请管理员安装 fonts-noto-cjk，或用 TONGJIE_FONT 指定一个字体文件。",
                "The server has no Chinese font; no labels were made. Install fonts-noto-cjk, or name a font file in TONGJIE_FONT.",
            )
        )
        super().__init__("label.font_missing", detail)


def find_font(named: str | None = None, places: Iterable[str] = PLACES) -> FontFace:
    """The font the administrator named, else the first in the usual places; raises FontMissing."""
    path = Path(named) if named else next((Path(place) for place in places if Path(place).is_file()), None)
    if path is None or not path.is_file():
        raise FontMissing(named)
    try:
        return _face(path)
    except (TTLibError, OSError) as error:
        raise FontMissing(str(path)) from error


@lru_cache(maxsize=8)
def _face(path: Path) -> FontFace:
    """Of a collection the face with the forms used in mainland China, where it says which that is."""
    if path.suffix.lower() not in COLLECTIONS:
        return FontFace(path)
    with TTCollection(str(path), lazy=True) as collection:
        for number, font in enumerate(collection):
            name = font["name"].getDebugName(4) or ""
            if " SC" in name or " GB" in name:
                return FontFace(path, number)
    return FontFace(path)
