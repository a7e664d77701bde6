"""The peers' own environment: ``.venv-peers`` from pinned, hashed requirements, and the server of Restate from npm in ``.npm-peers``."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

from tests.venvs import python_of

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
VENV, NPM = ROOT / ".venv-peers", ROOT / ".npm-peers"
PYTHON = VENV / "bin" / "python"
#: Its package is a thin wrapper in JavaScript around this program, whose folder is named by the platform.
_SERVER = "node_modules/@restatedev/restate-server-*/bin/restate-server"


class SkippedError(Exception):
    """A peer that is not measured, with the reason."""


def libraries() -> None:
    """Set up the peers' libraries unless they are there. Raises SkippedError."""
    try:
        python_of(VENV, HERE / "requirements.txt")
    except subprocess.CalledProcessError as error:
        raise SkippedError(f"could not be installed: {reason(error.stderr or error.stdout)}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SkippedError(f"could not be installed: {error}") from error


def restate_server() -> Path:
    """Install the server of Restate unless it is there, and give the program. Raises SkippedError."""
    wanted = (HERE / "package.json").read_bytes()
    copy = NPM / "package.json"
    if not (copy.exists() and copy.read_bytes() == wanted and any(NPM.glob(_SERVER))):
        npm = shutil.which("npm")
        if npm is None:
            raise SkippedError("its server comes in an npm package, and there is no npm")
        shutil.rmtree(NPM, ignore_errors=True)
        NPM.mkdir()
        copy.write_bytes(wanted)
        # Without scripts: one of its dependencies reports the installation to its makers.
        _run(npm, "install", "--prefix", str(NPM), "--no-package-lock", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund")
    found = next(iter(NPM.glob(_SERVER)), None)
    if found is None:
        raise SkippedError("its server is not made for this platform")
    return found


def versions() -> dict[str, str]:
    """Give the pinned versions by library."""
    pinned = dict(re.findall(r"^([a-z0-9-]+)==([^\s;\\]+)", (HERE / "requirements.txt").read_text(), re.MULTILINE))
    server = json.loads((HERE / "package.json").read_text())["dependencies"]["@restatedev/restate-server"]
    return {
        "DBOS": pinned["dbos"],
        "PgQueuer": pinned["pgqueuer"],
        "Procrastinate": pinned["procrastinate"],
        "Restate": f"{server}, SDK {pinned['restate-sdk']}",
    }


def reason(said: str) -> str:
    """Give a program's last words before it gave up, on one line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:160] if lines else "it said nothing"


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SkippedError(f"could not be installed: {error}") from error
    if done.returncode != 0:
        raise SkippedError(f"could not be installed: {reason(done.stderr or done.stdout)}")
