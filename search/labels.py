"""Names of classes and languages for people."""

from __future__ import annotations

from typing import Final

from catalog.classes import ClassTable
from kernel.i18n import Text

LANGUAGES: Final[dict[str, Text]] = {
    "chi": Text("中文", "Chinese"),
    "eng": Text("英语", "English"),
    "jpn": Text("日语", "Japanese"),
    "kor": Text("朝鲜语", "Korean"),
    "rus": Text("俄语", "Russian"),
    "fre": Text("法语", "French"),
    "ger": Text("德语", "German"),
    "spa": Text("西班牙语", "Spanish"),
    "ita": Text("意大利语", "Italian"),
    "por": Text("葡萄牙语", "Portuguese"),
    "ara": Text("阿拉伯语", "Arabic"),
    "lat": Text("拉丁语", "Latin"),
    "tib": Text("藏语", "Tibetan"),
    "mon": Text("蒙古语", "Mongolian"),
    "uig": Text("维吾尔语", "Uyghur"),
    "kaz": Text("哈萨克语", "Kazakh"),
    "zha": Text("壮语", "Zhuang"),
    "mul": Text("多语种", "several languages"),
    "und": Text("语种不明", "language unknown"),
}


def class_label(code: str, table: ClassTable) -> Text:
    """A class with its name, the county's own before ours."""
    known = table.by_code.get(code)
    return Text(f"{code} {known.label.zh}", f"{code} {known.label.en}") if known else Text(code, code)


def language_label(code: str) -> Text:
    return LANGUAGES.get(code, Text(code, code))
