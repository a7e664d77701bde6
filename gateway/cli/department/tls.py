"""The check of a department's TLS as an adapter makes it: host name, chain, and the dates that it is good until."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509

from gateway.cli.department import texts
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.words import say
from gateway.departments.hosted import said_of
from gateway.sdk.http.tls import ClientTls, refused_certificate

#: Days before a certificate's end at which a check begins to ask for its renewal.
_SOON: Final = 30

#: Seconds that a server gets after the handshake to refuse our certificate.
_LISTEN: Final = 0.5
#: Verification errors of a certificate that nobody whom we trust has issued.
_NO_ISSUER: Final = frozenset({2, 18, 19, 20, 21})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """The result of the check. ``code`` is None when all is well."""

    said: str
    code: str | None = None


async def check_tls(host: str, port: int, seconds: float, tls: ClientTls | None = None) -> Tls:
    """Shake hands as an adapter does (with ``tls`` where the department has its own), and hear whether our certificate is taken.

    A server that is not trusted is asked once more without a check, for its certificate's owner and end.
    """
    context = ssl.create_default_context() if tls is None else tls.context
    try:
        certificate = await _certificate(host, port, seconds, context, listen=True)
    except ssl.SSLCertVerificationError as error:
        return Tls(code="tls", said=_why(error, tls) + await _untrusted(host, port, seconds))
    except ssl.SSLError as error:
        if (refused := refused_certificate(error, guess=True)) is not None:
            return _refused(refused, tls)
        return Tls(code="tls", said=texts.no_agreement(error.reason or type(error).__name__))
    except (TimeoutError, OSError) as error:
        return Tls(code="tls", said=texts.no_handshake(type(error).__name__))
    until = certificate.not_valid_after_utc
    left = (until - datetime.now(UTC)).days
    soon = texts.RENEW_SOON if left < _SOON else ""
    return Tls(said=f"{texts.trusted(f'{until:%Y-%m-%d}', left)}{soon}{_ours(tls)}")


def _why(error: ssl.SSLCertVerificationError, tls: ClientTls | None) -> str:
    """Tell why the server's certificate is not trusted."""
    if tls is not None and "ca" in tls.until and error.verify_code in _NO_ISSUER:
        return str(texts.WRONG_CA)
    return str(texts.UNTRUSTED.get(error.verify_code) or texts.untrusted(error.verify_message))


def _refused(why: str, tls: ClientTls | None) -> Tls:
    """The server did not let us in by what we showed."""
    shown = tls is not None and "certificate" in tls.until
    return Tls(code="tls_certificate", said=texts.certificate_refused(why) if shown else texts.certificate_wanted(why))


def _ours(tls: ClientTls | None) -> str:
    """Until when what we show and trust is valid, where that is the department's own."""
    if tls is None:
        return ""
    ends = (texts.own_until[part](f"{until:%Y-%m-%d}") for part, until in tls.until.items())
    return "".join((*ends, *(f"{shared.SEMICOLON}{say(one.zh, one.en)}" for one in said_of(tls, datetime.now(UTC)))))


async def _certificate(host: str, port: int, seconds: float, context: ssl.SSLContext, *, listen: bool = False) -> x509.Certificate:
    """Get the server's certificate. ``listen`` gives it a moment to refuse ours, which TLS 1.3 does only afterwards."""
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    try:
        secured = writer.get_extra_info("ssl_object")
        if listen and secured.version() == "TLSv1.3":
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(seconds, _LISTEN)):
                    await reader.read(1)
        encoded = secured.getpeercert(binary_form=True)
    finally:
        await hang_up(writer)
    return x509.load_der_x509_certificate(encoded)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """End at once a connection on which nothing was said, without waiting for a farewell."""
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _untrusted(host: str, port: int, seconds: float) -> str:
    """Give the owner and the end of a certificate that is not trusted, nothing when it cannot be read."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # only its certificate is read, nothing is sent
    try:
        certificate = await _certificate(host, port, seconds, context)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    except (OSError, TimeoutError, ValueError):
        return ""
    return f" ({', '.join(names[:5]) or '-'}; → {certificate.not_valid_after_utc:%Y-%m-%d})"
