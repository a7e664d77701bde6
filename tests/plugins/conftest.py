"""What the tests of every plugin share: a sandbox in the test's own loop, and the connection an adapter is made from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from pydantic import BaseModel, SecretStr

from gateway.model.department import SandboxSettings
from gateway.sdk import Call, Connection, Department, Options
from gateway.sdk.sandbox import Fault, Sandbox, SandboxContext
from tests.patience import PATIENCE

S = TypeVar("S", bound=Sandbox)
D = TypeVar("D", bound=Department)

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Serve(Protocol):
    """Starts a sandbox on a free port and gives it with the connection that leads there."""

    async def __call__(
        self,
        sandbox: type[S],
        *,
        secrets: Mapping[str, str] | None = None,
        options: BaseModel | None = None,
        settings: Mapping[str, Any] | None = None,
        deadline: float = 5,
        max_reply_bytes: int = 256 * 1024,
    ) -> tuple[S, Connection]: ...


class Open(Protocol):
    """Makes and opens an adapter, to be closed after the test."""

    async def __call__(self, department: type[D], connection: Connection) -> D: ...


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Sandboxes of this test; each keeps its ledger in the test's own folder, by the name of its adapter."""
    async with AsyncExitStack() as stack:

        async def start(
            sandbox: type[S],
            *,
            secrets: Mapping[str, str] | None = None,
            options: BaseModel | None = None,
            settings: Mapping[str, Any] | None = None,
            deadline: float = 5,
            max_reply_bytes: int = 256 * 1024,
        ) -> tuple[S, Connection]:
            held = {name: SecretStr(value) for name, value in (secrets or {}).items()}
            chosen = options or Options()
            started = sandbox(
                SandboxContext(
                    name=sandbox.adapter,
                    data=tmp_path,
                    secrets=held,
                    options=chosen.model_dump(),
                    settings=SandboxSettings(**(settings or {})),
                )
            )
            await started.start()
            stack.push_async_callback(started.stop)
            connection = Connection(
                name=sandbox.adapter,
                endpoint=started.url,
                secrets=held,
                options=chosen,
                deadline=deadline,
                max_reply_bytes=max_reply_bytes,
                concurrency=32,
            )
            return started, connection

        yield start


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Adapters of this test."""
    async with AsyncExitStack() as stack:

        async def open_one(department: type[D], connection: Connection) -> D:
            made = department(connection)
            await made.open()
            stack.push_async_callback(made.close)
            return made

        yield open_one


def a_call(operation: str, key: str = "0190a5b0c0de7000800000000000a001-1", **more: Any) -> Call:
    """A call as the router makes it."""
    return Call(**{"operation": operation, "key": key, "attempt": 1, "deadline": PATIENCE, "traceparent": TRACEPARENT, **more})


def a_fault(name: str, **more: Any) -> Fault:
    """A fault as ``POST /_sandbox/faults`` reads it."""
    return Fault.model_validate({"fault": name, **more})
