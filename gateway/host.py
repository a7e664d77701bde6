"""Hosts the plugins: finds them by entry point, makes a department of each that is configured, blames the one that fails.

One plugin that cannot be imported or keeps no rule disables itself alone; the reason is named, readiness and logs say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy
import structlog
from pydantic import ValidationError

from gateway.model.department import DepartmentConfig
from gateway.model.yaml_lines import ConfigError, ConfigProblem, Lines, problems_of
from gateway.routing.departments import Hosted
from gateway.sdk import hookspecs
from gateway.sdk.department import Ask, Connection, Department
from gateway.secrets import Secrets
from gateway.settings import SANDBOX, Settings

if TYPE_CHECKING:
    from gateway.sdk.sandbox import Sandbox

log = structlog.get_logger()


@dataclass(slots=True)
class Plugins:
    """What the entry points brought: adapter classes by name, and why the others are not there."""

    manager: pluggy.PluginManager
    adapters: dict[str, type[Department]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)  # entry point or adapter → why


def load_plugins(points: Iterable[EntryPoint] | None = None) -> Plugins:
    """Load every entry point of the group, each contained."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    plugins = Plugins(manager)
    found = entry_points(group=hookspecs.ENTRY_POINT_GROUP) if points is None else points
    for point in sorted(found, key=lambda p: p.name):
        try:
            manager.register(point.load(), name=point.name)
            manager.check_pending()
            classes = manager.subset_hook_caller("gateway_departments", _others(manager, point.name))()
        except Exception as error:  # noqa: BLE001  # somebody's plugin: whatever it raises disables it alone
            if manager.has_plugin(point.name):
                manager.unregister(name=point.name)
            plugins.problems[point.name] = f"plugin {point.name} ({point.value}) cannot be loaded: {type(error).__name__}: {error}"
            continue
        for adapter in (adapter for group in classes for adapter in group):
            _admit(plugins, point.name, adapter)
    for name, problem in plugins.problems.items():
        log.error("plugin_disabled", plugin=name, problem=problem)
    return plugins


def _others(manager: pluggy.PluginManager, name: str) -> list[Any]:
    return [plugin for other, plugin in manager.list_name_plugin() if other != name and plugin is not None]


def _admit(plugins: Plugins, point: str, adapter: type[Department]) -> None:
    name = getattr(adapter, "adapter", point)
    problem = _broken_rule(adapter)
    if name in plugins.adapters:
        problem = f"adapter {name} is brought twice: by {plugins.adapters[name].__module__} and {adapter.__module__}; uninstall one"
    if problem is not None:
        plugins.problems[name] = problem
    else:
        plugins.adapters[name] = adapter


def _broken_rule(adapter: object) -> str | None:
    """Say which rule a class does not keep, or none."""
    if not (isinstance(adapter, type) and issubclass(adapter, Department)):
        return f"{adapter!r} is not a subclass of gateway.sdk.Department"
    if not isinstance(getattr(adapter, "adapter", None), str) or not getattr(adapter, "operations", ()):
        return f"{adapter.__name__} needs `adapter` (its name) and at least one operation"
    names = [operation.name for operation in adapter.operations]
    if len(names) != len(set(names)):
        return f"{adapter.__name__} declares an operation twice"
    if not adapter.can_find and any(isinstance(operation.resend, Ask) for operation in adapter.operations):
        return f"{adapter.__name__} declares Ask but not can_find: what could be asked?"
    for flag, method in (("can_find", "find"), ("can_poll", "poll"), ("can_withdraw", "withdraw"), ("calls_back", "parse_callback")):
        if getattr(adapter, flag) and getattr(adapter, method) is getattr(Department, method):
            return f"{adapter.__name__} declares {flag} but does not override {method}"
    return None


def host_departments(
    plugins: Plugins, configs: Mapping[str, DepartmentConfig], lines: Mapping[str, Lines], settings: Settings, secrets: Secrets
) -> dict[str, Hosted]:
    """Make a department of each configuration. Raises ConfigError for what its configuration gets wrong; a broken plugin disables itself."""
    hosted: dict[str, Hosted] = {}
    problems: list[ConfigProblem] = []
    for name, config in configs.items():
        adapter_name = config.adapter or name
        if not config.enabled:
            hosted[name] = Hosted(config=config, department=None, problem="disabled in its configuration")
        elif adapter_name not in plugins.adapters:
            problem = plugins.problems.get(adapter_name)
            if problem is None:
                known = ", ".join(sorted(plugins.adapters))
                problems.append(lines[name].problem(("adapter",), f"no adapter {adapter_name} is installed; there are: {known}"))
            else:
                hosted[name] = Hosted(config=config, department=None, problem=problem)
        else:
            try:
                hosted[name] = _host(plugins.adapters[adapter_name], config, lines[name], settings, secrets)
            except ConfigError as error:
                problems += error.problems
    if problems:
        raise ConfigError(problems)
    return hosted


def _host(adapter: type[Department], config: DepartmentConfig, lines: Lines, settings: Settings, secrets: Secrets) -> Hosted:
    try:
        options = adapter.options_model.model_validate(config.options)
    except ValidationError as error:
        raise ConfigError(problems_of(error, lines, ("options",))) from error
    local = config.endpoint == SANDBOX
    if not local and not config.endpoint.startswith(("http://", "https://")):
        raise ConfigError([lines.problem(("endpoint",), "an http:// or https:// address, or `sandbox`")])
    connection = Connection(
        name=config.name,
        endpoint=f"http://127.0.0.1:{sandbox_port(config.name, settings)}" if local else config.endpoint.rstrip("/"),
        secrets=secrets.of_department(config.name, adapter.secret_names, make=local),
        options=options,
        deadline=config.limits.deadline_seconds,
        max_reply_bytes=config.limits.max_reply_bytes,
        concurrency=config.limits.concurrency,
    )
    try:
        return Hosted(config=config, department=adapter(connection))
    except Exception as error:  # noqa: BLE001  # somebody's adapter: it disables itself alone
        problem = f"adapter {adapter.__name__} cannot be made: {type(error).__name__}"
        log.error("plugin_disabled", plugin=config.name, problem=problem)  # noqa: TRY400  # the text may hold a secret; the type does not
        return Hosted(config=config, department=None, problem=problem)


def sandbox_port(name: str, settings: Settings) -> int:
    """The local port of a department's sandbox: in alphabetical order of the configured departments, from one above the base."""
    names = sorted(file.stem for file in (settings.config / "departments").glob("*.yaml"))
    return settings.sandbox_port + 1 + names.index(name)


def make_sandboxes(
    plugins: Plugins, configs: Mapping[str, DepartmentConfig], settings: Settings, secrets: Secrets
) -> list[tuple[Sandbox, int]]:
    """A sandbox with its port for each department whose endpoint is its sandbox."""
    from gateway.sdk.sandbox import SandboxContext  # noqa: PLC0415  # only who runs sandboxes loads them

    classes = {one.adapter: one for group in plugins.manager.hook.gateway_sandboxes() for one in group}
    made = []
    for name, config in configs.items():
        adapter = config.adapter or name
        if config.endpoint != SANDBOX or not config.enabled or adapter not in classes or adapter not in plugins.adapters:
            continue
        context = SandboxContext(
            name=name,
            data=Path(settings.data) / "sandboxes",
            secrets=secrets.of_department(name, plugins.adapters[adapter].secret_names, make=True),
            options=config.options,
            settings=config.sandbox,
        )
        made.append((classes[adapter](context), sandbox_port(name, settings)))
    return made
