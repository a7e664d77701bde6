"""Settings: the environment over YAML over the defaults, and every mistake named by its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.installation.settings import SANDBOX, is_unencrypted, load_departments, load_settings, wrong_endpoint
from gateway.texts.yaml_lines import ConfigError

TAX = "title: {zh: 税务, en: Tax}\nendpoint: sandbox\n"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty configuration folder that GATEWAY_CONFIG names."""
    folder = tmp_path / "config"
    (folder / "departments").mkdir(parents=True)
    monkeypatch.setenv("GATEWAY_CONFIG", str(folder))
    return folder


def problems(caught: pytest.ExceptionInfo[ConfigError]) -> list[tuple[str, int, str]]:
    """File name, line and path of each problem."""
    return [(Path(p.file).name, p.line, p.path) for p in caught.value.problems]


def test_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert (settings.config, settings.data, settings.host, settings.port) == (Path("config"), Path("var"), "127.0.0.1", 8080)
    assert settings.sandbox_port == 9100
    assert settings.database_url == f"sqlite:///{tmp_path}/var/gateway.db"
    assert settings.secrets_folder == Path("var.secrets")
    assert settings.heads_file == Path("var.log/audit-heads.jsonl")
    assert settings.body_bytes == 1024 * 1024


def test_the_keys_and_the_heads_lie_beside_the_data_not_in_it(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATA", "/srv/gateway/data")
    settings = load_settings()
    assert settings.secrets_folder == Path("/srv/gateway/data.secrets")
    assert settings.heads_file.parent == Path("/srv/gateway/data.log")


def test_the_environment_wins_over_yaml(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config / "gateway.yaml").write_text("port: 8001\nlease_seconds: 12\nlog_level: debug\n")
    monkeypatch.setenv("GATEWAY_PORT", "8002")
    settings = load_settings()
    assert (settings.port, settings.lease_seconds, settings.log_level) == (8002, 12, "debug")


@pytest.mark.parametrize(
    ("variable", "value", "field"),
    [
        ("GATEWAY_DATABASE", "sqlite:////x.db", "database"),
        ("GATEWAY_SANDBOX_PORT", "9200", "sandbox_port"),
        ("GATEWAY_SECRETS", "/s", "secrets"),
        ("GATEWAY_LOG_FOLDER", "/l", "log_folder"),
        ("GATEWAY_HOST", "0.0.0.0", "host"),
        ("GATEWAY_PUBLIC_URL", "https://gateway.example", "public_url"),
        ("GATEWAY_LOG_FORMAT", "json", "log_format"),
        ("GATEWAY_LOG_LEVEL", "error", "log_level"),
        ("GATEWAY_LEASE_SECONDS", "5.0", "lease_seconds"),
        ("GATEWAY_SHUTDOWN_SECONDS", "1.0", "shutdown_seconds"),
        ("GATEWAY_BODY_BYTES", "2048", "body_bytes"),
        ("GATEWAY_HEAD_SECONDS", "0.5", "head_seconds"),
    ],
)
def test_every_setting_has_its_variable(config: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, field: str) -> None:
    monkeypatch.setenv(variable, value)
    assert str(getattr(load_settings(), field)) == value


def test_every_wrong_line_is_named_at_once(config: Path) -> None:
    (config / "gateway.yaml").write_text("# settings\nport: many\nlease_seconds: 0\ncolour: blue\n")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert sorted(problems(caught)) == [
        ("gateway.yaml", 2, "port"),
        ("gateway.yaml", 3, "lease_seconds"),
        ("gateway.yaml", 4, "colour"),
    ]


def test_what_the_caller_gives_wins_over_the_environment(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config / "gateway.yaml").write_text("port: 8001\n")
    monkeypatch.setenv("GATEWAY_PORT", "8002")
    assert load_settings(port=0).port == 0


def test_a_wrong_variable_over_a_right_line_is_named_as_the_variable(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config / "gateway.yaml").write_text("port: 8001\nhead_seconds: never\n")
    monkeypatch.setenv("GATEWAY_PORT", "eighty")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert sorted(problems(caught)) == [("environment", 0, "GATEWAY_PORT"), ("gateway.yaml", 2, "head_seconds")]


@pytest.mark.parametrize("url", ["gateway.example", "https://gateway.example/", "ftp://gateway.example", "https://gateway.example?x=1"])
def test_a_public_url_that_departments_could_not_call_is_refused(config: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="public_url"):
        load_settings(public_url=url)


@pytest.mark.parametrize("hours", ["25:00-26:00", "9:00-17:00", "09:60-17:00", "always"])
def test_office_hours_that_are_no_times_are_named(config: Path, hours: str) -> None:
    (config / "departments" / "tax.yaml").write_text(TAX + f"sandbox: {{office_hours: {hours}}}\n")
    with pytest.raises(ConfigError) as caught:
        load_departments(config)
    assert problems(caught) == [("tax.yaml", 3, "sandbox.office_hours")]


def test_a_wrong_variable_is_named(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "eighty")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert problems(caught) == [("environment", 0, "GATEWAY_PORT")]


def test_an_empty_variable_counts_as_none(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "")
    monkeypatch.setenv("GATEWAY_DATA", "")
    assert (load_settings().port, load_settings().data) == (8080, Path("var"))


@pytest.mark.parametrize("variable", ["GATEWAY_SECRETS", "GATEWAY_LOG_FOLDER"])
def test_neither_the_keys_nor_the_heads_may_lie_in_the_data(config: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv("GATEWAY_DATA", "here/var")
    monkeypatch.setenv(variable, "here/var/inside")
    with pytest.raises(ConfigError, match="must not lie in the data folder"):
        load_settings()


def test_the_working_directory_may_be_the_data_folder(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEWAY_DATA", ".")
    assert load_settings().secrets_folder == tmp_path.with_name(tmp_path.name + ".secrets")


def test_the_folder_of_the_file_is_not_named_in_it(config: Path) -> None:
    (config / "gateway.yaml").write_text("port: 1\nconfig: elsewhere\n")
    with pytest.raises(ConfigError, match=r"gateway\.yaml:2: config: .*GATEWAY_CONFIG"):
        load_settings()


def test_what_was_given_is_never_repeated(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_LEASE_SECONDS", "s3cret")
    (config / "gateway.yaml").write_text("port: s3cret\n")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in str(caught.value.__cause__)


def test_settings_that_are_no_mapping(config: Path) -> None:
    (config / "gateway.yaml").write_text("- port\n")
    with pytest.raises(ConfigError, match=r"gateway\.yaml:1"):
        load_settings()


def test_departments_are_read_with_their_lines(config: Path) -> None:
    (config / "departments" / "tax.yaml").write_text(TAX + "limits: {concurrency: 3}\n")
    (config / "departments" / "fire.yaml").write_text("title: {zh: 消防, en: Fire}\nendpoint: https://fire.example/api/\n")
    found, lines = load_departments(config)
    assert list(found) == ["fire", "tax"]
    assert found["tax"].endpoint == SANDBOX
    assert found["tax"].limits.concurrency == 3
    assert lines["tax"].line(("limits", "concurrency")) == 3


def test_every_mistake_of_every_department_is_named_at_once(config: Path) -> None:
    folder = config / "departments"
    (folder / "tax.yaml").write_text(TAX + "limits:\n  concurrency: 0\n  colour: blue\n")
    (folder / "fire.yaml").write_text("endpoint: sandbox\n")
    (folder / "water.yaml").write_text("name: air\n" + TAX)
    (folder / "gas.yaml").write_text("title: {zh: 燃气\n")
    (folder / "heat.yaml").write_text("- x\n")
    hours = 'hours:\n- {days: working, from: "09:00", to: "17:00"}\n- days: monday\n  from: "9"\n  to: "17:00"\n'
    (folder / "land.yaml").write_text(TAX + hours + "maintenance:\n- from: 2026-12-05T22:00:00\n  to: 2026-12-06T02:00:00Z\nquota: 0\n")
    with pytest.raises(ConfigError) as caught:
        load_departments(config)
    assert sorted(problems(caught)) == [
        ("fire.yaml", 1, "title"),
        ("gas.yaml", 2, ""),
        ("heat.yaml", 1, ""),
        ("land.yaml", 5, "hours.1.days"),
        ("land.yaml", 6, "hours.1.from"),
        ("land.yaml", 9, "maintenance.0.planned.from"),
        ("land.yaml", 11, "quota"),
        ("tax.yaml", 4, "limits.concurrency"),
        ("tax.yaml", 5, "limits.colour"),
        ("water.yaml", 1, "name"),
    ]


def test_no_department_at_all_is_a_mistake(config: Path) -> None:
    with pytest.raises(ConfigError, match="no department is configured"):
        load_departments(config)


def test_proxies_are_a_list_in_the_file_or_separated_by_commas_in_the_environment(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().trusted_proxies == ()
    (config / "gateway.yaml").write_text("trusted_proxies: [10.0.0.1, 192.168.0.0/16]\n")
    assert [str(network) for network in load_settings().trusted_proxies] == ["10.0.0.1/32", "192.168.0.0/16"]
    monkeypatch.setenv("GATEWAY_TRUSTED_PROXIES", "::1, 10.0.0.0/8,")
    assert [str(network) for network in load_settings().trusted_proxies] == ["::1/128", "10.0.0.0/8"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GATEWAY_TRUSTED_PROXIES", "proxy.example"),
        ("GATEWAY_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("GATEWAY_FORWARDED_HEADER", "X-Real-Ip"),
        ("GATEWAY_BODY_DEPTH", "5000"),
        ("GATEWAY_BODY_VALUES", "0"),
        ("GATEWAY_LISTED_ERRORS", "0"),
        ("GATEWAY_KEY_REQUESTS", "0"),
        ("GATEWAY_KEY_SECONDS", "0.5"),
        ("GATEWAY_FAILED_CREDENTIALS", "-1"),
        ("GATEWAY_METRICS_PORT", "70000"),
    ],
)
def test_a_bound_that_is_none_is_refused_by_its_variable(config: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match=variable):
        load_settings()


def test_a_password_where_everybody_can_read_it_is_refused_with_the_mend(config: Path) -> None:
    file = config / "gateway.yaml"
    file.write_text("port: 8080\ndatabase: postgresql://gateway:secret@db.example/gateway\n")
    file.chmod(0o644)
    with pytest.raises(ConfigError, match=f"chmod 640 {file}") as caught:
        load_settings()
    assert problems(caught) == [("gateway.yaml", 2, "database")]
    assert "secret" not in str(caught.value)
    file.chmod(0o640)
    assert load_settings().database is not None
    file.write_text("database: postgresql://db.example/gateway\n")
    file.chmod(0o644)
    assert load_settings().database is not None


@pytest.mark.parametrize(
    ("address", "unencrypted"),
    [
        ("http://tax.example.gov.cn/api", True),
        ("HTTP://10.1.2.3:8080", True),
        ("HTTP://tax.example.gov.cn/api", True),
        ("http://[2001:db8::1]/", True),
        ("https://tax.example.gov.cn", False),
        ("http://127.0.0.1:9105", False),
        ("http://[::1]:9105", False),
        ("http://localhost/", False),
        ("sandbox", False),
    ],
)
def test_http_to_another_machine_is_unencrypted(address: str, unencrypted: bool) -> None:  # noqa: FBT001  # a table
    assert is_unencrypted(address) is unencrypted


@pytest.mark.parametrize("address", ["tax.example.gov.cn", "ftp://tax.example.gov.cn", "http://", "http://tax:0/", "http://[::1"])
def test_an_endpoint_is_an_address_of_http(address: str) -> None:
    assert "http:// or https://" in (wrong_endpoint(address) or "")


@pytest.mark.parametrize(
    "address", ["https://user:word@tax.example.gov.cn", "https://tax.example.gov.cn/?key=1", "https://tax.example.gov.cn/#a"]
)
def test_credentials_stand_in_no_address(address: str) -> None:
    assert "secrets" in (wrong_endpoint(address) or "")


def test_an_address_alone_is_an_endpoint() -> None:
    assert wrong_endpoint("https://tax.example.gov.cn/api") is None
