"""The command ``gateway``. Commands speak HTTP to the running gateway through its unix socket, or work on the data of a stopped one."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from gateway.cli import department
from gateway.cli.cases import applications, deliveries, jobs, why
from gateway.cli.operating import audit, backup, check, controls, departments, keys, nodes, reconciliation, reload, secrets
from gateway.cli.running import demo, new_adapter, sandbox, serve, starter
from gateway.cli.terminal.exits import Answered, Exit, Failed, Unreachable
from gateway.cli.terminal.words import say
from gateway.model.errors import GatewayError

_HELP = """One-Stop Gateway · 一窗网关: one application, filed once, carried to every department it needs.

Settings come from the environment (GATEWAY_CONFIG, GATEWAY_DATA, GATEWAY_PORT, …) over gateway.yaml.

Exit codes · 退出码: 0 done, yes · 1 the answer is no (not valid, not found, rejected, not verified) · 2 wrong command line ·
3 nothing was asked (no gateway, or a configuration or database that cannot be used) · 4 not decided in the time given.
"""

app = typer.Typer(help=_HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(serve.serve)
app.add_typer(sandbox.app, name="sandbox")
app.command()(demo.demo)
app.command()(check.check)
app.command()(starter.init)
app.command()(new_adapter.new_adapter)
app.command()(reload.reload)
app.command()(applications.submit)
app.command()(applications.show)
app.command()(why.why)
app.command()(applications.move)
app.command()(deliveries.deliveries)
app.command()(deliveries.retry)
app.command()(deliveries.resolve)
app.command()(deliveries.unresolve)
app.command()(departments.departments)
app.command()(nodes.nodes)
app.add_typer(department.app, name="department")
app.command()(reconciliation.reconciliation)
app.command()(backup.backup)
app.command()(backup.restore)
app.add_typer(jobs.app, name="jobs")
app.command()(controls.pause)
app.command()(controls.resume)
app.command()(controls.limit)
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="key")
app.add_typer(secrets.app, name="secrets")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and end with SystemExit. Our own errors become lines on stderr and an exit code."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="gateway")
    except GatewayError as error:
        code, lines = _told(error)
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        raise SystemExit(code) from None


def _told(error: GatewayError) -> tuple[Exit, list[str]]:
    """Give the exit code of an error, and the lines to print."""
    if isinstance(error, Failed):
        return error.code, [say(error.zh, error.en)]
    if isinstance(error, Answered):
        problem = error.problem
        first = f"{error.status} {problem.get('title', '')}{say('：', ': ')}{problem.get('detail', '')}"
        return Exit.NO, [first, *(f"  {_place(e)}{say('：', ': ')}{e['detail']}" for e in problem.get("errors", []))]
    if isinstance(error, Unreachable):
        return Exit.UNREACHABLE, [say(f"网关没有应答：{error}", f"the gateway does not answer: {error}")]
    problems = getattr(error, "problems", None)  # of a ConfigError, whose import would cost every command the YAML reader
    if problems:
        return Exit.UNREACHABLE, [str(problem) for problem in problems]
    return Exit.UNREACHABLE, [str(error)]


def _place(error: Mapping[str, Any]) -> str:
    """Give the place of one error: in a file of the configuration, in the body or in the query."""
    if not error.get("file"):
        return str(error.get("pointer") or error.get("parameter") or "-")
    place = f"{error['file']}:{error['line']}" if error["line"] else str(error["file"])
    return f"{place}: {error['path']}" if error["path"] else place
