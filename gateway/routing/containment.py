"""What an adapter may do wrong stays with it: every call ends, and every answer is one the router knows."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import UnionType
from typing import TypeVar

import structlog

from gateway.model.errors import AuthFailed, Busy, DepartmentError, InDoubt, Invalid, Unavailable
from gateway.model.outcome import Accepted, Approved, FieldProblem, Rejected, Returned
from gateway.sdk.department import Department, Operation

log = structlog.get_logger()

T = TypeVar("T")

OUTCOMES = (Accepted, Approved, Rejected, Returned)

#: Codes of results that say nothing of how the department fares: no call was made, or the adapter has a bug.
SAYS_NOTHING = frozenset({"adapter_error", "no_adapter", "no_word", "not_sendable", "share_failed"})

#: Seconds that an adapter gets beyond its deadline to end by itself and say what became of the request.
GRACE = 1.0


def unfit(outcome: object, operation: Operation) -> str | None:
    """Say what is wrong with what an adapter gave as an outcome of ``operation``; None when it is one."""
    if not isinstance(outcome, OUTCOMES):
        return f"gave {type(outcome).__name__}, which is no outcome"
    if not _is(outcome.reference, str | None):
        return f"gave a reference that is {type(outcome.reference).__name__}"
    match outcome:
        case Accepted(check_after=after):
            if not outcome.reference:
                return "accepted without a reference"
            return None if _is(after, timedelta | None) else "gave a check_after that is no timedelta"
        case Approved(output=output):
            return None if isinstance(output, operation.output) else f"approved with {type(output).__name__} as output"
        case Rejected(code=code, reason=reason):
            fields: object = ()
        case Returned(code=code, reason=reason, fields=fields):
            pass
    if not _is(code, str) or not _is(reason, str):
        return "gave a code or reason that is no text"
    if not isinstance(fields, tuple) or not all(isinstance(field, FieldProblem) for field in fields):
        return "named fields in another way than as FieldProblem"
    return None


def _is(value: object, kind: type | UnionType) -> bool:
    """Whether a value is what its annotation says: an adapter's author may not have run a type checker."""
    return isinstance(value, kind)


async def contained(
    department: Department,
    operation: str,
    deadline: float,
    do: Callable[[], Awaitable[T]],
    wrong: Callable[[T], str | None],
) -> T | DepartmentError:
    """Await an adapter's method, at most ``deadline`` seconds and a little; ``wrong`` judges what it gives: its author may have erred.

    Raises nothing but the caller's own cancellation: an adapter that raises anything else, is cancelled from within, exits or will
    not end is named in the log and in doubt.
    """
    task = asyncio.create_task(_tried(do))
    try:
        await asyncio.wait({task}, timeout=deadline + GRACE)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not task.done():
        task.cancel()  # one that goes on all the same has lost its delivery: nobody waits for it
        return InDoubt("adapter_deadline", "the adapter did not end within its deadline")
    if task.cancelled():
        answer: T | BaseException = asyncio.CancelledError()
    else:
        answer = task.result()
    if isinstance(answer, Busy) and not (_is(answer.retry_after, int | float) and answer.retry_after >= 0):
        return Unavailable(answer.code, answer.detail)
    if isinstance(answer, Unavailable | Busy | AuthFailed | Invalid | InDoubt):
        return answer
    if isinstance(answer, BaseException):
        blame(department, operation, answer)
        return InDoubt("adapter_error", type(answer).__name__)
    if (problem := wrong(answer)) is not None:
        blame(department, operation, TypeError(problem))
        return InDoubt("adapter_error", f"the adapter {problem}")
    return answer


async def _tried(do: Callable[[], Awaitable[T]]) -> T | BaseException:
    try:
        return await do()
    except (Exception, SystemExit) as error:  # noqa: BLE001  # judged by who waits; SystemExit would take the process with it
        return error


def blame(department: Department, operation: str, error: BaseException) -> None:
    """Name the adapter and the place in it; the error's own text may be personal and stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    log.error("adapter_failed", department=department.connection.name, operation=operation, error=type(error).__name__, at=at)
