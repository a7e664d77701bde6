"""Certificates of departments: read from the secrets, held against each other, and taken by a running gateway once they are renewed.

An unusable one is named, and never takes the place of one that works.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.installation.secrets import Secrets
from gateway.model.department import TlsSettings
from gateway.sdk.http.tls import ClientTls
from gateway.texts.yaml_lines import ConfigError, ConfigProblem

Clock = Callable[[], datetime]


def now() -> datetime:
    """This machine's time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The secrets' texts, and the end of each part's validity."""

    texts: Mapping[str, str]
    context: ssl.SSLContext
    until: Mapping[str, datetime]  # certificate, ca


class DepartmentTls(ClientTls):
    """The TLS of a department's connections. :meth:`renew` takes what its secrets hold by now.

    ``until`` gives the first end among our certificate and those between it and its CA, and the last among the department's CAs.
    """

    def __init__(self, department: str, settings: TlsSettings, secrets: Secrets, *, clock: Clock = now) -> None:
        """Read everything. Raises ConfigError with every problem, but takes an expired certificate, as there is none better."""
        self._department, self._settings, self._secrets, self._clock = department, settings, secrets, clock
        found = self._read(self._texts())
        super().__init__(found.context, until=found.until, made_from=settings)
        self._kept = found.texts

    def place(self, part: str) -> str:
        """Give the place of a part: a variable or a file."""
        name = getattr(self._settings, part)
        return self._secrets.place_of(self._department, name)

    def renew(self) -> bool:
        """Take what the secrets hold, if it has changed and can be used. True when it was taken, else ``problem`` may say why not."""
        try:
            texts = self._texts()
            found = None if texts == self._kept else self._read(texts)
        except ConfigError as error:
            self.problem = "; ".join(str(problem) for problem in error.problems)
            return False
        self.problem = None
        if found is None:
            return False
        if (ended := _ended(found.until, self._clock())) and not _ended(self.until, self._clock()):
            self.problem = f"{self.place(ended)}: expired on {found.until[ended]:%Y-%m-%d}; what works is kept"
            return False
        self._kept, self.until, self.context = found.texts, found.until, found.context
        return True

    def _texts(self) -> dict[str, str]:
        named = {part: name for part in ("certificate", "key", "ca") if (name := getattr(self._settings, part)) is not None}
        found = self._secrets.of_department(self._department, tuple(named.values()), make=False)
        return {part: found[name].get_secret_value() for part, name in named.items()}

    def _read(self, texts: Mapping[str, str]) -> _Read:
        until: dict[str, datetime] = {}
        problems: list[tuple[str, str]] = []
        certificates = self._certificates("certificate", texts, problems)
        cas = self._certificates("ca", texts, problems)
        if certificates:
            until["certificate"] = min(one.not_valid_after_utc for one in certificates)
            problems += [("certificate", why) for why in _unfit(certificates[0], self._clock())]
            problems += [("key", why) for why in _mismatch(certificates[0], texts["key"])]
        if cas:
            until["ca"] = max(one.not_valid_after_utc for one in cas)  # an old one may stand beside the new
        if not problems:
            try:
                return _Read(texts=texts, context=_context(texts), until=until)
            except OSError as error:  # ssl.SSLError is one
                reason = getattr(error, "reason", None) or type(error).__name__
                problems.append(("certificate" if "certificate" in texts else "ca", f"OpenSSL does not take it ({reason})"))
        raise ConfigError([ConfigProblem(self.place(part), 0, "", why) for part, why in problems])

    def _certificates(self, part: str, texts: Mapping[str, str], problems: list[tuple[str, str]]) -> list[x509.Certificate]:
        if part not in texts:
            return []
        try:
            return x509.load_pem_x509_certificates(texts[part].encode())
        except (ValueError, UnsupportedAlgorithm):
            der = "; convert it: openssl x509 -inform der, or openssl pkcs12 -nodes for a .p12 or .pfx"
            problems.append((part, f"is no certificate in PEM (-----BEGIN CERTIFICATE-----){der}"))
            return []


def _ended(until: Mapping[str, datetime], moment: datetime) -> str | None:
    return next((part for part, end in until.items() if end <= moment), None)


def _unfit(certificate: x509.Certificate, moment: datetime) -> list[str]:
    """Tell why a department would not take it as a client's."""
    problems = []
    if certificate.not_valid_before_utc > moment:
        problems.append(f"is valid only from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC on")
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return problems
    if ExtendedKeyUsageOID.CLIENT_AUTH not in usages and ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE not in usages:
        problems.append("is for servers alone (extended key usage without clientAuth): ask for one for clients")
    return problems


def _mismatch(certificate: x509.Certificate, text: str) -> list[str]:
    """Tell why the key is not the certificate's."""
    try:
        key = serialization.load_pem_private_key(text.encode(), password=None)
    except TypeError:
        return ["is under a passphrase: keep it without one (openssl pkey), in a file that is ours alone"]
    except (ValueError, UnsupportedAlgorithm):
        return ["is no private key in PEM (-----BEGIN PRIVATE KEY-----)"]
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        return ["is not the key of the certificate: put the two that belong together in place"]
    return []


def _context(texts: Mapping[str, str]) -> ssl.SSLContext:
    """Make a context that checks the server's name and chain, by the department's CAs alone where it has any."""
    if "ca" in texts:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=texts["ca"])
    else:
        context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if "certificate" in texts:
        with _in_memory(f"{texts['certificate']}\n{texts['key']}\n") as file:
            context.load_cert_chain(file)
    return context


@contextmanager
def _in_memory(text: str) -> Iterator[str]:
    """Make a file in memory: OpenSSL reads keys from files alone, and must get the very text that was checked."""
    handle = os.memfd_create("tls", os.MFD_CLOEXEC)
    try:
        with open(handle, "w", encoding="utf-8", closefd=False) as file:
            file.write(text)
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)
