"""``gateway department probe``: one department looked at from its address to its contract, step by step, without any effect there."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import urlsplit

import typer
from cryptography import x509

from gateway.cli.department import texts
from gateway.cli.department.made import Made, Name, make
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.exits import Exit
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import print_json
from gateway.cli.terminal.words import say
from gateway.departments.containment import contained_within
from gateway.departments.hosted import said_of
from gateway.installation.settings import load_settings
from gateway.model.errors import DepartmentError
from gateway.sdk.department import Department
from gateway.sdk.http.tls import ClientTls, refused_certificate
from gateway.sdk.soap import ContractError
from gateway.telemetry.logs import configure_logs
from gateway.texts.yaml_lines import ConfigError

#: Seconds that an adapter may take to read its contract.
_OPENING = 30.0
#: Days before a certificate's end at which a check begins to ask for its renewal.
_SOON: Final = 30
#: Seconds that a server gets after the handshake to refuse our certificate.
_LISTEN: Final = 0.5
#: Verification errors of a certificate that nobody whom we trust has issued.
_NO_ISSUER: Final = frozenset({2, 18, 19, 20, 21})

Standing = Literal["ok", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing looked at. ``said`` tells what was found and, where it is not well, what to do. ``code`` is an error's."""

    name: str
    standing: Standing
    said: str
    code: str | None = None


def probe(name: Name, *, as_json: JsonOption = False) -> None:
    """Check one department without any effect: configuration, address, TLS, credentials, contract."""
    with contextlib.closing(configure_logs("auto", "critical", stream=sys.stderr)):  # the command itself tells every problem
        found = asyncio.run(_probe(name, as_json=as_json))
    failed = any(one.standing == "failed" for one in found)
    if as_json:
        checks = [{"check": one.name, "standing": one.standing, "code": one.code, "detail": one.said} for one in found]
        print_json({"department": name, "ok": not failed, "checks": checks})
    raise typer.Exit(Exit.NO if failed else Exit.OK)


async def _probe(name: str, *, as_json: bool) -> list[CheckResult]:
    found = []
    async for one in _checks(name):
        found.append(one)
        if not as_json:
            typer.echo(f"{texts.CHECKS[one.name]}{shared.COLON}{texts.STANDINGS[one.standing]} · {one.said}")
    return found


async def _checks(name: str) -> AsyncIterator[CheckResult]:
    """Make one check after the other, and give each result as soon as it is known. After a failure only those follow that still can."""
    settings = load_settings()
    try:
        made = make(settings, name)
    except ConfigError as error:
        for problem in error.problems:
            yield CheckResult("configuration", "failed", str(problem), "configuration")
        return
    yield _configuration(made)
    address = await _address(made)
    yield address
    if address.standing != "ok":
        for check in ("tls", "adapter", "department"):
            yield CheckResult(check, "skipped", str(texts.ADDRESS_SILENT))
        return
    yield await _tls(made)
    department = made.department
    try:
        opened = await _opened(department)
        yield opened
        if opened.standing == "ok":
            yield await _probed(made)
        else:
            yield CheckResult("department", "skipped", str(texts.NOT_OPENED))
    finally:
        await contained_within(_OPENING, department, "close", department.close, lambda _: None)


def _configuration(made: Made) -> CheckResult:
    config, department = made.config, made.department
    said = f"{department.connection.endpoint} · {department.adapter} {department.version} · SDK {department.sdk}"
    return CheckResult("configuration", "ok", said if config.enabled else f"{said}{texts.DISABLED}")


async def _address(made: Made) -> CheckResult:
    connection = made.department.connection
    parts = urlsplit(connection.endpoint)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(connection.deadline):
            _, writer = await asyncio.open_connection(host, port)
    except socket.gaierror:
        return CheckResult("address", "failed", texts.unresolved(host), "dns")
    except TimeoutError:
        said = texts.no_reply(f"{host}:{port}", connection.deadline)
        return CheckResult("address", "failed", said, "connect_timeout")
    except OSError as error:
        why, do = error.strerror or type(error).__name__, texts.START if made.sandbox else texts.TRY_ADDRESS
        said = texts.not_connected(f"{host}:{port}", why, do)
        return CheckResult("address", "failed", said, "not_connected")
    reached = str(writer.get_extra_info("peername", (host,))[0])
    await _hang_up(writer)
    at = f"{host}:{port}" + (f" ({reached})" if reached != host else "")
    return CheckResult("address", "ok", texts.connected(at))


