"""What a cataloguer should know of a record before it is kept: findings by the tag tables and the layouts of coded data. Pure.

An error stops: the record could not be exchanged or found. A warning is shown and may be kept: rules have exceptions, and other systems
have their own fields. Each finding names its field and says what to do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from stdnum import issn

from catalog.bibdata import MarcFormat
from catalog.marc import isbn
from catalog.marc.dates import year_of
from catalog.marc.fixed import Layout, choose
from catalog.marc.fixed_cnmarc import CNMARC_LAYOUTS
from catalog.marc.fixed_marc21 import MARC21_LAYOUTS
from catalog.marc.notation import LEADER
from catalog.marc.record import Field, MarcRecord
from catalog.marc.tags import Rules, TagRule
from catalog.marc.tags_cnmarc import CNMARC_TAGS
from catalog.marc.tags_marc21 import MARC21_TAGS
from kernel.i18n import Text

FindingClass = Literal["error", "warning"]
_LANGUAGE: Final = re.compile(r"[a-z]{3}")
_TITLE_FIELD: Final[dict[MarcFormat, str]] = {"cnmarc": "200", "marc21": "245"}
_ISBN_FIELD: Final[dict[MarcFormat, str]] = {"cnmarc": "010", "marc21": "020"}
_ISSN_FIELD: Final[dict[MarcFormat, str]] = {"cnmarc": "011", "marc21": "022"}
_LANGUAGE_FIELD: Final[dict[MarcFormat, str]] = {"cnmarc": "101", "marc21": "041"}
_DATES: Final[dict[MarcFormat, tuple[tuple[str, str], ...]]] = {
    "cnmarc": (("210", "d"), ("214", "d")),
    "marc21": (("264", "c"), ("260", "c")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`index` is the field's place among the record's fields; None where the leader is meant or a field is missing."""

    class_: FindingClass
    code: str
    tag: str
    message: Text
    index: int | None = None


def rules_of(format: MarcFormat) -> Rules:
    return CNMARC_TAGS if format == "cnmarc" else MARC21_TAGS


def layouts_of(format: MarcFormat) -> tuple[Layout, ...]:
    return CNMARC_LAYOUTS if format == "cnmarc" else MARC21_LAYOUTS


def check_record(record: MarcRecord, format: MarcFormat) -> list[Finding]:
    """All findings, errors first, each group in the order of the record."""
    findings = [*_leader(record, format), *_missing(record, format)]
    seen: Counter[str] = Counter()
    for index, field in enumerate(record.fields):
        seen[field.tag] += 1
        findings += [_at(index, finding) for finding in _field(record, field, format, seen[field.tag])]
    findings += _dates(record, format)
    return sorted(findings, key=lambda one: (one.class_ != "error", -1 if one.index is None else one.index))


def has_errors(findings: list[Finding]) -> bool:
    return any(finding.class_ == "error" for finding in findings)


def is_local(tag: str) -> bool:
    """Tags with a 9 are each library's own, and so are those with letters; the tables name some all the same."""
    return "9" in tag or not tag.isdigit()


# --- the record as a whole ----------------------------------------------------------------------------------------------------------


def _leader(record: MarcRecord, format: MarcFormat) -> Iterator[Finding]:
    layout = choose(layouts_of(format), LEADER, "", leader=record.leader, value=record.leader)
    for position in layout.positions if layout else ():
        text = position.of(record.leader)
        needed = position.start in (6, 7)
        if text not in position.choices and (needed or not position.holds(text)):
            yield _finding(
                "error" if needed else "warning", "leader.code", LEADER, _CODE, where=position.where, name=position.name,
                found=_shown(text), choices=_choices(list(position.choices)),
            )  # fmt: skip


def _missing(record: MarcRecord, format: MarcFormat) -> Iterator[Finding]:
    for rule in rules_of(format).values():
        if (rule.is_mandatory or rule.is_expected) and rule.tag not in record and not _stands_in(record, rule.tag):
            class_: FindingClass = "error" if rule.is_mandatory else "warning"
            yield _finding(class_, "field.missing", rule.tag, _MISSING, tag=rule.tag, name=rule.name)
    tag = _TITLE_FIELD[format]
    if tag in record and not any(text.strip() for field in record.named(tag) for text in field.every("a")):
        yield _finding("error", "title.missing", tag, _NO_TITLE, tag=tag)


