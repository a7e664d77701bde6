"""One-time codes (TOTP, RFC 6238): six digits each half minute from a secret that a person's phone and the gateway share.

The secret is encrypted (AES-256-GCM) for its account under a key made of the installation's, so a copy of the database makes no codes.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from gateway.model.keyed import keyed

if TYPE_CHECKING:
    from gateway.journal.keys.hmac_keys import HmacKeys

_STEP_SECONDS: Final = 30
_DIGITS: Final = 6
#: Steps to both sides that a phone's clock may be off.
_OFF: Final = 1
_SECRET_BYTES: Final = 20  # RFC 4226, section 4: as long as the hash
_NONCE_BYTES: Final = 12
_DOMAIN: Final = b"onestop-gateway one-time codes"


def made() -> bytes:
    """Make a secret."""
    return secrets.token_bytes(_SECRET_BYTES)


def sealed(secret: bytes, account: str, keys: HmacKeys) -> str:
    """Encrypt a secret for an account. Gives the key's check, the nonce and the ciphertext, by which only that account's is opened."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    made = nonce + AESGCM(keyed(_DOMAIN, keys.first)).encrypt(nonce, secret, account.encode())
    return f"{keys.making}:{base64.b64encode(made).decode()}"


def opened(kept: str, account: str, keys: HmacKeys) -> bytes | None:
    """Give the secret again, None where the key is not here or the text was kept for another account."""
    check, _, text = kept.partition(":")
    try:
        content = base64.b64decode(text, validate=True)
        return AESGCM(keyed(_DOMAIN, keys.named(check))).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], account.encode())
    except (KeyError, ValueError, InvalidTag):
        return None


def step_of(secret: bytes, code: str, *, after: int | None, now: int) -> int | None:
    """Give the time step whose code this is, None if it is no code of ``now``, or of a step that was taken before (up to ``after``)."""
    if len(code) != _DIGITS or not code.isascii() or not code.isdigit():
        return None
    current = step_at(now)
    for step in range(current - _OFF, current + _OFF + 1):
        if (after is None or step > after) and hmac.compare_digest(code_at(secret, step), code):
            return step
    return None


def step_at(now: int) -> int:
    """Give the time step of a moment (microseconds since the epoch)."""
    return now // (_STEP_SECONDS * 1_000_000)


def code_at(secret: bytes, step: int) -> str:
    """Give the code of a time step."""
    made = TOTP(secret, _DIGITS, SHA1(), _STEP_SECONDS, enforce_key_length=False)  # noqa: S303  # the only one that every app knows
    return made.generate(step * _STEP_SECONDS).decode()


def written(secret: bytes) -> str:
    """Write a secret as people type it into an authenticator app (Base32)."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, login: str, issuer: str) -> str:
    """Give the address that an authenticator app reads (``otpauth:``), also from a QR code."""
    text = written(secret)
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?secret={text}&issuer={quote(issuer)}"
