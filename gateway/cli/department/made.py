"""One department made as configured, for a command alone: without journal, lock or running gateway, and without writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from gateway.cli.department import texts
from gateway.cli.terminal.exits import Exit, Failed
from gateway.installation.host import host_one, load_plugins, sandbox_ports
from gateway.installation.secrets import Secrets
from gateway.installation.settings import SANDBOX, Settings, read_departments
from gateway.model.department import DepartmentConfig
from gateway.sdk.department import Department
from gateway.sdk.http.exchange import Listener
from gateway.texts.yaml_lines import ConfigError, ConfigProblem

Name = Annotated[str, typer.Argument(help=texts.NAME_HELP, metavar="NAME")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The department and its configuration."""

    settings: Settings
    config: DepartmentConfig
    department: Department

    @property
    def sandbox(self) -> bool:
        """Tell whether the department is its sandbox."""
        return self.config.endpoint == SANDBOX


def make(settings: Settings, name: str, *, listener: Listener | None = None) -> Made:
    """Make the department of that name, even a disabled one, whatever is wrong with others.

    Raises ConfigError with every problem of this one, Failed when there is none of that name.
    """
    configs, lines, problems = read_departments(settings.config)
    file = settings.config / "departments" / f"{name}.yaml"
    ours = [problem for problem in problems if problem.file == str(file)]
    if ours:
        raise ConfigError(ours)
    config = configs.get(name)
    if config is None:
        known = ", ".join(sorted(configs)) or "-"
        raise Failed(Exit.NO, texts.no_department(name, file, known))
    if problems and config.endpoint == SANDBOX and config.sandbox.port_offset is None:
        raise ConfigError(problems)  # its sandbox's port depends on them
    plugins = load_plugins()
    port = sandbox_ports(configs, settings).get(name)
    secrets = Secrets(settings.secrets_folder)
    try:
        hosted = host_one(plugins, config, lines[name], secrets, port, make_secrets=False, listener=listener)
    except ConfigError as error:
        if config.endpoint != SANDBOX:
            raise
        others = [problem for problem in error.problems if not problem.file.startswith(f"GATEWAY_{name.upper()}_")]
        missing = ConfigProblem(name, 0, "", f"its sandbox was never started on this data: {texts.START.en}")  # it makes its own secrets
        raise ConfigError(others or [missing]) from error
    if hosted.department is None:
        raise ConfigError([ConfigProblem("plugins", 0, config.adapter or name, hosted.problem or "")])
    return Made(settings=settings, config=config, department=hosted.department)
