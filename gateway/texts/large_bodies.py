"""Where a large body is looked through: in a thread, one at a time, so that the loop answers everybody else meanwhile.

That frees the loop only between native calls: :mod:`gateway.texts.bounds` and :mod:`gateway.catalogue.form` keep each of those short.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

#: Bytes from which on a body is large: what is smaller costs less than handing it over does.
LARGE: Final = 8 * 1024


class LargeBodies:
    """Runs what looks through bodies."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()

    async def examined(self, body: bytes, examine: Callable[[], T]) -> T:
        """Run ``examine``, at once where the body is small; gives or raises what it does."""
        if len(body) < LARGE:
            return examine()
        async with self._one:
            return await asyncio.to_thread(examine)
