"""Who is installed: one broken plugin disables itself alone, a wrong configuration is refused with its place."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from gateway.departments.hosted import Hosted
from gateway.installation.host import Plugins, examine, host_departments, load_plugins, make_sandboxes
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings, load_departments, load_settings
from gateway.model.department import DepartmentConfig
from gateway.model.service import Text
from gateway.sdk import VERSION, version
from gateway.sdk.department import Department
from gateway.sdk.hookspecs import ENTRY_POINT_GROUP
from gateway.sdk.quality import UNRATED, Quality, Tier
from gateway.sdk.version import Deprecation
from gateway.texts.yaml_lines import ConfigError

GOOD = """
from datetime import timedelta
from gateway.sdk import Ask, Department, Operation, Options, Output, Request, Safe, hookimpl

class Wanted(Request):
    name: str

class Given(Output):
    number: str

class Colours(Options):
    colour: str = "blue"

ACT = Operation(name="act", title_zh="办", title_en="Act", request=Wanted, output=Given, resend=Safe(remembered=timedelta(days=1)))

class Fire(Department):
    adapter = "fire"
    sdk = "1.0"
    operations = (ACT,)
    options_model = Colours
    secret_names = ("token",)
    async def submit(self, call, request): ...

@hookimpl
def gateway_departments():
    return [Fire]
"""
TITLE = "title: {zh: 消防, en: Fire}\n"


class Place:
    """A place to put plugins and departments in, and to load them from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config"
        (self.config / "departments").mkdir(parents=True)
        self.points: list[EntryPoint] = []
        self.environment = {"GATEWAY_FIRE_TOKEN": "t", "GATEWAY_WATER_TOKEN": "t"}

    def plugin(self, name: str, source: str = GOOD) -> None:
        (self.folder / f"plugin_{name}.py").write_text(source)
        self.points.append(EntryPoint(name, f"plugin_{name}", ENTRY_POINT_GROUP))

    def department(self, name: str, text: str = TITLE + "endpoint: https://fire.example\n") -> None:
        (self.config / "departments" / f"{name}.yaml").write_text(text)

    def plugins(self) -> Plugins:
        return load_plugins(self.points)

    def hosted(self) -> dict[str, Hosted]:
        configs, lines = load_departments(self.config)
        settings = Settings(config=self.config, data=self.folder / "var")
        return host_departments(self.plugins(), configs, lines, settings, Secrets(self.folder / "secrets", self.environment))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Plugins of this test, imported from its own folder and forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("plugin_")]:
        monkeypatch.delitem(sys.modules, name)
    return Place(tmp_path)


def test_the_installed_plugins_bring_the_five_departments() -> None:
    plugins = load_plugins()
    assert plugins.problems == {}
    assert sorted(plugins.adapters) == ["exit_entry", "marriage", "real_estate", "social_security", "tax"]


