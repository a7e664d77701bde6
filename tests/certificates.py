"""Certificates made in a test, and servers that ask for them."""

from __future__ import annotations

import contextlib
import ipaddress
import socketserver
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_PEM = serialization.Encoding.PEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A certificate with its key, as PEM texts."""

    certificate: str
    key: str
    serial: int


@dataclass(frozen=True, slots=True)
class Authority:
    """A certification authority of a test's own."""

    name: str = "test CA"
    days: int = 3650
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def certificate(self) -> x509.Certificate:
        """The authority's own certificate."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        builder = _builder(name, name, self.key, self.days).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        return builder.sign(self.key, hashes.SHA256())

    @property
    def pem(self) -> str:
        """The same as PEM."""
        return self.certificate.public_bytes(_PEM).decode()

    def issue(self, name: str = "onestop-gateway", *, days: float = 365, server: bool = False) -> Pair:
        """Make a certificate for a client, or for a server on this machine, that ends after so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        usage = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = _builder(subject, issuer, key, days).add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if server:
            names: list[x509.GeneralName] = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        made = builder.sign(self.key, hashes.SHA256())
        text = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
        return Pair(certificate=made.public_bytes(_PEM).decode(), key=text, serial=made.serial_number)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: float) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
    )


def keep(folder: Path, department: str, **texts: str) -> None:
    """Write secrets of a department, each in one step, as a renewal should."""
    home = folder / "departments" / department
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, text in texts.items():
        draft = home / f".{name}.new"
        draft.write_text(text)
        draft.chmod(0o600)
        draft.replace(home / name)


def demanding(folder: Path, server: Pair, clients: Authority | None, *, highest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """Make the TLS settings of a server that demands a certificate of ``clients`` from every caller (None: demands nothing)."""
    file = folder / "server.pem"
    file.write_text(server.certificate + server.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    if clients is not None:
        context.load_verify_locations(cadata=clients.pem)
        context.verify_mode = ssl.CERT_REQUIRED
    if highest is not None:
        context.maximum_version = highest
    return context


@contextlib.asynccontextmanager
async def serving(context: ssl.SSLContext, answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """Serve over TLS on a free port, and give the address."""
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield f"https://localhost:{port}"
    finally:
        await runner.cleanup()


class Strict(socketserver.ThreadingTCPServer):
    """A threaded TLS server that answers 200 or gives OpenSSL's reason for a refusal, where asyncio's hangs up without a word."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context
        self.asked = 0
        super().__init__(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"https://localhost:{self.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Strict)
        with contextlib.suppress(OSError), self.request.dup() as spare:  # the other side hangs up
            try:
                self._answer(server.context.wrap_socket(self.request, server_side=True))
            except ssl.SSLError:
                while spare.recv(4096):  # hold the connection open until its reply is read, as a real network would
                    pass

    def _answer(self, secured: ssl.SSLSocket) -> None:
        server = self.server
        assert isinstance(server, Strict)
        head = b""
        while b"\r\n\r\n" not in head and (part := secured.recv(4096)):
            head += part
        if head:
            server.asked += 1
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{}")
        secured.close()
