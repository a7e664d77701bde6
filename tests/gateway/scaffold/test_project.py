"""What is written installs, passes its own tests as it is, and carries an application through a gateway that did not know it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import orjson
import pytest

from gateway.cli.running.starter import starter_folder
from gateway.scaffold.contract.description import DescribedContract
from gateway.scaffold.openapi import document as openapi
from gateway.scaffold.project import TargetExistsError, write
from gateway.scaffold.wsdl import document as wsdl
from gateway.sdk.quality.scale import RULES
from tests.gateway.cli.conftest import environment, serve
from tests.patience import output, run

ROOT = Path(__file__).parents[3]
REAL = ROOT.parent / "shared" / "real"
ZOO = Path(__file__).parent / "zoo"
OWN = ROOT / "plugins"

#: Seconds within which a command that installs or checks a project must be done.
_INSTALLS = 120

#: name → the contract, and the operations wanted (none: all)
CONTRACTS = {
    "vies": (REAL / "wsdl/eu-vies-tax/checkVatService.wsdl", ()),
    "cases": (REAL / "wsdl/no-nav-behandlesak-case/behandlesak/v2/wsdl/BehandleSakV2.wsdl", ()),
    "pensions": (REAL / "wsdl/no-nav-pensjonsak-social/no/nav/tjeneste/virksomhet/pensjonSak/v1/Binding.wsdl", ()),
    "registry": (REAL / "openapi/nl-rvig-brp-2.7.0.yaml", ()),
    "benefits": (REAL / "openapi/uk-hmrc-benefits-credits-1.0.yaml", ()),
    "permits": (ZOO / "permits-3.0.yaml", ("getPart", "createPermit", "DELETE /permits/{id}")),
    "broken_rules": (ZOO / "registry-3.1.yaml", ("registerPerson", "ready")),
    "bureau": (OWN / "social_security/contract/social_security.wsdl", ("retire", "enrollEmployees")),
    "rpc": (OWN / "marriage/contract/marriage.wsdl", ()),
}


def contract(name: str) -> DescribedContract:
    file, only = CONTRACTS[name]
    if not file.exists():
        pytest.skip(f"{file.name} is not here: the contracts of real departments are not part of the project")
    return wsdl.read(file, only=only) if file.suffix == ".wsdl" else openapi.read(file, only=only)


def module(*arguments: str | Path, cwd: Path, path: Path | None = None) -> str:
    """Run a module of this environment as a command; what it printed."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "PYTEST_", "COV_", "COVERAGE_"))}
    if path is not None:
        variables["PYTHONPATH"] = str(path)
    done = run([sys.executable, "-m", *arguments], seconds=_INSTALLS, cwd=cwd, env=variables)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


def install(project: Path, folder: Path) -> tuple[Path, Path]:
    """Install a project where Python finds it, and its configuration beside the gateway's; gives both places."""
    quiet = ("--quiet", "--no-config", "--no-deps", "--no-build-isolation")
    module("uv", "pip", "install", *quiet, "--target", folder / "site", project, cwd=folder)
    shutil.copytree(starter_folder(), folder / "config")
    shutil.copytree(project / "config", folder / "config", dirs_exist_ok=True)
    return folder / "site", folder / "config"


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == "permits" else pytest.mark.slow("a project that runs its own tests; permits stays"))
        for name, (file, _) in CONTRACTS.items()
        if not file.is_relative_to(OWN)  # the WSDLs of the zoo have their styles
    ],
)
def test_a_project_passes_its_own_tests_as_it_is(name: str, tmp_path: Path) -> None:
    written = write(contract(name), name=name, into=tmp_path / name)
    said = module("pytest", "-q", "-p", "no:cacheprovider", cwd=written.folder, path=written.folder / "src")
    assert " passed" in said
    assert "failed" not in said


@pytest.mark.slow("mypy and ruff over a project; its own tests stay")
def test_a_project_is_typed_and_clean(tmp_path: Path) -> None:
    folders = [write(contract(name), name=name, into=tmp_path / name).folder for name in ("permits", "broken_rules", "bureau", "rpc")]
    sources = [str(folder / "src") for folder in folders]
    module("ruff", "check", "--isolated", "--no-cache", "--select", "E9,F,UP,B", "--ignore", "E501", *sources, cwd=tmp_path)
    mypy = ["mypy", "--strict", "--no-incremental", "--follow-imports=silent", "--explicit-package-bases", "--ignore-missing-imports"]
    module(*mypy, *sources, cwd=ROOT, path=Path(os.pathsep.join(sources)))


