"""The self-check of one department: from its address to its contract, step by step, without any effect there."""

from __future__ import annotations

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from gateway.cli.department.made import START_EN, START_ZH, Made
from gateway.cli.department.tls import check_tls, hang_up
from gateway.cli.department.words import error_words
from gateway.departments.containment import contained_within
from gateway.model.errors import DepartmentError
from gateway.sdk.department import Department
from gateway.sdk.soap import ContractError

#: Seconds that an adapter may take to read its contract.
_OPENING = 30.0

Standing = Literal["ok", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The result of one check. ``zh`` and ``en`` tell what was found and, when that is bad, what to do. ``code`` is an error's."""

    name: str
    standing: Standing
    zh: str
    en: str
    code: str | None = None


async def checks(made: Made) -> AsyncIterator[CheckResult]:
    """Make one check after the other, and give each result as soon as it is known. After a failure only those follow that still can."""
    yield _configuration(made)
    address = await _address(made)
    yield address
    if address.standing != "ok":
        for name in ("tls", "adapter", "department"):
            yield CheckResult(name=name, standing="skipped", zh="地址不通，未检查", en="not looked at: the address does not answer")
        return
    yield await _tls(made)
    department = made.department
    try:
        opened = await _opened(department)
        yield opened
        if opened.standing == "ok":
            yield await _probed(made)
        else:
            yield CheckResult(
                name="department", standing="skipped", zh="适配器未能打开，未检查", en="not looked at: the adapter cannot be opened"
            )
    finally:
        await contained_within(_OPENING, department, "close", department.close, lambda _: None)


def _configuration(made: Made) -> CheckResult:
    config, department = made.config, made.department
    said = f"{department.connection.endpoint} · {department.adapter} {department.version} · SDK {department.sdk}"
    zh = said + ("" if config.enabled else " · 配置中已停用（enabled: false）")
    en = said + ("" if config.enabled else " · disabled in its configuration (enabled: false)")
    return CheckResult(name="configuration", standing="ok", zh=zh, en=en)


async def _address(made: Made) -> CheckResult:
    connection = made.department.connection
    parts = urlsplit(connection.endpoint)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(connection.deadline):
            _, writer = await asyncio.open_connection(host, port)
    except socket.gaierror:
        zh, en = f"域名 {host} 无法解析：请核对 endpoint 和 DNS", f"the name {host} does not resolve: compare `endpoint`, see the DNS"
        return CheckResult(name="address", standing="failed", code="dns", zh=zh, en=en)
    except TimeoutError:
        zh = f"{host}:{port} 在 {connection.deadline:g} 秒内没有应答：请查路由和防火墙"
        en = f"{host}:{port} does not answer within {connection.deadline:g} s: see routes and firewalls"
        return CheckResult(name="address", standing="failed", code="connect_timeout", zh=zh, en=en)
    except OSError as error:
        why = error.strerror or type(error).__name__
        zh, en = f"{host}:{port} 连接不上（{why}）：", f"{host}:{port} cannot be connected to ({why}): "
        zh += START_ZH if made.sandbox else "请核对端口、对方服务和防火墙"
        en += START_EN if made.sandbox else "compare the port, see whether it runs there, see the firewalls"
        return CheckResult(name="address", standing="failed", code="not_connected", zh=zh, en=en)
    reached = str(writer.get_extra_info("peername", (host,))[0])
    await hang_up(writer)
    at = f"{host}:{port}" + (f" ({reached})" if reached != host else "")
    return CheckResult(name="address", standing="ok", zh=f"{at} 已连通", en=f"{at} answers")


async def _tls(made: Made) -> CheckResult:
    connection = made.department.connection
    parts = urlsplit(connection.endpoint)
    if parts.scheme != "https":
        plain_zh = "本机沙箱，不加密" if made.sandbox else "endpoint 是 http：报文不加密，正式环境请改用 https"
        plain_en = "a local sandbox, nothing is encrypted" if made.sandbox else "http: nothing is encrypted; use https in production"
        return CheckResult(name="tls", standing="skipped", zh=plain_zh, en=plain_en)
    found = await check_tls(parts.hostname or "", parts.port or 443, connection.deadline, connection.tls)
    return CheckResult(name="tls", standing="ok" if found.code is None else "failed", code=found.code, zh=found.zh, en=found.en)


async def _opened(department: Department) -> CheckResult:
    answer, bug = await end_of(_OPENING, department, "open", department.open)
    if not isinstance(answer, DepartmentError):
        count = len(department.operations)
        zh, en = f"已打开，接口约定可用，{count} 个操作", f"opened, its contract can be used; operations: {count}"
        return CheckResult(name="adapter", standing="ok", zh=zh, en=en)
    if isinstance(bug, ContractError):
        zh, en = f"插件中的接口约定不可用：{bug}", f"the contract in the plugin cannot be used: {bug}"
        return CheckResult(name="adapter", standing="failed", code="contract", zh=zh, en=en)
    zh, en = error_words(answer, bug=place(bug))
    return CheckResult(name="adapter", standing="failed", code=answer.code, zh=zh, en=en)


async def _probed(made: Made) -> CheckResult:
    department = made.department
    if type(department).probe is Department.probe:
        zh, en = "适配器没有 probe()，凭据与接口约定未检查", "the adapter has no probe(): credentials and contract were not looked at"
        return CheckResult(name="department", standing="skipped", zh=zh, en=en)
    answer, bug = await end_of(department.connection.deadline, department, "probe", department.probe)
    if isinstance(answer, DepartmentError):
        zh, en = error_words(answer, bug=place(bug), secrets=department.secret_names, name=made.config.name)
        return CheckResult(name="department", standing="failed", code=answer.code, zh=zh, en=en)
    return CheckResult(
        name="department", standing="ok", zh="凭据被接受，答复符合接口约定", en="takes our credentials and answers by the contract"
    )


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
