"""An installation for one test: a copy of the configuration made quick, a data folder, and ports that nobody else uses."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import yaml

from gateway.installation.secrets import Secrets
from gateway.journal.store.database import open_reader
from gateway.journal.verification.findings import VerifyReport
from gateway.journal.verification.verify import verify
from tests.faults.checker import Report, read_only, reconcile
from tests.faults.processes import Process
from tests.patience import PATIENCE, stretched
from tests.ports import free_ports, give_back

ROOT = Path(__file__).parents[2]
DEPARTMENTS = ("exit_entry", "marriage", "real_estate", "social_security", "tax")  # in the order of their ports

#: Particulars of the samples' people, none of which may ever be in a log line, a metric or an error.
CANARIES = (
    "500152199001010018",
    "500152198512310026",
    "999999199001010016",
    "999999198802290025",
    "13800000001",
    "6200000000000000001",
    "张伟",
    "王芳",
    "李强",
    "赵敏",
)

#: Settings that make every department quick enough for a test. A test overrides those it is about.
QUICK: Mapping[str, Any] = {
    "limits": {"deadline_seconds": 10},
    "retry": {"first_seconds": 0.2, "longest_seconds": 1, "least_per_second": 1000},
    "poll": {"every_seconds": 0.2, "callback_patience_seconds": 5},
    "breaker": {"failures": 5, "open_seconds": 0.5},
    "sandbox": {"decide_after_seconds": 0.2},
}


class Installation:
    """The processes of one installation and the ways to reach them. ``settings`` override QUICK for every department."""

    def __init__(self, folder: Path, settings: Mapping[str, Any] | None = None) -> None:
        self.data = folder / "var"
        self._elsewhere: Path | None = None  # this process's view of a data folder on a disk of its own
        self.config = folder / "config"
        shutil.copytree(ROOT / "config", self.config)
        for name in DEPARTMENTS:
            self.configure(name, QUICK)
            self.configure(name, settings or {})
        self._first = free_ports(len(DEPARTMENTS) + 1)  # a sandbox each, then the gateway
        self.port = self._first + len(DEPARTMENTS)
        self.processes: list[Process] = []
        self.receipts: dict[str, set[str]] = {}  # callers' answers by Idempotency-Key
        self._keys: dict[str, str] = {}
        self._gateway: dict[str, str] = {}  # variables of the gateway alone

    @property
    def seen(self) -> Path:
        """This process's view of the data folder."""
        return self._elsewhere or self.data

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.port}"

    def door_of(self, path: str) -> str:
        """Give the address of a caller's next request, unless its session knows better."""
        return path

    @property
    def gateways(self) -> list[Process]:
        """The running processes of the gateway."""
        return self.processes[-1:]

    @property
    def socket(self) -> Path:
        """The unix socket."""
        return self.seen / "gateway.sock"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process of this installation."""
        # Their coverage is not counted. They are killed before they could report it, and it made them three times as slow.
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "COVERAGE_"))}
        return {
            **ours,
            "PYTHONPATH": str(ROOT),
            "GATEWAY_CONFIG": str(self.config),
            "GATEWAY_DATA": str(self.data),
            "GATEWAY_PORT": str(self.port),
            "GATEWAY_SANDBOX_PORT": str(self._first - 1),
            "GATEWAY_HEAD_SECONDS": "0.2",
            "GATEWAY_KEY_REQUESTS": "100000",  # a single key brings the whole load
            "GATEWAY_FAILED_CREDENTIALS": "100000",  # forged callbacks by the hundred come from one address
            "GATEWAY_KEY_CONCURRENCY": "10000",
        }

    def configure(self, department: str, settings: Mapping[str, Any]) -> None:
        """Write settings into a department's configuration, group by group."""
        file = self.config / "departments" / f"{department}.yaml"
        config = yaml.safe_load(file.read_text())
        for group, values in settings.items():
            config[group] = {**config.get(group, {}), **values}
        file.write_text(yaml.safe_dump(config, allow_unicode=True))

    def door(self, department: str) -> int:
        """Give the port of a department's sandbox."""
        return self._first + DEPARTMENTS.index(department)

    def through(self, proxies: Mapping[str, int]) -> None:
        """Let the next gateway reach these departments through other ports, while the sandboxes keep theirs."""
        ours = self.config.with_name("config.gateway")
        shutil.copytree(self.config, ours, dirs_exist_ok=True)
        for department, port in proxies.items():
            file = ours / "departments" / f"{department}.yaml"
            file.write_text(file.read_text().replace("endpoint: sandbox", f"endpoint: http://127.0.0.1:{port}"))
        self._gateway["GATEWAY_CONFIG"] = str(ours)

    def start_sandboxes(self) -> Process:
        """Start the five in a process of their own, and give it once all answer."""
        process = self.start("sandbox", "--with-parent")
        process.wait_for_line("sandboxes ready")
        return process

    def start_gateway(self, **environment: str) -> Process:
        """Start the gateway, and give it once it serves."""
        process = self.start("serve", "--with-parent", **{**self._gateway, **environment})
        process.wait_for("gateway_started")
        return process

    def fork_gateway(self, **environment: str) -> Process:
        """Start the gateway from a process that has loaded its code already (see forked.py), and give it once it serves."""
        process = Process(["serve"], {**self.environment, **self._gateway, **environment}, forked=True)
        self.processes.append(process)
        process.wait_for("gateway_started")
        return process

    async def begin(self, **environment: str) -> None:
        """Start the sandboxes, then the gateway from loaded code."""
        await asyncio.to_thread(self.start_sandboxes)
        await asyncio.to_thread(self.fork_gateway, **environment)

    def die_together(self, moments: random.Random) -> list[Process]:
        """Give the processes that a kill loop kills at once."""
        return self.gateways

    def pausable(self, moments: random.Random) -> Sequence[Process]:
        """Give the processes that are paused at once."""
        return self.gateways

    def pause(self, process: Process) -> None:
        """Stop a process of the gateway where it is."""
        process.signal(signal.SIGSTOP)

    def resume(self, process: Process) -> None:
        """Let it go on."""
        process.signal(signal.SIGCONT)

    def late_results(self) -> int:
        """Count the results that came after the lease had gone and moved nothing."""
        return sum(bool(line["stale"]) for process in self.gateways for line in process.events("attempt_ended"))

    def gone(self, process: Process) -> None:
        """Note that this process of the gateway has ended as intended."""
        self.processes.remove(process)

    def stop_gateway(self) -> None:
        """Stop the gateway in good order."""
        for process in self.gateways:
            process.stop()

    def start_gateway_on_a_small_disk(self, megabytes: int) -> Process:
        """Start the gateway with a small disk of its own as its data folder (a tmpfs in a mount namespace, gone with it)."""
        self.data.mkdir(exist_ok=True)
        mount = f'mount -t tmpfs -o size={megabytes}m,mode=700 faults "$GATEWAY_DATA" && exec "$0" -m gateway.cli serve --with-parent'
        user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        command = ["unshare", *user, "--mount", "--propagation", "private", "sh", "-c", mount, sys.executable]
        process = Process(command, self.environment)
        self.processes.append(process)
        process.wait_for("gateway_started")
        self._elsewhere = Path(f"/proc/{process.pid}/root{self.data}")
        return process

    def start(self, *command: str, **environment: str) -> Process:
        """Start a command of ours without waiting for anything."""
        process = Process([sys.executable, "-m", "gateway.cli", *command], {**self.environment, **environment})
        self.processes.append(process)
        return process

    def close(self) -> None:
        """End everything that still runs, then check that its output holds nothing personal."""
        for process in reversed(self.processes):
            process.kill()
        give_back(self._first)
        for process in self.processes:
            sys.stdout.writelines(f"{line}\n" for line in process.lines if '"ERROR"' in line or not line.startswith("{"))
        for process in self.processes:
            assert personal(process.text) == []

    def key(self, role: str) -> str:
        """Give an API key of a role, made over the unix socket once."""
        if role not in self._keys:
            body = json.dumps({"role": role, "name": f"test {role}"}).encode()
            head = ("POST /v1/keys HTTP/1.1", "Host: gateway", "Content-Type: application/json", f"Content-Length: {len(body)}")
            request = "\r\n".join((*head, "Connection: close", "", "")).encode() + body
            with socket.socket(socket.AF_UNIX) as door:
                door.settimeout(stretched(PATIENCE))
                door.connect(str(self.socket))
                door.sendall(request)
                answer = b"".join(iter(lambda: door.recv(65536), b""))
            self._keys[role] = json.loads(answer.partition(b"\r\n\r\n")[2])["key"]
        return self._keys[role]

    def sandbox(self, department: str, path: str, order: Mapping[str, Any] | None = None) -> Any:
        """Steer one sandbox. ``path`` is faults, decide, ledger or settings, and an order makes it a POST."""
        url = f"http://127.0.0.1:{self.door(department)}/_sandbox/{path}"
        body = None if order is None else json.dumps(order).encode()
        with urlopen(Request(url, data=body), timeout=stretched(PATIENCE)) as answer:
            return json.load(answer)

    def ledgers(self) -> dict[str, list[dict[str, str]]]:
        """Give the effects of every department."""
        return {name: self.sandbox(name, "ledger") for name in DEPARTMENTS}

    def calm(self) -> None:
        """Let every sandbox behave as it did at its start."""
        for name in DEPARTMENTS:
            self.sandbox(name, "faults", {"fault": None})
            self.sandbox(name, "decide", {"outcome": "approved", "after": QUICK["sandbox"]["decide_after_seconds"]})
            self.sandbox(name, "settings", {"recognise_keys": True, "office_hours": None, "daily_quota": None})

    def reconcile(self) -> Report:
        """Run the checker now."""
        return reconcile(self.database_url, self.receipts, self.ledgers())

    @property
    def database_url(self) -> str:
        """Give the checker's URL of the journal (on a disk of its own: a copy, made once nothing moves any more)."""
        if self._elsewhere is not None:
            for file in self.seen.glob("gateway.db*"):
                shutil.copy(file, self.data)
            return read_only(self.data / "gateway.db")
        return read_only(self.database)

    def copy(self, name: str) -> str:
        """Copy the journal as it is now, and give the checker's URL of the copy."""
        file = self.data / f"{name}.copy"
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
        return read_only(file)

    @property
    def database(self) -> Path:
        """The journal's file."""
        return self.seen / "gateway.db"

    def verify(self) -> VerifyReport:
        """Verify the audit as ``gateway audit verify`` does."""
        secrets = Secrets(self.data.with_name("var.secrets"))
        reader = open_reader(f"sqlite:///{self.database}")
        try:
            heads = self.data.with_name("var.log") / "audit-heads.jsonl"
            return verify(reader, heads, secrets.signing_key().public_key(), secrets.hmac_key())
        finally:
            reader.dispose()


def sample(service: str) -> dict[str, Any]:
    """Give a service's sample, a whole body that can be filed."""
    body: dict[str, Any] = json.loads((ROOT / "config" / "services" / f"{service}.sample.json").read_text())
    return body


def personal(text: str, allowed: Iterable[str] = ()) -> list[str]:
    """Give the people's particulars that stand in a text."""
    return [canary for canary in CANARIES if canary in text and canary not in allowed]
