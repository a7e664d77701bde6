"""The command ``gateway``. Commands speak HTTP to the running gateway through its unix socket, or work on the data of a stopped one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache

import typer
from typer.main import get_command

from gateway.cli import department, texts
from gateway.cli.cases import applications, deliveries, jobs, why
from gateway.cli.cases import texts as of_cases
from gateway.cli.operating import audit, backup, check, controls, departments, keys, nodes, reconciliation, reload, secrets, users
from gateway.cli.operating import texts as of_operating
from gateway.cli.running import demo, new_adapter, sandbox, serve, starter
from gateway.cli.running import texts as of_running
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.exits import Answered, Exit, Failed, Unreachable
from gateway.model import JsonView
from gateway.model.errors import GatewayError

app = typer.Typer(help=texts.HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command(help=of_running.SERVE_HELP)(serve.serve)
app.add_typer(sandbox.app, name="sandbox")
app.command(help=of_running.DEMO_HELP)(demo.demo)
app.command(help=of_operating.CHECK_HELP)(check.check)
app.command(help=of_running.INIT_HELP)(starter.init)
app.command(help=of_running.NEW_ADAPTER_HELP)(new_adapter.new_adapter)
app.command(help=of_operating.RELOAD_HELP)(reload.reload)
app.command(help=of_cases.SUBMIT_HELP)(applications.submit)
app.command(help=of_cases.SHOW_HELP)(applications.show)
app.command(help=of_cases.WHY_HELP)(why.why)
app.command(help=of_cases.MOVE_HELP)(applications.move)
app.command(help=of_cases.DELIVERIES_HELP)(deliveries.deliveries)
app.command(help=of_cases.RETRY_HELP)(deliveries.retry)
app.command(help=of_cases.RESOLVE_HELP)(deliveries.resolve)
app.command(help=of_cases.UNRESOLVE_HELP)(deliveries.unresolve)
app.command(help=of_operating.DEPARTMENTS_HELP)(departments.departments)
app.command(help=of_operating.NODES_HELP)(nodes.nodes)
app.add_typer(department.app, name="department")
app.command(help=of_operating.RECONCILIATION_HELP)(reconciliation.reconciliation)
app.command(help=of_operating.BACKUP_HELP)(backup.backup)
app.command(help=of_operating.RESTORE_HELP)(backup.restore)
app.add_typer(jobs.app, name="jobs")
app.command(help=of_operating.PAUSE_HELP)(controls.pause)
app.command(help=of_operating.RESUME_HELP)(controls.resume)
app.command(help=of_operating.LIMIT_HELP)(controls.limit)
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="key")
app.add_typer(users.app, name="user")
app.add_typer(secrets.app, name="secrets")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and end with SystemExit. Our own errors become lines on stderr and an exit code."""
    try:
        _command()(args=None if arguments is None else list(arguments), prog_name="gateway")
    except GatewayError as error:
        code, lines = _told(error)
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        raise SystemExit(code) from None


@cache
def _command() -> Callable[..., object]:
    """Give the commands as Typer reads them off their functions, which takes longer than most of them run."""
    return get_command(app)


def _told(error: GatewayError) -> tuple[Exit, list[str]]:
    """Give the exit code of an error, and the lines to print."""
    if isinstance(error, Failed):
        return error.code, [str(error)]
    if isinstance(error, Answered):
        problem = error.problem
        first = f"{error.status} {problem.get('title', '')}{shared.COLON}{problem.get('detail', '')}"
        return Exit.NO, [first, *(f"  {_place(e)}{shared.COLON}{e['detail']}" for e in problem.get("errors", []))]
    if isinstance(error, Unreachable):
        return Exit.UNREACHABLE, [texts.no_answer(error)]
    problems = getattr(error, "problems", None)  # of a ConfigError; importing it would cost every command the YAML reader
    if problems:
        return Exit.UNREACHABLE, [str(problem) for problem in problems]
    return Exit.UNREACHABLE, [str(error)]


def _place(error: JsonView) -> str:
    """Give the place of one error: in a file of the configuration, in the body or in the query."""
    if not error.get("file"):
        return str(error.get("pointer") or error.get("parameter") or "-")
    place = f"{error['file']}:{error['line']}" if error["line"] else str(error["file"])
    return f"{place}: {error['path']}" if error["path"] else place
