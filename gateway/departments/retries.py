"""Due times of retries, computed by tenacity's strategies from the stored attempt."""

from __future__ import annotations

from tenacity import RetryCallState, Retrying, stop_after_attempt, wait_exponential, wait_random_exponential

from gateway.model.department import RetryPolicy

SECOND = 1_000_000

_RETRYING = Retrying()


def _state(number: int) -> RetryCallState:
    state = RetryCallState(_RETRYING, None, (), {})
    state.attempt_number = max(1, number)
    return state


def wait_microseconds(policy: RetryPolicy, failures: int, *, at_least: float = 0, grows: bool = False) -> int:
    """Give the wait after failures in a row: exponential, fully jittered (half, if it ``grows``), never under ``at_least`` s (capped)."""
    if grows:
        at_least = max(at_least, wait_exponential(multiplier=policy.first_seconds, max=policy.longest_seconds)(_state(failures)) / 2)
    jittered = wait_random_exponential(multiplier=policy.first_seconds, max=policy.longest_seconds)(_state(failures))
    # Even the shortest wait is a tenth of the first, so that a burst of failures does not become a burst of calls.
    seconds = max(jittered, policy.first_seconds / 10, min(at_least, policy.retry_after_longest_seconds))
    return int(seconds * SECOND)


def used_up(policy: RetryPolicy, failures: int, first_sent_at: int | None, now: int) -> bool:
    """Tell whether a delivery has failed as often, or for as long, as its department's policy allows."""
    if stop_after_attempt(policy.attempts)(_state(failures)) and failures > 0:
        return True
    return first_sent_at is not None and now - first_sent_at > policy.give_up_seconds * SECOND
