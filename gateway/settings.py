"""Settings of one installation: the environment over ``config/gateway.yaml`` over the defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gateway.model.department import DepartmentConfig
from gateway.model.yaml_lines import ConfigError, ConfigProblem, Lines, load_yaml, problems_of

#: ``endpoint: sandbox`` in a department's configuration: its own sandbox on the local port.
SANDBOX = "sandbox"


class Settings(BaseSettings):
    """Every setting; each has the environment variable ``GATEWAY_<NAME>``. Folders are relative to where the process was started."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", extra="forbid", frozen=True)

    config: Path = Path("config")  # folder
    data: Path = Path("var")  # folder: SQLite file, sandboxes' ledgers, unix socket
    database: str | None = None  # URL; none: SQLite in the data folder
    secrets: Path | None = None  # folder; none: beside the data folder, <data>.secrets
    log_folder: Path | None = None  # signed heads of the audit; none: beside the data folder, <data>.log
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    sandbox_port: Annotated[int, Field(ge=1, le=65000)] = 9100
    public_url: str | None = None  # where departments reach us for callbacks; none: http://host:port
    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    lease_seconds: Annotated[float, Field(ge=1)] = 30
    shutdown_seconds: Annotated[float, Field(ge=0)] = 10
    body_bytes: Annotated[int, Field(ge=1024)] = 1024 * 1024
    head_seconds: Annotated[float, Field(gt=0)] = 1  # between signed heads of the audit while it grows

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # pydantic-settings' own signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # no .env files: the environment or YAML
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # secrets are no settings
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over what was read from YAML (given as init values)."""
        return env_settings, init_settings

    @property
    def database_url(self) -> str:
        """The journal's URL."""
        return self.database or f"sqlite:///{(self.data / 'gateway.db').absolute()}"

    @property
    def secrets_folder(self) -> Path:
        """Where keys and departments' secrets lie: not in the data folder."""
        return self.secrets or self.data.with_name(self.data.name + ".secrets")

    @property
    def heads_file(self) -> Path:
        """Where signed heads of the audit go: not in the data folder."""
        return (self.log_folder or self.data.with_name(self.data.name + ".log")) / "audit-heads.jsonl"

    @property
    def socket(self) -> Path:
        """The unix socket that commands speak to."""
        return self.data / "gateway.sock"


def load_settings(**overrides: Any) -> Settings:  # noqa: ANN401  # fields of Settings, checked by pydantic
    """Read the environment and ``gateway.yaml``. Raises ConfigError with every problem."""
    folder = _folder(overrides)
    file = folder / "gateway.yaml"
    values, lines = load_yaml(file) if file.exists() else (None, Lines(str(file)))
    if values is not None and not isinstance(values, dict):
        raise ConfigError([lines.problem((), "a mapping of settings is wanted, one `name: value` a line")])
    try:
        return Settings(**{**(values or {}), **overrides})
    except ValidationError as error:
        raise ConfigError(_problems(error, lines, values or {})) from error


def load_departments(folder: Path) -> tuple[dict[str, DepartmentConfig], dict[str, Lines]]:
    """Read ``departments/*.yaml``; gives the configurations and where their lines are, by name. Raises ConfigError with every problem."""
    found: dict[str, DepartmentConfig] = {}
    places: dict[str, Lines] = {}
    problems: list[ConfigProblem] = []
    files = sorted((folder / "departments").glob("*.yaml"))
    if not files:
        raise ConfigError([ConfigProblem(str(folder / "departments"), 0, "", "no department is configured: write <name>.yaml here")])
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
    if problems:
        raise ConfigError(problems)
    return found, places


def _folder(overrides: dict[str, Any]) -> Path:
    if "config" in overrides:
        return Path(overrides["config"])
    try:
        return Settings().config
    except ValidationError as error:
        raise ConfigError(_problems(error, Lines("gateway.yaml"), {})) from error


def _problems(error: ValidationError, lines: Lines, values: dict[str, Any]) -> list[ConfigProblem]:
    """Name the environment variable where the value did not come from the file."""
    problems = []
    for one in error.errors(include_url=False, include_input=False, include_context=False):
        name = str(one["loc"][0]) if one["loc"] else ""
        if name in values:
            problems.append(lines.problem(one["loc"], one["msg"]))
        else:
            problems.append(ConfigProblem("environment", 0, f"GATEWAY_{name.upper()}", one["msg"]))
    return problems
