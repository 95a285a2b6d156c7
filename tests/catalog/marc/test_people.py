from __future__ import annotations

import pytest

from catalog.marc.people import from_statement


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("曹雪芹著", [("曹雪芹", "著")]),
        ("(英)J.K.罗琳著", [("J.K.罗琳", "著")]),
        ("[法] 圣埃克苏佩里著", [("圣埃克苏佩里", "著")]),
        ("马月坤，陈昊主编", [("马月坤", "主编"), ("陈昊", "主编")]),
        ("李智民 刘璐 张健杰", [("李智民", None), ("刘璐", None), ("张健杰", None)]),
        ("孟晓苏等编著", [("孟晓苏", "编著")]),
        ("张三, 李四, 王五编", [("张三", "编"), ("李四", "编"), ("王五", "编")]),
        (
            "乔尔·D. 威斯纳(Joel D.Wisner), 琳达·L. 斯坦利(Linda L. Stanley)著",
            [("乔尔·D. 威斯纳", "著"), ("琳达·L. 斯坦利", "著")],
        ),
        ("(唐)杜甫撰 ; (清)仇兆鳌注", [("杜甫", "撰"), ("仇兆鳌", "注")]),
        ("Christian Collberg, Jasvir Nagra着", [("Christian Collberg", "著"), ("Jasvir Nagra", "著")]),
        ("王文", [("王文", None)]),
        ("国家统计局编", [("国家统计局", "编")]),
        ("by James Samuelson.", [("James Samuelson", None)]),
        ("", []),
        ("字" * 200, []),
    ],
)
def test_names_and_roles_are_read_from_a_statement_of_responsibility(
    statement: str, expected: list[tuple[str, str | None]]
) -> None:
    assert [(one.name, one.role) for one in from_statement([(statement, True)])] == expected


def test_only_the_first_group_of_the_first_statement_is_the_main_one_and_bodies_are_bodies() -> None:
    found = from_statement([("张三著 ; 李四绘", True), ("新华社译", False)])
    assert [(one.name, one.main, one.body) for one in found] == [
        ("张三", True, False), ("李四", False, False), ("新华社", False, True),
    ]  # fmt: skip
