"""Room for contracts with long chains of types, each leading to the next, which are followed by recursion."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from gateway.scaffold.contract.contract_files import UnreadableContractError

#: A recursion limit for a chain of a thousand types, far from what a process's stack can hold.
_CALLS: Final = 12_000


#: Python's default limit, under which other programs import a project.
_USUAL: Final = 1_000


@contextmanager
def deep(file: str) -> Iterator[None]:
    """Raise Python's recursion limit for as long as the block lasts.

    Raises ``UnreadableContractError`` for the file where that is not enough.
    """
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, _CALLS))
    try:
        yield
    except RecursionError as error:
        raise UnreadableContractError(file, 1, "its parts stand within each other too deeply to be described") from error
    finally:
        sys.setrecursionlimit(usual)


@contextmanager
def usual() -> Iterator[None]:
    """Lower the recursion limit to the one under which other programs import the project, for as long as the block lasts."""
    raised = sys.getrecursionlimit()
    sys.setrecursionlimit(min(raised, _USUAL))
    try:
        yield
    finally:
        sys.setrecursionlimit(raised)
