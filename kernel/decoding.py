"""Files of text as people send them. Pure."""

from __future__ import annotations


def decoded(body: bytes) -> str | None:
    """The text of a file as spreadsheets write it: UTF-8 with or without a mark, UTF-16 with one, else GB18030; None for no text."""
    encodings = ("utf-16",) if body[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None
