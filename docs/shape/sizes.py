"""How large the house is: files in a folder, lines in all, lines that a serving gateway has loaded."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from docs.shape.sources import Found, House

#: Folders whose files nobody looks through: versions of the schema, one a release.
_APART = {"__pycache__", "migrations"}
#: Serves as ``gateway serve`` does until it is up, then says which files of ours are loaded.
_SERVE = """
import atexit, sys
def say():
    for name, module in sys.modules.items():
        if name.partition(".")[0] == "gateway" and getattr(module, "__file__", None):
            print("loaded", module.__file__)
atexit.register(say)
from gateway.cli import main
main(["serve", "--with-parent"])
"""
_SECONDS = 60


def widest_folder(house: House) -> Found:
    """Count the files of each folder, ``__init__.py`` among them and migrations apart. Gives the most, and the folders by their files."""
    files = (path for path in house.folder.rglob("*") if path.is_file() and not _APART & set(path.relative_to(house.root).parts))
    folders = Counter(path.parent.relative_to(house.root) for path in files)
    return Found(value=max(folders.values(), default=0), places=[f"{files:3} {folder}" for folder, files in folders.most_common()])


def lines(house: House) -> Found:
    """Count all lines. Gives the largest files as places."""
    largest = sorted(house.sources, key=lambda source: -len(source.lines))
    return Found(value=house.lines, places=[f"{len(source.lines):4} {source.path}" for source in largest])


def lines_loaded(house: House) -> Found:
    """Count the lines of the files that ``gateway serve`` has loaded when it is up, its commands and plugins loaded too.

    Raises RuntimeError when it does not come up.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
        environment |= {"GATEWAY_DATA": f"{folder}/var", "GATEWAY_PORT": "0"}
        command = [sys.executable, "-c", _SERVE]
        done = subprocess.run(
            command, cwd=house.root, env=environment, input="", capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    loaded = [Path(line.removeprefix("loaded ")) for line in done.stdout.splitlines() if line.startswith("loaded ")]
    if done.returncode or not loaded:
        raise RuntimeError(f"the gateway did not serve: {done.stderr}")
    sizes = sorted(((len(path.read_text(encoding="utf-8").splitlines()), path.relative_to(house.root)) for path in loaded), reverse=True)
    places = [f"{size:4} {path}" for size, path in sizes]
    return Found(value=sum(size for size, _ in sizes), places=places, note=f"{len(sizes)} of {len(house.sources)} files")
