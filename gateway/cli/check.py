"""``gateway check``: everything that is wrong with the configuration, all at once."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.exits import Exit
from gateway.cli.live import check_live
from gateway.cli.output import print_json
from gateway.cli.words import say

if TYPE_CHECKING:
    from gateway.model.yaml_lines import ConfigProblem
    from gateway.settings import Settings


@dataclass(slots=True)
class Checked:
    """What checking found: names of what is fine, and everything that is not."""

    departments: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    problems: list[ConfigProblem] = field(default_factory=list)


def check(
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Look for deliveries that are stuck in the running gateway · 检查停滞的递送")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines · 输出 JSON")] = False,
) -> None:
    """Check settings, departments, plugins, services and calendars, and print every problem with file and line · 检查配置.

    Exits 0 when the gateway would start with it, 1 when it would not. A plugin that cannot be loaded counts as a problem.
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
        numbers = (len(found.services), len(found.departments), len(found.problems))
        zh, en = "{} 个事项、{} 个部门可用,{} 处问题", "{} services and {} departments are fine, {} problems"
        typer.echo(say(zh, en).format(*numbers))
    raise typer.Exit(Exit.NO if found.problems else Exit.OK)


def _check() -> Checked:
    from gateway.logs import configure_logs  # noqa: PLC0415  # loads much, which `--help` need not
    from gateway.model.yaml_lines import ConfigError  # noqa: PLC0415  # as above
    from gateway.settings import load_settings  # noqa: PLC0415  # as above

    sink = configure_logs("auto", "critical", stream=sys.stderr)  # what is wrong is said here, with its line
    found = Checked()
    try:
        settings = load_settings()
        _check_calendar(settings, found)
        _check_parts(settings, found)
    except ConfigError as error:
        found.problems += error.problems
    finally:
        sink.close()
    return found


def _check_calendar(settings: Settings, found: Checked) -> None:
    from gateway.model.yaml_lines import ConfigError  # noqa: PLC0415  # as above
    from gateway.routing.working_days import load_calendar  # noqa: PLC0415  # as above

    try:
        load_calendar(settings.config / "calendar")
    except ConfigError as error:
        found.problems += error.problems


def _check_parts(settings: Settings, found: Checked) -> None:
    """Go on as far as can be after each problem, so that one run names them all."""
    from gateway.host import host_departments, load_plugins  # noqa: PLC0415  # as above
    from gateway.model.yaml_lines import ConfigError, ConfigProblem  # noqa: PLC0415  # as above
    from gateway.routing.catalogue import load_catalogue  # noqa: PLC0415  # as above
    from gateway.secrets import Secrets  # noqa: PLC0415  # as above
    from gateway.settings import load_departments  # noqa: PLC0415  # as above

    plugins = load_plugins()
    found.problems += [ConfigProblem("plugins", 0, name, problem) for name, problem in plugins.problems.items()]
    unavailable = {file.stem: "its configuration is wrong" for file in (settings.config / "departments").glob("*.yaml")}
    adapters = {}
    try:
        configs, lines = load_departments(settings.config)
        adapters = {
            name: plugins.adapters[one.adapter or name] for name, one in configs.items() if (one.adapter or name) in plugins.adapters
        }
        hosted = host_departments(plugins, configs, lines, settings, Secrets(settings.secrets_folder))
        unavailable = {name: one.problem for name, one in hosted.items() if one.problem is not None}
        found.departments = sorted(hosted.keys() - unavailable.keys())
    except ConfigError as error:
        found.problems += error.problems
    try:
        catalogue = load_catalogue(settings.config / "services", adapters, unavailable)
        found.services = sorted(catalogue.services)
    except ConfigError as error:
        found.problems += error.problems
