"""What the schemas say of a field, in both languages. marshmallow and the rooms' schemas say it in English; a program's user may read
Chinese. Pure."""

from __future__ import annotations

import re
from typing import Final

from kernel.i18n import Text

# English with its placeholders → Chinese with the same ones, in their order.
SENTENCES: Final[dict[str, str]] = {
    # marshmallow and webargs
    "Missing data for required field.": "缺少这一项。",
    "Field may not be null.": "这一项不能为空（null）。",
    "Unknown field.": "没有这一项。",
    "Invalid input type.": "结构不对：这里应为 JSON 对象或列表，请对照接口说明。",
    "Invalid type.": "类型不对。",
    "Invalid value.": "值不对。",
    "Invalid input.": "值不对。",
    "Not a valid string.": "应为文字。",
    "Not a valid utf-8 string.": "应为 UTF-8 文字。",
    "Not a valid integer.": "应为整数。",
    "Not a valid number.": "应为数。",
    "Number too large.": "数太大。",
    "Not a valid boolean.": "应为 true 或 false。",
    "Not a valid list.": "应为列表。",
    "Not a valid mapping type.": "应为 JSON 对象。",
    "Must be one of: {}.": "应为其中之一：{}。",
    "Must be equal to {}.": "应等于 {}。",
    "Must be greater than or equal to {} and less than or equal to {}.": "应在 {} 与 {} 之间。",
    "Must be greater than or equal to {}.": "不能小于 {}。",
    "Must be less than or equal to {}.": "不能大于 {}。",
    "Length must be between {} and {}.": "长度应在 {} 与 {} 之间。",
    "Length must be {}.": "长度应为 {}。",
    "Longer than maximum length {}.": "最长 {}。",
    "Shorter than minimum length {}.": "最短 {}。",
    "String does not match expected pattern.": "写法不对。",
    # ours
    "Give this parameter once.": "这个参数只能给一次。",
    "Text may not hold NUL or lone surrogates.": "文字中有不能保存的字符（NUL 或单个代理码）。",
    "A code is 1 to {} ASCII letters, digits, '_', '.' or '-', and begins with a letter or digit.": (
        "代码用字母、数字和 _ . -，以字母或数字开头，最多 {} 位。"
    ),
    "This is true or false.": "应为 true 或 false。",
    "A line names an ISBN or a title.": "每行要有 ISBN 或书名。",
    "A period is a month (2026-11) or two days (2026-11-01..2026-11-15), a year at most.": (
        "期间写月份（2026-11），或起止两天（2026-11-01..2026-11-15），最长一年。"
    ),
    "Name each fund once.": "每笔经费只写一次。",
    "Name each unit once.": "每个馆点只写一次。",
    "Say which book it is: its line or its ISBN.": "请说明是哪本书：订单行号或 ISBN。",
    "This is no valid ISBN.": "不是有效的 ISBN。",
    "This is a number from {} to {}.": "应为 {} 到 {} 之间的数。",
    'Money is a string in yuan with at most two decimals, such as "68.00".': '金额是以元为单位的字符串，最多两位小数，如 "68.00"。',
    "This amount is too large.": "金额太大。",
    'The least amount is "{}".': '金额至少为 "{}"。',
    "This is the number of a fee, or a list of 1 to {} of them.": "应为一笔费用的编号，或 1 至 {} 个编号的列表。",
    "An instant is ISO 8601 with an offset, such as {}.": "时间用 ISO 8601 并带时区，如 {}。",
    "A day is written as {}.": "日期写成 {}。",
    "A time is written as 09:00, from 00:00 to 23:59.": "时刻写成 09:00，在 00:00 与 23:59 之间。",
    "`to` lies 0 to {} days after `from`.": "to 应在 from 当天到其后 {} 天之间。",
    "At most {} values.": "最多 {} 个值。",
    "A language is an ISO 639-2 code such as chi.": "语种用 ISO 639-2 的三字母代码，如 chi。",
    "A class is one of the Chinese Library Classification, such as I24.": "分类用中图法的类号，如 I24。",
    "Years are written as 2015, 2015..2020, 2015.. or ..2020.": "年份写成 2015、2015..2020、2015.. 或 ..2020。",
    "A subject has at most {} characters.": "主题词最多 {} 个字。",
    "One of: {}.": "应为其中之一：{}。",
    "Give either `barcodes`, or `first` and `count`.": "请给 barcodes，或给 first 和 count。",
    "Only a merge goes into a title.": "只有合并才指明并入哪一种书。",
    "A correction, and nothing else, has fields.": "只有更正才带各项内容。",
    "The first {} titles can be shown. Narrow the search.": "只能看到前 {} 种，请缩小检索范围。",
    "Give authors or contributors, not both.": "authors 与 contributors 只给一个。",
    "MARCXML is always in UTF-8.": "MARCXML 总是 UTF-8。",
    "Give a phone or the beginning of a name.": "请给电话，或姓名的开头。",
}


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(part) for part in english.split("{}")) + r"\Z", re.DOTALL)


_PATTERNS: Final = [(_pattern(english), chinese) for english, chinese in SENTENCES.items() if "{}" in english]


def in_both(message: str) -> Text:
    """A schema's sentence with its Chinese; one that is not known stays as it is in both."""
    if message in SENTENCES:
        return Text(SENTENCES[message], message)
    for pattern, chinese in _PATTERNS:
        if found := pattern.match(message):
            return Text(chinese.format(*found.groups()), message)
    return Text(message, message)
