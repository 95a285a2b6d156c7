"""Persons and bodies with what they did: from name headings, and from the statement of responsibility where headings are missing."""

from __future__ import annotations

import re

from catalog.bibdata import Contributor
from catalog.marc.codes import relator
from catalog.marc.record import Field
from catalog.marc.tidy import clean, has_han, without_isbd, without_stop

_ROLE_WORDS = (
    "总主编|副主编|执行主编|主编|编著|编写|编译|编辑|编绘|编选|选编|选注|选译|校注|校点|点校|校订|审订|审校|注释|注译|译注|译著|"
    "评注|评点|批注|笺注|集注|改编|改写|缩写|编剧|整理|口述|记录|主讲|讲述|策划|合著|合编|撰文|绘画|绘图|配图|插图|摄影|原著|"
    "原作|作曲|作词|导演|演唱|演奏|篆刻|主审|监制|出品|主办|制作|汇编|修订|增订|主持|组编|绘著|著绘|编注|疏证|翻译|演讲|"
    "著|译|撰|编|绘|注|辑|校|摄|述|讲|画"
)
_RISKY_ROLES = "文|图|书|词|曲|序|作|写|选|集|疏|补"  # common in given names too
_ENDS_IN_ROLE = re.compile(f"(?:{_ROLE_WORDS})$")
_ENDS_IN_RISKY_ROLE = re.compile(f"(?:{_RISKY_ROLES})$")
_LONGEST_ROLE = 4
BRACKETED = re.compile(r"[（(\[［【〔][^)）\]］】〕]*[)）\]］】〕]")
_GROUPS = re.compile(r"\s*[;；]\s*")
_NAMES = re.compile(r"\s*[,，、]\s*")
_HAN_NAMES = re.compile(r"[\u3400-\u9fff·]{2,4}(?:\s+[\u3400-\u9fff·]{2,4})+")
_BODY = re.compile(r"(?:组|局|社|会|所|大学|学院|公司|中心|馆|办公室|部|室|厅|院|站|委|集团|编辑部|联盟)$")
_BY = re.compile(r"^(?:by|edited by|written by|par|von|под ред\.?|сост\.?|авт\.?)\s+", re.I)
_MISWRITTEN = {"着": "著", "编着": "编著", "译着": "译著", "合着": "合著", "等着": "著", "著者": "著", "译者": "译"}
_LONGEST_NAME = 120
_LONGEST_STATEMENT = 1000


def headings(fields: list[Field], main: frozenset[str], bodies: frozenset[str], part: str) -> list[Contributor]:
    """Contributors of name fields. `part` is the code of what completes a name: $b in UNIMARC, $b of bodies in MARC21."""
    found = []
    for field in fields:
        role = role_of(field)
        for name in _names_of(field, part, field.tag in bodies):
            found.append(Contributor(name=name, role=role, main=field.tag in main, body=field.tag in bodies))
    return found


def role_of(field: Field) -> str | None:
    """The first thing the record says they did; relator codes are turned into words."""
    for text in field.every("4e"):
        written = without_stop(clean(text)).strip("[]()（） ,")
        word = relator(written.rsplit("/", 1)[-1]) or written
        if word:
            return _MISWRITTEN.get(word, word)
    return None


def unique_contributors(found: list[Contributor]) -> tuple[Contributor, ...]:
    """Each name with each role once; a main entry wins over an added one of the same name and role."""
    seen: dict[tuple[str, str | None], Contributor] = {}
    for contributor in found:
        seen.setdefault((contributor.name, contributor.role), contributor)
    named = {name for name, role in seen if role}
    return tuple(one for (name, role), one in seen.items() if role or name not in named)


def from_statement(statements: list[tuple[str, bool]]) -> list[Contributor]:
    """Contributors of statements of responsibility, each with whether it is the first one: `(美)J.K.罗琳著`, `张三, 李四主编`."""
    found = []
    for statement, main in statements:
        for index, group in enumerate(_GROUPS.split(clean(statement)[:_LONGEST_STATEMENT])):
            found.extend(_of_group(group, main and index == 0))
    return found


def _of_group(group: str, main: bool) -> list[Contributor]:
    text = BRACKETED.sub("", group).strip()
    if not text or len(text) > _LONGEST_NAME:
        return []
    if not has_han(text):
        name = without_stop(_BY.sub("", text))
        return [Contributor(name=name, main=main)] if name else []
    name_part, role = _split_role(text)
    names = name_part.split() if _HAN_NAMES.fullmatch(name_part) else _NAMES.split(name_part)
    tidy = [name.strip().removesuffix("等").strip() for name in names]
    return [Contributor(name=name, role=role, main=main, body=bool(_BODY.search(name))) for name in tidy if name]


def _split_role(text: str) -> tuple[str, str | None]:
    """The role words at the end (译注, 主编译), as many as leave a name of two characters; the risky ones need one of three."""
    written = text[:-1] + "著" if text.endswith("着") else text
    name = written
    while (word := _ENDS_IN_ROLE.search(name[-_LONGEST_ROLE:])) and len(name) - len(word.group()) >= 2:
        name = name[: -len(word.group())]
    if name == written and len(name) > 3 and _ENDS_IN_RISKY_ROLE.search(name):
        name = name[:-1]
    role = written[len(name) :]
    return (name.strip(" ,，、"), role) if role else (text.rstrip(" ,，"), None)


def _names_of(field: Field, part: str, body: bool) -> list[str]:
    """The names of one field; a repeated $a is what scripts write for several persons."""
    names: list[str] = []
    for code, text in field.subfields:
        tidy = without_isbd(clean(text))
        if code == "a" and tidy:
            names.append(tidy)
        elif code in part and tidy and names:
            names[-1] = _completed(names[-1], tidy, body)
    return [without_stop(name) for name in names]


def _completed(name: str, rest: str, body: bool) -> str:
    if body or has_han(name):
        return f"{name} {rest}" if not has_han(name) or not has_han(rest) else name + rest
    return f"{name}, {rest}"