def _stands_in(record: MarcRecord, tag: str) -> bool:
    """Whether an older or newer field says the same."""
    return {"210": "214", "264": "260", "084": "093", "606": "610", "650": "653"}.get(tag, tag) in record


def _dates(record: MarcRecord, format: MarcFormat) -> Iterator[Finding]:
    """The coded year and the printed one should agree: facets and reports go by one, readers see the other."""
    coded = (record.first("100", "a") or "")[9:13] if format == "cnmarc" else (record.control("008") or "")[7:11]
    for tag, code in _DATES[format]:
        printed = year_of(record.first(tag, code) or "")
        if printed and coded.isdigit() and int(coded) != printed:
            index = record.fields.index(record.named(tag)[0])
            yield _at(index, _finding("warning", "date.differs", tag, _DIFFERS, tag=tag, year=printed, coded=coded))
            return


# --- one field ----------------------------------------------------------------------------------------------------------------------


def _field(record: MarcRecord, field: Field, format: MarcFormat, nth: int) -> Iterator[Finding]:
    rule = rules_of(format).get(field.tag)
    yield from _coded(record, field, format)
    yield from _numbers(field, format)
    if rule is None:
        if not is_local(field.tag):
            yield _finding("warning", "field.unknown", field.tag, _UNKNOWN, tag=field.tag)
        return
    if nth > 1 and not rule.is_repeatable:
        yield _finding("error", "field.repeated", field.tag, _REPEATED, tag=field.tag, name=rule.name)
    if not rule.is_control:
        yield from _indicators(field, rule)
        yield from _subfields(field, rule)


def _indicators(field: Field, rule: TagRule) -> Iterator[Finding]:
    for number, values in enumerate(rule.indicators):
        found = field.indicators[number : number + 1] or " "
        is_blank_good = not (values and rule.is_mandatory)
        if found in values or (found == " " and is_blank_good) or (not values and not rule.subfields):
            continue
        yield _finding(
            "warning", "field.indicator", field.tag, _INDICATOR, tag=field.tag, n=number + 1, found=_shown(found),
            choices=_choices([*([" "] if is_blank_good else []), *values]),
        )  # fmt: skip


def _subfields(field: Field, rule: TagRule) -> Iterator[Finding]:
    if not rule.subfields:
        return
    counted = Counter(code for code, _ in field.subfields)
    for code, count in counted.items():
        known = rule.subfields.get(code)
        if known is None:
            if code != "9":
                yield _finding("warning", "subfield.unknown", field.tag, _NO_SUBFIELD, tag=field.tag, subfield=code)
        elif count > 1 and not known.is_repeatable:
            yield _finding(
                "warning", "subfield.repeated", field.tag, _TWICE, tag=field.tag, subfield=code, name=known.name
            )
    for known in rule.subfields.values():
        if known.is_mandatory and known.code not in counted and not rule.is_mandatory:
            yield _finding(
                "error", "subfield.missing", field.tag, _WITHOUT, tag=field.tag, subfield=known.code, name=known.name
            )


def _coded(record: MarcRecord, field: Field, format: MarcFormat) -> Iterator[Finding]:
    """Lengths are errors, since every later position would be read wrongly; a code that no list has is a warning."""
    pairs = field.subfields or (("", field.value),)
    for code, value in pairs:
        layout = choose(layouts_of(format), field.tag, code, leader=record.leader, value=value)
        if layout is None:
            continue
        if len(value) != layout.length:
            yield _finding(
                "error", "coded.length", field.tag, _LENGTH, key=layout.key, n=layout.length, found=len(value)
            )
            continue
        for position in layout.positions:
            if not position.holds(position.of(value)):
                yield _finding(
                    "warning", "coded.value", field.tag, _CODE, where=f"{layout.key}/{position.where}",
                    name=position.name, found=_shown(position.of(value)), choices=_choices(list(position.choices)),
                )  # fmt: skip


def _numbers(field: Field, format: MarcFormat) -> Iterator[Finding]:
    if field.tag == _ISBN_FIELD[format]:
        for text in field.every("a"):
            if not isbn.isbn13s(text):
                yield _wrong_isbn(field.tag, text)
    if field.tag == _ISSN_FIELD[format]:
        for text in field.every("a"):
            if not issn.is_valid(text):
                yield _finding("warning", "issn.invalid", field.tag, _ISSN, written=text[:40])
    if field.tag == _LANGUAGE_FIELD[format]:
        for text in field.every("a"):
            if not _LANGUAGE.fullmatch(text):
                yield _finding("warning", "language.code", field.tag, _LANGUAGE_CODE, written=text[:20])


