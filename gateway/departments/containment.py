"""Containment of an adapter's mistakes: every call ends, and every answer is one the router knows."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from gateway.departments.said import kept, said_in
from gateway.model.errors import AuthFailed, Busy, DepartmentError, InDoubt, Invalid, Unavailable
from gateway.model.outcome import Unknown
from gateway.sdk.department import Department
from gateway.sdk.http.exchange import CURRENT, Departure
from gateway.sdk.outcomes import is_a

if TYPE_CHECKING:
    from gateway.sdk.http.exchange import Reply

log = structlog.get_logger()

T = TypeVar("T")

#: Codes of results that tell nothing about the department's health: no call was made, or the adapter has a bug.
SAYS_NOTHING = frozenset({"adapter_error", "no_adapter", "no_word", "not_sendable", "share_failed"})

#: Extra seconds after its deadline in which an adapter may still end by itself and report what became of the request.
GRACE = 1.0


async def contained(
    department: Department, operation: str, do: Callable[[], Awaitable[T]], wrong: Callable[[T], str | None]
) -> T | DepartmentError:
    """Await an adapter's method and judge its answer with ``wrong``, since the adapter's author may have erred.

    An adapter that raises an unexpected error, exits, or is cancelled from within is named in the log, and the result is in doubt unless
    nothing can have left. Tasks that it leaves behind are named and cancelled.

    Raises only the caller's own cancellation. The caller limits the time.
    """
    begun: list[asyncio.Task[Any]] = []
    token = _begun.set(begun)
    departure = Departure()
    departing = CURRENT.set(departure)
    try:
        answer: T | BaseException = await do()
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        answer = error
    except (Exception, SystemExit) as error:  # noqa: BLE001  # judged below, because SystemExit would end the process
        answer = error
    finally:
        CURRENT.reset(departing)
        _begun.reset(token)
        if begun:
            _end_what_is_left(department, operation, begun)
    nothing_left = department.connection.carriers.told and not departure.left
    judged = _judged(department, operation, answer, wrong, nothing_left=nothing_left)
    if isinstance(judged, DepartmentError | Unknown):
        return _with_words(department, judged, departure.reply)
    return judged


def _with_words(department: Department, answer: T | DepartmentError, reply: Reply | None) -> T | DepartmentError:
    """Add the department's own words to the answer, from the adapter or else from the last reply."""
    secrets = [secret.get_secret_value() for secret in department.connection.secrets.values()]
    given = answer.detail if isinstance(answer, Unknown) else answer.said if isinstance(answer, DepartmentError) else ""
    try:
        said = kept(given, secrets) if is_a(given, str) and given else said_in(reply, secrets) if reply is not None else ""
    except Exception as error:  # a bug of ours: the result of the call is recorded all the same
        log.exception("record_failed", error=type(error).__name__, change="said")
        said = ""
    if isinstance(answer, DepartmentError):
        answer.said = said
        return answer
    return replace(answer, detail=said)  # type: ignore[type-var]  # only Unknown is left, which T does not tell


async def contained_within(
    seconds: float, department: Department, operation: str, do: Callable[[], Awaitable[T]], wrong: Callable[[T], str | None]
) -> T | DepartmentError:
    """Do the same in a task of its own within so many seconds, so that the caller goes on even if the adapter never ends."""
    task: asyncio.Task[T | DepartmentError] = asyncio.create_task(contained(department, operation, do, wrong))  # type: ignore[arg-type]  # T is told apart from the errors only by what `do` gives
    try:
        await asyncio.wait({task}, timeout=seconds + GRACE)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not task.done():
        task.cancel()
        return overdue()
    return task.result()


def overdue() -> InDoubt:
    """Give the result of a call whose adapter did not end."""
    return InDoubt("adapter_deadline", "the adapter did not end within its deadline")


def watch_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Record, from now on, the tasks that an adapter's call begins on this loop."""
    loop.set_task_factory(_task)


#: The tasks begun by the adapter's call of this context.
_begun: ContextVar[list[asyncio.Task[Any]] | None] = ContextVar("gateway_tasks_begun", default=None)


def _task(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:  # noqa: ANN401  # asyncio's own signature
    task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, **options)
    begun = _begun.get()
    if begun is not None:
        begun.append(task)
    return task


def _end_what_is_left(department: Department, operation: str, begun: list[asyncio.Task[Any]]) -> None:
    """Name and cancel the tasks that outlive their call by more than :data:`GRACE`, in which a library's own tasks end by themselves."""
    left = [task for task in begun if not task.done()]
    if not left:
        return

    def end() -> None:
        for task in left:
            if not task.done():
                task.cancel()
                coroutine = task.get_coro()
                at = getattr(coroutine, "__qualname__", type(coroutine).__name__)
                log.error("adapter_failed", department=department.connection.name, operation=operation, error="TaskLeftBehind", at=at)

    asyncio.get_running_loop().call_later(GRACE, end)


def _judged(
    department: Department, operation: str, answer: T | BaseException, wrong: Callable[[T], str | None], *, nothing_left: bool
) -> T | DepartmentError:
    if not isinstance(answer, BaseException):
        problem = wrong(answer)
        if problem is None:
            return answer
        blame(department, operation, TypeError(problem))
        return _bug(f"the adapter {problem}", nothing_left=nothing_left)
    if isinstance(answer, Busy) and not (is_a(answer.retry_after, int | float) and answer.retry_after >= 0):
        return Unavailable(answer.code, answer.detail, said=answer.said)
    if isinstance(answer, Unavailable | Busy | AuthFailed | Invalid | InDoubt):
        answer.code, answer.detail = answer.code.replace("\0", "")[:100], answer.detail.replace("\0", "")[:500]
        return answer
    blame(department, operation, answer)
    return _bug(type(answer).__name__, nothing_left=nothing_left)


def _bug(detail: str, *, nothing_left: bool) -> Invalid | InDoubt:
    if nothing_left:
        return Invalid("adapter_error", f"before anything was sent: {detail}")
    return InDoubt("adapter_error", detail)


def blame(department: Department, operation: str, error: BaseException) -> None:
    """Log the adapter and the failing line in it. The error's own text stays out, since it may be personal."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    log.error("adapter_failed", department=department.connection.name, operation=operation, error=type(error).__name__, at=at)
