"""``gateway department probe`` and ``gateway department call``: try one department out, beside a running gateway or without one."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.department.rotating import rotate
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.output import Json, print_json
from gateway.cli.terminal.words import say

if TYPE_CHECKING:
    from gateway.cli.department.made import Made
    from gateway.sdk.department import Operation

app = typer.Typer(no_args_is_help=True, help="Try one department out · 自检与联调单个部门")

Name = Annotated[str, typer.Argument(help="As in config/departments/NAME.yaml · 部门名", metavar="NAME")]

_STANDINGS = {"ok": ("正常", "ok"), "failed": ("失败", "failed"), "skipped": ("略过", "skipped")}
_CHECKS = {
    "configuration": ("配置", "configuration"),
    "address": ("地址", "address"),
    "tls": ("TLS", "TLS"),
    "adapter": ("适配器", "adapter"),
    "department": ("凭据与接口", "credentials and contract"),
}
#: The lines of a body that are shown to people.
_MOST_LINES = 200


@app.command()
def probe(name: Name, *, as_json: JsonOption = False) -> None:
    """Check one department without any effect: configuration, address, TLS, credentials, contract · 部门自检.

    Needs no running gateway and works beside one. Exits 0 when nothing has failed, 1 when something has.
    """
    with _quiet():
        found = asyncio.run(_probe(name, as_json=as_json))
    if as_json:
        print_json({"department": name, "ok": not _failed(found), "checks": found})
    raise typer.Exit(Exit.NO if _failed(found) else Exit.OK)


def _failed(found: list[Json]) -> bool:
    return any(one["standing"] == "failed" for one in found)


async def _probe(name: str, *, as_json: bool) -> list[Json]:
    from gateway.cli.department.checks import checks
    from gateway.cli.department.made import make
    from gateway.installation.settings import load_settings
    from gateway.texts.yaml_lines import ConfigError

    found: list[Json] = []

    def tell(check: str, standing: str, code: str | None, said: str) -> None:
        found.append({"check": check, "standing": standing, "code": code, "detail": said})
        if not as_json:
            typer.echo(f"{say(*_CHECKS[check])}{say('：', ': ')}{say(*_STANDINGS[standing])} · {said}")

    settings = load_settings()
    try:
        made = make(settings, name)
    except ConfigError as error:
        for problem in error.problems:
            tell("configuration", "failed", "configuration", str(problem))
        return found
    async for one in checks(made):
        tell(one.name, one.standing, one.code, say(one.zh, one.en))
    return found


@app.command("rotate-secret")
def rotate_secret(
    name: Name,
    secret: Annotated[str, typer.Argument(help="One of its adapter's secrets · 密钥名", metavar="SECRET")],
    file: Annotated[Path | None, typer.Argument(help="Holds the new one; - reads stdin · 新密钥文件", metavar="[FILE]")] = None,
    *,
    make: Annotated[bool, typer.Option("--make", help="Make one (for webhooks) and print it, alone · 生成新密钥")] = False,
    end: Annotated[bool, typer.Option("--end", help="Take the one before no more · 不再接受旧密钥")] = False,
) -> None:
    """Put a new secret of a department in place; callbacks by the one before are taken until --end · 更换部门密钥.

    Then: gateway reload. Calls go out with the new one, so the department has to know it before.
    """
    rotate(name, secret, file, make=make, end=end)


@app.command()
def call(
    name: Name,
    operation: Annotated[str, typer.Argument(help="One of its operations · 操作名", metavar="OPERATION")],
    file: Annotated[Path, typer.Argument(help="The operation's request as JSON; - reads stdin · 请求 JSON 文件", metavar="FILE")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="It may have an effect at a real department · 确认会在真实系统产生办理结果")] = False,
    key: Annotated[str | None, typer.Option(help="The delivery's key, to repeat one · 幂等键")] = None,
    show: Annotated[list[str] | None, typer.Option(help="A further name whose codes are shown · 另行显示其代码的字段名")] = None,
    show_output: Annotated[bool, typer.Option("--show-output", help="The outcome unmasked · 不屏蔽办理结果")] = False,
    as_json: JsonOption = False,
) -> None:
    """Call one operation of one department and show what went over the wire, masked, and what it came to · 联调一个操作.

    Needs no running gateway and files no application. Exits 0 when it is accepted or approved, 1 when it is rejected or returned or the
    department refuses the call, 3 when nothing was processed, 4 when that is in doubt.
    """
    with _quiet():
        told, code = asyncio.run(_call(name, operation, file, yes=yes, key=key, show=tuple(show or ()), show_output=show_output))
    if as_json:
        print_json(told)
    else:
        _tell(told)
    raise typer.Exit(code)


async def _call(
    name: str, operation_name: str, file: Path, *, yes: bool, key: str | None, show: tuple[str, ...], show_output: bool
) -> tuple[Mapping[str, Any], Exit]:
    from gateway.cli.department import calling
    from gateway.cli.department.made import make
    from gateway.installation.settings import load_settings
    from gateway.sdk.http.exchange import Exchange

    heard: list[Exchange] = []
    made = make(load_settings(), name, listener=heard.append)
    operation = _operation(made, operation_name)
    request = calling.read_request(operation, _read(file))
    if not (made.sandbox or operation.read_only or yes):
        _ask(made, operation, file)
    options = calling.CallOptions(key=key, codes=show, show_output=show_output)
    called = await calling.call(made, operation, request, heard, options)
    return called.told, called.code


def _operation(made: Made, name: str) -> Operation:
    try:
        return made.department.operation(name)
    except KeyError:
        known = ", ".join(one.name for one in made.department.operations)
        zh, en = f"{made.config.name} 没有操作 {name}；有：{known}", f"{made.config.name} has no operation {name}; there are: {known}"
        raise Failed(Exit.NO, zh, en) from None


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        zh, en = f"无法读取 {file}:{error.strerror}", f"{file} cannot be read: {error.strerror}"
        raise Failed(Exit.USAGE, zh, en) from error


def _ask(made: Made, operation: Operation, file: Path) -> None:
    """Have a person at the terminal say yes. Raises Failed when nobody does."""
    at = made.department.connection.endpoint
    zh, en = f"{operation.name} 会在 {at} 产生办理结果。", f"{operation.name} has an effect at {at}."
    if str(file) != "-" and sys.stdin.isatty() and typer.confirm(say(f"{zh}继续吗？", f"{en} Go on?")):
        return
    zh, en = f"{zh}没有发送任何内容；确需发送请加 --yes", f"{en} Nothing was sent; with --yes it is"
    raise Failed(Exit.USAGE, zh, en)


def _tell(told: Mapping[str, Any]) -> None:
    from gateway.cli.department.exchanges import as_lines

    for one in told["exchanges"]:
        lines = as_lines(one)
        more = len(lines) - _MOST_LINES
        typer.echo("\n".join(lines[:_MOST_LINES]))
        if more > 0:
            typer.echo(say(f"  … 另有 {more} 行（--json 显示全部）", f"  … {more} more lines (--json shows all)"))
    if not told["exchanges"]:
        zh, en = "没有经 SDK 的客户端发出任何内容", "nothing left through the SDK's clients"
        typer.echo(say(zh, en))
    typer.echo(f"key  {told['key']}")
    if told["outcome"] is not None:
        _tell_outcome(told["outcome"])
    else:
        typer.echo(f"{say('错误', 'error')}  {told['error']['words']}")
    if told["next"]:
        typer.echo(f"{say('下一步', 'next')}  {told['next']}")


def _tell_outcome(outcome: Mapping[str, Any]) -> None:
    typer.echo(f"{say('结果', 'outcome')}  {outcome['kind']}")
    for name in ("code", "reference", "reason"):
        if outcome[name] is not None:
            typer.echo(f"  {name}: {outcome[name]}")
    for one in outcome["fields"]:
        typer.echo(f"  field {one['field'] or '-'}: {one['message']}")
    for name, value in (outcome["output"] or {}).items():
        typer.echo(f"  output {name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Write no log lines, since the command itself tells every problem."""
    from gateway.telemetry.logs import configure_logs

    sink = configure_logs("auto", "critical", stream=sys.stderr)
    try:
        yield
    finally:
        sink.close()
