"""What a new record begins with, by kind of material and format: coded fields filled in, the usual fields waiting. Pure.

A subfield left empty is no part of the record (`catalog.marc.notation`), and a line that offers one and was left as it is neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog.bibdata import MarcFormat
from kernel.i18n import Text

_EMPTY: Final = re.compile(r"\$[0-9A-Za-z](?=\$|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    code: str
    name: Text
    lines: dict[MarcFormat, str]

    def start(self, format: MarcFormat, today: date) -> str:
        """The lines on a day: it stands in the coded field as the date of entry."""
        text = self.lines[format].strip("\n")
        return (
            text.replace("YYYYMMDD", f"{today:%Y%m%d}")
            .replace("YYMMDD", f"{today:%y%m%d}")
            .replace("YYYY", f"{today:%Y}")
        )


_BOOK: Final[dict[MarcFormat, str]] = {
    "cnmarc": """
LDR #####nam0#22########450#
010 ## $a$dCNY
100 ## $aYYYYMMDDdYYYY####em#y0chiy50######ea
101 0# $achi
102 ## $aCN
105 ## $ay###z###000yy
106 ## $ar
200 1# $a$e$f$g
205 ## $a
210 ## $a$c$d
215 ## $a$c$d
225 2# $a$v
330 ## $a
606 0# $a$x
690 ## $a$v5
701 #0 $a$4著
801 #0 $aCN$b$c
""",
    "marc21": """
LDR #####nam#a22######i#4500
008 YYMMDDsYYYY####cc############000#0#chi#d
020 ## $a$q
040 ## $a$bchi$c$erda
084 ## $a$2clc
100 1# $a$e著
245 10 $a$b$c
250 ## $a
264 #1 $a$b$c
300 ## $a$b$c
336 ## $a文本$btxt$2rdacontent
337 ## $a无媒介$bn$2rdamedia
338 ## $a册$bnc$2rdacarrier
490 0# $a$v
520 ## $a
650 #4 $a$x
""",
}

_SERIAL: Final[dict[MarcFormat, str]] = {
    "cnmarc": """
LDR #####nas0#22########450#
011 ## $a$dCNY
092 ## $aCN$b
100 ## $aYYYYMMDDaYYYY9999em#y0chiy50######ea
101 0# $achi
102 ## $aCN
106 ## $ar
110 ## $aauu####0uu0
200 1# $a$f
207 #0 $a
210 ## $a$c$d
215 ## $a册$d
326 ## $a
606 0# $a$x$j
690 ## $a$v5
711 02 $a$4主办
801 #0 $aCN$b$c
""",
    "marc21": """
LDR #####nas#a22######i#4500
008 YYMMDDcYYYY9999cc#uu#p#######0###e0chi#d
022 ## $a
040 ## $a$bchi$c$erda
084 ## $a$2clc
245 00 $a$c
264 31 $a$b$c
300 ## $a册$c
310 ## $a
336 ## $a文本$btxt$2rdacontent
337 ## $a无媒介$bn$2rdamedia
338 ## $a册$bnc$2rdacarrier
362 0# $a
650 #4 $a
710 2# $a$e主办
""",
}

_ANCIENT: Final[dict[MarcFormat, str]] = {
    "cnmarc": """
LDR #####nam0#22########450#
100 ## $aYYYYMMDDd########m##y0chiy50######ea
101 0# $achi
102 ## $aCN
105 ## $ay###z###000yy
106 ## $ar
140 ## $a||||||||||||||||||||||||||||
200 1# $a$e$f
205 ## $a
210 ## $a$c$d
215 ## $a册$d线装
305 ## $a
307 ## $a
316 ## $a
606 0# $a$x
690 ## $a$v5
696 ## $a$2sbfl
701 #0 $a$c清$4撰
801 #0 $aCN$b$c
""",
    "marc21": """
LDR #####nam#a22######i#4500
008 YYMMDDs########cc############000#0#chi#d
040 ## $a$bchi$c$ecgcrb
084 ## $a$2sbfl
100 0# $a$c清$e撰
245 10 $a$c
250 ## $a
264 #1 $a$b$c
300 ## $a册$c
500 ## $a
561 1# $a
650 #4 $a
""",
}

_ELECTRONIC: Final[dict[MarcFormat, str]] = {
    "cnmarc": """
LDR #####nlm0#22########450#
010 ## $a
100 ## $aYYYYMMDDdYYYY####em#y0chiy50######ea
101 0# $achi
102 ## $aCN
106 ## $as
135 ## $adrcn#########
200 1# $a$f
210 ## $a$c$d
230 ## $a
304 ## $a
330 ## $a
336 ## $a
337 ## $a
606 0# $a$x
690 ## $a$v5
701 #0 $a$4著
801 #0 $aCN$b$c
856 40 $u$9card
""",
    "marc21": """
LDR #####nam#a22######i#4500
006 m#####o##d########
007 cr#|||||||||||
008 YYMMDDsYYYY####cc######o#####000#0#chi#d
020 ## $a
040 ## $a$bchi$c$erda
084 ## $a$2clc
100 1# $a$e著
245 10 $a$c
264 #1 $a$b$c
300 ## $a
336 ## $a文本$btxt$2rdacontent
337 ## $a计算机$bc$2rdamedia
338 ## $a在线资源$bcr$2rdacarrier
520 ## $a
650 #4 $a
856 40 $u$9card
""",
}

_AUDIOVISUAL: Final[dict[MarcFormat, str]] = {
    "cnmarc": """
LDR #####ngm0#22########450#
010 ## $a$dCNY
016 ## $a
100 ## $aYYYYMMDDdYYYY####em#y0chiy50######ea
101 0# $achi
102 ## $aCN
115 ## $ac###ba#########
200 1# $a$f
210 ## $a$c$d
215 ## $a$d
323 ## $a
330 ## $a
606 0# $a$x
690 ## $a$v5
702 #0 $a$4导演
801 #0 $aCN$b$c
""",
    "marc21": """
LDR #####ngm#a22######i#4500
007 vd#cva|||
008 YYMMDDsYYYY####cc#---############vlchi#d
024 3# $a
040 ## $a$bchi$c$erda
084 ## $a$2clc
245 00 $a$c
264 #1 $a$b$c
300 ## $a$c
336 ## $a二维动态图像$btdi$2rdacontent
337 ## $a视频$bv$2rdamedia
338 ## $a视盘$bvd$2rdacarrier
511 1# $a
520 ## $a
650 #4 $a
700 1# $a$e导演
""",
}

TEMPLATES: Final[dict[str, Template]] = {
    template.code: template
    for template in (
        Template(code="book", name=Text("图书", "Book"), lines=_BOOK),
        Template(code="serial", name=Text("期刊", "Serial"), lines=_SERIAL),
        Template(code="ancient", name=Text("古籍", "Old book"), lines=_ANCIENT),
        Template(code="electronic", name=Text("电子资源", "Electronic resource"), lines=_ELECTRONIC),
        Template(code="audiovisual", name=Text("音像", "Audiovisual"), lines=_AUDIOVISUAL),
    )
}


def offered(format: MarcFormat) -> frozenset[str]:
    """Lines that wait for something to be filled in: a record that still has one has no such field."""
    lines = (line for template in TEMPLATES.values() for line in template.lines[format].strip().split("\n"))
    return frozenset(line for line in lines if _EMPTY.search(line))