def test_the_shipped_configuration_hosts_all_five(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATA", str(tmp_path / "var"))
    settings = load_settings(config=Path("config"))
    configs, lines = load_departments(settings.config)
    hosted = host_departments(load_plugins(), configs, lines, settings, Secrets(settings.secrets_folder))
    ends = {name: one.department.connection.endpoint for name, one in hosted.items() if one.department is not None}
    assert ends == {
        "exit_entry": "http://127.0.0.1:9101",
        "marriage": "http://127.0.0.1:9102",
        "real_estate": "http://127.0.0.1:9103",
        "social_security": "http://127.0.0.1:9104",
        "tax": "http://127.0.0.1:9105",
    }


async def test_a_sandbox_is_made_with_the_secrets_its_adapter_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATA", str(tmp_path / "var"))
    settings = load_settings(config=Path("config"))
    configs, lines = load_departments(settings.config)
    plugins = load_plugins()
    sandboxes = make_sandboxes(plugins, configs, settings, Secrets(settings.secrets_folder))
    hosted = host_departments(plugins, configs, lines, settings, Secrets(settings.secrets_folder))
    assert [(sandbox.context.name, port) for sandbox, port in sandboxes] == list(zip(sorted(configs), range(9101, 9106), strict=True))
    for sandbox, _ in sandboxes:
        department = hosted[sandbox.context.name].department
        assert department is not None
        assert sandbox.context.secrets == department.connection.secrets


def test_a_department_is_made_from_its_configuration(place: Place) -> None:
    place.plugin("fire")
    place.department("fire", TITLE + "endpoint: https://fire.example/api/\nlimits: {deadline_seconds: 3}\noptions: {colour: red}\n")
    department = place.hosted()["fire"].department
    assert department is not None
    connection = department.connection
    assert (connection.name, connection.endpoint, connection.deadline) == ("fire", "https://fire.example/api", 3)
    assert connection.options.model_dump() == {"colour": "red"}
    assert connection.secrets["token"].get_secret_value() == "t"


def test_two_departments_may_have_the_same_adapter(place: Place) -> None:
    place.plugin("fire")
    place.department("fire")
    place.department("water", TITLE + "adapter: fire\nendpoint: https://water.example\n")
    hosted = place.hosted()
    assert [one.department.connection.name for one in hosted.values() if one.department] == ["fire", "water"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import nowhere_to_be_found", "nowhere_to_be_found"),
        ("def broken(:", "SyntaxError"),
        ("x = 1\ndef broken(:", "plugin_broken.py, line 2"),
        ("\n\nraise RuntimeError('no licence')", "plugin_broken.py:3"),
        ("from gateway.sdk import nothing_like_it", "nothing_like_it"),
        (GOOD.replace("@hookimpl", ""), "must give a list"),
        (GOOD.replace("return [Fire]", "return []"), "must give a list"),
        (GOOD.replace("return [Fire]", "return [[Fire]]"), "is not a subclass of gateway.sdk.Department"),
        (GOOD.replace("return [Fire]", "import sys; sys.exit()"), "SystemExit"),
        (GOOD.replace("def gateway_departments()", "def gateway_departments(colour)"), "colour"),
        (GOOD.replace("class Fire(Department)", "class Fire"), "is not a subclass of gateway.sdk.Department"),
        (GOOD.replace('adapter = "fire"', "adapter = 5"), "`adapter` must be its name"),
        (GOOD.replace('adapter = "fire"', ""), "`adapter` must be its name"),
        (GOOD.replace("operations = (ACT,)", "operations = (5,)"), "must be a tuple of Operation"),
        (GOOD.replace("operations = (ACT,)", ""), "must be a tuple of Operation"),
        (GOOD.replace("class Wanted(Request)", "class Wanted"), "must be a subclass of gateway.sdk.Request"),
        (GOOD.replace("Safe(remembered=timedelta(days=1))", "None"), "must be Safe, Ask or Never"),
        (GOOD.replace('secret_names = ("token",)', 'secret_names = "token"'), "`secret_names` must be a tuple"),
        (GOOD.replace("options_model = Colours", "options_model = dict"), "must be a pydantic model"),
        (GOOD.replace("    async def submit(self, call, request): ...", ""), "it needs the method submit()"),
        (GOOD.replace("async def submit", "def submit"), "must be `async def`"),
        ("raise RuntimeError('no licence')", "no licence"),
        (GOOD.replace("return [Fire]", "return [ACT]"), "is not a subclass of gateway.sdk.Department"),
        (GOOD.replace("return [Fire]", "raise KeyError('x')"), "KeyError"),
        ("import sys; sys.exit('goodbye')", "goodbye"),
        (GOOD.replace("return [Fire]", "return 5"), "must give a list"),
        (GOOD.replace("return [Fire]", "return None"), "must give a list"),
        ("x = 1", "must give a list"),
        (GOOD.replace("def gateway_departments", "def gateway_departements"), "gateway_departements"),
        (GOOD.replace("operations = (ACT,)", "operations = (ACT, ACT)"), "stands 2 times"),
        (GOOD.replace("operations = (ACT,)", "operations = ()"), "at least one in it"),
        (GOOD.replace("Safe(remembered=timedelta(days=1))", "Ask(settle=timedelta(0))"), "must have find()"),
        (GOOD.replace('adapter = "fire"', 'adapter = "fire"\n    can_poll = True'), "without a method poll()"),
    ],
)
def test_a_broken_plugin_disables_itself_alone(place: Place, source: str, says: str) -> None:
    place.plugin("broken", source.replace('"fire"', '"broken"'))
    place.plugin("fire")
    place.department("broken")
    place.department("fire")
    plugins = place.plugins()
    assert says in " ".join(plugins.problems.values())
    assert list(plugins.adapters) == ["fire"]


def test_the_department_of_a_broken_plugin_says_why_it_is_not_there(place: Place) -> None:
    place.plugin("broken", "import nowhere_to_be_found")
    place.plugin("fire")
    place.department("broken")
    place.department("fire")
    hosted = place.hosted()
    assert hosted["broken"].department is None
    assert "nowhere_to_be_found" in (hosted["broken"].problem or "")
    assert hosted["fire"].department is not None


def test_of_two_adapters_with_one_name_neither_is_used(place: Place) -> None:
    for plugin in ("one", "two", "three"):
        place.plugin(plugin)
    place.department("fire")
    plugins = place.plugins()
    assert "brought twice" in plugins.problems["fire"]
    assert plugins.adapters == {}
    assert "brought twice" in (place.hosted()["fire"].problem or "")


