"""Coded data in one language of codes: languages as ISO 639-2/B, countries as ISO 3166, relator codes as the words a desk reads."""

from __future__ import annotations

import re

from catalog.bibdata import BibKind

_LANGUAGE = re.compile(r"[a-z]{3}")
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "xxx", "mis", "n/a"})
_BIBLIOGRAPHIC = {  # ISO 639-2/T to 639-2/B
    "zho": "chi", "fra": "fre", "deu": "ger", "ces": "cze", "cym": "wel", "ell": "gre", "eus": "baq", "fas": "per",
    "hye": "arm", "isl": "ice", "kat": "geo", "mkd": "mac", "mri": "mao", "msa": "may", "mya": "bur", "nld": "dut",
    "ron": "rum", "slk": "slo", "sqi": "alb", "bod": "tib",
}  # fmt: skip
_RETIRED = {"scc": "srp", "scr": "hrv", "esp": "epo", "iri": "gle"}  # of MARC
ISO_639_1 = {  # the short codes of the web and the codes of ours
    "zh": "chi", "en": "eng", "ja": "jpn", "ko": "kor", "ru": "rus", "fr": "fre", "de": "ger", "es": "spa", "it": "ita", "pt": "por",
    "ar": "ara", "la": "lat", "vi": "vie", "th": "tha", "mn": "mon", "bo": "tib", "ug": "uig", "kk": "kaz", "za": "zha", "ii": "iii",
}  # fmt: skip
_WEB = {ours: theirs for theirs, ours in (_BIBLIOGRAPHIC | ISO_639_1).items()}  # the shorter where there is one
_COUNTRIES = {  # MARC country codes that differ from ISO 3166 alpha-2
    "cc": "CN", "hk": "HK", "ch": "TW", "mh": "MO", "ja": "JP", "ko": "KR", "kn": "KP", "vm": "VN", "th": "TH", "si": "SG",
    "my": "MY", "io": "ID", "ph": "PH", "ii": "IN", "np": "NP", "pk": "PK", "mp": "MN", "fr": "FR", "gw": "DE", "ge": "DE",
    "au": "AT", "sz": "CH", "it": "IT", "sp": "ES", "po": "PT", "ne": "NL", "be": "BE", "dk": "DK", "sw": "SE", "no": "NO",
    "fi": "FI", "ru": "RU", "pl": "PL", "xr": "CZ", "xo": "SK", "hu": "HU", "rm": "RO", "bu": "BG", "gr": "GR", "tu": "TR",
    "is": "IL", "ua": "EG", "ir": "IR", "iq": "IQ", "ie": "IE", "at": "AU", "nz": "NZ", "mx": "MX", "ag": "AR", "bl": "BR",
    "sa": "ZA", "un": "UA", "ai": "AM", "gs": "GE", "li": "LT", "lv": "LV", "er": "EE", "xv": "SI", "ci": "HR", "rb": "RS",
}  # fmt: skip
_STATES = {
    "u": "US",
    "k": "GB",
    "c": "CA",
    "a": "AU",
    "r": "RU",
}  # nyu, enk, onc, xna, rur: a state's code ends in its country
_KINDS: dict[str, BibKind] = {
    "a": "book", "b": "book", "t": "book", "c": "music", "d": "music", "e": "map", "f": "map", "g": "video", "i": "audio",
    "j": "audio", "k": "picture", "l": "electronic", "o": "mixed", "p": "mixed", "r": "mixed",
}  # fmt: skip
_LAST_DYNASTY = 1911
_RELATORS = {
    "070": "著", "aut": "著", "730": "译", "trl": "译", "340": "编", "edt": "编", "220": "编", "com": "编", "440": "绘", "ill": "绘",
    "230": "作曲", "cmp": "作曲", "300": "导演", "drt": "导演", "600": "摄影", "pht": "摄影", "080": "序", "aui": "序", "010": "改编",
    "adp": "改编", "550": "朗读", "nrt": "朗读", "005": "演出", "act": "演出", "prf": "演出", "651": "主编", "pbd": "主编", "160": "出版",
    "650": "出版", "pbl": "出版", "cre": "创作", "ctb": "供稿", "205": "供稿", "lyr": "作词", "520": "作词", "295": "授予", "727": "指导",
}  # fmt: skip


def language(values: list[str]) -> str | None:
    for value in values:
        code = value.strip().lower()[:3]
        code = _BIBLIOGRAPHIC.get(code) or _RETIRED.get(code, code)
        if _LANGUAGE.fullmatch(code) and code not in _NO_LANGUAGE:
            return code
    return None


def iso_country(values: list[str]) -> str | None:
    """102$a holds ISO 3166 alpha-2."""
    for value in values:
        code = value.strip().upper()
        if len(code) == 2 and code.isascii() and code.isalpha() and code not in ("XX", "ZZ"):
            return code
    return None


def marc_country(values: list[str]) -> str | None:
    for value in values:
        code = value.strip().lower()
        if code in _COUNTRIES:
            return _COUNTRIES[code]
        if len(code) == 3 and code[2] in _STATES and code[:2] not in ("xx", "vp"):
            return _STATES[code[2]]
        if code in ("xxu", "xxk", "xxc"):
            return _STATES[code[2]]
    return None


def marc_country_code(country: str | None) -> str:
    """Three characters for the coded data of MARC21; `xx ` where the country is unknown or has no code here."""
    known = (*_COUNTRIES.items(), ("xxu", "US"), ("xxk", "GB"), ("xxc", "CA"))
    return next((code for code, found in known if found == country), "xx").ljust(3)


def relator(code: str) -> str | None:
    """The word for a relator code of MARC21 or UNIMARC; None for text or an unknown code."""
    return _RELATORS.get(code.strip().lower())


def web_language(code: str) -> str:
    """A language as pages on the web name it (BCP 47): zh for chi, the code of ISO 639-2/T where there is no shorter one."""
    return _WEB.get(code, code)


def kind(leader: str, *, unimarc: bool) -> BibKind:
    """What the leader's type and level make of a record."""
    if leader[6] in ("a", " ", "b", "t", "l") and leader[7] in ("s", "i") and not (unimarc and leader[7] == "i"):
        return "serial"
    if leader[6] == "a" and leader[7] in ("a", "b"):
        return "article"
    if leader[6] == "m":
        return "mixed" if unimarc else "electronic"
    return _KINDS.get(leader[6], "book")


def is_ancient(year: str, language: str) -> bool:
    """古籍 are Chinese books written or printed until 1911, the end of the last dynasty."""
    return year.isascii() and year.isdigit() and 0 < int(year) <= _LAST_DYNASTY and language == "chi"
