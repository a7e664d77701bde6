"""``gateway department probe`` and ``gateway department call``: try one department out, beside a running gateway or without one."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.department import texts
from gateway.cli.department.rotating import rotate
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import print_json
from gateway.model import JsonObject, JsonView

if TYPE_CHECKING:
    from gateway.cli.department.made import Made
    from gateway.sdk.department import Operation

app = typer.Typer(no_args_is_help=True, help=texts.DEPARTMENT_HELP)

Name = Annotated[str, typer.Argument(help=texts.NAME_HELP, metavar="NAME")]

#: Lines of one body that people are shown.
_MOST_LINES = 200


@app.command(help=texts.PROBE_HELP)
def probe(name: Name, *, as_json: JsonOption = False) -> None:
    """Check one department without any effect: configuration, address, TLS, credentials, contract."""
    with _quiet():
        found = asyncio.run(_probe(name, as_json=as_json))
    if as_json:
        print_json({"department": name, "ok": not _failed(found), "checks": found})
    raise typer.Exit(Exit.NO if _failed(found) else Exit.OK)


def _failed(found: list[JsonObject]) -> bool:
    return any(one["standing"] == "failed" for one in found)


async def _probe(name: str, *, as_json: bool) -> list[JsonObject]:
    from gateway.cli.department.checks import checks
    from gateway.cli.department.made import make
    from gateway.installation.settings import load_settings
    from gateway.texts.yaml_lines import ConfigError

    found: list[JsonObject] = []

    def tell(check: str, standing: str, code: str | None, said: str) -> None:
        found.append({"check": check, "standing": standing, "code": code, "detail": said})
        if not as_json:
            typer.echo(f"{texts.CHECKS[check]}{shared.COLON}{texts.STANDINGS[standing]} · {said}")

    settings = load_settings()
    try:
        made = make(settings, name)
    except ConfigError as error:
        for problem in error.problems:
            tell("configuration", "failed", "configuration", str(problem))
        return found
    async for one in checks(made):
        tell(one.name, one.standing, one.code, one.said)
    return found


@app.command("rotate-secret", help=texts.ROTATE_HELP)
def rotate_secret(
    name: Name,
    secret: Annotated[str, typer.Argument(help=texts.ROTATED_HELP, metavar="SECRET")],
    file: Annotated[Path | None, typer.Argument(help=texts.ROTATED_FILE_HELP, metavar="[FILE]")] = None,
    *,
    make: Annotated[bool, typer.Option("--make", help=texts.MAKE_HELP)] = False,
    end: Annotated[bool, typer.Option("--end", help=texts.END_HELP)] = False,
) -> None:
    """Put a new secret of a department in place. Callbacks by the one before are taken until --end."""
    rotate(name, secret, file, make=make, end=end)


@app.command(help=texts.CALL_HELP)
def call(
    name: Name,
    operation: Annotated[str, typer.Argument(help=texts.OPERATION_HELP, metavar="OPERATION")],
    file: Annotated[Path, typer.Argument(help=texts.REQUEST_HELP, metavar="FILE")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help=texts.YES_HELP)] = False,
    key: Annotated[str | None, typer.Option(help=texts.KEY_HELP)] = None,
    show: Annotated[list[str] | None, typer.Option(help=texts.SHOW_HELP)] = None,
    show_output: Annotated[bool, typer.Option("--show-output", help=texts.SHOW_OUTPUT_HELP)] = False,
    as_json: JsonOption = False,
) -> None:
    """Call one operation of one department and show what went over the wire, masked, and what it came to."""
    with _quiet():
        told, code = asyncio.run(_call(name, operation, file, yes=yes, key=key, show=tuple(show or ()), show_output=show_output))
    if as_json:
        print_json(told)
    else:
        _tell(told)
    raise typer.Exit(code)


async def _call(
    name: str, operation_name: str, file: Path, *, yes: bool, key: str | None, show: tuple[str, ...], show_output: bool
) -> tuple[JsonView, Exit]:
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
        raise Failed(Exit.NO, texts.no_operation(made.config.name, name, known)) from None


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise Failed(Exit.USAGE, shared.unreadable(file, error.strerror)) from error


def _ask(made: Made, operation: Operation, file: Path) -> None:
    """Have a person at the terminal say yes. Raises Failed when nobody does."""
    at = made.department.connection.endpoint
    if str(file) != "-" and sys.stdin.isatty() and typer.confirm(texts.go_on(operation.name, at)):
        return
    raise Failed(Exit.USAGE, texts.not_confirmed(operation.name, at))


def _tell(told: JsonView) -> None:
    from gateway.cli.department.exchanges import as_lines

    for one in told["exchanges"]:
        lines = as_lines(one)
        more = len(lines) - _MOST_LINES
        typer.echo("\n".join(lines[:_MOST_LINES]))
        if more > 0:
            typer.echo(texts.more_lines(more))
    if not told["exchanges"]:
        typer.echo(texts.NOTHING_SENT)
    typer.echo(f"key  {told['key']}")
    if told["outcome"] is not None:
        _tell_outcome(told["outcome"])
    else:
        typer.echo(f"{texts.ERROR}  {told['error']['words']}")
    if told["next"]:
        typer.echo(f"{shared.NEXT}  {told['next']}")


def _tell_outcome(outcome: JsonView) -> None:
    typer.echo(f"{texts.OUTCOME}  {outcome['kind']}")
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
