"""Environments of their own for packages pinned apart from the gateway, made once from hashed requirements."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from tests import patience


def python_of(venv: Path, requirements: Path) -> Path:
    """Give the interpreter of an environment with these requirements, which is set up unless it is there.

    Raises OSError or subprocess.SubprocessError if it cannot be made. The latter's ``stderr`` holds the tool's output.
    """
    python = venv / "bin" / "python"
    wanted = requirements.read_bytes()
    stamp = venv / f".ready-{sha256(wanted + bytes(venv)).hexdigest()[:16]}"
    if not stamp.exists():
        uv = Path(sys.executable).with_name("uv")
        sync = ("pip", "sync", "--quiet", "--no-config", "--python", str(python), "--require-hashes", "--compile-bytecode")
        for command in ((sys.executable, "-m", "venv", "--clear", str(venv)), (str(uv), *sync, str(requirements))):
            patience.run(command, seconds=600).check_returncode()
        stamp.touch()
    return python
