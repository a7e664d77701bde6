"""What the project files promise, held against what is there."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import gateway
from gateway.installation.host import examine, load_plugins
from gateway.sdk.quality import Tier
from gateway.sdk.quality.home import digest_of
from tests.patience import run

ROOT = Path(__file__).resolve().parents[2]
#: Folders that are not ours to look into.
_NOT_OURS = {
    ".git",
    ".venv",
    ".venv-fuzz",
    ".venv-peers",
    ".foreign",
    ".npm-peers",
    "static",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
}


def ours(suffix: str) -> Iterator[Path]:
    """Every file of ours that ends so, without what was vendored, built or cached."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in _NOT_OURS and not name.startswith("var")]
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(suffix))


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """``pyproject.toml``."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pinned() -> dict[str, str]:
    """Version by name of everything in the compiled requirements."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return {
        canonicalize_name(name): number
        for name, number in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.MULTILINE)
    }


def test_one_version_everywhere(project: dict[str, Any]) -> None:
    number = project["project"]["version"]
    assert gateway.__version__ == number
    assert yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))["softwareVersion"] == number
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_five_departments_arrive_through_entry_points(project: dict[str, Any]) -> None:
    points = project["project"]["entry-points"]["gateway.departments"]
    folders = {path.parent.name for path in (ROOT / "plugins").glob("*/__init__.py")}
    assert points == {name: f"plugins.{name}" for name in folders}
    assert len(points) == 5


def test_every_plugin_has_the_same_files() -> None:
    for folder in sorted(path.parent for path in (ROOT / "plugins").glob("*/__init__.py")):
        missing = {"adapter.py", "sandbox.py", "contract", "quality.yaml", "conformance.json", "README.md"} - {
            path.name for path in folder.iterdir()
        }
        assert not missing, f"{folder.name} lacks {sorted(missing)}"


def test_every_adapter_is_as_far_as_it_claims_by_what_its_tests_last_found() -> None:
    plugins = load_plugins()
    for name, quality in examine(plugins).items():
        assert quality.problems == (), f"{name}: run `make conformance` where its record is out of date"
        assert quality.claimed is quality.tier is Tier.SILVER, name
    assert len(plugins.quality) == 5


def test_the_wheel_holds_what_a_tier_rests_on(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT, check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    for name in ("exit_entry", "marriage", "real_estate", "social_security", "tax"):
        for file in ("quality.yaml", "conformance.json", "README.md"):
            assert (tmp_path / "plugins" / name / file).read_bytes() == (ROOT / "plugins" / name / file).read_bytes()
        assert digest_of(tmp_path / "plugins" / name) == digest_of(ROOT / "plugins" / name)


def test_every_requirement_is_pinned_within_its_bounds(project: dict[str, Any], pinned: dict[str, str]) -> None:
    wanted = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(one for extra in project["project"].get("optional-dependencies", {}).values() for one in extra),
        *project["dependency-groups"]["dev"],
    ]
    for one in map(Requirement, wanted):
        assert one.specifier, f"{one.name} has no lower bound"
        assert one.specifier.contains(pinned[canonicalize_name(one.name)]), f"{one} against {pinned[canonicalize_name(one.name)]}"


@pytest.mark.parametrize("file", ["requirements.txt", "bench/peers/requirements.txt"])
def test_the_requirements_are_hashed_and_name_no_address_and_no_place(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.partition("\n#    make requirements\n")[2].strip())
    assert len(blocks) > 45
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"://|--(?:extra-)?index|--find-links|(?:^|\s)/[a-z]", text)


def test_what_is_installed_is_what_is_pinned(pinned: dict[str, str]) -> None:
    for name in ("aiohttp", "zeep", "pluggy", "tenacity", "structlog", "sqlalchemy", "pydantic", "orjson", "jsonschema-rs"):
        assert version(name) == pinned[name]


@pytest.mark.parametrize(
    "target", ["setup", "demo", "serve", "test", "check", "conformance", "bench", "bench-peers", "docs", "clean", "help"]
)
def test_make_knows_the_target(target: str) -> None:
    said = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def test_continuous_integration_runs_the_tests_and_the_checks() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    assert {"part make test-all", "part make check"} <= set(script.read_text(encoding="utf-8").splitlines())


def test_continuous_integration_runs_every_part_and_says_how_each_ended(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    (tmp_path / ".ci" / "tools").touch(mode=0o755)
    (tmp_path / "Makefile").write_text("%:\n\t@:\ntest-all:\n\t@false\n")
    done = run([tmp_path / ".ci" / "run"])
    said = re.findall(r"^ +\d+:\d\d  (\w+) +(.+)$", done.stdout, re.MULTILINE)
    assert ("FAILED", "make test-all") in said
    assert ("passed", "make check") in said
    assert said[-1] == ("in", "all")
    assert done.returncode == 1


def test_no_file_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): path.read_bytes().count(b"\n") for path in ours(".py")}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_every_exception_to_a_check_says_why() -> None:
    silent = []
    for path in ours(".py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"#\s*(?:noqa|type: ignore)(?!(?:: [A-Z0-9, ]+|\[[a-z, -]+\])\s+# \S)", line) and path != Path(__file__):
                silent.append(f"{path.relative_to(ROOT)}:{number}")
    assert silent == []


def test_tests_mirror_the_code() -> None:
    astray = []
    for path in ours(".py"):
        relative = path.relative_to(ROOT)
        if relative.parts[:2] in (("tests", "gateway"), ("tests", "plugins")) and path.name.startswith("test_"):
            code = ROOT.joinpath(*relative.parts[1:]).with_name(path.name.removeprefix("test_"))
            alone = path.name in ("test_project.py", "test_plugin.py", "test_conformance.py", "test_main.py", "test_two_versions.py")
            if not alone and not code.exists() and not code.with_suffix("").is_dir():
                astray.append(str(relative))
    assert astray == []


def test_the_packages_say_that_they_are_typed() -> None:
    assert (ROOT / "gateway" / "py.typed").exists()
    assert (ROOT / "plugins" / "py.typed").exists()


def test_the_versions_named_are_those_that_set_up_looks_for(project: dict[str, Any]) -> None:
    named = re.findall(r"Python :: (3\.\d+)'", str(project["project"]["classifiers"]))
    looked_for = re.findall(
        r"python(3\.\d+)\b", (ROOT / "Makefile").read_text(encoding="utf-8").split("for python in", 1)[1].split(";", 1)[0]
    )
    assert sorted(named) == sorted(looked_for)
    assert project["project"]["requires-python"] == f">={min(named)}"


def test_public_code_says_what_the_standard_asks_for() -> None:
    said = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert said["publiccodeYmlVersion"] == "0.7"
    assert said["legal"]["license"] == "Apache-2.0"
    for text in said["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
