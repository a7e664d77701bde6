"""The check of a department's TLS as an adapter makes it: host name, chain, and the dates that it is good until."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509

from gateway.departments.certificates import said_of
from gateway.sdk.http.tls import ClientTls, refused_certificate

#: Days before a certificate's end at which a check begins to ask for its renewal.
_SOON: Final = 30

#: Seconds that a server gets after the handshake to refuse our certificate.
_LISTEN: Final = 0.5
#: Verification errors of a certificate that nobody whom we trust has issued.
_NO_ISSUER: Final = frozenset({2, 18, 19, 20, 21})

#: OpenSSL's verification errors (``X509_V_ERR_…``) in words.
_WHY: Final = {
    9: ("证书尚未生效：请核对本机时钟", "the certificate is not valid yet: compare this machine's clock"),
    10: ("证书已过期：请对方更换证书", "the certificate has expired: they must renew it"),
    18: ("自签名证书：请将其签发者加入本机信任的证书", "a self-signed certificate: have this machine trust its issuer"),
    19: ("证书链中有不受信任的自签名证书：请将其根证书加入本机信任的证书", "its root is not trusted here: have this machine trust it"),
    20: ("签发者不受本机信任，或对方未发送中间证书", "its issuer is not trusted here, or they do not send the intermediate certificate"),
    21: ("对方只发送了自己的证书，或签发者不受信任", "they send no chain, or its issuer is not trusted here"),
    62: ("证书不是签发给这个域名的：请核对 endpoint", "the certificate is for another host name: compare `endpoint`"),
    64: (
        "证书不是签发给这个 IP 地址的：请在 endpoint 中使用域名",
        "the certificate is not for this IP address: use the name in `endpoint`",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """The result of the check. ``code`` is None when all is well."""

    zh: str
    en: str
    code: str | None = None


async def check_tls(host: str, port: int, seconds: float, tls: ClientTls | None = None) -> Tls:
    """Shake hands as an adapter does (with ``tls`` where the department has its own), and hear whether our certificate is taken.

    A server that is not trusted is asked once more without a check, for its certificate's owner and end.
    """
    context = ssl.create_default_context() if tls is None else tls.context
    try:
        certificate = await _certificate(host, port, seconds, context, listen=True)
    except ssl.SSLCertVerificationError as error:
        zh, en = _why(error, tls)
        said = await _untrusted(host, port, seconds)
        return Tls(code="tls", zh=f"{zh}{said}", en=f"{en}{said}")
    except ssl.SSLError as error:
        if (refused := refused_certificate(error, guess=True)) is not None:
            return _refused(refused, tls)
        why = error.reason or type(error).__name__
        zh, en = f"TLS 握手失败（{why}）：对方该端口可能不是 https", f"no agreement on TLS ({why}): is it https that is spoken there?"
        return Tls(code="tls", zh=zh, en=en)
    except (TimeoutError, OSError) as error:
        why = type(error).__name__
        return Tls(code="tls", zh=f"TLS 握手没有完成（{why}）", en=f"the TLS handshake does not end ({why})")
    until = certificate.not_valid_after_utc
    left = (until - datetime.now(UTC)).days
    soon_zh, soon_en = ("，即将到期，请对方更换", ": they must renew it soon") if left < _SOON else ("", "")
    zh = f"证书受信任，域名相符，有效期至 {until:%Y-%m-%d}（还有 {left} 天）{soon_zh}"
    en = f"trusted, for this host, valid until {until:%Y-%m-%d} (days left: {left}){soon_en}"
    own_zh, own_en = _ours(tls)
    return Tls(zh=zh + own_zh, en=en + own_en)


def _why(error: ssl.SSLCertVerificationError, tls: ClientTls | None) -> tuple[str, str]:
    """Tell why the server's certificate is not trusted."""
    if tls is not None and "ca" in tls.until and error.verify_code in _NO_ISSUER:
        zh = "对方证书不是由 tls.ca 中的 CA 签发（设了 tls.ca 就只信任它）：请向对方索取正确的 CA 证书"
        return zh, "its certificate is not from the CA in tls.ca, which alone is trusted once it is set: ask them for the right CA"
    return _WHY.get(error.verify_code, (f"证书不被信任（{error.verify_message}）", f"it is not trusted ({error.verify_message})"))


def _refused(why: str, tls: ClientTls | None) -> Tls:
    """Tell that the server refused the certificate that we showed, or missed one."""
    if tls is None or "certificate" not in tls.until:
        zh = f"对方要求客户端证书（{why}）：请在该部门的配置中设置 tls 的 certificate 与 key"
        en = f"{why}: give certificate and key under `tls` in the department's configuration"
    else:
        zh = f"对方不接受本方证书（{why}）：请核对证书与对方登记的是否一致、是否由对方指定的 CA 签发"
        en = f"{why}: compare our certificate with the one that they know, and its CA with the one that they ask for"
    return Tls(code="tls_certificate", zh=zh, en=en)


def _ours(tls: ClientTls | None) -> tuple[str, str]:
    """Tell the ends of the certificate that we show and the CA that we trust, where they are the department's own."""
    if tls is None:
        return "", ""
    names = {"certificate": ("本方证书", "our certificate"), "ca": ("对方 CA", "their CA")}
    ends = [(names[part], f"{until:%Y-%m-%d}") for part, until in tls.until.items()]
    zh, en = "".join(f"；{name[0]}有效期至 {day}" for name, day in ends), "".join(f"; {name[1]} until {day}" for name, day in ends)
    soon = said_of(tls, datetime.now(UTC))
    return zh + "".join(f"；{one}" for one, _ in soon), en + "".join(f"; {one}" for _, one in soon)


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
