"""TLS of a department: trusted or not, why, and until when."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.cli.department.tls import check_tls

Serve = Callable[..., Awaitable[int]]
NOW = datetime.now(UTC)


def certificate(folder: Path, name: str, *, days: int) -> Path:
    """A self-signed certificate for ``name`` with its key, until so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}{days}.pem"
    encoding, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(made.public_bytes(encoding) + key.private_bytes(encoding, private, serialization.NoEncryption()))
    return file


@pytest.fixture
async def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Serve]:
    """Starts a TLS server that says nothing; gives its port."""
    async with AsyncExitStack() as stack:

        async def start(name: str = "localhost", *, days: int = 100, trusted: bool = True) -> int:
            file = certificate(tmp_path, name, days=days)
            if trusted:
                monkeypatch.setenv("SSL_CERT_FILE", str(file))
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(file)

            async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await reader.read()
                writer.close()

            server = await asyncio.start_server(silent, "127.0.0.1", 0, ssl=context)
            stack.callback(server.close)
            return int(server.sockets[0].getsockname()[1])

        yield start


async def test_a_trusted_certificate_says_until_when(serve: Serve) -> None:
    found = await check_tls("localhost", await serve(), 5)
    assert found.code is None, found.en
    assert f"valid until {NOW + timedelta(days=100):%Y-%m-%d}" in found.en
    assert "renew" not in found.en


async def test_one_that_ends_soon_has_to_be_renewed(serve: Serve) -> None:
    found = await check_tls("localhost", await serve(days=20), 5)
    assert found.code is None
    assert "renew it soon" in found.en
    assert "即将到期" in found.zh


async def test_one_that_has_expired_says_when(serve: Serve) -> None:
    found = await check_tls("localhost", await serve(days=-3), 5)
    assert found.code == "tls"
    assert "has expired" in found.en
    assert f"{NOW - timedelta(days=3):%Y-%m-%d}" in found.en


async def test_one_for_another_host_says_for_which(serve: Serve) -> None:
    found = await check_tls("localhost", await serve("tax.example"), 5)
    assert found.code == "tls"
    assert "another host name" in found.en
    assert "tax.example" in found.en


async def test_one_that_nobody_vouches_for(serve: Serve) -> None:
    found = await check_tls("localhost", await serve(trusted=False), 5)
    assert found.code == "tls"
    assert "self-signed" in found.en


async def test_a_server_that_speaks_no_tls_or_never_answers() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 no TLS here\r\n\r\n")
        writer.close()

    for script, says in ((plain, "is it https"), (deaf, "does not end")):
        server = await asyncio.start_server(script, "127.0.0.1", 0)
        found = await check_tls("localhost", server.sockets[0].getsockname()[1], 0.3)
        server.close()
        assert found.code == "tls"
        assert says in found.en
