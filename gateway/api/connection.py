"""A connection's own errors, about bytes that are no HTTP: answered and logged without a word of what was sent.

aiohttp answers these itself, with the bytes it could not read: an ID number in a broken line would come back and reach the log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from multidict import CIMultiDictProxy

from gateway.api.http import texts
from gateway.api.http.border import HEADERS
from gateway.api.http.problems import internal, problem
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from aiohttp.http_parser import RawRequestMessage
    from aiohttp.web_request import BaseRequest

log = structlog.get_logger()


class _Connection(RequestHandler):
    __slots__ = ()

    def handle_error(
        self,
        request: BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  # aiohttp's signature: the error repeats what was sent
    ) -> web.StreamResponse:
        log.warning("connection_failed", status=status, error=type(exc).__name__ if exc is not None else None)
        if request.writer.output_size > 0:
            raise ConnectionError("part of an answer is sent already")
        said = texts.NOT_HTTP
        refused = Refused("malformed", status, said) if status < 500 else internal()
        answer = problem(refused, "zh-CN", HEADERS)
        answer.force_close()
        return answer

    def log_exception(self, *_: object, exc_info: BaseException | None = None, **__: object) -> None:
        log.error("connection_failed", status=None, error=type(exc_info).__name__ if exc_info is not None else None)


class _Server(web.Server):
    def __call__(self) -> _Connection:
        return _Connection(self, loop=self._loop, **self._kwargs)


def _requests(make: Callable[..., BaseRequest]) -> Callable[..., BaseRequest]:
    """Make requests, without any expectation but 100-continue (RFC 9110, section 10.1.1): else aiohttp answers 417."""

    def made(message: RawRequestMessage, *rest: object, **named: object) -> BaseRequest:
        if message.headers.get("Expect", "100-continue").lower() != "100-continue":
            left = message.headers.copy()
            del left["Expect"]
            message = message._replace(headers=CIMultiDictProxy(left))
        return make(message, *rest, **named)

    return made


class Runner(web.AppRunner):
    """aiohttp's runner with our own connections."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made.request_handler, request_factory=_requests(made.request_factory), **made._kwargs)  # noqa: SLF001  # the runner's own arguments
