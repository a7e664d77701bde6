"""Keys that may sign the audit: the first public key, and every key that one of these has handed over to.

Signatures are Ed25519 (RFC 8032), in base64, over a JSON list that begins with what it is, so that none passes for another.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: The key of ``meta`` that keeps the handovers of the signing key, oldest first.
HANDOVERS = "audit_keys"


@dataclass(slots=True)
class ChainSigner:
    """A signer of where the chains of one journal stand. ``key`` is replaced when it is handed over."""

    journal: str
    key: Ed25519PrivateKey

    def of(self, chain: str, batch: int, seq: int, digest: str, closed_at: int | None = None) -> str:
        """Sign a row of ``chain``."""
        return signature(self.key, chain_message(self.journal, chain, batch=batch, seq=seq, digest=digest, closed_at=closed_at))


class Trust:
    """The keys that may have signed, beginning with the first."""

    def __init__(self, first: Ed25519PublicKey, handovers: Iterable[object] = ()) -> None:
        self.first = first
        self.latest = first
        self._keys = {public_text(first): first}
        self._signed_last = first  # signed the last message: the next is most often by the same
        self._followed: set[tuple[str, str, str]] = set()  # lines of heads repeat all of them
        for one in handovers:
            self.follow(one)

    def follow(self, handover: object) -> bool:
        """Trust the new key of a handover that a trusted one signed. False when none did, or it is no handover."""
        if not isinstance(handover, Mapping) or handover.keys() != {"old", "new", "signature"}:
            return False
        said = str(handover["old"]), str(handover["new"]), str(handover["signature"])
        if said in self._followed:
            return True
        old, new = self._keys.get(said[0]), _public(handover["new"])
        if old is None or new is None or not _holds(old, handover["signature"], _handover_message(handover["old"], handover["new"])):
            return False
        if self._keys.setdefault(handover["new"], new) is new:
            self.latest = self._signed_last = new
        self._followed.add(said)
        return True

    def knows(self, key: Ed25519PublicKey) -> bool:
        """Tell whether this key is one of them."""
        return public_text(key) in self._keys

    def genuine(self, signed: object, message: bytes) -> bool:
        """Tell whether one of the keys signed the message."""
        for key in (self._signed_last, *self._keys.values()):
            if _holds(key, signed, message):
                self._signed_last = key
                return True
        return False


def handover(old: Ed25519PrivateKey, new: Ed25519PublicKey) -> dict[str, str]:
    """Write the old key's word that the new one signs after it."""
    names = public_text(old.public_key()), public_text(new)
    return {"old": names[0], "new": names[1], "signature": signature(old, _handover_message(*names))}


def handovers(facts: Mapping[str, str]) -> list[object]:
    """Give the handovers that ``meta`` holds. Each proves itself, or is not followed."""
    try:
        found = orjson.loads(facts.get(HANDOVERS, "[]"))
    except orjson.JSONDecodeError:
        return []
    return list(found) if isinstance(found, list) else []


def chain_message(journal: str, chain: str, *, batch: int, seq: int, digest: str, closed_at: int | None) -> bytes:
    """Give the message that a row of ``chain`` signs."""
    return orjson.dumps(["onestop-audit-chain", journal, chain, batch, seq, digest, closed_at])


def signature(key: Ed25519PrivateKey, message: bytes) -> str:
    """Sign a message."""
    return base64.b64encode(key.sign(message)).decode()


def public_text(key: Ed25519PublicKey) -> str:
    """Give a public key's 32 bytes, in base64."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def _handover_message(old: str, new: str) -> bytes:
    return orjson.dumps(["onestop-audit-key", old, new])


def _public(text: object) -> Ed25519PublicKey | None:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(str(text), validate=True))
    except (binascii.Error, ValueError):
        return None


def _holds(key: Ed25519PublicKey, signed: object, message: bytes) -> bool:
    try:
        key.verify(base64.b64decode(str(signed), validate=True), message)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
