"""Titles: the title proper, what completes it, its parallels and variants, out of 200 and 245 where the order of subfields matters."""

from __future__ import annotations

from itertools import chain

from catalog.marc.record import Field
from catalog.marc.tidy import clean, has_han, unique, without_isbd, without_stop, without_title_marks


def chosen(fields: list[Field]) -> Field:
    """The title field that counts: the one that makes a title entry (first indicator 1), else the first with a $a."""
    if len(fields) == 1:
        return fields[0]
    named = [field for field in fields if _says(field, "a")]
    entries = [field for field in named if field.indicators[0] == "1"]
    return next(chain(entries, named, (field for field in fields if _says(field, "bknp")), fields))


def _says(field: Field, codes: str) -> bool:
    return any(clean(text) for text in field.every(codes))


# --- CNMARC 200 ---


def proper_200(fields: list[Field]) -> str:
    """$a; several works by one author have several."""
    return " ; ".join(unique([_tidy(text) for text in chosen(fields).every("a")]))


def other_200(fields: list[Field]) -> str | None:
    """$e, but for one that belongs to the parallel title it follows."""
    texts: list[str] = []
    parallel: str | None = None
    for code, text in chosen(fields).subfields:
        if code == "d":
            parallel = text
        elif code == "e" and not _completes(text, parallel):
            texts.append(without_isbd(clean(text)))
    return " : ".join(unique(texts)) or None


def _completes(rest: str, parallel: str | None) -> bool:
    """Whether a $e behind a parallel title completes that: suppliers put the Chinese one there too."""
    return parallel is not None and has_han(rest) == has_han(parallel)


def part_200(fields: list[Field]) -> str | None:
    """The number and name of a part: $h, $i, and $v where a supplier writes the volume there."""
    return " ".join(unique([without_isbd(clean(text)) for text in chosen(fields).every("hiv")])) or None


def parallel_200(fields: list[Field]) -> tuple[str, ...]:
    titles: list[str] = []
    for field in fields:
        if field.tag == "510":
            titles.extend(_with_rest(field, "a", "e")[:1])
        elif field.tag == "200":
            titles.extend(_with_rest(field, "d", "e"))
    return unique(titles)


def variants_200(fields: list[Field]) -> tuple[str, ...]:
    """Other titles the book is known by, the ones of 200 fields that were not chosen among them."""
    main = chosen([field for field in fields if field.tag == "200"])
    titles: list[str] = []
    for field in fields:
        if field is main:
            titles.extend(_tidy(text) for text in field.every("c"))
        else:
            titles.extend(_tidy(text) for text in field.every("a"))
    return tuple(title for title in unique(titles) if title != proper_200([main]))


def responsibility_200(fields: list[Field]) -> str | None:
    return " ; ".join(unique([without_isbd(clean(text)) for text in chosen(fields).every("fg")])) or None


# --- MARC21 245 ---


def proper_245(fields: list[Field]) -> str:
    field = chosen(fields)
    texts = [text for text in field.every("a") or field.every("knpb") if clean(text)] or field.every("bknp")
    return _tidy(texts[0])


def other_245(fields: list[Field]) -> str | None:
    """$b without a parallel title, which ` = ` introduces."""
    field = chosen(fields)
    text = clean(" ".join(field.every("b"))) if field.every("a") else ""
    if _opens_parallel(field):
        return None
    return without_stop(text.split(" = ")[0]) or None


def part_245(fields: list[Field]) -> str | None:
    field = chosen(fields)
    codes = "np" if field.first("a") else "p"
    return " ".join(unique([without_stop(clean(text)) for text in field.every(codes)])) or None


def parallel_245(fields: list[Field]) -> tuple[str, ...]:
    """Behind ` = ` in 245, and 246 whose second indicator calls it parallel."""
    main = chosen([field for field in fields if field.tag == "245"])
    text = clean(" ".join(main.every("b")))
    titles = text.split(" = ") if _opens_parallel(main) else text.split(" = ")[1:]
    titles += [_whole_246(field) for field in fields if field.tag == "246" and field.indicators[1] == "1"]
    return unique([without_stop(title) for title in titles])


def variants_245(fields: list[Field]) -> tuple[str, ...]:
    """246, uniform titles, further 245 fields, and 880 that give one of them in another script."""
    main = chosen([field for field in fields if field.tag == "245"])
    titles = []
    for field in fields:
        if field is main or (field.tag == "246" and field.indicators[1] == "1"):
            continue
        if field.tag != "880" or (field.first("6") or "")[:3] in ("245", "246", "240", "130", "740"):
            titles.append(_whole_246(field))
    return tuple(title for title in unique(titles) if title != proper_245([main]))


def responsibility_245(fields: list[Field]) -> str | None:
    return without_stop(clean(" ".join(chosen(fields).every("c")))) or None


def _opens_parallel(field: Field) -> bool:
    before = ""
    for code, text in field.subfields:
        if code == "b":
            return before.rstrip().endswith("=")
        before = text
    return False


def _whole_246(field: Field) -> str:
    return without_stop(clean(" ".join(field.every("abnp") if field.tag != "245" else field.every("a"))))


def _tidy(text: str) -> str:
    tidy = clean(text)
    return without_title_marks(without_stop(tidy)) or tidy  # a title may be nothing but marks


def _with_rest(field: Field, head: str, rest: str) -> list[str]:
    """Each `head` subfield with the `rest` that follows it."""
    titles: list[str] = []
    for code, text in field.subfields:
        tidy = without_isbd(clean(text))
        if code == head:
            titles.append(tidy)
        elif code == rest and titles and _completes(text, titles[-1]):
            titles[-1] = f"{titles[-1]} : {tidy}"
    return titles