async def _tls(made: Made) -> CheckResult:
    connection = made.department.connection
    parts = urlsplit(connection.endpoint)
    if parts.scheme != "https":
        plain = texts.SANDBOX_NOT_ENCRYPTED if made.sandbox else texts.NOT_ENCRYPTED
        return CheckResult("tls", "skipped", str(plain))
    return await check_tls(parts.hostname or "", parts.port or 443, connection.deadline, connection.tls)


async def check_tls(host: str, port: int, seconds: float, tls: ClientTls | None = None) -> CheckResult:
    """Shake hands as an adapter does (with ``tls`` where the department has its own), and hear whether our certificate is taken.

    A server that is not trusted is asked once more without a check, for its certificate's owner and end.
    """
    context = ssl.create_default_context() if tls is None else tls.context
    try:
        certificate = await _certificate(host, port, seconds, context, listen=True)
    except ssl.SSLCertVerificationError as error:
        return CheckResult("tls", "failed", _why(error, tls) + await _untrusted(host, port, seconds), "tls")
    except ssl.SSLError as error:
        if (refused := refused_certificate(error, guess=True)) is not None:
            return _refused(refused, tls)
        return CheckResult("tls", "failed", texts.no_agreement(error.reason or type(error).__name__), "tls")
    except (TimeoutError, OSError) as error:
        return CheckResult("tls", "failed", texts.no_handshake(type(error).__name__), "tls")
    until = certificate.not_valid_after_utc
    left = (until - datetime.now(UTC)).days
    soon = texts.RENEW_SOON if left < _SOON else ""
    return CheckResult("tls", "ok", f"{texts.trusted(f'{until:%Y-%m-%d}', left)}{soon}{_ours(tls)}")


def _why(error: ssl.SSLCertVerificationError, tls: ClientTls | None) -> str:
    """Tell why the server's certificate is not trusted."""
    if tls is not None and "ca" in tls.until and error.verify_code in _NO_ISSUER:
        return str(texts.WRONG_CA)
    return str(texts.UNTRUSTED.get(error.verify_code) or texts.untrusted(error.verify_message))


def _refused(why: str, tls: ClientTls | None) -> CheckResult:
    """The server did not let us in by what we showed."""
    shown = tls is not None and "certificate" in tls.until
    said = texts.certificate_refused(why) if shown else texts.certificate_wanted(why)
    return CheckResult("tls", "failed", said, "tls_certificate")


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
        await _hang_up(writer)
    return x509.load_der_x509_certificate(encoded)


async def _hang_up(writer: asyncio.StreamWriter) -> None:
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


async def _opened(department: Department) -> CheckResult:
    answer, bug = await end_of(_OPENING, department, "open", department.open)
    if not isinstance(answer, DepartmentError):
        return CheckResult("adapter", "ok", texts.opened(len(department.operations)))
    if isinstance(bug, ContractError):
        return CheckResult("adapter", "failed", texts.unusable_contract(bug), "contract")
    return CheckResult("adapter", "failed", texts.error_words(answer, bug=place(bug)), answer.code)


async def _probed(made: Made) -> CheckResult:
    department = made.department
    if type(department).probe is Department.probe:
        return CheckResult("department", "skipped", str(texts.NO_PROBE))
    answer, bug = await end_of(department.connection.deadline, department, "probe", department.probe)
    if isinstance(answer, DepartmentError):
        said = texts.error_words(answer, bug=place(bug), secrets=department.secret_names, name=made.config.name)
        return CheckResult("department", "failed", said, answer.code)
    return CheckResult("department", "ok", str(texts.CREDENTIALS_TAKEN))


async def end_of(
    seconds: float,
    department: Department,
    what: str,
    do: Callable[[], Awaitable[object]],
    wrong: Callable[[object], str | None] = lambda _: None,
) -> tuple[object, BaseException | None]:
    """Call a method of the adapter and give its end as the router takes it, with the bug itself where that is one."""
    bugs: list[BaseException] = []

    async def watched() -> object:
        try:
            return await do()
        except (Exception, SystemExit) as error:
            bugs.append(error)
            raise

    answer = await contained_within(seconds, department, what, watched, wrong)
    is_bug = isinstance(answer, DepartmentError) and answer.code == "adapter_error"
    return answer, bugs[-1] if is_bug and bugs else None


def place(bug: BaseException | None) -> str:
    """Give the place that raised a bug, or nothing. Its text may be personal and stays out."""
    frames = traceback.extract_tb(bug.__traceback__) if bug is not None else []
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
