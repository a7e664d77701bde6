"""The self-check of one department: from its address to its contract, step by step, without any effect there."""

from __future__ import annotations

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from gateway.cli.department import texts
from gateway.cli.department.made import Made
from gateway.cli.department.tls import check_tls, hang_up
from gateway.departments.containment import contained_within
from gateway.model.errors import DepartmentError
from gateway.sdk.department import Department
from gateway.sdk.soap import ContractError

#: Seconds that an adapter may take to read its contract.
_OPENING = 30.0

Standing = Literal["ok", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One thing looked at. ``said`` tells what was found and, where it is not well, what to do. ``code`` is an error's."""

    name: str
    standing: Standing
    said: str
    code: str | None = None


async def checks(made: Made) -> AsyncIterator[CheckResult]:
    """Make one check after the other, and give each result as soon as it is known. After a failure only those follow that still can."""
    yield _configuration(made)
    address = await _address(made)
    yield address
    if address.standing != "ok":
        for name in ("tls", "adapter", "department"):
            yield CheckResult(name=name, standing="skipped", said=str(texts.ADDRESS_SILENT))
        return
    yield await _tls(made)
    department = made.department
    try:
        opened = await _opened(department)
        yield opened
        if opened.standing == "ok":
            yield await _probed(made)
        else:
            yield CheckResult(name="department", standing="skipped", said=str(texts.NOT_OPENED))
    finally:
        await contained_within(_OPENING, department, "close", department.close, lambda _: None)


def _configuration(made: Made) -> CheckResult:
    config, department = made.config, made.department
    said = f"{department.connection.endpoint} · {department.adapter} {department.version} · SDK {department.sdk}"
    return CheckResult(name="configuration", standing="ok", said=said if config.enabled else f"{said}{texts.DISABLED}")


async def _address(made: Made) -> CheckResult:
    connection = made.department.connection
    parts = urlsplit(connection.endpoint)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(connection.deadline):
            _, writer = await asyncio.open_connection(host, port)
    except socket.gaierror:
        return CheckResult(name="address", standing="failed", code="dns", said=texts.unresolved(host))
    except TimeoutError:
        said = texts.no_reply(f"{host}:{port}", connection.deadline)
        return CheckResult(name="address", standing="failed", code="connect_timeout", said=said)
    except OSError as error:
        why, do = error.strerror or type(error).__name__, texts.START if made.sandbox else texts.TRY_ADDRESS
        said = texts.not_connected(f"{host}:{port}", why, do)
        return CheckResult(name="address", standing="failed", code="not_connected", said=said)
    reached = str(writer.get_extra_info("peername", (host,))[0])
    await hang_up(writer)
    at = f"{host}:{port}" + (f" ({reached})" if reached != host else "")
    return CheckResult(name="address", standing="ok", said=texts.connected(at))


async def _tls(made: Made) -> CheckResult:
    connection = made.department.connection
    parts = urlsplit(connection.endpoint)
    if parts.scheme != "https":
        plain = texts.SANDBOX_NOT_ENCRYPTED if made.sandbox else texts.NOT_ENCRYPTED
        return CheckResult(name="tls", standing="skipped", said=str(plain))
    found = await check_tls(parts.hostname or "", parts.port or 443, connection.deadline, connection.tls)
    return CheckResult(name="tls", standing="ok" if found.code is None else "failed", code=found.code, said=found.said)


async def _opened(department: Department) -> CheckResult:
    answer, bug = await end_of(_OPENING, department, "open", department.open)
    if not isinstance(answer, DepartmentError):
        return CheckResult(name="adapter", standing="ok", said=texts.opened(len(department.operations)))
    if isinstance(bug, ContractError):
        return CheckResult(name="adapter", standing="failed", code="contract", said=texts.unusable_contract(bug))
    return CheckResult(name="adapter", standing="failed", code=answer.code, said=texts.error_words(answer, bug=place(bug)))


async def _probed(made: Made) -> CheckResult:
    department = made.department
    if type(department).probe is Department.probe:
        return CheckResult(name="department", standing="skipped", said=str(texts.NO_PROBE))
    answer, bug = await end_of(department.connection.deadline, department, "probe", department.probe)
    if isinstance(answer, DepartmentError):
        said = texts.error_words(answer, bug=place(bug), secrets=department.secret_names, name=made.config.name)
        return CheckResult(name="department", standing="failed", code=answer.code, said=said)
    return CheckResult(name="department", standing="ok", said=str(texts.CREDENTIALS_TAKEN))


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
