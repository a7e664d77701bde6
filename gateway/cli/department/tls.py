"""Whether a department's TLS can be trusted as an adapter would, and until when: host name, chain, dates."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509

#: Days before a certificate's end from which on it is said that it has to be renewed.
_SOON: Final = 30

#: OpenSSL's verification errors (``X509_V_ERR_…``) in words.
_WHY: Final = {
    9: ("证书尚未生效:请核对本机时钟", "the certificate is not valid yet: compare this machine's clock"),
    10: ("证书已过期:请对方更换证书", "the certificate has expired: they must renew it"),
    18: ("自签名证书:请将其签发者加入本机信任的证书", "a self-signed certificate: have this machine trust its issuer"),
    19: ("证书链中有不受信任的自签名证书:请将其根证书加入本机信任的证书", "its root is not trusted here: have this machine trust it"),
    20: ("签发者不受本机信任,或对方未发送中间证书", "its issuer is not trusted here, or they do not send the intermediate certificate"),
    21: ("对方只发送了自己的证书,或签发者不受信任", "they send no chain, or its issuer is not trusted here"),
    62: ("证书不是签发给这个域名的:请核对 endpoint", "the certificate is for another host name: compare `endpoint`"),
    64: ("证书不是签发给这个 IP 地址的:请在 endpoint 中使用域名", "the certificate is not for this IP address: use the name in `endpoint`"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """What was found; ``code`` is None when all is well."""

    zh: str
    en: str
    code: str | None = None


async def check_tls(host: str, port: int, seconds: float) -> Tls:
    """Shake hands as an adapter does; where that fails, once more without trusting, to say whose the certificate is and until when."""
    try:
        certificate = await _certificate(host, port, seconds, ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        zh, en = _WHY.get(error.verify_code, (f"证书不被信任({error.verify_message})", f"it is not trusted ({error.verify_message})"))
        said = await _untrusted(host, port, seconds)
        return Tls(code="tls", zh=f"{zh}{said}", en=f"{en}{said}")
    except ssl.SSLError as error:
        why = error.reason or type(error).__name__
        zh, en = f"TLS 握手失败({why}):对方该端口可能不是 https", f"no agreement on TLS ({why}): is it https that is spoken there?"
        return Tls(code="tls", zh=zh, en=en)
    except (TimeoutError, OSError) as error:
        why = type(error).__name__
        return Tls(code="tls", zh=f"TLS 握手没有完成({why})", en=f"the TLS handshake does not end ({why})")
    until = certificate.not_valid_after_utc
    left = (until - datetime.now(UTC)).days
    soon_zh, soon_en = (",即将到期,请对方更换", ": they must renew it soon") if left < _SOON else ("", "")
    zh = f"证书受信任,域名相符,有效期至 {until:%Y-%m-%d}(还有 {left} 天){soon_zh}"
    return Tls(zh=zh, en=f"trusted, for this host, valid until {until:%Y-%m-%d} (days left: {left}){soon_en}")


async def _certificate(host: str, port: int, seconds: float, context: ssl.SSLContext) -> x509.Certificate:
    async with asyncio.timeout(seconds):
        _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    try:
        encoded = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        await hang_up(writer)
    return x509.load_der_x509_certificate(encoded)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """End a connection on which nothing was said, at once: no farewell is waited for."""
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _untrusted(host: str, port: int, seconds: float) -> str:
    """For whom a certificate is that is not trusted, and until when; nothing when it cannot be read."""
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
