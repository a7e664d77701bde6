"""Bodies of replies: unpacked piece by piece under a cap, and decoded by the encodings that departments name."""

from __future__ import annotations

import zlib
from typing import Final

from gateway.model.errors import InDoubt

#: Honest writers make one for every 64 KiB. Each takes some microseconds to begin.
_MOST_MEMBERS: Final = 1_000
#: Bytes without content that may be read: heads and ends of members, empty blocks.
_SPARE: Final = 64 * 1024


class Unpacking:
    """One compressed body: gzip of any number of members (RFC 1952 §2.2), zlib, or raw deflate.

    Raises ``InDoubt`` as soon as more than ``most`` bytes are known to be in it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._unpacked = bytearray()
        self._taken = 0
        self._members = 0
        self._is_gzip = False  # which alone may have several
        self._ended = True  # no member is open
        self._kept = b""  # the first byte of a body, which alone does not show what it is
        self._decoder = zlib.decompressobj()

    def take(self, piece: bytes) -> None:
        """Unpack another piece. Raises ``zlib.error`` when it is not compressed data."""
        self._taken += len(piece)
        if self._taken > self._most + _SPARE:
            raise too_large(self._most)
        while piece:
            if self._ended:
                piece = self._begin(self._kept + piece)
                if not piece:
                    return
            self._unpacked += self._decoder.decompress(piece, self._most + 1 - len(self._unpacked))
            if len(self._unpacked) > self._most:
                raise too_large(self._most)
            self._ended = self._decoder.eof
            piece = self._decoder.unused_data

    def end(self) -> bytes:
        """Give the whole. Raises ``InDoubt`` when it ended too early. An empty body is not compressed, whatever its header says."""
        if not self._ended or self._kept:
            raise InDoubt("reply_truncated", "the compressed reply ended before its end")
        return bytes(self._unpacked)

    def _begin(self, piece: bytes) -> bytes:
        """Begin the next member with the rest of a piece, once its kind is known."""
        self._kept = b""
        if self._members:
            piece = piece.lstrip(b"\0")  # what tar and tapes add
            if not piece:
                return b""
            if piece[0] != 0x1F or not self._is_gzip:
                raise InDoubt("reply_encoding", "the compressed reply goes on after its end")
        elif len(piece) == 1:
            self._kept = piece
            return b""
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise InDoubt("reply_encoding", f"the compressed reply has more than {_MOST_MEMBERS} members")
        self._is_gzip = piece[0] == 0x1F
        self._decoder = zlib.decompressobj(wbits=_window(piece))
        return piece


def too_large(most: int) -> InDoubt:
    """Give the doubt over a reply that is longer than the limit."""
    return InDoubt("reply_too_large", f"the reply is longer than {most} bytes: raise limits.max_reply_bytes if that is honest")


def _window(first: bytes) -> int:
    """Give zlib's window by the first two bytes, which show gzip, zlib, or the raw deflate that some servers send."""
    if first[0] == 0x1F or (first[0] & 0x0F == 8 and first[0] >> 4 <= 7 and int.from_bytes(first[:2], "big") % 31 == 0):
        return zlib.MAX_WBITS | 32
    return -zlib.MAX_WBITS


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
