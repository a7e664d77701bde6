"""Restate's server, started on a folder and ports of its own, told of the workers, and ended."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.peers.environment import reason
from tests.ports import free_ports

#: Seconds within which it is up, and within which it accepts the workers.
_PATIENCE = 60.0
#: Spreads its connections over both workers. By default one connection carries everything.
_STREAMS = 25
#: Fewer than its default for a cluster (24), because on two cores each costs more than it brings.
_PARTITIONS = 4


@dataclass(frozen=True, slots=True)
class RestateServer:
    """A running server."""

    pid: int
    ingress: str
    admin: str

    def register(self, port: int) -> None:
        """Tell it that the workers listen at ``port``, as soon as they do. Raises RuntimeError if they never do."""
        body = json.dumps({"uri": f"http://127.0.0.1:{port}"}).encode()
        request = urllib.request.Request(f"{self.admin}/deployments", body, {"Content-Type": "application/json"})  # noqa: S310  # ours
        _until(request)


@contextmanager
def serving(program: Path) -> Iterator[RestateServer]:
    """Run it as it comes, with every write to its log synced to the disk."""
    first = free_ports(3)
    ingress, admin, node = (f"127.0.0.1:{first + number}" for number in range(3))
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "RESTATE_BASE_DIR": folder,
            "RESTATE_NODE_NAME": "bench",
            "RESTATE_LISTEN_MODE": "tcp",
            "RESTATE_BIND_ADDRESS": node,
            "RESTATE_ADVERTISED_ADDRESS": f"http://{node}",
            "RESTATE_INGRESS__BIND_ADDRESS": ingress,
            "RESTATE_ADMIN__BIND_ADDRESS": admin,
            "RESTATE_DISABLE_TELEMETRY": "true",
            "RESTATE_LOG_FILTER": "error",
            "RESTATE_WORKER__INVOKER__HTTP2_STREAMS_PER_CONNECTION_LIMIT": str(_STREAMS),
            "RESTATE_DEFAULT_NUM_PARTITIONS": str(_PARTITIONS),
            **{name: value for name, value in os.environ.items() if name.startswith("RESTATE_")},
        }
        with (Path(folder) / "log").open("w") as log:
            process = subprocess.Popen([str(program), "--no-logo"], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            for address in (f"http://{admin}/health", f"http://{ingress}/restate/health"):
                try:
                    _until(urllib.request.Request(address), process)  # noqa: S310  # ours
                except RuntimeError as error:
                    said = reason((Path(folder) / "log").read_text(errors="replace"))
                    raise RuntimeError(f"{error}; its server said: {said}") from error
            yield RestateServer(process.pid, f"http://{ingress}", f"http://{admin}")
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _until(request: urllib.request.Request, process: subprocess.Popen[bytes] | None = None) -> None:
    """Ask until it answers well. Raises RuntimeError if it does not, or if that process has ended."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310  # ours
                return
        except (OSError, urllib.error.URLError) as error:
            if time.monotonic() > deadline or (process is not None and process.poll() is not None):
                raise RuntimeError(f"its server is not ready: {error}") from error
            time.sleep(0.1)
