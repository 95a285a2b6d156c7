"""The file of targets: read strictly, so that no cataloguer meets a slip of an administrator."""

from __future__ import annotations

import pytest

from catalog.copying import TargetsUnusable, read_targets

GOOD = '[[target]]\ncode = "a"\nname = "省图书馆"\nurl = "https://sru.example.cn/x"\n[[target]]\ncode = "b"\nname = "联合目录"\naddress = "z.example.cn:210/biblio"\nformat = "marc21"\ncharset = "gb18030"\n'


def test_targets_are_read() -> None:
    sru, z3950 = read_targets(GOOD)
    assert (sru.protocol, sru.format, sru.version, sru.indexes["isbn"]) == ("sru", "cnmarc", "1.1", "bath.isbn")
    assert (z3950.protocol, z3950.host, z3950.port, z3950.database) == ("z3950", "z.example.cn", 210, "biblio")
    assert (z3950.format, z3950.charset) == ("marc21", "gb18030")
    assert read_targets("") == ()


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('code = "b"', 'code = "a"', "code 相同"),
        ('code = "b"', 'code = ""', "code"),
        ('name = "联合目录"', "name = 3", "name"),
        ("https://", "file://", "url"),
        ("https://sru.example.cn/x", "https://", "url"),
        (":210/biblio", ":0/biblio", "url / address"),
        (":210/biblio", ":210", "url / address"),
        ('format = "marc21"', 'format = "danmarc"', "format"),
        ('charset = "gb18030"', 'charset = "ebcdic"', "charset"),
        ('charset = "gb18030"', 'url = "http://x/"', "url / address"),
        ('charset = "gb18030"', "timeout = 600", "timeout"),
        ('charset = "gb18030"', "timeout = true", "timeout"),
        ('charset = "gb18030"', 'pasword = "x"', "pasword"),
        ("[[target]]", "[[target]", "TOML"),
        ('[[target]]\ncode = "a"', 'target = 3\n[x]\ncode = "a"', "TOML"),
    ],
)
def test_a_slip_is_named(before: str, after: str, named: str) -> None:
    assert before in GOOD
    with pytest.raises(TargetsUnusable) as caught:
        read_targets(GOOD.replace(before, after, 1))
    assert named in caught.value.message.zh


def test_a_target_is_a_table() -> None:
    with pytest.raises(TargetsUnusable):
        read_targets("target = [1]")
