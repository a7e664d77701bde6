"""A thread for examining large bodies, one at a time, so that the loop serves everybody else meanwhile.

The thread frees the loop only between native calls, which :mod:`gateway.texts.bounds` and :mod:`gateway.catalogue.form` keep short.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

#: Bytes from which a body is large. Handing a smaller one to a thread costs more than examining it.
LARGE: Final = 8 * 1024


class LargeBodies:
    """Runs the examinations of bodies."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()

    async def examined(self, body: bytes, examine: Callable[[], T]) -> T:
        """Run ``examine``, at once for a small body and in the thread for a large one. Gives its result or raises its error."""
        if len(body) < LARGE:
            return examine()
        async with self._one:
            return await asyncio.to_thread(examine)
