"""Settings of one installation: the environment over ``config/gateway.yaml`` over the defaults. The addresses that they name."""

from __future__ import annotations

import stat
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from gateway.model import JsonView
from gateway.model.centre import UNNAMED, Centre
from gateway.model.department import DepartmentConfig
from gateway.texts.yaml_lines import ConfigError, ConfigProblem, Lines, load_yaml, problems_of

#: ``endpoint: sandbox`` in a department's configuration: its own sandbox on the local port.
SANDBOX = "sandbox"

Network = IPv4Network | IPv6Network


def _listed(given: object) -> object:
    """Take a list, or the text with commas that a variable gives."""
    return [part.strip() for part in given.split(",") if part.strip()] if isinstance(given, str) else given


class Settings(BaseSettings):
    """Every setting. Each has the environment variable ``GATEWAY_<NAME>``. Folders are relative to the process's own."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    config: Path = Path("config")  # folder
    data: Path = Path("var")  # folder: SQLite file, sandboxes' ledgers, unix socket
    database: str | None = None  # URL, or none for SQLite in the data folder
    secrets: Path | None = None  # folder, or none for <data>.secrets beside the data folder
    log_folder: Path | None = None  # folder of the audit's signed heads, or none for <data>.log beside the data folder
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    sandbox_port: Annotated[int, Field(ge=1, le=65000)] = 9100
    public_url: Annotated[str, Field(pattern=r"^https?://[^/?#\s]+(/[^?#\s]*[^/?#\s])?$")] | None = (
        None  # the address that departments call back, or none for http://host:port
    )
    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    roles: Annotated[str, Field(pattern=r"^(api|dispatch|api,dispatch|dispatch,api)$")] = "api,dispatch"  # this node's part of the two
    lease_seconds: Annotated[float, Field(ge=1)] = 30
    lock_seconds: Annotated[float, Field(ge=0)] = 10  # of waiting for another process that has a journal in a file
    shutdown_seconds: Annotated[float, Field(ge=0)] = 10
    body_bytes: Annotated[int, Field(ge=1024)] = 1024 * 1024
    callback_bytes: Annotated[int, Field(ge=1024)] = 256 * 1024  # of a department's callback
    body_values: Annotated[int, Field(ge=100, le=1_000_000)] = 20_000  # in one body, in all
    body_members: Annotated[int, Field(ge=10)] = 500  # of one object
    body_depth: Annotated[int, Field(ge=4, le=100)] = 32
    body_name_length: Annotated[int, Field(ge=20)] = 200  # characters of a member's name
    listed_errors: Annotated[int, Field(ge=1, le=10_000)] = 100  # of one answer, which tells the number of the others
    key_requests: Annotated[int, Field(ge=1)] = 2000  # of one key in key_seconds
    key_seconds: Annotated[int, Field(ge=1)] = 10
    key_concurrency: Annotated[int, Field(ge=1)] = 256  # requests of one key at once
    key_streams: Annotated[int, Field(ge=1)] = 200  # event streams of one key at once
    failed_credentials: Annotated[int, Field(ge=1)] = 20  # from one address, before it is slowed
    failed_credentials_seconds: Annotated[int, Field(ge=1)] = 60  # without one, and they are forgotten
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_listed)] = ()  # addresses or networks
    forwarded_header: Literal["X-Forwarded-For", "Forwarded"] = "X-Forwarded-For"  # the one that they write
    metrics_port: Annotated[int, Field(ge=0, le=65535)] | None = None  # /metrics without a key, or none for no such port
    metrics_host: str = "127.0.0.1"
    draft_days: Annotated[int, Field(ge=1, le=365)] = 15  # after which a draft that nobody has saved is erased
    centre: Centre = UNNAMED  # the service centre, as its pages name it
    head_seconds: Annotated[float, Field(gt=0)] = 1  # between signed heads of the audit while it grows

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take the caller's values over the environment's."""
        return init_settings, env_settings

    @model_validator(mode="after")
    def _apart(self) -> Self:
        """Keep the secrets out of the data folder: a copy of the data alone must neither open nor forge anything."""
        data = self.data.resolve()
        for name, folder in (("secrets", self.secrets_folder), ("log_folder", self.heads_file.parent)):
            if folder.resolve().is_relative_to(data):
                raise ValueError(f"{name} must not lie in the data folder: a copy of the data would carry it along")
        return self

    @property
    def database_url(self) -> str:
        """The journal's URL."""
        return self.database or f"sqlite:///{(self.data / 'gateway.db').absolute()}"

    @property
    def serves(self) -> bool:
        """True when this node answers HTTP on its port (the unix socket is always there)."""
        return "api" in self.roles.split(",")

    @property
    def dispatches(self) -> bool:
        """True when this node hands deliveries to departments."""
        return "dispatch" in self.roles.split(",")

    @property
    def secrets_folder(self) -> Path:
        """The folder of keys and departments' secrets, which is not in the data folder."""
        return self.secrets or self._beside("secrets")

    @property
    def heads_file(self) -> Path:
        """The file of the audit's signed heads, which is not in the data folder."""
        return (self.log_folder or self._beside("log")) / "audit-heads.jsonl"

    def _beside(self, suffix: str) -> Path:
        data = self.data if self.data.name not in ("", "..") else self.data.resolve()
        return data.with_name(f"{data.name}.{suffix}") if data.name else data / f".{suffix}"

    @property
    def socket(self) -> Path:
        """The unix socket that commands speak to."""
        return self.data / "gateway.sock"


