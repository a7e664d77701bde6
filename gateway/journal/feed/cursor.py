"""Cursors of the feed: points between what was read of the audit's chains and what was not.

A cursor names the chains that may still grow, each with its last entry that was read. Chains end and others begin, so the rest is said by a
time of the journal: of a chain that is not named, all entries before that time were read and none since. Each place has the start of its
entry's hash, which covers everything before it: a journal that was put back to a backup has other hashes there.
"""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from gateway.journal.audit.hash_chain import GENESIS

#: The form of a cursor as callers have it, which begins with its version.
TEXT: Final = r"A[Q-X][A-Za-z0-9_-]{16,6000}"
#: Hexadecimal digits of a hash that a place has.
DIGITS: Final = 8

_HEAD, _PLACE, _SUM = struct.Struct(">BQ"), struct.Struct(">16sQ4s"), struct.Struct(">I")
_VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """The last entry that was read of a chain. ``start`` is the start of its hash. ``seq`` is 0 before the first."""

    chain: str
    seq: int = 0
    start: str = GENESIS[:DIGITS]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The entries that were read: those up to the ``places``, and of chains without one those before a time (microseconds)."""

    before: int = 0
    places: tuple[Place, ...] = ()  # in the order of their chains

    @property
    def text(self) -> str:
        """The cursor as callers have it, opaque to them."""
        told = _HEAD.pack(_VERSION, self.before)
        told += b"".join(_PLACE.pack(UUID(one.chain).bytes, one.seq, bytes.fromhex(one.start)) for one in self.places)
        return base64.urlsafe_b64encode(told + _SUM.pack(zlib.crc32(told))).rstrip(b"=").decode()


#: The beginning: nothing was read.
START: Final = Cursor()


def read_cursor(text: str) -> Cursor | None:
    """Read a cursor that a caller sent back. Gives None for anything that :attr:`Cursor.text` never is."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    told, rest = raw[: -_SUM.size], len(raw) - _HEAD.size - _SUM.size
    if rest < 0 or rest % _PLACE.size or raw[-_SUM.size :] != _SUM.pack(zlib.crc32(told)):
        return None
    version, before = _HEAD.unpack_from(told)
    places = [Place(str(UUID(bytes=chain)), seq, start.hex()) for chain, seq, start in _PLACE.iter_unpack(told[_HEAD.size :])]
    cursor = Cursor(before, tuple(places))
    # Numbers that no column holds would be an error of the database, and a checksum is no proof.
    sound = (
        version == _VERSION and max(before, *(one.seq for one in places), 0) < 2**63 and len({one.chain for one in places}) == len(places)
    )
    return cursor if sound and cursor.text == text else None
