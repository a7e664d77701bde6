"""REST over aiohttp for adapters: JSON in, JSON out, and every other end one of the five errors.

An adapter makes one :class:`RestClient` from its connection, opens and closes it with itself, asks :meth:`RestClient.request` and reads the
reply with :func:`read_reply` into a :class:`ReplyModel`. :func:`form` and :func:`multipart` make other bodies than JSON, and
``gateway.sdk.rest_xml`` writes and reads XML.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from gateway.model.errors import InDoubt
from gateway.sdk.department import Call, Connection
from gateway.sdk.http.exchange import Reply
from gateway.sdk.http.reply_bodies import decoded
from gateway.sdk.http.request_bodies import Encoding, File, RequestBody, form, json_body, multipart
from gateway.sdk.http.wire import HttpWire, excerpt, probe_call, reach, status_error

__all__ = [
    "Encoding",
    "File",
    "Outgoing",
    "Problem",
    "Reply",
    "ReplyModel",
    "RequestBody",
    "RestClient",
    "broken_contract",
    "form",
    "multipart",
    "probe_call",
    "read_json",
    "read_nothing",
    "read_reply",
    "read_typed",
    "read_value",
]

_OK = frozenset({200, 201, 202})
_JSON = frozenset({"application/json", "text/json", "application/x-json", "text/x-json"})
_UNSAID = frozenset({"", "text/plain", "application/octet-stream"})
_NOT_PROCESSED = frozenset({429, 503})


class ReplyModel(BaseModel):
    """Base of the models that an adapter reads replies into. It passes over unknown members, and its errors never repeat a value."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _ProblemError(ReplyModel):
    pointer: str = ""


