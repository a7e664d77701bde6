"""Hosts the plugins: finds them by entry point, makes a department of each that is configured, blames the one that fails.

A plugin that cannot be imported or breaks a rule disables itself alone, and readiness and logs name the reason.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy
import structlog
from pydantic import ValidationError

from gateway.departments.hosted import Hosted
from gateway.installation.secrets import Secrets
from gateway.installation.settings import SANDBOX, Settings, is_unencrypted, wrong_endpoint
from gateway.installation.tls import DepartmentTls
from gateway.model.department import DepartmentConfig
from gateway.sdk import hookspecs
from gateway.sdk.department import Connection, Department
from gateway.sdk.http.exchange import Listener
from gateway.sdk.quality import UNRATED, Quality, read_quality
from gateway.sdk.rules import broken_rules
from gateway.sdk.version import VERSION, going
from gateway.texts.yaml_lines import ConfigError, ConfigProblem, Lines, load_yaml, problems_of

if TYPE_CHECKING:
    from gateway.sdk.sandbox import Sandbox

log = structlog.get_logger()

#: Every way in which somebody's plugin may end: an error, or a call of sys.exit.
_ANY_END = (Exception, SystemExit)


@dataclass(slots=True)
class Plugins:
    """The entry points' yield: adapter classes by name, the quality of each, and the reasons why others are absent."""

    manager: pluggy.PluginManager
    adapters: dict[str, type[Department]] = field(default_factory=dict)
    quality: dict[str, Quality] = field(default_factory=dict)
    origins: dict[str, EntryPoint] = field(default_factory=dict)  # adapter → what brought it
    problems: dict[str, str] = field(default_factory=dict)  # entry point or adapter → why
    warnings: dict[str, str] = field(default_factory=dict)  # adapter that is there → what will go with it


def load_plugins(points: Iterable[EntryPoint] | None = None) -> Plugins:
    """Load every entry point of the group, each contained."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    plugins = Plugins(manager)
    found = entry_points(group=hookspecs.ENTRY_POINT_GROUP) if points is None else points
    for point in sorted(found, key=lambda p: p.name):
        try:
            brought = _register(manager, point)
        except _ANY_END as error:  # somebody's plugin: whatever it raises disables it alone
            plugins.problems[point.name] = f"plugin {point.name} ({point.value}) cannot be loaded: {_said(error)}"
            continue
        for adapter in brought:
            _admit(plugins, point.name, adapter)
            plugins.origins |= {name: point for name, admitted in plugins.adapters.items() if admitted is adapter}
    # Sandboxes are left to `gateway check`: hosting an adapter loads none.
    giving = {plugin.plugin_name for plugin in manager.hook.gateway_sandboxes.get_hookimpls()}
    plugins.quality = {name: _quality(plugins, name, gives_sandbox=plugins.origins[name].name in giving) for name in plugins.adapters}
    for name, problem in plugins.problems.items():
        log.error("plugin_disabled", plugin=name, problem=problem)
    plugins.warnings = {name: warning for name, one in sorted(plugins.adapters.items()) if (warning := going(one.sdk)) is not None}
    for name, warning in plugins.warnings.items():
        log.warning("plugin_deprecated", plugin=name, problem=warning)
    return plugins


def _register(manager: pluggy.PluginManager, point: EntryPoint) -> list[object]:
    """Load one plugin, ask it for its adapters, and register it unless anything goes wrong."""
    plugin = point.load()
    if manager.register(plugin, name=point.name) is None:
        raise ValueError("its name is blocked")
    try:
        manager.check_pending()
        answers = manager.subset_hook_caller("gateway_departments", _others(manager, point.name))()
        if not answers or not all(isinstance(answer, list | tuple) and answer for answer in answers):
            raise TypeError("its gateway_departments must give a list of adapter classes")
    except _ANY_END:
        manager.unregister(plugin)
        raise
    return [adapter for answer in answers for adapter in answer]


def _others(manager: pluggy.PluginManager, name: str) -> list[Any]:
    return [plugin for other, plugin in manager.list_name_plugin() if other != name and plugin is not None]


def _said(error: BaseException) -> str:
    """Give an error's text and its place, in one line."""
    text = " ".join(str(error).split())[:300]
    if isinstance(error, SyntaxError):  # names its file and line itself
        return f"{type(error).__name__}: {text}"
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "importlib" not in frame.filename]
    at = f" ({ours[-1].filename}:{ours[-1].lineno})" if ours else ""
    if isinstance(error, ImportError) and (error.name or "").startswith("gateway.sdk"):
        at += f"; this gateway has SDK {VERSION}: the plugin may be written for another"
    return f"{type(error).__name__}: {text}{at}"