def test_a_second_plugin_under_one_name_leaves_the_first(place: Place) -> None:
    place.plugin("fire")
    place.points.append(EntryPoint("fire", "plugin_fire", ENTRY_POINT_GROUP))
    plugins = place.plugins()
    assert "fire" in plugins.problems
    assert list(plugins.adapters) == ["fire"]
    assert plugins.manager.has_plugin("fire")


def test_a_broken_plugin_may_be_to_blame_for_an_adapter_of_another_name(place: Place) -> None:
    place.plugin("emergencies", "import nowhere_to_be_found")
    place.department("fire")
    hosted = place.hosted()["fire"]
    assert hosted.department is None
    assert "nowhere_to_be_found" in (hosted.problem or "")


def test_a_plugin_whose_sandbox_cannot_be_loaded_leaves_the_others_theirs(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    sandbox = (
        "\n@hookimpl\ndef gateway_sandboxes():\n    from gateway.sdk.sandbox import Sandbox\n"
        "    return [type('Simulated', (Sandbox,), {'adapter': 'fire'})]\n"
    )
    place.plugin("broken", GOOD.replace('"fire"', '"broken"') + sandbox.replace("return [", "return [1/0, "))
    place.plugin("fire", GOOD + sandbox)
    configs = {name: DepartmentConfig(name=name, title=Text(zh="消防", en="Fire"), endpoint="sandbox") for name in ("broken", "fire")}
    for name in configs:
        place.department(name, TITLE + "endpoint: sandbox\n")
    settings = Settings(config=place.config, data=place.folder / "var")
    made = make_sandboxes(place.plugins(), configs, settings, Secrets(place.folder / "secrets", {}))
    assert [(sandbox.context.name, port) for sandbox, port in made] == [("fire", 9102)]
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_an_adapter_that_cannot_be_made_disables_itself_without_its_text(place: Place) -> None:
    place.plugin(
        "fire", GOOD.replace("    async def submit", "    def __init__(self, c): raise ValueError('s3cret')\n    async def submit")
    )
    place.department("fire")
    hosted = place.hosted()["fire"]
    assert hosted.department is None
    assert "ValueError" in (hosted.problem or "")
    assert "plugin_fire.py" in (hosted.problem or "")
    assert "s3cret" not in (hosted.problem or "")


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ('sdk = "9.0"', "install a version of the plugin for SDK 1"),
        ('sdk = "1.999"', "update the gateway"),
        ("", "`sdk` must say for which version"),
        ("sdk = 1.0", "`sdk` must say for which version"),
    ],
)
def test_a_plugin_for_another_sdk_is_disabled_alone_and_says_what_to_do(place: Place, declared: str, says: str) -> None:
    place.plugin("broken", GOOD.replace('"fire"', '"broken"').replace('sdk = "1.0"', declared))
    place.plugin("fire")
    plugins = place.plugins()
    assert says in plugins.problems["broken"]
    assert list(plugins.adapters) == ["fire"]


def test_a_plugin_that_imports_what_this_sdk_has_not_is_told_which_sdk_is_here(place: Place) -> None:
    place.plugin("broken", "from gateway.sdk import nothing_like_it")
    assert f"this gateway has SDK {VERSION}" in place.plugins().problems["broken"]


