"""Catalogues a Chinese work as CNMARC, as a county library does: 905 holdings, names under 701 and 702, class in 690."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from stdnum import isbn

from web.demo.classics import Creator, Work
from web.demo.marc.fields import ENTERED_ON, LIBRARY, RecordFields
from web.demo.marc.shelving import Shelf

_SEVERAL_TITLES = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_MATERIALS = {"serial": "期刊", "sound": "录音制品"}
_STATUS = {"serial": "nas0", "sound": "njm0"}
_FICTION = ("小说", "话本", "故事", "童话", "传奇")
_SHELF_NAMES = {"reference": "工具书阅览", "serial": "报刊阅览", "sound": "视听", "picture": "绘本"}
_NOT_CODED = "|"


def write_cnmarc(work: Work, shelves: Sequence[Shelf], book_number: str, places: Mapping[str, str]) -> bytes:
    """The record in ISO 2709, GB18030."""
    out = RecordFields()
    out.control("001", f"{LIBRARY}{work.number:06d}")
    out.control("005", f"{ENTERED_ON}090000.0")
    out.add("010", "  ", ("a", isbn.format(work.isbn) if work.isbn else None))
    out.add("011", "  ", ("a", work.issn))
    _add_coded(out, work)
    _add_title(out, work)
    place = places.get(work.publisher or "")
    year = str(work.year) if work.year else None
    imprint = (("a", place), ("c", work.publisher), ("d", f"{year}-" if year and work.is_serial else year))
    out.add("210", "  ", *imprint)
    out.add("225", "2 ", ("a", work.series))
    _add_notes(out, work)
    _add_links(out, work)
    for subject in work.subjects:
        out.add("606", "0 ", ("a", subject.heading), *subject.divisions)
    out.add("690", "  ", ("a", work.class_number), ("v", "5"))
    for field in _names(work.creators):
        out.add(*field)
    out.add("801", " 0", ("a", "CN"), ("b", LIBRARY), ("c", ENTERED_ON))
    for shelf in shelves:
        add_holding(out, shelf, work.class_number, book_number, shelf_name=_shelf_name(work))
    return out.iso2709(_STATUS.get(work.material, "nam0"), "cnmarc", "gb18030")


def add_holding(out: RecordFields, shelf: Shelf, class_number: str, book_number: str, *, shelf_name: str) -> None:
    """One 905 a library, its barcodes repeated in $b."""
    call = (("d", class_number), ("e", book_number), ("f", str(len(shelf.barcodes))))
    whole = ("s", f"{class_number}/{book_number}")
    out.add("905", "  ", ("a", shelf.unit), *(("b", code) for code in shelf.barcodes), ("c", shelf_name), *call, whole)


def _shelf_name(work: Work) -> str:
    return _SHELF_NAMES.get(work.material) or ("少儿外借" if work.audience == "children" else "成人外借")


def _add_coded(out: RecordFields, work: Work) -> None:
    audience = "a" if work.audience == "children" else "m"
    dates = (f"a{work.year or '    '}9999" if work.is_serial else f"d{work.year}    ") if work.year else _NOT_CODED * 9
    out.add("100", "  ", ("a", f"{ENTERED_ON}{dates}{audience}  y0chiy0120    ea"))
    is_translation = bool(work.original_language)
    out.add(
        "101",
        "1 " if is_translation else "0 ",
        *(("a", language) for language in work.languages),
        ("c", work.original_language),
    )
    out.add("102", "  ", ("a", "CN"))
    if work.is_serial:
        out.add("110", "  ", ("a", "aaa  z   0yy0"))
    elif work.material != "sound":
        literature = "a" if any(word in s.heading for s in work.subjects for word in _FICTION) else "y"
        out.add("105", "  ", ("a", f"y   z   000{literature}y"))
        out.add("106", "  ", ("a", "r"))


def _add_title(out: RecordFields, work: Work) -> None:
    titles = _SEVERAL_TITLES.split(work.title)
    first, *others = _statements(work.creators) or [""]
    out.add(
        "200",
        "1 ",
        ("a", titles[0]),
        ("b", _MATERIALS.get(work.material, "专著")),
        *(("a", title) for title in titles[1:]),
        ("h", work.volume),
        ("i", work.volume_title),
        ("d", work.parallel_title),
        ("e", work.subtitle),
        ("f", first),
        *(("g", other) for other in others),
        ("z", "eng" if work.parallel_title else None),
    )


def _statements(creators: Sequence[Creator]) -> list[str]:
    """`(清)曹雪芹著` for each group of the same role, as the title page has it."""
    out = []
    for role, group in groupby(creators, key=lambda creator: creator.role):
        names = ", ".join(f"({one.country}){one.name}" if one.country else one.name for one in group)
        out.append(f"{names}{role}")
    return out


def _add_notes(out: RecordFields, work: Work) -> None:
    out.add("300", "  ", ("a", work.note))
    if work.volumes:
        out.add("304", "  ", ("a", f"全书共{work.volumes}部（卷），各自著录"))
    if work.first_year:
        out.add("305", "  ", ("a", f"本作品{work.first_year}年初版"))
    out.add("326", "  ", ("a", work.frequency))
    out.add("330", "  ", ("a", work.abstract))
    if work.audience == "children":
        out.add("333", "  ", ("a", "少年儿童"))


def _add_links(out: RecordFields, work: Work) -> None:
    if work.series:
        out.add("410", " 0", ("1", "2001 "), ("a", work.series))
    if work.volume:
        out.add("461", " 0", ("1", "2001 "), ("a", work.title), ("v", work.volume))
    out.add("500", "10", ("a", work.original_title), ("m", work.original_language if work.original_title else None))
    out.add("510", "1 ", ("a", work.parallel_title), ("z", "eng" if work.parallel_title else None))


def _names(creators: Sequence[Creator]) -> Iterator[tuple[str, str, *tuple[tuple[str, str | None], ...]]]:
    """The creators of the first role are main entries (701, 711), the others added ones (702, 712)."""
    main_role = creators[0].role if creators else ""
    for creator in creators:
        tag = ("71" if creator.is_body else "70") + ("1" if creator.role == main_role else "2")
        role = creator.role.removeprefix("等")
        country = f"({creator.country})" if creator.country else None
        name = ("a", creator.entry), ("g", creator.heading), ("4", role)
        yield (tag, "02" if creator.is_body else " 0", ("c", country), *name)
