"""``gateway check``: everything that is wrong with the configuration, all at once."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.exits import Exit
from gateway.cli.live import check_live
from gateway.cli.output import print_json
from gateway.cli.words import say, tier_word

if TYPE_CHECKING:
    from gateway.model.yaml_lines import ConfigProblem
    from gateway.settings import Settings


@dataclass(slots=True)
class Checked:
    """What checking found: names of what is fine, the tier of each adapter that is installed, and everything that is not fine."""

    departments: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    adapters: dict[str, str] = field(default_factory=dict)
    problems: list[ConfigProblem] = field(default_factory=list)
    warnings: list[ConfigProblem] = field(default_factory=list)  # nothing that keeps the gateway from starting


def check(
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Look for deliveries that are stuck in the running gateway · 检查停滞的递送")
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
        numbers = (len(found.services), len(found.departments), len(found.problems))
        zh, en = "{} 个事项、{} 个部门可用,{} 处问题", "{} services and {} departments are fine, {} problems"
        typer.echo(say(zh, en).format(*numbers))
        if found.adapters:
            rated = ", ".join(f"{name} {tier_word(tier)}" for name, tier in found.adapters.items())
            typer.echo(say("适配器评级:", "adapters: ") + rated)
    raise typer.Exit(Exit.NO if found.problems else Exit.OK)


def _check() -> Checked:
    from gateway.logs import configure_logs  # noqa: PLC0415  # loads much, which `--help` need not
    from gateway.model.yaml_lines import ConfigError  # noqa: PLC0415  # as above
    from gateway.settings import load_settings  # noqa: PLC0415  # as above

    sink = configure_logs("auto", "critical", stream=sys.stderr)  # what is wrong is said here, with its line
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
    from gateway.configuration import read_configuration  # noqa: PLC0415  # as above
    from gateway.host import examine  # noqa: PLC0415  # as above
    from gateway.model.yaml_lines import ConfigProblem  # noqa: PLC0415  # as above
    from gateway.secrets import Secrets  # noqa: PLC0415  # as above

    read = read_configuration(settings, Secrets(settings.secrets_folder))
    if read.loaded is not None:
        found.problems += [ConfigProblem("plugins", 0, name, problem) for name, problem in read.loaded.problems.items()]
        found.warnings += [ConfigProblem("plugins", 0, name, warning) for name, warning in read.loaded.warnings.items()]
        rated = examine(read.loaded)
        found.problems += [problem for one in rated.values() for problem in one.problems]
        found.adapters = {name: rated[name].tier.value for name in sorted(rated)}
    found.problems += read.problems
    found.warnings += read.warnings
    found.departments = sorted(name for name, one in (read.departments or {}).items() if one.problem is None)
    found.services = sorted(read.catalogue.services) if read.catalogue is not None else []
