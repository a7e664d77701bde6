"""Environments of their own for what is pinned apart from the gateway: made from hashed requirements, once."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from tests import patience


def python_of(venv: Path, requirements: Path) -> Path:
    """The interpreter of an environment with these requirements, set up unless it is there.

    Raises OSError or subprocess.SubprocessError when it cannot be made; what its tool said is in the latter's ``stderr``.
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