def _admit(plugins: Plugins, point: str, adapter: Any) -> None:  # noqa: ANN401  # a plugin may give anything
    name = getattr(adapter, "adapter", None)
    if not isinstance(name, str):
        name = point
    try:
        broken = broken_rules(adapter)
    except _ANY_END as error:
        broken = [f"{adapter!r} cannot be examined: {_said(error)}"]
    if broken:
        plugins.problems[name] = "; ".join(broken)
    elif name in plugins.adapters:
        # Nothing tells which of the two is meant, so neither is used.
        first = plugins.adapters.pop(name)
        plugins.problems[name] = f"adapter {name} is brought twice: by {first.__module__} and {adapter.__module__}; uninstall one"
    elif name not in plugins.problems:
        plugins.adapters[name] = adapter


def examine(plugins: Plugins) -> dict[str, Quality]:
    """Rate each adapter, with its sandbox loaded to see that it is one."""
    classes = _sandbox_classes(plugins)
    return {name: _quality(plugins, name, gives_sandbox=name in classes) for name in plugins.adapters}


def _quality(plugins: Plugins, name: str, *, gives_sandbox: bool) -> Quality:
    """Give the quality that one adapter's package claims, as far as that holds."""
    distribution = plugins.origins[name].dist

    def description() -> str:
        return str(distribution.metadata.json.get("description", "")) if distribution is not None else ""

    try:
        return read_quality(plugins.adapters[name], gives_sandbox=gives_sandbox, description=description)
    except _ANY_END as error:  # somebody's package: its unreadable files are no other's matter
        problem = ConfigProblem(name, 0, "", f"how far the adapter is cannot be told: {_said(error)}")
        return replace(UNRATED, problems=(problem,))


def host_departments(
    plugins: Plugins, configs: Mapping[str, DepartmentConfig], lines: Mapping[str, Lines], settings: Settings, secrets: Secrets
) -> dict[str, Hosted]:
    """Make a department of each configuration, where a broken plugin disables itself. Raises ConfigError for a wrong configuration."""
    hosted: dict[str, Hosted] = {}
    problems: list[ConfigProblem] = []
    ports = sandbox_ports(configs, settings)
    for name, config in configs.items():
        same = [other for other in configs if other < name and ports.get(other) is not None and ports.get(other) == ports.get(name)]
        if same:
            problems.append(lines[name].problem(("sandbox", "port_offset"), f"is the port of {same[0]}'s sandbox: give another"))
        if not config.enabled:
            hosted[name] = Hosted(config=config, department=None, problem="disabled in its configuration")
            continue
        try:
            one = host_one(plugins, config, lines[name], secrets, ports.get(name))
            hosted[name] = replace(one, quality=plugins.quality.get(config.adapter or name))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return hosted


def host_one(
    plugins: Plugins,
    config: DepartmentConfig,
    lines: Lines,
    secrets: Secrets,
    port: int | None,
    *,
    make_secrets: bool = True,
    listener: Listener | None = None,
) -> Hosted:
    """Make one department, even a disabled one. ``port`` is its sandbox's. Raises ConfigError with its problems.

    ``make_secrets`` makes those of a sandbox that has none yet. ``listener`` hears what the department is told and answers.
    """
    name = config.adapter or config.name
    adapter = plugins.adapters.get(name)
    if adapter is None:
        problem = _why_absent(plugins, name)
        if problem is None:
            known = ", ".join(sorted(plugins.adapters))
            raise ConfigError([lines.problem(("adapter",), f"no adapter {name} is installed; there are: {known}")])
        return Hosted(config=config, department=None, problem=problem)
    try:
        options = adapter.options_model.model_validate(config.options)
    except ValidationError as error:
        raise ConfigError(problems_of(error, lines, ("options",))) from error
    local = config.endpoint == SANDBOX
    if not local and (wrong := wrong_endpoint(config.endpoint)) is not None:
        raise ConfigError([lines.problem(("endpoint",), wrong)])
    connection = Connection(
        name=config.name,
        endpoint=f"http://127.0.0.1:{port}" if local else config.endpoint.rstrip("/"),
        secrets=secrets.of_department(config.name, adapter.secret_names, make=local and make_secrets),
        options=options,
        deadline=config.limits.deadline_seconds,
        max_reply_bytes=config.limits.max_reply_bytes,
        concurrency=config.limits.concurrency,
        listener=listener,
        tls=None if local else _tls(config, lines, secrets),
    )
    try:
        made = adapter(connection)
    except _ANY_END as error:  # somebody's adapter: it disables itself alone
        return disabled(config, f"adapter {adapter.__name__} cannot be made", error)
    return Hosted(config=config, department=made, previous=_previous(adapter, connection, secrets))


def _why_absent(plugins: Plugins, adapter: str) -> str | None:
    """Give the reason why an adapter is not there, none when no plugin can be to blame."""
    if adapter in plugins.problems or not plugins.problems:
        return plugins.problems.get(adapter)
    # Nobody knows the adapters of a plugin that cannot be loaded.
    return f"no adapter {adapter} is there; it may be in a plugin that is disabled: {'; '.join(plugins.problems.values())}"


