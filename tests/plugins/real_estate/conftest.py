"""The registry's sandbox, its adapter, and where its callbacks arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from plugins.real_estate.adapter import RealEstate
from plugins.real_estate.sandbox import RealEstateSandbox
from tests.plugins.conftest import Open, Serve
from tests.plugins.real_estate.cases import OPTIONS, SECRETS, Inbox


@pytest.fixture
async def both(serve: Serve, opened: Open) -> tuple[RealEstateSandbox, RealEstate]:
    """Nothing is decided before it is told to."""
    sandbox, connection = await serve(RealEstateSandbox, secrets=SECRETS, options=OPTIONS, settings={"decide_after_seconds": 3600})
    return sandbox, await opened(RealEstate, connection)


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    """An address for callbacks."""
    async with Inbox() as one:
        yield one
