"""Other ways to read a clause than as written: as ISBN, barcode or call number, by sound, by initials."""

from __future__ import annotations

from search.analysis import identifiers, pinyin
from search.fields import Group
from search.port import Leaf, Or, Query
from search.query.matching import row
from search.query.syntax import Clause

_SOUND_BOOST = 0.5
_INITIALS_BOOST = 0.3
_SHORTEST_BARCODE = 4


def whole_number(plain: str, group: Group) -> Query | None:
    """The whole text as one number, where it is one: an ISBN or a call number may be written with blanks. Call numbers and parts of an
    ISBN are read as beginnings anyhow, so an asterisk behind them says nothing new.
    """
    plain = _without_asterisk(plain)
    if group.name == "callno":
        return _beginning("callno", identifiers.call_number_token(plain))
    tokens = identifiers.isbn_query_tokens(plain)
    if group.name in ("any", "isbn") and tokens:
        barcode = Leaf(group="barcode", mode="term", tokens=(identifiers.number_token(plain),))
        return Or((Leaf(group="isbn", mode="term", tokens=tokens), barcode))
    if group.name == "isbn":
        return _beginning("isbn", identifiers.number_token(plain).replace("-", ""))
    return None


def as_numbers(clause: Clause, group: Group) -> list[Leaf]:
    """As ISBN or ISSN, as barcode, as the beginning of a call number; only where any field may match."""
    if group.name != "any" or clause.is_phrase or not any(c.isdigit() for c in clause.text):
        return []
    text = _without_asterisk(clause.text)
    found = [Leaf(group="isbn", mode="term", tokens=tokens) for tokens in _standard_numbers(text)]
    token = identifiers.number_token(text)
    if len(token) >= _SHORTEST_BARCODE:
        found.append(Leaf(group="barcode", mode="term", tokens=(token,)))
    if identifiers.looks_like_call_number(token):
        found.append(Leaf(group="callno", mode="prefix", tokens=(token,)))
    return found


def by_sound(clause: Clause, group: Group, *, among_syllables: bool, is_alone: bool) -> list[Leaf]:
    """As pinyin, else as initials. One syllable alone (he, long) is more likely English, unless all the
    words around it are syllables too; two initials find too much unless they are all there is.
    """
    word = clause.latin_word
    if word is None or group.sounds is None or group.initials is None:
        return []
    ways = pinyin.split(word)
    if ways:
        return [row(group.sounds, way, _SOUND_BOOST) for way in ways if len(way) > 1 or among_syllables]
    if pinyin.may_be_initials(word) and (is_alone or len(word) > 2):
        return [_initials(group.initials, word)]
    return []


def row_by_sound(clauses: list[Clause], group: Group) -> list[Leaf]:
    """Words in a row that are all syllables, as one name: hong lou meng."""
    splits = [pinyin.split(clause.latin_word or "") for clause in clauses]
    if group.sounds is None or len(splits) < 2 or not all(splits):
        return []
    return [row(group.sounds, tuple(syllable for ways in splits for syllable in ways[0]), _SOUND_BOOST)]


def whole_sound(clauses: list[Clause]) -> str:
    """All the words as the sound of one title, where each is made of syllables and they are more than one."""
    splits = [pinyin.split(clause.latin_word or "") for clause in clauses]
    if not all(splits) or sum(len(ways[0]) for ways in splits) < 2:
        return ""
    return "".join(clause.latin_word or "" for clause in clauses)


def _without_asterisk(number: str) -> str:
    return number.rstrip("* ")


def _standard_numbers(text: str) -> list[tuple[str, ...]]:
    issn = identifiers.issn_token(text)
    tokens = identifiers.isbn_query_tokens(text)
    return [found for found in (tokens, (issn,) if issn else ()) if found]


def _initials(group: str, word: str) -> Leaf:
    tokens = tuple(pinyin.initial_query_tokens(word))
    if len(word) == 2:
        return Leaf(group=group, mode="prefix", tokens=tokens, boost=_INITIALS_BOOST)
    return row(group, tokens, _INITIALS_BOOST)


def _beginning(group: str, token: str) -> Leaf | None:
    return Leaf(group=group, mode="prefix", tokens=(token,)) if token else None