def _previous(adapter: type[Department], connection: Connection, secrets: Secrets) -> Department | None:
    """Make another of the adapter, with the old secrets for those that were rotated, none where none was. Raises ConfigError."""
    previous = secrets.previous_of(connection.name, adapter.secret_names) if adapter.calls_back else {}
    try:
        return adapter(replace(connection, secrets={**connection.secrets, **previous})) if previous else None
    except _ANY_END as error:  # somebody's adapter, and its text may hold the secret
        name = next(iter(previous))
        detail = f"the secret before cannot be used ({type(error).__name__}): put it right, or remove it"
        raise ConfigError([ConfigProblem(secrets.place_of(connection.name, f"{name}_previous"), 0, "", detail)]) from None


def _tls(config: DepartmentConfig, lines: Lines, secrets: Secrets) -> DepartmentTls | None:
    """Give the TLS of a department with a certificate or a CA of its own. Raises ConfigError."""
    if config.tls is None:
        return None
    if not config.endpoint.lower().startswith("https:"):
        raise ConfigError([lines.problem(("tls",), "is of no use over http://: give an endpoint that begins with https://")])
    return DepartmentTls(config.name, config.tls, secrets)


def disabled(config: DepartmentConfig, what: str, error: BaseException) -> Hosted:
    """Make and log a department whose adapter failed, with the error's type and place alone: its text may hold a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    problem = f"{what}: {type(error).__name__}{at}"
    log.error("plugin_disabled", plugin=config.name, problem=problem)
    return Hosted(config=config, department=None, problem=problem)


def unencrypted(departments: Mapping[str, Hosted]) -> list[str]:
    """Give the departments on other machines without encryption: anybody on the way reads personal data and credentials."""
    return [name for name, one in departments.items() if one.config.enabled and is_unencrypted(one.config.endpoint)]


def sandbox_ports(configs: Mapping[str, DepartmentConfig], settings: Settings) -> dict[str, int]:
    """Give the local port of each department's sandbox: the base and its configured offset, the others after those, by name.

    A configured port stays as it is when a department is added or put on a real system.
    """
    said = {name: config.sandbox.port_offset for name, config in configs.items() if config.sandbox.port_offset is not None}
    following = max(said.values(), default=0) + 1
    unsaid = sorted(name for name, config in configs.items() if name not in said and config.endpoint == SANDBOX)
    offsets = said | {name: following + place for place, name in enumerate(unsaid)}
    return {name: settings.sandbox_port + offset for name, offset in offsets.items()}


def make_sandboxes(
    plugins: Plugins, configs: Mapping[str, DepartmentConfig], settings: Settings, secrets: Secrets
) -> list[tuple[Sandbox, int]]:
    """Make a sandbox, with its port, for each department whose endpoint is its sandbox."""
    from gateway.sdk.sandbox import SandboxContext  # noqa: PLC0415  # only processes that run sandboxes load them

    classes = _sandbox_classes(plugins)
    ports = sandbox_ports(configs, settings)
    made = []
    for name, config in configs.items():
        adapter = config.adapter or name
        if config.endpoint != SANDBOX or not config.enabled or adapter not in classes or adapter not in plugins.adapters:
            continue
        try:
            options = plugins.adapters[adapter].options_model.model_validate(config.options).model_dump()
        except ValidationError as error:
            lines = load_yaml(settings.config / "departments" / f"{name}.yaml")[1]
            raise ConfigError(problems_of(error, lines, ("options",))) from error
        context = SandboxContext(
            name=name,
            data=Path(settings.data) / "sandboxes",
            secrets=secrets.of_department(name, plugins.adapters[adapter].secret_names, make=True),
            options=options,
            settings=config.sandbox,
        )
        made.append((classes[adapter](context), ports[name]))
    return made


def _sandbox_classes(plugins: Plugins) -> dict[str, type[Sandbox]]:
    """Give the sandboxes by adapter. A plugin whose sandbox cannot be loaded goes without one, which is logged."""
    from gateway.sdk.sandbox import Sandbox  # noqa: PLC0415  # as above

    classes: dict[str, type[Sandbox]] = {}
    manager = plugins.manager
    for name, _ in manager.list_name_plugin():
        try:
            for answer in manager.subset_hook_caller("gateway_sandboxes", _others(manager, name))():
                for one in answer:
                    if not (isinstance(one, type) and issubclass(one, Sandbox) and isinstance(getattr(one, "adapter", None), str)):
                        raise TypeError(f"{one!r} is not a subclass of gateway.sdk.sandbox.Sandbox with its `adapter`")
                    classes[one.adapter] = one
        except _ANY_END as error:
            log.error("plugin_disabled", plugin=name, problem=f"its sandbox cannot be loaded: {_said(error)}")  # noqa: TRY400  # it is said
    return classes
