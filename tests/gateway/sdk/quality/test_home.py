"""An adapter's files are found in whatever layout its package has."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from gateway.sdk.demo import Succeeds
from gateway.sdk.quality.home import digest_of, documents, home_of, sources
from tests.gateway.sdk.quality.package import Package, forget


def test_beside_the_adapter(package: Package) -> None:
    assert home_of(package.adapter()) == package.folder


def test_further_up_in_the_same_package_and_no_further(package: Package) -> None:
    inner = package.folder / "inside"
    inner.mkdir()
    (inner / "__init__.py").touch()
    shutil.move(package.folder / "adapter.py", inner / "adapter.py")
    package.write("adapter.py", "from quality_fire.inside.adapter import Fire as Fire\n")
    (package.folder.parent / "quality.yaml").touch()
    assert home_of(package.adapter()) == package.folder
    (package.folder / "quality.yaml").unlink()
    assert home_of(package.adapter()) == inner


def test_in_the_package_itself(package: Package) -> None:
    shutil.move(package.folder / "adapter.py", package.folder / "__init__.py")
    package.write("adapter.py", "from quality_fire import Fire as Fire\n")
    assert home_of(package.adapter()) == package.folder


def test_a_package_without_an_init_file_has_one_too(package: Package) -> None:
    (package.folder / "__init__.py").unlink()
    assert home_of(package.adapter()) == package.folder


def test_a_module_outside_any_package_has_none(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.move(package.folder / "adapter.py", package.folder.parent / "quality_fire_alone.py")
    import importlib

    adapter = importlib.import_module("quality_fire_alone").Fire
    assert home_of(adapter) is None
    monkeypatch.delitem(sys.modules, "quality_fire_alone")
    assert home_of(adapter) is None


def test_one_in_an_archive_has_none(package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = shutil.make_archive(str(tmp_path / "archive"), "zip", package.folder.parent, package.name)
    shutil.rmtree(package.folder)
    monkeypatch.syspath_prepend(archive)
    assert home_of(package.adapter()) is None
    forget()


def test_what_need_not_be_installed_decides_nothing(package: Package) -> None:
    before = digest_of(package.folder)
    for name in ("tests/test_fire.py", "tests/cases.py", "conftest.py", "test_it.py", ".cache/left.py", "contract/.swap", "notes.txt"):
        (package.folder / name).parent.mkdir(exist_ok=True)
        package.write(name, "x = 1\n")
    assert digest_of(package.folder) == before
    assert [path.name for path in sources(package.folder)] == ["__init__.py", "adapter.py"]
    assert [path.name for path in documents(package.folder)] == ["openapi.yaml"]


def test_a_file_that_is_renamed_changes_it(package: Package) -> None:
    before = digest_of(package.folder)
    package.write("sandbox.py", "")
    between = digest_of(package.folder)
    (package.folder / "sandbox.py").rename(package.folder / "simulated.py")
    assert len({before, between, digest_of(package.folder)}) == 3


def test_the_demo_departments_lie_in_the_sdk() -> None:
    home = home_of(Succeeds)
    assert home is not None
    assert home.name == "demo"
