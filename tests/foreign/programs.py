"""What others' programs run on: PHP with its SOAP extension, Node with packages of npm, Python with libraries that are not ours.

PHP is the machine's own, or else is unpacked from Debian's packages, which needs no rights; npm's packages are pinned by a
``package-lock.json``, Python's by hashed requirements. All are kept in ``.foreign`` beside this checkout, and got once for all test
processes.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import pytest

from tests.patience import run

HERE = Path(__file__).parent
KEPT = HERE.parents[1] / ".foreign"
#: The first Node that node-soap runs on.
_NODE = (20, 19)
#: Seconds within which a command that gets something must be done: below the patience of a test with two of them.
_PATIENCE = 28


class MissingError(Exception):
    """It cannot be had here; says why."""


@dataclass(frozen=True, slots=True)
class Program:
    """A command with what must be in its environment."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def php() -> Program:
    """PHP with SoapServer; the rest of the command is the caller's. Raises MissingError."""
    own = shutil.which("php")
    if own and "soap" in _output(own, "-m").split():
        return Program((own,))
    folder = KEPT / "php"
    with _alone():
        if not (folder / "ready").exists():
            _unpack_php(folder)
    program = next(folder.glob("usr/bin/php[0-9]*"))
    extension = next(folder.glob("usr/lib/php/*/soap.so"))
    libraries = os.pathsep.join(str(path) for path in folder.glob("usr/lib/*-linux-*"))
    # -n: what the machine has configured for a PHP of its own is not for this one.
    command = (str(program), "-n", "-d", f"extension_dir={extension.parent}", "-d", "extension=soap.so")
    return Program(command, {"LD_LIBRARY_PATH": libraries} if libraries else {})


def node(packages: Path = HERE / "node") -> Program:
    """Node that finds the packages that the folder pins. Raises MissingError."""
    own = shutil.which("node")
    if own is None or shutil.which("npm") is None:
        raise MissingError("there is no node, or no npm")
    said = re.match(r"v(\d+)\.(\d+)\.", _output(own, "--version"))
    if said is None or (int(said[1]), int(said[2])) < _NODE:
        raise MissingError(f"this needs Node {_NODE[0]}.{_NODE[1]} or newer")
    folder, wanted = KEPT / packages.name, ("package.json", "package-lock.json")
    with _alone():
        if not (folder / "ready").exists() or any((folder / one).read_bytes() != (packages / one).read_bytes() for one in wanted):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for one in wanted:
                shutil.copy(packages / one, folder)
            _run("npm", "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund")
            (folder / "ready").touch()
    return Program((own,), {"NODE_PATH": str(folder / "node_modules")})


def python(requirements: Path) -> Path:
    """The interpreter of an environment that has what the file pins, and nothing else. Raises MissingError."""
    folder = KEPT / f"{requirements.parent.name}-python"
    found, ready = folder / "bin" / "python", folder / f"ready-{sha256(requirements.read_bytes()).hexdigest()[:16]}"
    with _alone():
        if not ready.exists():
            _run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder))
            uv = Path(sys.executable).with_name("uv")
            _run(str(uv), "pip", "sync", "--quiet", "--no-config", "--python", str(found), "--require-hashes", str(requirements))
            ready.touch()
    return found


def skip(what: str, error: MissingError) -> NoReturn:
    """Skip, by name, where something cannot be had; fail where the caller says that it must be (``FOREIGN_SERVERS=required``)."""
    missing = f"{what} cannot be had here: {error}"
    if os.environ.get("FOREIGN_SERVERS") == "required":
        pytest.fail(missing)
    pytest.skip(missing)


def _unpack_php(folder: Path) -> None:
    """Unpack Debian's packages of PHP, and of what it needs that this machine lacks."""
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise MissingError("there is no php with ext-soap, and no apt-get to get it with")
    shutil.rmtree(folder, ignore_errors=True)
    lists, archives = folder / "apt" / "lists", folder / "apt" / "cache" / "archives"
    for one in (lists, archives):
        (one / "partial").mkdir(parents=True)
    # Lists and archives of its own, so that no lock and no right of the machine's is needed.
    ours = ("Dir::State::lists=" + str(lists), "Dir::Cache=" + str(archives.parent), "Debug::NoLocking=1", "APT::Sandbox::User=")
    options = [part for one in ours for part in ("-o", one)]
    _run("apt-get", *options, "-qq", "update")
    _run("apt-get", *options, "-qq", "-y", "--no-install-recommends", "--download-only", "install", "php-cli", "php-soap")
    for package in sorted(archives.glob("*.deb")):
        _run("dpkg", "-x", str(package), str(folder))
    if not (any(folder.glob("usr/bin/php[0-9]*")) and any(folder.glob("usr/lib/php/*/soap.so"))):
        raise MissingError("the packages php-cli and php-soap hold no php, or no SOAP extension")
    shutil.rmtree(folder / "apt")
    (folder / "ready").touch()


@contextmanager
def _alone() -> Iterator[None]:
    """One process of the tests at a time gets things; the others wait and find them."""
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _output(*command: str) -> str:
    return run(command).stdout


def _run(*command: str) -> None:
    try:
        done = run(command, seconds=_PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"{command[0]} did not get it: {type(error).__name__}") from error
    if done.returncode != 0:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise MissingError(f"{command[0]} did not get it: {lines[-1][:160] if lines else 'it said nothing'}")