def load_settings(**overrides: Any) -> Settings:  # noqa: ANN401  # fields of Settings, checked by pydantic
    """Read ``gateway.yaml``, with the environment over it and ``overrides`` over both. Raises ConfigError with every problem."""
    given = EnvSettingsSource(Settings)()
    folder = Path({**given, **overrides}.get("config", "config"))
    file = folder / "gateway.yaml"
    written, lines = load_yaml(file) if file.exists() else (None, Lines(str(file)))
    if written is not None and not isinstance(written, dict):
        raise ConfigError([lines.problem((), "a mapping of settings is wanted, one `name: value` a line")])
    if written and (problem := _exposed(file, written.get("database"))) is not None:
        raise ConfigError([lines.problem(("database",), problem)])
    if written and "config" in written:
        raise ConfigError([lines.problem(("config",), "is where this file lies: set GATEWAY_CONFIG instead")])
    from_file = {name: value for name, value in (written or {}).items() if name not in given and name not in overrides}
    try:
        return Settings(**{**from_file, **overrides, "config": folder})
    except ValidationError as error:
        raise ConfigError(_problems(error, lines, from_file, overrides)) from error


def _exposed(file: Path, database: object) -> str | None:
    """Give the problem of a password in the journal's URL that everybody on the machine can read, else none."""
    try:
        password = urlsplit(database).password if isinstance(database, str) else None
    except ValueError:
        return None  # the opening of the journal tells its problem
    if password and file.stat().st_mode & stat.S_IROTH:
        return f"holds a password that everybody on this machine can read: chmod 640 {file}, or set GATEWAY_DATABASE instead"
    return None


def changed_settings(before: Settings, now: Settings) -> list[str]:
    """Give the names of the settings that differ. Each takes effect at a start only."""
    return [name for name in Settings.model_fields if getattr(before, name) != getattr(now, name)]


def load_departments(folder: Path) -> tuple[dict[str, DepartmentConfig], dict[str, Lines]]:
    """Read ``departments/*.yaml``. Gives the configurations and their lines, by name. Raises ConfigError with every problem."""
    found, places, problems = read_departments(folder)
    if problems:
        raise ConfigError(problems)
    return found, places


def read_departments(folder: Path) -> tuple[dict[str, DepartmentConfig], dict[str, Lines], list[ConfigProblem]]:
    """Read the same, and give the problems of unusable ones beside the usable ones."""
    found: dict[str, DepartmentConfig] = {}
    places: dict[str, Lines] = {}
    problems: list[ConfigProblem] = []
    files = sorted((folder / "departments").glob("*.yaml"))
    if not files:
        problems.append(ConfigProblem(str(folder / "departments"), 0, "", "no department is configured: write <name>.yaml here"))
    for file in files:
        try:
            values, lines = load_yaml(file)
        except ConfigError as error:
            problems += error.problems
            continue
        if not isinstance(values, dict):
            problems.append(lines.problem((), "a mapping is wanted: title, endpoint, …"))
            continue
        try:
            config = DepartmentConfig(**{"name": file.stem, **values})
        except ValidationError as error:
            problems += problems_of(error, lines)
            continue
        if config.name != file.stem:
            problems.append(lines.problem(("name",), f"must be the file's name, {file.stem}"))
        found[file.stem], places[file.stem] = config, lines
    return found, places, problems


def _problems(error: ValidationError, lines: Lines, from_file: JsonView, overrides: JsonView) -> list[ConfigProblem]:
    """Place each problem where its value came from: a line of the file, a variable, or the caller."""
    problems = []
    for one in error.errors(include_url=False, include_input=False, include_context=False):
        name = str(one["loc"][0]) if one["loc"] else ""
        detail = "is not a known setting: remove it or check its spelling" if one["type"] == "extra_forbidden" else one["msg"]
        if name in from_file:
            problems.append(lines.problem(one["loc"], detail))
        elif name in overrides or not name:
            problems.append(ConfigProblem("settings", 0, name, detail))
        else:
            problems.append(ConfigProblem("environment", 0, f"GATEWAY_{name.upper()}", detail))
    return problems


def is_unencrypted(address: str) -> bool:
    """Tell whether an address is http:// to another machine."""
    try:
        parts = urlsplit(address)
        if parts.scheme != "http" or parts.hostname is None or parts.hostname.rstrip(".").lower() == "localhost":
            return False
        return not ip_address(parts.hostname).is_loopback
    except ValueError:
        return address.lower().startswith("http:")  # a host name, or no address at all, which is refused where it is read


def wrong_endpoint(endpoint: str) -> str | None:
    """Say why this is no address of a department's system, or None when it is one."""
    try:
        parts = urlsplit(endpoint)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        return "an http:// or https:// address is wanted, or `sandbox`"
    if parts.username is not None or parts.query or parts.fragment:
        return "the address alone is wanted: credentials are secrets and stand in no configuration, and there is no query"
    return None