def test_the_contract_is_pinned_byte_by_byte(tmp_path: Path) -> None:
    written = write(contract("bureau"), name="bureau", into=tmp_path / "x")
    folder = OWN / "social_security/contract"
    pinned = written.folder / "src/bureau_adapter/contract"
    assert {path.name: path.read_bytes() for path in pinned.iterdir()} == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_mark_is_where_it_is_said_to_be(tmp_path: Path) -> None:
    written = write(contract("permits"), name="permits", into=tmp_path / "x")
    assert written.marks
    for mark in written.marks:
        path, _, line = mark.partition(":")
        assert "FILL IN" in (written.folder / path).read_text("utf-8").splitlines()[int(line) - 1]
    assert sorted(written.files) == sorted(
        path.relative_to(written.folder).as_posix() for path in written.folder.rglob("*") if path.is_file()
    )
    for gap in written.gaps:
        assert gap.what in (written.folder / "README.md").read_text("utf-8")


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "mine").write_text("mine")
    with pytest.raises(TargetExistsError):
        write(contract("permits"), name="permits", into=tmp_path / "x")
    assert [path.name for path in tmp_path.rglob("*")] == ["x", "mine"]


def test_its_quality_says_each_rule_in_its_own_sentence(tmp_path: Path) -> None:
    folder = write(contract("permits"), name="permits", into=tmp_path / "x").folder
    said = (folder / "src/permits_adapter/quality.yaml").read_text("utf-8").splitlines()
    for rule in RULES:
        [line] = [line for line in said if line.startswith(f"  {rule.name}: ")]
        assert line.endswith(f"  # {rule.asks.en}")


def test_nothing_is_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "write_bytes", _disk_full)
    with pytest.raises(OSError, match="No space left"):
        write(contract("permits"), name="permits", into=tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def _disk_full(_path: Path, _content: bytes) -> int:
    raise OSError(28, "No space left on device")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A project, installed where Python finds it, with its marked places filled in; and the configuration that has it."""
    folder = tmp_path_factory.mktemp("installed")
    project = write(contract("permits"), name="permits", into=folder / "permits").folder
    adapter = project / "src/permits_adapter/adapter.py"
    text = adapter.read_text("utf-8")
    operation = text.index('name="create_permit"')
    filled = text[operation:].replace("resend=Never(),", "resend=Safe(remembered=timedelta(days=7)),", 1)
    filled = filled.replace(
        "        # FILL IN: what in the reply",
        '        if reply.state == "refused":\n            return Rejected(code="refused", reason="")\n        #',
        1,
    )
    head = text[:operation].replace("Outcome, Safe", "Outcome, Rejected, Safe", 1)
    assert "Rejected" in head
    adapter.write_text(head + filled, "utf-8")
    return install(project, folder)


@pytest.mark.timeout(120)
@pytest.mark.slow("a gateway of its own; that projects pass their own tests stays")
def test_an_application_reaches_it_through_a_gateway_that_did_not_know_it(installed: tuple[Path, Path], tmp_path: Path) -> None:
    site, config = installed
    variables = {
        **os.environ,
        **environment(tmp_path),
        "GATEWAY_CONFIG": str(config),
        "PYTHONPATH": str(site),
        "GATEWAY_DATA": str(site.parent / "d"),
    }
    process = serve(variables, "--sandbox")
    try:
        assert process.stdout is not None
        for line in iter(process.stdout.readline, ""):
            if line.startswith("auditor key"):
                break
        sample = config / "services/try-permits.sample.json"
        command = [sys.executable, "-m", "gateway.cli", "submit", str(sample), "--wait", "--json"]
        done = run(command, env=variables)
        assert done.returncode == 0, done.stdout + done.stderr
        (delivery,) = orjson.loads(done.stdout)["deliveries"]
        assert (delivery["department"], delivery["operation"], delivery["state"]) == ("permits", "create_permit", "approved")
        ledgers = list((site.parent / "d").rglob("permits.ledger.jsonl"))
        assert len(ledgers) == 1
        assert len(ledgers[0].read_text().splitlines()) == 1
    finally:
        output(process)


@pytest.mark.parametrize(
    "name",
    [
        "permits",
        pytest.param("broken_rules", marks=pytest.mark.slow("a check in a process; one contract stays")),
        pytest.param("bureau", marks=pytest.mark.slow("a check in a process; one contract stays")),
    ],
)
def test_the_trial_service_can_be_used(name: str, tmp_path: Path) -> None:
    written = write(contract(name), name=name, into=tmp_path / name)
    site, config = install(written.folder, tmp_path)
    variables = {**os.environ, **environment(tmp_path), "GATEWAY_CONFIG": str(config), "PYTHONPATH": str(site)}
    command = [sys.executable, "-m", "gateway.cli", "check"]
    done = run(command, env=variables)
    assert done.returncode == 0, done.stdout + done.stderr
