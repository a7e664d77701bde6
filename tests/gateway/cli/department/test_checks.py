"""`gateway department probe`: what is wrong with one department is told apart, and nothing is done there."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socketserver
import ssl
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.cli.department.checks import check_tls
from gateway.sdk.http.tls import ClientTls
from tests.certificates import Authority, Pair, Strict, demanding
from tests.gateway.cli.conftest import Command, Ran, Running
from tests.gateway.cli.department.conftest import SECRET, Backend, Elsewhere
from tests.ports import free_port


def standings(ran: Ran) -> dict[str, str]:
    found: Any = ran.json
    return {one["check"]: one["standing"] for one in found["checks"]}


def detail(ran: Ran, check: str) -> str:
    found: Any = ran.json
    return next(str(one["detail"]) for one in found["checks"] if one["check"] == check)


def effects(running: Running, name: str) -> Any:
    with urllib.request.urlopen(f"{running.stage.sandboxes[name]}/_sandbox/ledger") as reply:  # noqa: S310  # the sandbox's own port
        return orjson.loads(reply.read())


@pytest.mark.parametrize("name", ["exit_entry", "marriage", "real_estate", "social_security", "tax"])
def test_beside_a_running_gateway_all_is_well_and_nothing_is_done(running: Running, command: Command, name: str) -> None:
    before = effects(running, name)
    ran = command("department", "probe", name, "--json")
    assert ran.code == 0, ran.out + ran.err
    assert standings(ran) == {"configuration": "ok", "address": "ok", "tls": "skipped", "adapter": "ok", "department": "ok"}
    assert effects(running, name) == before


def test_one_line_each_in_either_language(running: Running, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    english = command("department", "probe", "tax").out.splitlines()
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
    chinese = command("department", "probe", "tax").out.splitlines()
    assert len(english) == len(chinese) == 5
    assert english[0].startswith("configuration: ok · http://127.0.0.1:")
    assert chinese[0].startswith("配置：正常 · http://127.0.0.1:")


def test_wrong_credentials_name_the_secret_and_never_show_it(running: Running, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_TAX_TOKEN", SECRET)
    ran = command("department", "probe", "tax", "--json")
    assert ran.code == 1
    assert standings(ran)["department"] == "failed"
    assert all(word in detail(ran, "department") for word in ("AuthFailed", "GATEWAY_TAX_TOKEN", "clock"))
    assert SECRET not in ran.out + ran.err


def test_a_sandbox_that_never_ran_says_which_command_starts_it_and_leaves_no_secrets(stopped: Path, command: Command) -> None:
    ran = command("department", "probe", "tax")
    assert ran.code == 1
    assert "gateway sandbox" in ran.out
    assert list(stopped.iterdir()) == []


def test_a_sandbox_that_does_not_run_says_which_command_starts_it(stopped: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_TAX_TOKEN", SECRET)
    ran = command("department", "probe", "tax", "--json")
    assert ran.code == 1
    assert standings(ran) == {
        "configuration": "ok",
        "address": "failed",
        "tls": "skipped",
        "adapter": "skipped",
        "department": "skipped",
    }
    assert "gateway sandbox" in detail(ran, "address")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, "application/json", b'{"code": "00", "message": "ok"}', {}), (None, "takes our credentials")),
        ((401, "application/json", b"{}", {}), ("http_401", "AuthFailed")),
        ((503, "text/plain", b"", {}), ("http_503", "Unavailable")),
        ((429, "text/plain", b"", {"Retry-After": "30"}), ("http_429", "try again after 30 s")),
        ((400, "application/problem+json", b'{"title": "Bad", "status": 400}', {}), ("http_400", "Invalid")),
        ((502, "text/html", b"<h1>Bad gateway</h1>", {}), ("http_502", "InDoubt")),
        ((200, "text/html", b"<form>Log in</form>", {}), ("reply_type", "a login page")),
        ((200, "application/json", b"{}", {}), ("reply_contract", "InDoubt")),
    ],
)
def test_what_comes_back_is_told_apart(
    backend: Backend, elsewhere: Elsewhere, command: Command, answer: Any, expected: tuple[str | None, str]
) -> None:
    backend.answer, (code, says) = answer, expected
    elsewhere(f"http://127.0.0.1:{backend.port}")
    ran = command("department", "probe", "tax", "--json")
    found: Any = ran.json
    last = found["checks"][-1]
    assert (last["check"], last["code"]) == ("department", code)
    assert says in last["detail"]
    assert ran.code == (0 if code is None else 1)
    assert SECRET not in ran.out + ran.err


def test_a_name_that_does_not_resolve(elsewhere: Elsewhere, command: Command) -> None:
    elsewhere("https://department.invalid")
    ran = command("department", "probe", "tax", "--json")
    assert ran.code == 1
    assert standings(ran)["address"] == "failed"
    assert "department.invalid" in detail(ran, "address")


def test_a_port_where_nobody_listens(elsewhere: Elsewhere, command: Command) -> None:
    port = free_port()
    elsewhere(f"http://127.0.0.1:{port}")
    ran = command("department", "probe", "tax", "--json")
    assert (ran.code, standings(ran)["address"]) == (1, "failed")
    assert f"127.0.0.1:{port}" in detail(ran, "address")
    assert "gateway sandbox" not in ran.out


def test_https_where_http_is_spoken(backend: Backend, elsewhere: Elsewhere, command: Command) -> None:
    elsewhere(f"https://127.0.0.1:{backend.port}")
    ran = command("department", "probe", "tax", "--json")
    assert (ran.code, standings(ran)["tls"], standings(ran)["department"]) == (1, "failed", "failed")


def test_everything_that_is_wrong_with_its_configuration_and_nothing_of_others(elsewhere: Elsewhere, command: Command) -> None:
    elsewhere("ftp://tax.example", "limits: {deadline: 3}")
    config = Path(os.environ["GATEWAY_CONFIG"]) / "departments"
    (config / "marriage.yaml").write_text("title: 5\n", encoding="utf-8")
    ran = command("department", "probe", "tax")
    assert ran.code == 1
    assert "tax.yaml:4: limits.deadline" in ran.out
    assert "marriage.yaml" not in ran.out + ran.err
    assert command("department", "probe", "real_estate").out.startswith("configuration: failed · real_estate: its sandbox")


def test_one_that_is_disabled_can_be_tried_before_it_is_enabled(backend: Backend, elsewhere: Elsewhere, command: Command) -> None:
    elsewhere(f"http://127.0.0.1:{backend.port}", "enabled: false")
    ran = command("department", "probe", "tax", "--json")
    assert ran.code == 0
    assert "enabled: false" in detail(ran, "configuration")


def test_missing_secrets_are_named(elsewhere: Elsewhere, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATEWAY_TAX_TOKEN")
    elsewhere("https://tax.example")
    ran = command("department", "probe", "tax")
    assert ran.code == 1
    assert "GATEWAY_TAX_TOKEN" in ran.out


def test_one_that_is_not_configured(stopped: Path, command: Command) -> None:
    ran = command("department", "probe", "water")
    assert ran.code == 1
    assert all(word in ran.err for word in ("water", "tax", "marriage"))


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
