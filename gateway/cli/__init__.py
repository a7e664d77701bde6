"""The command ``gateway``. Commands speak HTTP to the running gateway through its unix socket, or work on the data of a stopped one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from pkgutil import resolve_name
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from gateway.cli import texts
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.exits import Answered, Exit, Failed, Unreachable
from gateway.model import JsonView
from gateway.model.errors import GatewayError

if TYPE_CHECKING:
    from typer._click import Command, Context  # Typer has no public name for them

#: Where each command is: a function, or a Typer app that is a group of commands. ``texts.COMMANDS`` has their order and their help.
_COMMANDS = {
    "serve": "running.serve:serve",
    "demo": "running.demo:demo",
    "check": "operating.check:check",
    "init": "running.starter:init",
    "new-adapter": "running.new_adapter:new_adapter",
    "reload": "operating.reload:reload",
    "submit": "cases.applications:submit",
    "receipt": "cases.receipts:receipt",
    "show": "cases.applications:show",
    "why": "cases.why:why",
    "move": "cases.applications:move",
    "void": "cases.applications:void",
    "events": "cases.feed:events",
    "deliveries": "cases.deliveries:deliveries",
    "retry": "cases.deliveries:retry",
    "resolve": "cases.deliveries:resolve",
    "unresolve": "cases.deliveries:unresolve",
    "departments": "operating.departments:departments",
    "nodes": "operating.nodes:nodes",
    "reconciliation": "operating.reconciliation:reconciliation",
    "book": "cases.book:book",
    "digest": "operating.digest:digest",
    "backup": "operating.backup:backup",
    "restore": "operating.restore:restore",
    "pause": "operating.departments:pause",
    "resume": "operating.departments:resume",
    "limit": "operating.departments:limit",
    "service": "operating.services:app",
    "sandbox": "running.sandbox:app",
    "department": "department:app",
    "jobs": "cases.jobs:app",
    "audit": "operating.audit:app",
    "key": "operating.keys:app",
    "user": "operating.users:app",
    "draft": "operating.drafts:app",
    "secrets": "operating.keys:secrets",
}


@cache
def load(name: str) -> Command:
    """Load the command, or group of commands, of that name, and give it as Typer reads it off its functions."""
    found, whole = resolve_name(f"{__name__}.{_COMMANDS[name]}"), typer.Typer()
    if isinstance(found, typer.Typer):
        whole.add_typer(found, name=name, help=texts.COMMANDS[name])
    else:
        whole.command(name, help=texts.COMMANDS[name])(found)
    return get_group(whole).commands[name]


class _Commands(TyperGroup):
    """All commands. Lists show the help of each, and one is loaded only when it is run or its own help is shown."""

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, None if listed is None or name is None else load(name), rest


def _listed() -> None:
    """Stand for a command in the list of all, until it is loaded."""


app = typer.Typer(cls=_Commands, help=texts.HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for _name, _help in texts.COMMANDS.items():
    app.command(_name, help=_help)(_listed)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and end with SystemExit. Our own errors become lines on stderr and an exit code."""
    try:
        get_command(app)(args=None if arguments is None else list(arguments), prog_name="gateway")
    except GatewayError as error:
        code, lines = _told(error)
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        raise SystemExit(code) from None


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
