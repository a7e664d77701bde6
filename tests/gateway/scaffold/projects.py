"""Projects of adapters as ``gateway new-adapter`` writes them, for tests to install, fill in and run."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from pathlib import Path

from gateway.scaffold.project import Written, write
from gateway.scaffold.wsdl import document as wsdl
from tests.patience import run

ROOT = Path(__file__).parents[3]


def written(contract: Path, name: str, into: Path, *, only: Collection[str] = (), read_only: Collection[str] = ()) -> Written:
    """The project of an adapter for the SOAP service of a WSDL."""
    return write(wsdl.read(contract, only=only, read_only=read_only), name=name, into=into)


def conformance(project: Path, *options: str) -> str:
    """Run the project's own tests in a process of their own; gives what pytest said last. Raises AssertionError when one fails."""
    path = os.pathsep.join(str(folder) for folder in (project / "src", ROOT))
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-W", "error", "-p", "no:cacheprovider", *options]
    done = run(command, cwd=project, env={**os.environ, "PYTHONPATH": path})
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    return done.stdout.rstrip().rpartition("\n")[2]
