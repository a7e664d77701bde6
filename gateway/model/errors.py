"""The errors of the gateway: one tree, fields instead of sentences to parse.

An adapter may raise five, and no more: each tells the router one thing about what may have happened
at the department. Their texts reach logs and API answers, so they never hold personal data.
"""

from __future__ import annotations

from dataclasses import dataclass


class GatewayError(Exception):
    """Anything the gateway raises on purpose."""


@dataclass(frozen=True, slots=True)
class Located:
    """One thing wrong at one place.

    ``pointer`` is a JSON Pointer (RFC 6901) into what was handed in. ``detail`` tells a person what to do, in the language asked for, and
    never repeats the value it complains about.
    """

    pointer: str
    detail: str


class DepartmentError(GatewayError):
    """An adapter's word that it cannot give an outcome.

    ``code`` is a short stable word (``timeout``, ``http_502``, ``soap_fault``) fit for logs and metrics. ``detail`` is a cleaned sentence
    for operators without personal data. The vendor's own exception stays attached as ``__cause__``. ``said`` is the department's own
    sentence, which may be personal: it is kept with the case's contents and shown to operators masked. It may be left out where the SDK's
    clients carry the call: they take it from the last reply.
    """

    def __init__(self, code: str, detail: str = "", *, said: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.said = said


class Unavailable(DepartmentError):
    """The request was not processed. Try again later."""


class Busy(DepartmentError):
    """The request was not processed. Do not come back before ``retry_after`` seconds have passed."""

    def __init__(self, code: str, detail: str = "", *, retry_after: float, said: str = "") -> None:
        super().__init__(code, detail, said=said)
        self.retry_after = retry_after


class AuthFailed(DepartmentError):
    """Our credentials were refused. The department is stopped and an alarm raised, its queue stays."""


class Invalid(DepartmentError):
    """Our request breaks the department's contract, as it says or as was found before a byte had left: a person has to look."""


class InDoubt(DepartmentError):
    """The request may have been processed: only the operation's resend rule says what may follow."""


class CallbackRefused(GatewayError):
    """A callback that is not authentic (forged, stale, another's): answered 401, logged, applied to nothing."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class CallbackUnfit(CallbackRefused):
    """A callback that is authentic and does not fit the contract: answered 400, logged, applied to nothing."""


class JournalUnavailable(GatewayError):
    """A journal that cannot be written or read now (disk full, database locked or away): nothing was done, try again later."""


class JournalClosed(JournalUnavailable):
    """A journal that is closed, since the process is stopping."""
