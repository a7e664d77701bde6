"""The command's exit codes, and the errors that carry them."""

from __future__ import annotations

from enum import IntEnum

from gateway.model import JsonObject
from gateway.model.errors import GatewayError


class Exit(IntEnum):
    """The exit codes, which ``docs/cli.md`` explains to people."""

    OK = 0  # done, or the answer is yes
    NO = 1  # the answer is no: not valid, not found, rejected, refused, not verified
    USAGE = 2  # the command line itself is wrong
    UNREACHABLE = 3  # nothing was asked: no gateway, no journal, a configuration or a database that cannot be used
    OPEN = 4  # not decided within the time given


class Unreachable(GatewayError):
    """Nothing answers at ``place``, or not in time, so that nobody knows whether a request was carried out."""

    def __init__(self, place: str, detail: str) -> None:
        super().__init__(f"{place}: {detail}")
        self.place = place
        self.detail = detail


class Answered(GatewayError):
    """The gateway's refusal: ``status`` and its problem document (RFC 9457)."""

    def __init__(self, status: int, problem: JsonObject) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or status))
        self.status = status
        self.problem = problem


class Failed(GatewayError):
    """A command cannot give what was asked, which ``said`` tells the person. ``code`` is what it exits with."""

    def __init__(self, code: Exit, said: object) -> None:
        super().__init__(str(said))
        self.code = code