# --- words --------------------------------------------------------------------------------------------------------------------------


def _wrong_isbn(tag: str, text: str) -> Finding:
    last, right = isbn.right_check(text) or ("", "")
    message = _CHECK_DIGIT if right else _ISBN
    return _finding("warning", "isbn.invalid", tag, message, written=text[:40], last=last, right=right)


def _finding(class_: FindingClass, code: str, tag: str, message: Text, /, **values: object) -> Finding:
    return Finding(class_=class_, code=code, tag=tag, message=message.format(**values))


def _at(index: int, finding: Finding) -> Finding:
    return Finding(class_=finding.class_, code=finding.code, tag=finding.tag, message=finding.message, index=index)


def _shown(text: str) -> str:
    return text.replace(" ", "#")


def _choices(codes: list[str]) -> str:
    return " ".join(_shown(code) for code in codes)


_MISSING: Final = Text("缺少{tag}字段（{name}）。请加上。", "Field {tag} ({name}) is missing. Add it.")
_NO_TITLE: Final = Text("{tag}字段没有 $a 正题名。请填写。", "Field {tag} has no title in $a. Write it.")
_UNKNOWN: Final = Text(
    "{tag}不是这种格式的字段。请核对字段号；本馆自用的请用 9XX。",
    "{tag} is no field of this format. Check the tag; a field of your own belongs to 9XX.",
)
_REPEATED: Final = Text(
    "{tag}字段（{name}）不能重复。请删去一个，或合并。",
    "Field {tag} ({name}) may stand once. Remove one, or join them.",
)
_INDICATOR: Final = Text(
    "{tag}字段第{n}指示符不能是“{found}”，可以是：{choices}",
    "Indicator {n} of {tag} cannot be “{found}”. It may be: {choices}",
)
_NO_SUBFIELD: Final = Text(
    "{tag}字段没有子字段 ${subfield}。请核对代码。", "{tag} has no subfield ${subfield}. Check its code."
)
_TWICE: Final = Text(
    "{tag}字段的 ${subfield}（{name}）只能有一个。请删去或合并。",
    "${subfield} ({name}) may stand once in {tag}. Remove one, or join them.",
)
_WITHOUT: Final = Text(
    "{tag}字段缺少 ${subfield}（{name}）。请填写，或删去这个字段。",
    "{tag} has no ${subfield} ({name}). Write it, or remove the field.",
)
_LENGTH: Final = Text(
    "{key} 要正好 {n} 位，现在是 {found} 位。请用定长字段助手，或补齐 #。",
    "{key} has exactly {n} characters, not {found}. Use the helper for coded fields, or fill it with #.",
)
_CODE: Final = Text(
    "{where}（{name}）不能是“{found}”，可以是：{choices}", "{where} ({name}) cannot be “{found}”. It may be: {choices}"
)
_CHECK_DIGIT: Final = Text(
    "ISBN“{written}”的校验位不对：照前面的数字末位应是 {right}，写的是 {last}。可能抄错了一位；书上就是这样印的，请放在 $z。",
    "The check digit of ISBN “{written}” is {last}, the others ask for {right}: a digit may be miscopied. One printed so belongs to $z.",
)
_ISBN: Final = Text(
    "“{written}”不是有效的 ISBN。请核对校验位；书上就是这样印的，请放在 $z。",
    "“{written}” is no valid ISBN. Check its digits; one that is printed so belongs to $z.",
)
_ISSN: Final = Text(
    "“{written}”不是有效的 ISSN。请核对，或放在 $z。", "“{written}” is no valid ISSN. Check it, or move it to $z."
)
_LANGUAGE_CODE: Final = Text(
    "语种“{written}”应是三个小写字母，如 chi、eng。",
    "A language is three small letters such as chi, eng; not “{written}”.",
)
_DIFFERS: Final = Text(
    "{tag}字段的年份 {year} 与定长字段中的 {coded} 不同。请核对。",
    "The year {year} in {tag} differs from {coded} in the coded field. Check which is right.",
)