def test_a_plugin_for_a_deprecated_sdk_is_hosted_with_a_warning(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    going = Deprecation(since="1.0", day=date(2026, 1, 5), until="2.0", instead="declare 1.1")
    monkeypatch.setattr(version, "DEPRECATED", {"1.0": going})
    place.plugin("fire")
    place.department("fire")
    plugins = place.plugins()
    assert "declare 1.1" in plugins.warnings["fire"]
    assert plugins.problems == {}
    assert "plugin_deprecated" in capsys.readouterr().out
    assert place.hosted()["fire"].department is not None


@pytest.mark.parametrize(
    "source",
    [
        None,  # it is installed and nothing more
        "import nowhere_to_be_found",
        "import sys; sys.exit()",
        GOOD.replace('"fire"', '"gas"').replace('sdk = "1.0"', 'sdk = "9.0"'),
        GOOD.replace('"fire"', '"gas"').replace("async def submit", "def submit"),
        GOOD.replace('"fire"', '"gas"').replace("    async def", "    def __init__(self, c): raise SystemExit\n    async def"),
        GOOD.replace('"fire"', '"gas"').replace("async def submit(self, call, request): ...", "async def submit(self, call, request):\n"),
    ],
)
@pytest.mark.parametrize("enabled", ["", "enabled: false\n"])
def test_installing_disabling_or_breaking_one_adapter_touches_no_other(place: Place, source: str | None, enabled: str) -> None:
    """The others have the same adapter, address, secrets and options as before; of the one it is said what is wrong with it."""
    place.environment["GATEWAY_GAS_TOKEN"] = "t"
    for name in ("fire", "water"):
        place.plugin(name, GOOD.replace('"fire"', f'"{name}"'))
        place.department(name, TITLE + f"endpoint: https://{name}.example\noptions: {{colour: {name}}}\n")
    others = seen(place.hosted())
    place.plugin("gas", GOOD.replace('"fire"', '"gas"') if source is None else source)
    place.department("gas", TITLE + "endpoint: https://gas.example\n" + enabled)
    hosted = place.hosted()
    gas = hosted.pop("gas")
    assert seen(hosted) == others
    assert (gas.department is not None) == (source is None and not enabled)
    assert (gas.problem is None) == (source is None and not enabled)


def seen(hosted: dict[str, Hosted]) -> dict[str, object]:
    """What each department is made of."""
    return {name: (type(one.department), one.department and one.department.connection, one.problem) for name, one in hosted.items()}


def test_two_sandboxes_on_one_port_are_refused(place: Place) -> None:
    place.plugin("fire")
    place.department("fire", TITLE + "endpoint: sandbox\nsandbox: {port_offset: 3}\n")
    place.department("water", TITLE + "adapter: fire\nendpoint: sandbox\nsandbox: {port_offset: 3}\n")
    with pytest.raises(ConfigError, match=r"water\.yaml:4: sandbox\.port_offset: is the port of fire's sandbox"):
        place.hosted()


def test_a_department_that_is_switched_off(place: Place) -> None:
    place.plugin("fire")
    place.department("fire", TITLE + "endpoint: https://fire.example\nenabled: false\n")
    hosted = place.hosted()["fire"]
    assert hosted.department is None
    assert "disabled" in (hosted.problem or "")


@pytest.mark.parametrize(
    "endpoint", ["fire.example", "ftp://fire.example", "https://", "https://me:s3cret@fire.example", "https://fire.example?key=1"]
)
def test_an_endpoint_is_an_address_alone(place: Place, endpoint: str) -> None:
    place.plugin("fire")
    place.department("fire", TITLE + f"endpoint: {endpoint}\n")
    with pytest.raises(ConfigError, match=r"fire\.yaml:2: endpoint") as caught:
        place.hosted()
    assert "s3cret" not in str(caught.value)


def test_every_mistake_of_the_configuration_is_named_at_once(place: Place) -> None:
    place.plugin("fire")
    place.environment.clear()
    place.department("fire", TITLE + "endpoint: https://fire.example\noptions:\n  colour: 3\n  size: 4\n")
    place.department("water", TITLE + "adapter: fire\nendpoint: https://water.example\n")
    place.department("gas", TITLE + "adapter: steam\nendpoint: https://gas.example\n")
    with pytest.raises(ConfigError) as caught:
        place.hosted()
    found = [(Path(p.file).name, p.line, p.path) for p in caught.value.problems]
    assert ("fire.yaml", 4, "options.colour") in found
    assert ("fire.yaml", 5, "options.size") in found
    assert ("gas.yaml", 2, "adapter") in found
    assert "GATEWAY_WATER_TOKEN" in str(caught.value)
    assert "fire" in str(caught.value.problems[found.index(("gas.yaml", 2, "adapter"))])


def test_how_far_an_adapter_is_goes_with_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []

    def read(adapter: type[Department], *, gives_sandbox: bool, description: Callable[[], str]) -> Quality:
        asked.append((adapter.adapter, gives_sandbox))
        if adapter.adapter == "water":
            raise PermissionError("not ours")
        return Quality(tier=Tier.BRONZE, claimed=Tier.BRONZE, lacking=("probe",))

    monkeypatch.setattr("gateway.installation.host.read_quality", read)
    sandbox = "\n@hookimpl\ndef gateway_sandboxes():\n    raise RuntimeError('never loaded')\n"
    place.plugin("fire", GOOD + sandbox)
    place.plugin("water", GOOD.replace('"fire"', '"water"'))
    place.department("fire")
    hosted = place.hosted()["fire"]
    assert hosted.quality is not None
    assert hosted.quality.tier is Tier.BRONZE
    assert asked == [("fire", True), ("water", False)]  # the hook is there; what it gives is not asked for
    water = place.plugins().quality["water"]
    assert (water.tier, "PermissionError" in str(water.problems[0])) == (Tier.NONE, True)
    asked.clear()
    examine(place.plugins())
    assert asked[-2:] == [("fire", False), ("water", False)]  # it gives none


def test_an_adapter_that_says_nothing_of_itself_has_no_tier(place: Place) -> None:
    place.plugin("fire")
    assert place.plugins().quality == {"fire": UNRATED}