class Problem(ReplyModel):
    """A refusal by RFC 9457, which is the contract's own way to say that nothing was done. ``errors`` names the places."""

    title: str
    status: int
    errors: list[_ProblemError] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A request that is about to leave, for what signs it. ``path`` is below the endpoint, ``body`` the very bytes (none: empty)."""

    method: str
    path: str
    params: Mapping[str, str | Sequence[str]]
    body: bytes


M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


class RestClient:
    """The REST side of one department.

    ``refusal`` is the model of the body with which the contract refuses (400, 404, 405, 413, 415, 422): with it such a status is
    ``Invalid``, without it a doubt. ``read_refusal`` reads it: :func:`read_reply`, or ``read_xml``. ``not_processed`` are the statuses of
    which the contract says that nothing was done. ``sign`` gives the headers that let each request in, whatever is sent.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        refusal: type[BaseModel] = Problem,
        read_refusal: Callable[[type[BaseModel], Reply], BaseModel] | None = None,
        not_processed: frozenset[int] = _NOT_PROCESSED,
        sign: Callable[[Outgoing], Mapping[str, str]] | None = None,
    ) -> None:
        self._endpoint = connection.endpoint
        self._sign = sign or (lambda _: {})
        self._refusal = refusal
        self._read_refusal = read_refusal or read_reply
        self._not_processed = not_processed
        self._wire = HttpWire(connection)

    async def open(self) -> None:
        """Make the session without connecting."""
        await self._wire.open()

    async def close(self) -> None:
        """Close every connection."""
        await self._wire.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def request(
        self,
        call: Call,
        method: str,
        path: str,
        *,
        json: object = None,
        body: RequestBody | None = None,
        params: Mapping[str, str | Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = _OK,
    ) -> Reply:
        """Send ``json`` (whatever orjson takes), else ``body``, else nothing, to ``path`` below the endpoint, and give the reply.

        Only a reply with a status in ``accept`` is given. Any other status raises the error that it means. ``path`` begins with a slash,
        and none of ``path``, ``params`` and ``headers`` holds personal data. Raises the five errors and nothing else.
        """
        if json is not None:
            body = json_body(json)
        content = None if body is None else body.content
        signed = self._sign(Outgoing(method=method, path=path, params=params or {}, body=content or b""))
        given = {"Accept": "application/json", **(headers or {}), **signed}
        if body is not None:
            given["Content-Type"] = body.content_type
        reply = await self._wire.send(call, method, self._endpoint + path, body=content, headers=given, params=params)
        if reply.status not in accept:
            raise status_error(reply, refused=self._refused, not_processed=self._not_processed)
        return reply

    async def reach(self, call: Call, path: str = "/", *, headers: Mapping[str, str] | None = None) -> None:
        """Ask for ``path`` with GET and accept any answer, for a probe where no operation is known to be without effect.

        Raises ``AuthFailed`` for 401 and 403, ``InDoubt`` for 5xx, and the wire's errors when nobody answers.
        """
        signed = self._sign(Outgoing(method="GET", path=path, params={}, body=b""))
        await reach(self._wire, call, self._endpoint + path, headers={**(headers or {}), **signed})

    def _refused(self, reply: Reply) -> str | None:
        try:
            refusal = self._read_refusal(self._refusal, reply)
        except InDoubt:
            return None
        if isinstance(refusal, Problem):
            places = ", ".join(error.pointer for error in refusal.errors)
            return excerpt(f"the department refuses the request: {places}") if places else "the department refuses the request"
        return "the department says that the request breaks its contract"


def read_json(reply: Reply) -> Any:  # noqa: ANN401  # JSON may be anything
    """Parse the reply's JSON: UTF-8 (RFC 8259), or GBK and GB 18030 where the header says so and the bytes do not disagree.

    The media type declares JSON. An object or list without a media type, or as plain text or bytes, is JSON too, because it can be nothing
    else. Raises ``InDoubt``: ``reply_type`` (not declared JSON), ``reply_charset``, ``reply_json`` (not JSON).
    """
    kind = reply.content_type
    said = kind in _JSON or (kind.startswith(("application/", "text/")) and kind.endswith("+json"))
    if not said and not (kind in _UNSAID and reply.body.removeprefix(BOM_UTF8).lstrip()[:1] in (b"{", b"[")):
        raise InDoubt("reply_type", f"{reply.status} with {excerpt(kind) or 'no content type'}")
    try:
        if reply.charset is None:
            return orjson.loads(reply.body.removeprefix(BOM_UTF8))
    except orjson.JSONDecodeError:
        pass  # the reason is found below, because this error carries the whole document, which must not hang on to ours
    text = decoded(reply.body, reply.charset)
    if text is None:
        raise InDoubt(
            "reply_charset", f"the bytes are not {excerpt(reply.charset or 'UTF-8')}, as they are said to be, or may be another's"
        )
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        at = error.pos
    raise InDoubt("reply_json", f"not JSON from character {at} on")


def read_reply(model: type[M], reply: Reply) -> M:
    """Give the reply's JSON as ``model``. Raises ``InDoubt`` (``reply_contract`` and those of :func:`read_json`) when it does not fit."""
    return read_value(model, read_json(reply))


def read_nothing(reply: Reply) -> None:
    """Check that a reply without a body in the contract has none. Raises ``InDoubt`` (``reply_type``) for a body, perhaps a page."""
    if reply.body:
        raise InDoubt("reply_type", f"{reply.status} with a body where the contract has none")


def read_typed(kind: TypeAdapter[T], reply: Reply) -> T:
    """Give the reply's JSON as a type that is no model (a list, a union). Raises the errors of :func:`read_reply`."""
    return fitting(kind.validate_python, read_json(reply))


def read_value(model: type[M], value: object) -> M:
    """Give a part of a reply (parsed JSON) as ``model``. Raises ``InDoubt`` (``reply_contract``) when it does not fit."""
    return fitting(model.model_validate, value)


def fitting(read: Callable[[object], T], value: object) -> T:
    """Give what ``read`` makes of a value. Raises ``InDoubt`` (``reply_contract``) when pydantic finds that it does not fit."""
    try:
        return read(value)
    except ValidationError as error:
        broken = broken_contract(error)
    raise broken  # outside the handler: the vendor error holds the values


def broken_contract(error: ValidationError) -> InDoubt:
    """Give the doubt over a reply that does not fit its model, with the places and the broken rules but never the values."""
    places = [
        f"{'.'.join(str(part) for part in one['loc']) or '(all)'}: {one['type']}"
        for one in error.errors(include_url=False, include_context=False, include_input=False)[:5]
    ]
    return InDoubt("reply_contract", excerpt("; ".join(places)))
