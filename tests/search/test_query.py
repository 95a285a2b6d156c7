"""Every string is a query, and a query is what a reader meant by it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.fields import FIELDS, GROUP_BY_NAME
from search.port import All, And, Leaf, Not, Or, Query
from search.query import LONGEST_QUERY, MOST_LEAVES, QueryTooLong, leaves, parse

KNOWN_GROUPS = {group for field in FIELDS for group in field.groups}


def _leaf(group: str, mode: str, *tokens: str) -> tuple[str, str, tuple[str, ...]]:
    return (group, mode, tokens)


def _leaves(text: str, field: str = "any") -> list[tuple[str, str, tuple[str, ...]]]:
    return [(leaf.group, leaf.mode, leaf.tokens) for leaf in leaves(parse(text, field).tree)]


def _holds_together(query: Query, *, inside_and: bool = False) -> bool:
    match query:
        case Not(part):
            return inside_and and _holds_together(part)
        case And(parts):
            wanted = [part for part in parts if not isinstance(part, Not)]
            return bool(wanted) and all(_holds_together(part, inside_and=True) for part in parts)
        case Or(parts):
            return all(_holds_together(part) for part in parts)
        case Leaf():
            is_one = len(query.tokens) == 1
            return query.group in KNOWN_GROUPS and bool(query.tokens) and is_one == (query.mode != "phrase")
        case All():
            return True


HOSTILE = st.one_of(
    st.text(max_size=LONGEST_QUERY),
    st.text(alphabet="ab红梦 \"-|*()（）[]{}:\\/^~+&!?'OR NOT或与非\ue000\ue001", max_size=LONGEST_QUERY),
    st.lists(
        st.sampled_from(
            [
                "红楼梦",
                "-",
                "OR",
                '"',
                "hong",
                "lou",
                "978-7",
                "i247.5",
                "*",
                "NOT",
                "|",
                "梦",
                "(",
                ")",
                "（",
                "-(",
                "题名:(",
                "或",
                "非",
                "石头记",
            ]
        ),
        max_size=60,
    ).map(lambda words: " ".join(words)[:LONGEST_QUERY]),
)


@settings(max_examples=300)
@given(HOSTILE, st.sampled_from(sorted(GROUP_BY_NAME)))
def test_any_string_is_a_query_within_bounds(text: str, field: str) -> None:
    parsed = parse(text, field)
    for tree in (parsed.tree, parsed.relaxed, parsed.loosened):
        if tree is not None:
            assert _holds_together(tree)
            assert len(leaves(tree)) <= MOST_LEAVES


def test_cannot_ask_with_more_than_256_characters() -> None:
    parse("红" * LONGEST_QUERY)
    with pytest.raises(QueryTooLong):
        parse("红" * (LONGEST_QUERY + 1))


def test_nothing_asked_is_everything_and_marks_alone_are_nothing() -> None:
    assert parse("").tree == parse("  \u3000 ").tree == All()
    assert parse("???").tree == parse(" - ").tree == Or(())


def test_words_must_all_occur() -> None:
    tree = parse("红楼梦 高鹗", "title").tree
    assert isinstance(tree, Or)
    assert tree.parts[0] == And(
        (
            Leaf(group="title", mode="phrase", tokens=("红楼", "楼梦")),
            Leaf(group="title", mode="term", tokens=("高鹗",)),
        )
    )


def test_what_is_called_just_so_comes_first() -> None:
    assert _leaf("title_whole", "term", "红楼梦") in _leaves("紅樓夢")
    assert _leaf("title_whole", "term", "红楼梦") not in _leaves("红楼梦 -研究")


def test_a_single_character_is_the_beginning_of_a_pair() -> None:
    assert _leaves("梦", "subject") == [_leaf("subject", "prefix", "梦")]


@pytest.mark.parametrize("text", ['"python 编程 书"', "“python 编程 书”", "「python 编程 书」", '"python 编程 书'])
def test_a_phrase_in_any_quotes_keeps_its_order(text: str) -> None:
    assert _leaves(text, "subject") == [
        _leaf("subject", "phrase", "python", "编程", "程"),
        _leaf("subject", "prefix", "书"),
    ]


@pytest.mark.parametrize("text", ["梦想 -红楼", "梦想 NOT 红楼", '梦想 -"红楼"', "梦想 AND -红楼"])
def test_a_minus_leaves_out(text: str) -> None:
    tree = parse(text, "subject").tree
    assert tree == And(
        (
            Leaf(group="subject", mode="term", tokens=("梦想",)),
            Not(Leaf(group="subject", mode="term", tokens=("红楼",))),
        )
    )


def test_only_what_is_not_wanted_is_all_the_rest() -> None:
    assert parse("-红楼", "subject").tree == And((All(), Not(Leaf(group="subject", mode="term", tokens=("红楼",)))))


def test_a_hyphen_inside_a_word_is_no_minus() -> None:
    assert not any(isinstance(part, Not) for part in getattr(parse("e-mail", "subject").tree, "parts", ()))
    assert _leaves("e-mail", "subject") == [_leaf("subject", "phrase", "e", "mail")]


@pytest.mark.parametrize("text", ["红楼 OR 三体", "红楼 | 三体"])
def test_or_asks_for_either(text: str) -> None:
    assert parse(text, "subject").tree == Or(
        (Leaf(group="subject", mode="term", tokens=("红楼",)), Leaf(group="subject", mode="term", tokens=("三体",)))
    )


@pytest.mark.parametrize("text", ["or", "OR", '"OR"'])
def test_operators_with_nothing_to_join_are_words(text: str) -> None:
    assert _leaf("any", "term", "or") in _leaves(text)


def test_a_star_leaves_the_end_of_a_latin_word_open() -> None:
    assert _leaves("harry pot*", "subject") == [_leaf("subject", "term", "harry"), _leaf("subject", "prefix", "pot")]
    assert _leaves("*pot", "subject") == [_leaf("subject", "term", "pot")]


@pytest.mark.parametrize("text", ["*:*", "title:[a TO z]", "/.*/", "a~2 b^4", "_exists_:isbn", "{!lucene}x"])
def test_an_engines_syntax_is_text(text: str) -> None:
    assert all(token.isalnum() for leaf in leaves(parse(text).tree) if leaf.group == "any" for token in leaf.tokens)


def test_latin_letters_are_also_heard() -> None:
    assert _leaf("any_sounds", "phrase", "hong", "lou", "meng") in _leaves("hongloumeng")
    assert _leaf("any_sounds", "phrase", "hong", "lou", "meng") in _leaves("hong lou meng")
    assert _leaf("author_sounds", "phrase", "lu", "xun") in _leaves("luxun", "author")
    assert _leaf("any_initials", "term", "hlm") in _leaves("hlm")
    assert _leaf("any_initials", "prefix", "hl") in _leaves("hl")


def test_a_word_that_sounds_like_one_syllable_is_not_heard_alone() -> None:
    assert not any("sounds" in group for group, _, _ in _leaves("he"))
    assert not any("sounds" in group for group, _, _ in _leaves("long dream"))


@pytest.mark.parametrize("text", ["红楼梦", "紅樓", "梦", "红楼 三体", "-梦"])
def test_han_characters_are_never_heard(text: str) -> None:
    assert not any("sounds" in group or "initials" in group for group, _, _ in _leaves(text))


def test_numbers_are_read_as_isbn_barcode_and_call_number() -> None:
    assert _leaves("978 7 02 000220 7") == [
        _leaf("isbn", "term", "9787020002207"),
        _leaf("barcode", "term", "9787020002207"),
    ]
    assert _leaf("barcode", "term", "20295403") in _leaves("20295403")
    assert _leaf("callno", "prefix", "i247.57/12") in _leaves("I247.57/12")
    assert _leaves("I247.57 / 12", "callno") == [_leaf("callno", "prefix", "i247.57/12")]
    assert _leaves("7-02-000220-X", "isbn")[0] == _leaf("isbn", "term", "9787020002207")
    assert _leaves("97870", "isbn") == [_leaf("isbn", "prefix", "97870")]


def test_an_asterisk_behind_a_number_changes_nothing_where_beginnings_fit_anyhow() -> None:
    assert _leaf("callno", "prefix", "i247.57") in _leaves("I247.57*")
    assert _leaf("callno", "prefix", "i247") in _leaves("I247*")
    assert _leaves("I247.57/12*", "callno") == _leaves("I247.57/12", "callno")
    assert _leaves("97870*", "isbn") == _leaves("97870", "isbn")
    assert _leaves("978-7-02-000220-7*", "isbn") == _leaves("978-7-02-000220-7", "isbn")
    assert _leaves("*", "callno") == []


def test_title_and_author_in_one_are_parted_when_nothing_else_helps() -> None:
    relaxed = parse("三体刘慈欣").relaxed
    assert relaxed is not None
    assert And(
        (Leaf(group="any", mode="term", tokens=("三体",)), Leaf(group="any", mode="phrase", tokens=("刘慈", "慈欣")))
    ) in (relaxed.parts if isinstance(relaxed, Or) else ())
    assert parse("三体").relaxed is None


def test_words_that_join_are_left_out_when_nothing_else_helps() -> None:
    relaxed = parse("鲁迅写的小说").relaxed
    assert relaxed is not None
    pieces = And((Leaf(group="any", mode="term", tokens=("鲁迅",)), Leaf(group="any", mode="term", tokens=("小说",))))
    assert pieces in (relaxed.parts if isinstance(relaxed, Or) else ())


def test_at_last_one_of_several_words_may_be_missing() -> None:
    wolf = Leaf(group="any", mode="phrase", tokens=("狼王", "王梦"))
    author = Leaf(group="any", mode="phrase", tokens=("沈石", "石溪"))
    shop = Leaf(group="any", mode="term", tokens=("书店",))
    old = Not(Leaf(group="any", mode="prefix", tokens=("旧",)))
    assert parse("狼王梦 沈石溪 书店 -旧").loosened == And(
        (Or((And((wolf, author)), And((wolf, shop)), And((author, shop)))), old)
    )
    assert parse("狼王梦").loosened is None
    assert parse("狼王梦 OR 沈石溪").loosened is None


def test_a_small_number_behind_han_characters_may_count_volumes() -> None:
    assert _leaf("any", "term", "ii") in _leaves("三体2")
    assert _leaf("any", "term", "第二") in _leaves("平凡的世界2")
    assert _leaf("any", "term", "ii") not in _leaves("三体 2020")


def test_what_readers_call_a_kind_of_book_is_looked_up_as_subjects_call_it() -> None:
    assert _leaf("subject", "phrase", "侠义", "义小", "小说") in _leaves("武侠小说")
    assert _leaf("subject", "phrase", "侠义", "义小", "小说") in _leaves("武侠小说", "subject")
    assert _leaves("武侠小说", "title") == [
        _leaf("title", "phrase", "武侠", "侠小", "小说"),
        _leaf("title_whole", "term", "武侠小说"),
    ]


def test_words_beyond_the_limit_are_named() -> None:
    parsed = parse(" ".join(f"w{i}" for i in range(50)), "subject")
    assert parsed.ignored[0] == "w32"
    assert len(leaves(parsed.tree)) == MOST_LEAVES


def test_needles_are_the_wanted_runs() -> None:
    parsed = parse('紅樓夢 Harry "三体" -研究')
    assert parsed.needles == {"红楼梦", "harry", "三体"}
    assert parsed.words == ("紅樓夢", "Harry", "三体")


def groups_of(text: str) -> set[tuple[str, tuple[str, ...]]]:
    return {(leaf.group, leaf.tokens) for leaf in leaves(parse(text).tree)}


@pytest.mark.parametrize(
    "text",
    ["作者:鲁迅", "作者：鲁迅", "author:鲁迅", "AUTHOR: 鲁迅", "责任者: 鲁迅", 'au:"鲁迅"'],
)
def test_a_name_before_a_colon_says_where_to_look(text: str) -> None:
    assert ("author", ("鲁迅",)) in groups_of(text)
    assert {group for group, _ in groups_of(text)} == {"author", "author_whole"}


def test_each_word_may_look_elsewhere() -> None:
    found = groups_of("题名:呐喊 作者:鲁迅 小说")
    assert {("title", ("呐喊",)), ("author", ("鲁迅",)), ("any", ("小说",))} <= found


def test_names_go_with_operators() -> None:
    tree = parse("题名:呐喊 OR 作者:鲁迅 -出版社:人民").tree
    assert isinstance(tree, And)
    assert [type(part) for part in tree.parts] == [Or, Not]
    assert {leaf.group for leaf in leaves(tree.parts[1])} == {"publisher"}


@pytest.mark.parametrize("text", ["三体II:黑暗森林", "红楼梦:校注本", "a:b", ":", "作者:", "作者: OR"])
def test_any_other_colon_is_text(text: str) -> None:
    tree = parse(text).tree
    assert {leaf.group for leaf in leaves(tree)} <= {"any", "any_sounds", "any_initials", "title_whole", "author_whole"}


def test_a_number_may_name_its_field() -> None:
    assert {group for group, _ in groups_of("isbn:978-7-02-000220-7")} == {"isbn", "barcode"}
    assert {group for group, _ in groups_of("索书号:I247.5")} == {"callno"}


@pytest.mark.parametrize(
    ("text", "years", "classes", "left"),
    [
        ("三体 year:2008", (2008, 2008), (), {"三体"}),
        ("年:2015..2020 小说", (2015, 2020), (), {"小说"}),
        ("小说 year:2015-", (2015, None), (), {"小说"}),
        ("class:i247.5 鲁迅", None, ("I247.5",), {"鲁迅"}),
        ("分类:I 分类:K", None, ("I", "K"), set()),
        ("分类:I247* 鲁迅", None, ("I247",), {"鲁迅"}),
        ("year:soon", None, (), {"year", "soon"}),
        ("year:", None, (), {"year"}),
    ],
)
def test_years_and_classes_narrow(
    text: str, years: tuple[int | None, int | None] | None, classes: tuple[str, ...], left: set[str]
) -> None:
    parsed = parse(text)
    assert (parsed.limits.years, parsed.limits.classes) == (years, classes)
    words = " ".join(parsed.words).casefold().replace(":", " ").split()
    assert set(words) == left


@given(st.text(alphabet='作者题名:：year0.-"*()红楼梦 ORNT|ab', max_size=60))
def test_names_and_operators_in_any_order_are_a_query(text: str) -> None:
    parsed = parse(text)
    assert len(leaves(parsed.tree)) <= MOST_LEAVES


# --- brackets ----------------------------------------------------------------------------------------------------------------


def _subject(token: str) -> Leaf:
    return Leaf(group="subject", mode="term", tokens=(token,))


RED, STONE, COMIC = _subject("红楼"), _subject("石头"), _subject("连环")


@pytest.mark.parametrize(
    "text",
    [
        "(红楼 OR 石头) -连环",
        "（红楼 ＯＲ 石头）－连环",
        "(红楼 | 石头)-连环",
        "(红楼 或 石头) 非 连环",
        "(红楼 OR 石头) NOT 连环",
        "红楼 OR 石头 -连环",
        "((红楼 OR (石头))) AND -(连环)",
        "(红楼 OR 石头 -连环",
        ")(红楼 OR 石头)) -连环",
    ],
)
def test_brackets_hold_words_together(text: str) -> None:
    assert parse(text, "subject").tree == And((Or((RED, STONE)), Not(COMIC)))


def test_brackets_may_stand_in_brackets_and_be_left_out() -> None:
    assert parse("连环 -(红楼 OR 石头)", "subject").tree == And((COMIC, Not(Or((RED, STONE)))))
    assert parse("(红楼 连环) OR 石头", "subject").tree == Or((And((RED, COMIC)), STONE))
    assert parse("石头 OR (红楼 -连环)", "subject").tree == Or((STONE, And((RED, Not(COMIC)))))
    assert parse("石头 -(红楼 -连环)", "subject").tree == And((STONE, Not(And((RED, Not(COMIC))))))
    assert parse("(-红楼) OR 石头", "subject").tree == Or((And((All(), Not(RED))), STONE))


def test_a_name_before_a_bracket_counts_for_all_in_it() -> None:
    assert parse("主题:(红楼 OR 石头)").tree == Or((RED, STONE))
    assert _leaves("主题:(红楼 OR 题名:石头)", "author") == [
        _leaf("subject", "term", "红楼"),
        _leaf("title", "term", "石头"),
    ]


@pytest.mark.parametrize("text", ["史记 (修订本)", "史记（修订本）", "史记(修订本", "史记 修订本)", "(史记 修订本)"])
def test_brackets_in_a_title_are_part_of_it(text: str) -> None:
    assert _leaf("title_whole", "term", "史记修订本") in _leaves(text)
    assert parse(text).words != ()


@pytest.mark.parametrize(
    ("text", "whole"), [("战争 与 和平", "战争与和平"), ("瓦尔登湖 或 林中生活", "瓦尔登湖或林中生活")]
)
def test_a_title_with_such_a_word_in_it_still_comes_first(text: str, whole: str) -> None:
    assert _leaf("title_whole", "term", whole) in _leaves(text)


@pytest.mark.parametrize("text", ["韩 非 子", "白马 非 马", "非 虚构写作", "生 或 死", "孟子 与", "存在与时间"])
def test_a_han_word_that_may_be_one_of_a_title_is_no_operator(text: str) -> None:
    assert not any(isinstance(part, Not) for part in getattr(parse(text, "subject").tree, "parts", ()))
    assert any("非" in token or "或" in token or "与" in token for _, _, tokens in _leaves(text) for token in tokens)


@pytest.mark.parametrize(
    "text", ["()", "( )", "-()", "(OR)", "((((", "))))", '("', "(-", "-(", "题名:()", "(" * LONGEST_QUERY]
)
def test_brackets_round_nothing_count_for_nothing(text: str) -> None:
    tree = parse(f"红楼 {text}"[:LONGEST_QUERY], "subject").tree
    assert tree == RED


def test_brackets_deeper_than_eight_are_text() -> None:
    deep = "".join(f"({chr(0x4E00 + n)}文 OR " for n in range(20)) + "石头" + ")" * 20
    assert len(leaves(parse(deep, "subject").tree)) <= MOST_LEAVES
    assert _leaf("subject", "term", "石头") in _leaves(deep, "subject")


def test_what_is_too_much_inside_brackets_is_named() -> None:
    words = [f"词{n:02}" for n in range(40)]
    parsed = parse(f"-红楼 ({' OR '.join(words)})"[:LONGEST_QUERY], "subject")
    assert len(leaves(parsed.tree)) <= MOST_LEAVES
    assert parsed.ignored
