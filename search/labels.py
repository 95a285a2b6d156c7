"""Names of classes and languages for people. The class labels are our own short ones: the text of the classification is not free."""

from __future__ import annotations

from typing import Final

from kernel.i18n import Text

CLASSES: Final[dict[str, Text]] = {
    "A": Text("经典理论", "Marxist classics"),
    "B": Text("哲学宗教", "Philosophy, religion"),
    "C": Text("社科总论", "Social sciences"),
    "D": Text("政治法律", "Politics, law"),
    "E": Text("军事", "Military"),
    "F": Text("经济", "Economics"),
    "G": Text("文教体育", "Education, sports"),
    "H": Text("语言文字", "Language"),
    "I": Text("文学", "Literature"),
    "J": Text("艺术", "Arts"),
    "K": Text("历史地理", "History, geography"),
    "N": Text("科学总论", "Science in general"),
    "O": Text("数理化", "Mathematics, physics, chemistry"),
    "P": Text("天文地球", "Astronomy, earth"),
    "Q": Text("生物", "Biology"),
    "R": Text("医药卫生", "Medicine, health"),
    "S": Text("农林牧渔", "Agriculture"),
    "T": Text("工业技术", "Technology"),
    "U": Text("交通运输", "Transport"),
    "V": Text("航空航天", "Aviation, space"),
    "X": Text("环境安全", "Environment, safety"),
    "Z": Text("综合图书", "General works"),
}

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


def class_label(letter: str) -> Text:
    name = CLASSES.get(letter)
    return Text(f"{letter} {name.zh}", f"{letter} {name.en}") if name else Text(letter, letter)


def language_label(code: str) -> Text:
    return LANGUAGES.get(code, Text(code, code))
