"""The envelope around a request, with the header for a WS-Security token: zeep renders it once, and each call fills it in."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree
from pydantic import SecretStr
from zeep.wsse.username import UsernameToken as ZeepUsernameToken
from zeep.wsse.utils import get_timestamp

from gateway.sdk.soap.plans.described import NotCoveredError

_DECLARATION = "<?xml version='1.0' encoding='utf-8'?>\n"
_EMPTY_BODY = "<soap-env:Body/>"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsernameToken:
    """A token of the WS-Security UsernameToken Profile 1.1.

    ``digest`` sends Base64(SHA-1(nonce + created + password)) instead of the password.
    """

    username: SecretStr
    password: SecretStr
    digest: bool = False


def username_token(security: UsernameToken) -> ZeepUsernameToken:
    """Make the token for zeep to apply, with a new nonce and time at each call."""
    # ``Z`` and not ``+00:00``, because WSS4J and .NET are sure to take it.
    return ZeepUsernameToken(  # type: ignore[no-untyped-call]  # zeep does not annotate it
        security.username.get_secret_value(), security.password.get_secret_value(), use_digest=security.digest, zulu_timestamp=True
    )


class Envelope:
    """The envelope around the body of each request to one port. ``namespace`` is that of its SOAP version."""

    def __init__(self, namespace: str, security: UsernameToken | None) -> None:
        self._password = security.password.get_secret_value().encode() if security and security.digest else None
        #: The head, cut where digest, nonce and time of a call go. Empty when zeep cannot render it, and will say so at each call.
        self._pieces: list[str] = []
        with suppress(ValueError):  # a name or password with a character that XML lacks
            if security is None or not security.digest:
                self._pieces = [_around_body(namespace, username_token(security) if security else None)]
            else:
                self._pieces = _digest_pieces(namespace, security)

    def around(self, message: str) -> bytes:
        """Give the request's bytes, with this element in its Body. Raises ``NotCoveredError`` when the token cannot be rendered."""
        if not self._pieces:
            raise NotCoveredError
        head = self._pieces[0] if self._password is None else self._with_digest(self._password)
        return f"{_DECLARATION}{head}<soap-env:Body>{message}</soap-env:Body></soap-env:Envelope>".encode()

    def _with_digest(self, password: bytes) -> str:
        nonce, created = os.urandom(16), str(get_timestamp(None, zulu_timestamp=True))  # type: ignore[no-untyped-call]  # zeep does not annotate it
        digest = hashlib.sha1(nonce + created.encode() + password).digest()  # noqa: S324  # the profile asks for SHA-1
        before, to_nonce, to_created, after = self._pieces
        return f"{before}{_base64(digest)}{to_nonce}{_base64(nonce)}{to_created}{created}{after}"


def _digest_pieces(namespace: str, security: UsernameToken) -> list[str]:
    """Give the head as zeep renders it, cut where digest, nonce and time of the call go."""
    digest, nonce, created = secrets.token_hex(), secrets.token_hex(), datetime(2000, 1, 1, tzinfo=UTC)
    token = ZeepUsernameToken(  # type: ignore[no-untyped-call]  # zeep does not annotate it
        security.username.get_secret_value(), password_digest=digest, use_digest=True, nonce=nonce, created=created, zulu_timestamp=True
    )
    before, _, rest = _around_body(namespace, token).partition(digest)
    to_nonce, _, rest = rest.partition(_base64(nonce.encode()))
    to_created, _, after = rest.partition(str(get_timestamp(created, zulu_timestamp=True)))  # type: ignore[no-untyped-call]  # as above
    return [before, to_nonce, to_created, after]


def _around_body(namespace: str, token: ZeepUsernameToken | None) -> str:
    """Make an envelope up to its Body, as zeep makes it (``SoapMessage.serialize``)."""
    envelope = etree.Element(f"{{{namespace}}}Envelope", nsmap={"soap-env": namespace})
    etree.SubElement(envelope, f"{{{namespace}}}Body")
    if token is not None:
        token.apply(envelope, {})  # type: ignore[no-untyped-call]  # zeep does not annotate it
    return etree.tostring(envelope, encoding="unicode").partition(_EMPTY_BODY)[0]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
