"""Keyed digests: RFC 4231's own cases, and a key of its own for each domain."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from gateway.model.keyed import keyed


@pytest.mark.parametrize(
    ("key", "message", "digest"),
    [
        (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    ],
)
def test_it_is_rfc_4231s_and_the_second_time_the_same(key: bytes, message: bytes, digest: str) -> None:
    assert [keyed(key, message).hex() for _ in range(2)] == [digest] * 2


def test_each_domain_has_a_key_of_its_own() -> None:
    drawn = hmac.digest(b"a domain", b"k" * 32, hashlib.sha256)
    assert keyed(b"k" * 32, b"m", b"a domain") == hmac.digest(drawn, b"m", hashlib.sha256)
    assert len({keyed(b"k" * 32, b"m", domain) for domain in (b"", b"a domain", b"another")}) == 3
