"""Languages of books by their MARC code: what they are called, and which one the number of a book tells. Pure."""

from __future__ import annotations

from typing import Final

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

# Registration groups (International ISBN Agency, Range Message) whose books are nearly all in one language; of the others the number
# tells nothing, as of India (81, 93), Singapore (981) or Hong Kong (962, 988).
_GROUPS: Final[dict[str, str]] = {
    "9780": "eng", "9781": "eng", "9798": "eng", "9782": "fre", "97910": "fre", "9783": "ger", "9784": "jpn", "9785": "rus",
    "9787": "chi", "978957": "chi", "978986": "chi", "978626": "chi", "97889": "kor", "97911": "kor", "97888": "ita", "97912": "ita",
    "97884": "spa", "97885": "por", "97865": "por",
}  # fmt: skip


def language_label(code: str) -> Text:
    return LANGUAGES.get(code, Text(code, code))


def language_of_isbn(isbn13: str) -> str | None:
    """The language in which a book with this number most likely is; None: the number does not tell."""
    return next((language for group, language in _GROUPS.items() if isbn13.startswith(group)), None)
