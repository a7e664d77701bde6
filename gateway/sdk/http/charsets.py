"""Encodings as departments name them, and a check that bytes can be in the encoding that is declared."""

from __future__ import annotations

from typing import Final

#: GB 18030 contains GBK and GB 2312, so all three are read as the largest.
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
#: Encodings that agree with ASCII. Their other characters cannot be told from those of any other such encoding.
_LIKE_ASCII: Final = ("iso-8859-", "iso8859-", "windows-125", "latin")


def decoded(body: bytes, charset: str | None) -> str | None:
    """Give a body's text in the declared encoding (None: UTF-8), or None when the bytes cannot be that text or could be another."""
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
    """Tell whether bytes declared as GBK are really UTF-8, which read as GBK would be nonsense without an error.

    Chinese in UTF-8 always has a character of three bytes. GBK text is hardly ever valid UTF-8 that has one.
    """
    try:
        return any(character >= "\u0800" for character in body.decode("utf-8"))
    except UnicodeDecodeError:
        return False
