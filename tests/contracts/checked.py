"""The check of generated projects: they import, are adapters, and their sandbox takes their samples.

``python -m tests.contracts.checked FOLDER…`` prints one JSON object a line: the project and its faults.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from gateway.sdk import Approved, Call, Connection, Department
from gateway.sdk.rules import broken_rules
from gateway.sdk.sandbox import Sandbox, SandboxContext, serve_sandboxes

_TRACE = f"00-{1:032x}-{1:016x}-01"


def main() -> None:
    """Check each project."""
    for folder in map(Path, sys.argv[1:]):
        found = list(_wrong(folder))
        sys.stdout.write(json.dumps({"project": folder.name, "wrong": found}) + "\n")


def _wrong(folder: Path) -> Iterator[str]:
    name = folder.name
    sys.path.insert(0, str(folder / "src"))
    try:
        (adapter,) = importlib.import_module(f"{name}_adapter").gateway_departments()
        (sandbox,) = importlib.import_module(f"{name}_adapter").gateway_sandboxes()
        yield from broken_rules(adapter)
        for operation in adapter.operations:
            operation.request.model_json_schema()
            operation.output.model_json_schema()
        yield from asyncio.run(_calls(adapter, sandbox, folder))
    except Exception:  # noqa: BLE001  # whatever it is, it is a finding
        yield traceback.format_exc(limit=-3)


async def _calls(adapter: type[Department], sandbox: type[Sandbox], folder: Path) -> list[str]:
    """Call every operation with each sample, against the sandbox."""
    wrong: list[str] = []
    secrets = {name: SecretStr(f"{name}-of-the-sandbox") for name in adapter.secret_names}
    with tempfile.TemporaryDirectory() as data:
        simulated = sandbox(SandboxContext(name=adapter.adapter, data=Path(data), secrets=secrets))
        async with serve_sandboxes([(simulated, 0)]):
            connection = Connection(
                name=adapter.adapter,
                endpoint=f"http://127.0.0.1:{simulated.port}",
                secrets=secrets,
                options=adapter.options_model(),
                deadline=30.0,
                max_reply_bytes=1 << 22,
                concurrency=4,
            )
            department = adapter(connection)
            await department.open()
            try:
                for operation in adapter.operations:
                    for sample in ("request", "other"):
                        text = (folder / f"src/{folder.name}_adapter/samples/{operation.name}/{sample}.json").read_bytes()
                        wrong += await _call(department, operation, text, sample)
            finally:
                await department.close()
    return wrong


async def _call(department: Department, operation: Any, text: bytes, sample: str) -> list[str]:  # an Operation
    try:
        request = operation.request.model_validate_json(text)
        key = f"{uuid4().hex}-1"  # as a delivery has it: a contract may say which characters a key has
        call = Call(operation=operation.name, key=key, attempt=1, deadline=30.0, traceparent=_TRACE, callback_url="http://127.0.0.1:1/")
        outcome = await (department.query(call, request) if operation.read_only else department.submit(call, request))
    except Exception as error:  # noqa: BLE001  # whatever it is, it is a finding
        return [f"{operation.name}/{sample}: {type(error).__name__}: {str(error)[:300]}"]
    return [] if isinstance(outcome, Approved) else [f"{operation.name}/{sample}: {type(outcome).__name__}"]


if __name__ == "__main__":
    main()
