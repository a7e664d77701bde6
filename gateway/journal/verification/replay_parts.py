"""The replay of a large journal in several processes, a range of its cases each, while another walks its chains.

Each reads a snapshot of its own. A case is whole in one of them, and what is no case's is compared after all of them, so that a gateway
that goes on writing meanwhile is never accused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing import get_context

from sqlalchemy import Connection, func, select

from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.journal.verification.findings import Mismatches
from gateway.journal.verification.replay import CaseRange, replay_cases, replay_rest
from gateway.journal.verification.replay_rows import Counted

#: Entries from which on a journal is large. A smaller one is done before a process has started.
_MANY = 100_000
#: Processes at most: more would wait for the disk.
_MOST = 8


def parts(connection: Connection) -> list[CaseRange]:
    """Give the ranges in which a large journal is replayed: one a processor, of about as many entries each. None of a small one."""
    audit = schema.audit.c
    entries = connection.execute(select(func.count()).where(audit.application_id.is_not(None)).select_from(schema.audit)).scalar_one()
    if entries < _MANY:
        return []
    wanted = min(len(os.sched_getaffinity(0)), _MOST)
    cases = select(audit.application_id).where(audit.application_id.is_not(None)).order_by(audit.application_id)
    cuts = [connection.execute(cases.offset(entries * part // wanted).limit(1)).scalar_one() for part in range(1, wanted)]
    ends = [None, *sorted({cut for cut in cuts if isinstance(cut, str)}), None]
    return [CaseRange(first, end) for first, end in pairwise(ends)]


@contextmanager
def replaying(url: str, hmac_keys: Sequence[bytes], these: Sequence[CaseRange]) -> Iterator[Callable[[], Mismatches]]:
    """Begin to replay, and give a function that waits for the end of it and gives what was found.

    Raises what reading a database does (in another process too), and BrokenProcessPool when one of the processes was killed.
    """
    with ProcessPoolExecutor(len(these), mp_context=get_context("spawn")) as processes:
        begun = [processes.submit(_part, url, hmac_keys, one) for one in these]

        def together() -> Mismatches:
            of_cases = [part.result() for part in begun]
            with _reading(url) as connection:
                return replay_rest(connection, hmac_keys, of_cases)

        yield together


def _part(url: str, hmac_keys: Sequence[bytes], cases: CaseRange) -> tuple[Mismatches, Counted]:
    with _reading(url) as connection:
        return replay_cases(connection, hmac_keys, cases)


@contextmanager
def _reading(url: str) -> Iterator[Connection]:
    reader = open_reader(url)
    try:
        with reader.connect() as connection:
            yield connection
    finally:
        reader.dispose()
