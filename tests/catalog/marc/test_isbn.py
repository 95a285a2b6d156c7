from __future__ import annotations

import pytest

from catalog.marc.isbn import invalid_isbns, right_check, valid_isbns, valid_issns


@pytest.mark.parametrize(
    "written",
    [
        "978-7-02-000220-7", "9787020002207", "7-02-000220-X", "702000220x", "ISBN 978-7-02-000220-7", "ISBN7-02-000220-X",
        "９７８７０２０００２２０７", "978-7-02-000220-7 (上册)", "978-7-02-000220-7（精装）", "978 7 02 000220 7",
        "978‐7‐02‐000220‐7", "978—7—02—000220—7", "7-02-000220-Х", "702000220X295", "7-02-000220-X : CNY59.70",
    ],
)  # fmt: skip
def test_any_spelling_gives_the_same_thirteen_digits(written: str) -> None:
    assert valid_isbns([written]) == ("9787020002207",)


def test_several_in_one_subfield_are_all_found_once_and_in_order() -> None:
    assert valid_isbns(["0-553-20430-0 (v.1) 0553268473", "9780553204308"]) == ("9780553204308", "9780553268478")


def test_a_nine_digit_sbn_counts() -> None:
    assert valid_isbns(["340013818"]) == ("9780340013816",)


@pytest.mark.parametrize(
    "written", ["978-7-02-000220-8", "8901452100503", "HL00361126 :", "7-02-00022", "12345678901234"]
)
def test_what_does_not_validate_is_kept_as_written(written: str) -> None:
    assert valid_isbns([written]) == ()
    assert invalid_isbns([written], []) == (written,)


def test_text_without_digits_is_no_isbn_and_what_the_record_calls_wrong_is_kept() -> None:
    assert invalid_isbns(["精装", "9787020002207"], ["7-02-000220-1"]) == ("7-02-000220-1",)


def test_issn_is_written_with_its_hyphen() -> None:
    assert valid_issns(["0028-0836", "ISSN 15320456", "1234-5678"]) == ("0028-0836", "1532-0456")


@pytest.mark.parametrize(
    ("written", "check"),
    [
        ("978-7-02-000220-8", ("8", "7")),
        ("7-02-000220-1", ("1", "X")),
        ("９７８７０２０００２２０８", ("8", "7")),
        ("978-7-02-000220-7", None),
        ("978-7-02-000220", None),
        ("978-7-02-000220-8 (精装)", None),
        ("", None),
    ],
)
def test_the_right_check_digit_is_told_where_it_alone_is_wrong(written: str, check: tuple[str, str] | None) -> None:
    assert right_check(written) == check
