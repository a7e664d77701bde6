"""The files that a request walks through in a real gateway: an application to its department, a callback to its answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import ProxyHandler, Request, build_opener

from docs.shape.recorder import Walk, Work
from docs.shape.sources import Found, House
from tests.ports import free_ports

#: Walks of a kind. What is not in all of them was at work on something else: a clock, another node's news.
_TIMES = 4
_SECONDS = 60.0
#: What other threads have to end what the walk began.
_SETTLED = 0.1
_T = TypeVar("_T")
_open = build_opener(ProxyHandler({})).open


def filing_to_sent(house: House) -> Found:
    """Count the files that hand an application on, from its first byte to the first byte to its department."""
    return crossed(_walks(house)["filing"])


def callback_to_answer(house: House) -> Found:
    """Count the files that hand a department's callback on, from its first byte to the first byte of the answer."""
    return crossed(_walks(house)["callback"])


def crossed(walks: list[Walk]) -> Found:
    """Count the files that call another file in every walk.

    Gives as places all files at work, in order of first use, each with its first function and the files that it calls.
    """
    always = {file for file in walks[0] if all(file in walk for walk in walks)}
    places, handing_on = [], 0
    for file, work in walks[-1].items():
        if file in always:
            called = [one for one in work.called if all(file in walk and one in walk[file].called for walk in walks)]
            handing_on += bool(called)
            places.append(f"{file}  {work.first}" + (f"  → {' '.join(called)}" if called else ""))
    return Found(value=handing_on, places=places, note=f"{len(places)} at work in all")


@cache
def _walks(house: House) -> dict[str, list[Walk]]:
    with tempfile.TemporaryDirectory() as folder, _serving(house.root, Path(folder)) as served:
        decides, hangs = served.sandboxes["real_estate"], served.sandboxes["exit_entry"]
        _post(f"{decides}/_sandbox/decide", {"after": 3600})
        for number in range(_TIMES + 1):
            served.file("house-transfer", number)
        cases = _until(lambda: [case for case in _get(f"{decides}/_sandbox/ledger") if case["reference"]], _TIMES + 1)
        decisions = [partial(_post, f"{decides}/_sandbox/decide", {"reference": case["reference"]}) for case in cases]
        callbacks = [served.walk(signal.SIGUSR2, decision) for decision in decisions]
        _post(f"{hangs}/_sandbox/faults", {"fault": "hang"})  # so that no outcome comes while a walk goes on
        filings = [served.walk(signal.SIGUSR1, partial(served.file, "passport", number)) for number in range(_TIMES + 1)]
    return {"filing": filings[1:], "callback": callbacks[1:]}  # the first of each loads and compiles


class _Served:
    """A gateway with a recorder in it, and its sandboxes."""

    def __init__(self, process: subprocess.Popen[str], port: int, root: Path, walks: Path) -> None:
        self._process, self._port, self._root, self._walks = process, port, root, walks
        self.sandboxes: dict[str, str] = {}
        self._key = ""
        for line in process.stdout or ():
            match line.split():
                case ["sandbox", name, url]:
                    self.sandboxes[name] = url
                case ["front-end", "key", key]:
                    self._key = key
                case ["auditor", "key", _]:
                    return
        raise RuntimeError("the gateway did not serve")

    def file(self, service: str, number: int) -> None:
        """File the sample of a service."""
        sample = json.loads((self._root / "config" / "services" / f"{service}.sample.json").read_bytes())
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": f"{service}-{number}"}
        _post(f"http://127.0.0.1:{self._port}/v1/applications", sample, headers)

    def walk(self, kind: signal.Signals, act: Callable[[], object]) -> Walk:
        """Give what was walked when something was done."""
        before = len(self._recorded())
        self._process.send_signal(kind)
        self._await(".begun")
        act()
        self._await(".sent")
        time.sleep(_SETTLED)
        self._process.send_signal(kind)
        return _until(self._recorded, before + 1)[-1]

    def _await(self, mark: str) -> None:
        _until(lambda: [path for path in [self._walks.with_suffix(mark)] if path.exists()], 1)

    def _recorded(self) -> list[Walk]:
        lines = self._walks.read_text("utf-8").splitlines() if self._walks.exists() else []
        return [{file: Work(*work) for file, work in json.loads(line).items()} for line in lines]


@contextmanager
def _serving(root: Path, folder: Path) -> Iterator[_Served]:
    first = free_ports(6)  # the gateway's, then the sandboxes'
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    environment |= {"GATEWAY_DATA": f"{folder}/var", "GATEWAY_PORT": str(first), "GATEWAY_SANDBOX_PORT": str(first)}
    command = [sys.executable, "-m", "docs.shape.recorder", f"{folder}/walks", str(first)]
    with subprocess.Popen(command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield _Served(process, first, root, folder / "walks")
        finally:
            process.kill()  # departments still hang


def _post(url: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})  # noqa: S310  # our own
    with _open(request, timeout=_SECONDS):
        return


def _get(url: str) -> list[dict[str, Any]]:
    with _open(url, timeout=_SECONDS) as reply:
        found: list[dict[str, Any]] = json.load(reply)
        return found


def _until(look: Callable[[], list[_T]], length: int) -> list[_T]:
    """Look until there are so many."""
    end = time.monotonic() + _SECONDS
    while len(found := look()) < length:
        if time.monotonic() > end:
            raise TimeoutError("a walk did not come to its end")
        time.sleep(0.02)
    return found
