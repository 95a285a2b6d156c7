"""Volumes of a set under one number: how they are written, and which copies stand against buying one: tables of cases."""

from __future__ import annotations

import pytest

from purchasing.volumes import CopyVolume, Counted, count_copies, listed, same_volumes, split_volumes


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("上、下", ("上", "下")),
        ("上 中 下", ("上", "中", "下")),
        ("第1册；第2册", ("第1册", "第2册")),
        ("第 1 册, 第 2 册", ("第 1 册", "第 2 册")),
        ("1-3", ("1", "2", "3")),
        ("第1—2册、附录", ("1", "2", "附录")),
        ("3-1", ("3-1",)),
    ],
)
def test_volumes_are_read_as_they_are_written(text: str, names: tuple[str, ...]) -> None:
    assert split_volumes(text) == names


@pytest.mark.parametrize(
    ("names", "same"),
    [
        (("上", "下"), None),
        (("上", "上册"), ("上", "上册")),
        (("1", "第一卷"), ("1", "第一卷")),
        (("下", "下"), ("下", "下")),
    ],
)
def test_one_volume_is_named_once(names: tuple[str, ...], same: tuple[str, str] | None) -> None:
    assert same_volumes(names) == same


def test_a_volume_is_found_on_the_list_however_it_is_written() -> None:
    assert listed(("上", "下"), "下册") == "下"
    assert listed(("上", "下"), "中") is None
    assert listed(("上", "下"), None) is None


def said(*volumes: str | None) -> list[CopyVolume]:
    return [CopyVolume(volume=one, is_certain=False) for one in volumes]


def seen(*volumes: str | None) -> list[CopyVolume]:
    return [CopyVolume(volume=one, is_certain=True) for one in volumes]


@pytest.mark.parametrize(
    ("copies", "asked", "names", "counted"),
    [
        ([], None, (), (0, 0, None)),
        (seen(None), None, (), (1, 1, None)),
        (seen("上"), None, (), (1, 0, "which")),
        (said(None), None, ("上", "下"), (1, 0, "which")),
        (seen("上"), "下", (), (0, 0, "whether")),
        (seen("下"), "下册", (), (1, 1, "whether")),
        (said("上"), "下", (), (0, 0, "whether")),
        (said("上", "中"), "下", (), (1, 0, "whether")),
        (said("上", "中"), "下", ("上", "中", "下"), (0, 0, "whether")),
        (said("上", "z"), "下", ("上", "下"), (1, 0, "whether")),
        (said("上"), "z", ("上", "下"), (1, 0, "whether")),
        (seen(None), "下", ("上", "下"), (1, 0, "whether")),
        (said(None), "下", (), (1, 0, "whether")),
    ],
)
def test_what_stands_against_a_volume(
    copies: list[CopyVolume], asked: str | None, names: tuple[str, ...], counted: tuple[int, int, str | None]
) -> None:
    found = count_copies(copies, asked, names)
    assert (found.count, found.sure, found.unclear) == counted
    assert isinstance(found, Counted)
