"""The folder of an adapter's files, and the digest of those that decide how it behaves."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from gateway.sdk.department import Department

QUALITY = "quality.yaml"
RECORD = "conformance.json"
CONTRACT = "contract"
#: The folder from which a generated sandbox answers. Adapters written by hand need not have it.
SAMPLES = "samples"
#: Folders of a package that may be left out where it is installed.
_NOT_INSTALLED = frozenset({"tests", "test", "__pycache__"})


def home_of(adapter: type[Department]) -> Path | None:
    """Give the folder of the adapter's package: the nearest, from its module upwards, with a ``quality.yaml``, else its module's own.

    Gives None for a module outside any package, or one that was not loaded from files.
    """
    module = sys.modules.get(adapter.__module__)
    package, file = getattr(module, "__package__", None), getattr(module, "__file__", None)
    if not package or not file:
        return None
    folder = Path(file).resolve().parent
    folders = [folder, *folder.parents][: package.count(".") + 1]  # no further up than the package goes
    if not folder.is_dir():  # in an archive
        return None
    return next((one for one in folders if (one / QUALITY).is_file()), folder)


def sources(home: Path) -> Iterator[Path]:
    """Give the package's Python files in order, but for its tests, which need not be installed with it."""
    for path in sorted(home.rglob("*.py")):
        inner = path.relative_to(home).parts
        tested = path.name.startswith("test_") or path.name == "conftest.py"
        if not tested and not any(part in _NOT_INSTALLED or part.startswith(".") for part in inner[:-1]):
            yield path


def documents(home: Path, folder: str = CONTRACT) -> Iterator[Path]:
    """Give the files in its ``contract`` folder (or in another), in order."""
    for path in sorted((home / folder).rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(home).parts):
            yield path


def digest_of(home: Path) -> str:
    """Give the digest (SHA-256) of sources, contract and samples, by name. It does not depend on a checkout's line endings."""
    whole = hashlib.sha256()
    for path in (*sources(home), *documents(home), *documents(home, SAMPLES)):
        content = hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        whole.update(f"{path.relative_to(home).as_posix()}\0{content}\n".encode())
    return f"sha256:{whole.hexdigest()}"
