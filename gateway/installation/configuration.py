"""The configuration read whole: departments, services and calendar, with every problem of any of them."""

from __future__ import annotations

import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.catalogue.catalogue import Catalogue, load_catalogue
from gateway.catalogue.working_days import Calendar, load_calendar
from gateway.departments.hosted import Hosted, said_of, tls_of
from gateway.installation.host import Plugins, host_departments, load_plugins
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings, is_unencrypted, read_departments
from gateway.installation.tls import now
from gateway.texts.yaml_lines import ConfigError, ConfigProblem, Lines, load_yaml

_UNENCRYPTED = "is http:// to another machine: personal data and credentials can be read on the way; use https://"


@dataclass(slots=True)
class Configuration:
    """The parts that were read, each none where it cannot be used, and all the ``problems`` that are to blame.

    ``loaded`` are the plugins. One that cannot be loaded disables itself alone, and a gateway runs without it.
    """

    departments: dict[str, Hosted] | None = None
    catalogue: Catalogue | None = None
    calendar: Calendar | None = None
    problems: list[ConfigProblem] = field(default_factory=list)
    warnings: list[ConfigProblem] = field(default_factory=list)  # unsafe, but nothing that keeps it from working
    loaded: Plugins | None = None

    def whole(self) -> tuple[dict[str, Hosted], Catalogue, Calendar]:
        """Give departments, catalogue and calendar. Raises ConfigError with every problem."""
        if self.problems or self.departments is None or self.catalogue is None or self.calendar is None:
            raise ConfigError(self.problems)
        return self.departments, self.catalogue, self.calendar


def read_configuration(settings: Settings, secrets: Secrets) -> Configuration:
    """Read all of it, going on after each problem, so that one run names them all. No adapter is opened."""
    found = Configuration(warnings=_open_to_others(settings))
    try:
        found.calendar = load_calendar(settings.config / "calendar")
    except ConfigError as error:
        found.problems += error.problems
    plugins = load_plugins()
    found.loaded = plugins
    files = sorted((settings.config / "departments").glob("*.yaml"))
    unavailable = {file.stem: "its configuration is wrong" for file in files}
    # By the file's name until it is read, so that services can be checked even where their department cannot be used.
    adapters = {file.stem: plugins.adapters[file.stem] for file in files if file.stem in plugins.adapters and not _names_adapter(file)}
    configs, lines, wrong = read_departments(settings.config)
    found.problems += wrong
    adapters |= {name: plugins.adapters[one.adapter or name] for name, one in configs.items() if (one.adapter or name) in plugins.adapters}
    found.warnings += [lines[name].problem(("endpoint",), _UNENCRYPTED) for name in configs if is_unencrypted(configs[name].endpoint)]
    try:
        hosted = host_departments(plugins, configs, lines, settings, secrets)  # even where others are wrong, so that one run names all
        unavailable = {name: why for name, why in unavailable.items() if name not in configs} | why_unavailable(hosted)
        found.departments = None if wrong else hosted
        found.warnings += [
            lines[name].problem((), "a secret before is still taken for its callbacks: gateway department rotate-secret NAME SECRET --end")
            for name, one in hosted.items()
            if one.previous is not None
        ]
        moment = now()
        found.warnings += [lines[name].problem(("tls",), said.en) for name, one in tls_of(hosted).items() for said in said_of(one, moment)]
    except ConfigError as error:
        found.problems += error.problems
    try:
        found.catalogue = load_catalogue(settings.config / "services", adapters, unavailable)
    except ConfigError as error:
        found.problems += error.problems
    return found


def _open_to_others(settings: Settings) -> list[ConfigProblem]:
    """Warn of each folder or address that others could read, which a new folder of ours never is."""
    folders = (settings.data, settings.secrets_folder, settings.heads_file.parent)
    found = [
        ConfigProblem(str(folder), 0, "", f"everybody on this machine can look into it: chmod 700 {folder}")
        for folder in folders
        if folder.is_dir() and folder.stat().st_mode & stat.S_IRWXO
    ]
    if settings.public_url is not None and is_unencrypted(settings.public_url):
        found.append(ConfigProblem("settings", 0, "public_url", "departments call back unencrypted: use https://"))
    return found


def _names_adapter(file: Path) -> bool:
    try:
        return any(line.startswith(b"adapter:") for line in file.read_bytes().splitlines())
    except OSError:
        return True


def catalogue_over(settings: Settings, departments: Mapping[str, Hosted]) -> Catalogue:
    """Read the catalogue over departments as they are. Raises ConfigError."""
    adapters = {name: type(one.department) for name, one in departments.items() if one.department is not None}
    return load_catalogue(settings.config / "services", adapters, why_unavailable(departments))


def unknown_on_boards(settings: Settings, services: Collection[str]) -> list[ConfigProblem]:
    """Name each service of a screen in the hall that is none: the screen leaves it out, so that a start need not fail."""
    file = settings.config / "gateway.yaml"
    lines = load_yaml(file)[1] if file.exists() else Lines(str(file))
    return [
        lines.problem(("centre", "boards", screen, "services", at), f"there is no service {code}")
        for screen, board in settings.centre.boards.items()
        for at, code in enumerate(board.services or ())
        if code not in services
    ]


def why_unavailable(departments: Mapping[str, Hosted]) -> dict[str, str]:
    """Give the reason of each department that has no adapter."""
    return {name: one.problem for name, one in departments.items() if one.problem is not None}
