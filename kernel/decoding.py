"""Files of text as people send them. Pure."""

from __future__ import annotations

import codecs
import io
from typing import IO, Final

_PORTION: Final = 1 << 16


def decoded(body: bytes) -> str | None:
    """The text of a file as spreadsheets write it; None for no text."""
    encoding = encoding_of(io.BytesIO(body))
    return None if encoding is None else body.decode(encoding)


def encoding_of(file: IO[bytes]) -> str | None:
    """How spreadsheets wrote a text: UTF-8 with or without a mark, UTF-16 with one, else GB18030; None for no text. The file is read to
    its end, a portion at a time, and stands at its start afterwards."""
    file.seek(0)
    encodings = ("utf-16",) if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    found = next((encoding for encoding in encodings if _is_text(file, encoding)), None)
    file.seek(0)
    return found


def _is_text(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while portion := file.read(_PORTION):
            if "\x00" in decoder.decode(portion):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
