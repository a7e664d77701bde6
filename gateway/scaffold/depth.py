"""Room for contracts whose types lead from one to the next in long chains: they are followed by calls within calls."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from gateway.scaffold.contract_files import UnreadableContractError

#: Calls within each other: enough for a chain of a thousand types, and far from what the stack of a process holds.
_CALLS: Final = 12_000


#: What a program that says nothing of it has: a project is imported by such.
_USUAL: Final = 1_000


@contextmanager
def deep(file: str) -> Iterator[None]:
    """Let calls stand within each other more deeply than Python does by itself, for as long as the block lasts.

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
    """Let calls stand within each other as deeply as they may in who imports what is written, for as long as the block lasts."""
    raised = sys.getrecursionlimit()
    sys.setrecursionlimit(min(raised, _USUAL))
    try:
        yield
    finally:
        sys.setrecursionlimit(raised)
