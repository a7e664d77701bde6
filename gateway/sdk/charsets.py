"""Encodings of texts as departments name them, and whether bytes can be what they are said to be."""

from __future__ import annotations

from typing import Final

#: GB 18030 holds GBK and GB 2312 within it, so that all three are read as the largest.
CODECS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "cp936": "gb18030",
}
#: Encodings in which ASCII is ASCII, though its other characters cannot be told from any other such encoding's.
_LIKE_ASCII: Final = ("iso-8859-", "iso8859-", "windows-125", "latin")


def decoded(body: bytes, charset: str | None) -> str | None:
    """The text of a body in the encoding that is said (None: UTF-8), or None when it cannot be that text, or could be another one."""
    said = (charset or "utf-8").strip().lower()
    if body.isascii() and (said in CODECS or said.startswith(_LIKE_ASCII)) and not said.startswith("utf-16"):
        return body.decode("ascii")
    name = CODECS.get(said)
    if name is None:
        return None
    try:
        text = body.decode("utf-8-sig" if name in {"utf-8", "ascii"} else name)
    except UnicodeDecodeError:
        return None
    return None if name == "gb18030" and is_utf8(body) else text


def is_utf8(body: bytes) -> bool:
    """Tell whether bytes that pass for GBK are UTF-8 after all: GBK text is hardly ever valid UTF-8 with a character of three bytes in it,
    and Chinese in UTF-8 always is. Read as GBK it would be nonsense without an error.
    """
    try:
        return any(character >= "\u0800" for character in body.decode("utf-8"))
    except UnicodeDecodeError:
        return False
