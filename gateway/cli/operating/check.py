"""``gateway check``: every problem of the configuration, all at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.cases.live import check_live
from gateway.cli.terminal.exits import Exit
from gateway.cli.terminal.output import print_json
from gateway.cli.terminal.words import say, tier_word

if TYPE_CHECKING:
    from gateway.installation.settings import Settings
    from gateway.texts.yaml_lines import ConfigProblem


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
    live: Annotated[
        bool, typer.Option("--live", help="Look for deliveries that are stuck in the running gateway · 检查停滞的交办")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines · 输出 JSON")] = False,
) -> None:
    """Check settings, departments, plugins, services and calendars, and print every problem with file and line · 检查配置.

    Exits 0 when the gateway would start with it, 1 when it would not. A plugin that cannot be loaded counts as a problem, and so does an
    adapter that claims what is not true of it.
    With --live nothing of that, but the running gateway: 0 when every open delivery has a next time, somebody at it or a person.
    """
    if live:
        check_live(as_json=as_json)
    found = _check()
    if as_json:
        print_json({"ok": not found.problems, **asdict(found)})
    else:
        for problem in found.problems:
            typer.echo(str(problem))
        for warning in found.warnings:
            typer.echo(f"{say('提醒：', 'warning: ')}{warning}")
        typer.echo(_summary(found))
        if found.adapters:
            rated = ", ".join(f"{name} {tier_word(tier)}" for name, tier in found.adapters.items())
            typer.echo(say("适配器评级：", "adapters: ") + rated)
    raise typer.Exit(Exit.NO if found.problems else Exit.OK)


def _check() -> Checked:
    from gateway.installation.settings import load_settings
    from gateway.telemetry.logs import configure_logs
    from gateway.texts.yaml_lines import ConfigError

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
    from gateway.installation.configuration import read_configuration
    from gateway.installation.host import examine
    from gateway.installation.secrets import Secrets
    from gateway.texts.yaml_lines import ConfigProblem

    read = read_configuration(settings, Secrets(settings.secrets_folder))
    if read.loaded is not None:
        found.problems += [ConfigProblem("plugins", 0, name, problem) for name, problem in read.loaded.problems.items()]
        found.warnings += [ConfigProblem("plugins", 0, name, warning) for name, warning in read.loaded.warnings.items()]
        rated = examine(read.loaded)
        found.problems += [problem for one in rated.values() for problem in one.problems]
        found.adapters = {name: rated[name].tier.value for name in sorted(rated)}
    found.problems += read.problems
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
    numbers = (len(found.services), len(found.departments), len(found.problems))
    if not (wrong := (*found.wrong_services, *found.wrong_departments)):
        return say("{} 个事项、{} 个部门可用，{} 处问题", "{} services and {} departments are fine, {} problems").format(*numbers)
    names = say("、", ", ").join(wrong)
    zh, en = "{} 个事项、{} 个部门可用，{} 个有误（{}），{} 处问题", "{} services and {} departments are fine, {} not ({}), {} problems"
    return say(zh, en).format(*numbers[:2], len(wrong), names, numbers[2])
