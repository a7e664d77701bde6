"""``gateway check``: every problem of the configuration, all at once. With ``--live`` every delivery that waits for nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.client import over_socket
from gateway.cli.terminal.exits import Exit, Unreachable
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import Rows, console, print_json
from gateway.cli.terminal.place import listens
from gateway.cli.terminal.words import say, tier_word
from gateway.installation.configuration import read_configuration, unknown_on_boards
from gateway.installation.host import examine
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings, load_settings
from gateway.model import JsonObject
from gateway.model.code_names import STUCK_KINDS
from gateway.telemetry.logs import configure_logs
from gateway.texts.yaml_lines import ConfigError, ConfigProblem


@dataclass(slots=True)
class Checked:
    """The result of a check: the names of what is right and what is wrong, the tier of each installed adapter, and every problem."""

    departments: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    wrong_departments: list[str] = field(default_factory=list)
    wrong_services: list[str] = field(default_factory=list)
    adapters: dict[str, str] = field(default_factory=dict)
    problems: list[ConfigProblem] = field(default_factory=list)
    warnings: list[ConfigProblem] = field(default_factory=list)  # nothing that keeps the gateway from starting


def check(
    *,
    live: Annotated[bool, typer.Option("--live", help=texts.LIVE_HELP)] = False,
    as_json: JsonOption = False,
) -> None:
    """Check settings, departments, plugins, services and calendars, and print every problem with file and line."""
    if live:
        _check_live(as_json=as_json)
    found = _check()
    if as_json:
        print_json({"ok": not found.problems, **asdict(found)})
    else:
        for problem in found.problems:
            typer.echo(str(problem))
        for warning in found.warnings:
            typer.echo(f"{texts.WARNING}{warning}")
        typer.echo(_summary(found))
        if found.adapters:
            rated = ", ".join(f"{name} {tier_word(tier)}" for name, tier in found.adapters.items())
            typer.echo(f"{texts.ADAPTERS}{rated}")
    raise typer.Exit(Exit.NO if found.problems else Exit.OK)


def _check() -> Checked:
    sink = configure_logs("auto", "critical", stream=sys.stderr)  # the problems are told here, with their lines
    found = Checked()
    try:
        settings = load_settings()
        _check_parts(settings, found)
    except ConfigError as error:
        found.problems += error.problems
    finally:
        sink.close()
    return found


def _check_parts(settings: Settings, found: Checked) -> None:
    read = read_configuration(settings, Secrets(settings.secrets_folder))
    if read.loaded is not None:
        found.problems += [ConfigProblem("plugins", 0, name, problem) for name, problem in read.loaded.problems.items()]
        found.warnings += [ConfigProblem("plugins", 0, name, warning) for name, warning in read.loaded.warnings.items()]
        rated = examine(read.loaded)
        found.problems += [problem for one in rated.values() for problem in one.problems]
        found.adapters = {name: rated[name].tier.value for name in sorted(rated)}
    found.problems += read.problems
    if read.catalogue is not None:
        found.problems += unknown_on_boards(settings, read.catalogue.services)
    found.warnings += read.warnings
    hosted = read.departments or {}
    disabled = {name for name, one in hosted.items() if one.problem is not None}
    found.departments, found.wrong_departments = _sorted_out(settings.config / "departments", found.problems)
    found.departments = [name for name in found.departments if name not in disabled]
    found.services, found.wrong_services = _sorted_out(settings.config / "services", found.problems)


def _sorted_out(folder: Path, problems: Sequence[ConfigProblem]) -> tuple[list[str], list[str]]:
    """Sort the names of a folder's files into those without a problem and the others."""
    names = sorted(file.stem for file in folder.glob("*.yaml"))
    files = (Path(problem.file) for problem in problems)
    wrong = {file.name.partition(".")[0] for file in files if file.parent == folder}
    return [name for name in names if name not in wrong], [name for name in names if name in wrong]


def _summary(found: Checked) -> str:
    fine, problems = (len(found.services), len(found.departments)), len(found.problems)
    wrong = (*found.wrong_services, *found.wrong_departments)
    return texts.not_fine(*fine, len(wrong), str(shared.COMMA).join(wrong), problems) if wrong else texts.fine(*fine, problems)


def _check_live(*, as_json: bool) -> NoReturn:
    """Print the stuck deliveries of the running gateway. Raises typer.Exit, with 1 when there are some, and Unreachable when none runs."""
    found = asyncio.run(_stuck())
    if as_json:
        print_json({"ok": not found, "stuck": found})
    elif found:
        rows = [(d["delivery_id"], d["application_id"], d["department"], say(*STUCK_KINDS[d["kind"]])) for d in found]
        console().print(Rows(texts.STUCK, rows))
    else:
        typer.echo(texts.NOTHING_STUCK)
    raise typer.Exit(Exit.NO if found else Exit.OK)


async def _stuck() -> list[JsonObject]:
    settings = load_settings()
    if not await listens(settings.socket):
        raise Unreachable(str(settings.socket), str(texts.NOT_RUNNING))
    async with over_socket(settings.socket) as client:
        return list((await client.get("/v1/deliveries/stuck"))["items"])
