"""A sandbox in a process of its own, to be killed: prints its port, then runs until then."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from gateway.sdk.sandbox import SandboxContext, serve_sandboxes
from tests.gateway.sdk.sandbox.conftest import Counter


async def main() -> None:
    async with serve_sandboxes([(Counter(SandboxContext(name="counter", data=Path(sys.argv[1]))), 0)]) as (sandbox,):
        sys.stdout.write(f"{sandbox.port}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


asyncio.run(main())
