"""Passwords: kept as Argon2id (RFC 9106), tried on threads of their own so few at once that trying many stops nobody's work."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from gateway.people import texts
from gateway.texts.refusals import Refused

#: Above the least that OWASP's Password Storage Cheat Sheet asks for (46 MiB, one pass). One lane, since with more of them OpenSSL takes
#: threads of its own, and several derivations at once then fail or hang.
_MEMORY_KIB: Final = 64 * 1024
_PASSES: Final = 2
_LANES: Final = 1
_SALT_BYTES: Final = 16
#: Passwords under trial at once: each takes its memory and most of a core.
_AT_ONCE: Final = 2
#: The bounds of NIST SP 800-63B-4, section 3.1.1: long enough to be guessed by nobody, and no longer than a form needs.
SHORTEST: Final = 12
LONGEST: Final = 200
#: Letters of made passwords: none that looks like another.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class Passwords:
    """Keeps passwords and tries them."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._nobody: str | None = None

    async def kept(self, password: str) -> str:
        """Give the form in which a password is kept, a PHC string. Raises Refused (422) for one that is too short, too long or all one."""
        if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 5:
            raise Refused("validation", 422, texts.password_unfit(SHORTEST, LONGEST))
        async with self._places:
            return await asyncio.to_thread(_kept, password)

    async def is_right(self, kept: str | None, password: str) -> bool:
        """Tell whether a password is the kept one. ``None`` is nobody's: trying it takes as long, so that no answer tells who exists."""
        if len(password) > LONGEST:
            return False
        async with self._places:
            if kept is None:
                self._nobody = self._nobody or await asyncio.to_thread(_kept, secrets.token_hex())
            right = await asyncio.to_thread(_is_right, kept or self._nobody or "", password)
        return right and kept is not None


def made() -> str:
    """Make a password that can be read out: five groups of four letters, 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(5))


def _kept(password: str) -> str:
    salt = secrets.token_bytes(_SALT_BYTES)
    return Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY_KIB).derive_phc_encoded(_bytes(password))


def _is_right(kept: str, password: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(_bytes(password), kept)
    except InvalidKey:
        return False
    return True


def _bytes(password: str) -> bytes:
    """Give the bytes that are hashed: one form (NFKC) however a keyboard composed it, lone surrogates included."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
