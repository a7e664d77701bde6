"""TLS of a department: trusted or not, why, and until when."""

from __future__ import annotations

import asyncio
import contextlib
import socketserver
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.cli.department.tls import check_tls
from gateway.sdk.http.tls import ClientTls
from tests.certificates import Authority, Pair, Strict, demanding

Serve = Callable[..., int]
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


class Door(socketserver.ThreadingTCPServer):
    """A server in threads of its own, so that nothing of it is left on the test's loop; says ``answer`` at the first word, or nothing."""

    def __init__(self, context: ssl.SSLContext | None = None, answer: bytes = b"") -> None:
        self.context, self.answer = context, answer
        super().__init__(("127.0.0.1", 0), _Silent)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Silent(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        door = self.server
        assert isinstance(door, Door)
        with contextlib.suppress(OSError):  # who looks at a certificate hangs up at once, or does not trust it
            if door.context is not None:
                self.request = door.context.wrap_socket(self.request, server_side=True)
            self.request.recv(1)
            self.request.sendall(door.answer)
            if not door.answer:
                while self.request.recv(1024):
                    pass
        self.request.close()


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts a TLS server; gives its port."""
    with contextlib.ExitStack() as stack:

        def start(name: str = "localhost", *, days: int = 100, trusted: bool = True) -> int:
            file = certificate(tmp_path, name, days=days)
            if trusted:
                monkeypatch.setenv("SSL_CERT_FILE", str(file))
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(file)
            door = Door(context)
            stack.callback(door.close)
            return door.port

        yield start


async def test_a_trusted_certificate_says_until_when(serve: Serve) -> None:
    found = await check_tls("localhost", serve(), 5)
    assert found.code is None, found.said
    assert f"valid until {NOW + timedelta(days=100):%Y-%m-%d}" in found.said
    assert "renew" not in found.said


async def test_one_that_ends_soon_has_to_be_renewed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await check_tls("localhost", serve(days=20), 5)
    assert found.code is None
    assert "renew it soon" in found.said
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
    assert "即将到期" in (await check_tls("localhost", serve(days=20), 5)).said


async def test_one_that_has_expired_says_when(serve: Serve) -> None:
    found = await check_tls("localhost", serve(days=-3), 5)
    assert found.code == "tls"
    assert "has expired" in found.said
    assert f"{NOW - timedelta(days=3):%Y-%m-%d}" in found.said


async def test_one_for_another_host_says_for_which(serve: Serve) -> None:
    found = await check_tls("localhost", serve("tax.example"), 5)
    assert found.code == "tls"
    assert "another host name" in found.said
    assert "tax.example" in found.said


async def test_one_that_nobody_vouches_for(serve: Serve) -> None:
    found = await check_tls("localhost", serve(trusted=False), 5)
    assert found.code == "tls"
    assert "self-signed" in found.said


@pytest.mark.parametrize(("answer", "says"), [(b"HTTP/1.1 400 no TLS here\r\n\r\n", "is it https"), (b"", "does not end")])
async def test_a_server_that_speaks_no_tls_or_never_answers(answer: bytes, says: str) -> None:
    door = Door(answer=answer)
    try:
        found = await check_tls("localhost", door.port, 5 if answer else 0.5)
    finally:
        await asyncio.to_thread(door.close)  # it waits until the loop has closed what was given up
    assert found.code == "tls"
    assert says in found.said


def _tls(ca: Authority, pair: Pair | None = None) -> ClientTls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=ca.pem)
    until = {"ca": NOW + timedelta(days=90)}
    if pair is not None:
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(pair.certificate + pair.key)
            file.flush()
            context.load_cert_chain(file.name)
        until["certificate"] = NOW + timedelta(days=9)
    return ClientTls(context, until=until)


@pytest.mark.parametrize("highest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_server_that_demands_a_certificate_is_told_of_with_what_it_says(
    tmp_path: Path, highest: ssl.TLSVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca = Authority()
    cases = [(None, "give certificate and key"), (Authority("other").issue(), "does not know the CA"), (ca.issue(days=-1), "has expired")]
    with Strict(demanding(tmp_path, ca.issue("localhost", server=True), ca, highest=highest)) as server:
        port = int(server.server_address[1])
        for pair, says in cases:
            found = await check_tls("localhost", port, 5, _tls(ca, pair))
            assert found.code == "tls_certificate"
            assert says in found.said
        monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
        assert "对方要求客户端证书" in (await check_tls("localhost", port, 5, _tls(ca))).said
        monkeypatch.setenv("GATEWAY_LANGUAGE", "en")
        found = await check_tls("localhost", port, 5, _tls(ca, ca.issue()))
        assert found.code is None
        assert f"our client certificate ends on {NOW + timedelta(days=9):%Y-%m-%d}" in found.said
        assert server.asked == 0


async def test_a_certificate_of_another_ca_than_the_departments_own(tmp_path: Path) -> None:
    with Strict(demanding(tmp_path, Authority("public").issue("localhost", server=True), None)) as server:
        found = await check_tls("localhost", int(server.server_address[1]), 5, _tls(Authority()))
    assert found.code == "tls"
    assert "not from the CA in tls.ca" in found.said
    assert "localhost" in found.said
