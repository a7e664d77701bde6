"""The base of every REST adapter, written by hand or generated: operations are sent as data say, and code says what replies mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel

from gateway.model.outcome import Outcome
from gateway.sdk.department import Call, Connection, Department, Request
from gateway.sdk.rest import Outgoing, Reply, RestClient
from gateway.sdk.rest_operation import RestOperation

__all__ = ["RestDepartment"]


class RestDepartment(Department):
    """Base of an adapter that speaks REST: say in ``wire`` how each operation is sent, and in :meth:`outcome` what a reply means.

    ``rest`` is its client: opened and closed with it, and let in by :meth:`headers`.
    """

    #: How each thing is sent, by its name: the operations, and whatever else the adapter asks.
    wire: ClassVar[Mapping[str, RestOperation]]

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.rest = RestClient(connection, sign=self.sign)

    async def open(self) -> None:
        """Make the session."""
        await self.rest.open()

    async def close(self) -> None:
        """Close the session."""
        await self.rest.close()

    async def submit(self, call: Call, request: Request) -> Outcome:
        """Hand an application over."""
        return self.outcome(call, await self.send(call.operation, call, request))

    async def query(self, call: Call, request: Request) -> Outcome:
        """Ask a question."""
        return self.outcome(call, await self.send(call.operation, call, request))

    async def send(self, name: str, call: Call, request: BaseModel | Mapping[str, Any]) -> Reply:
        """Send what stands under ``name`` in ``wire``. ``request`` is a model, or values by the contract's names. Raises the five errors
        and nothing else.
        """
        return await self.wire[name].send(self.rest, call, request, params=self.params())

    def outcome(self, call: Call, reply: Reply) -> Outcome:
        """Say what the reply to an operation means; what the contract does not list is ``InDoubt``."""
        raise NotImplementedError

    def headers(self) -> Mapping[str, str]:
        """Give the headers that let a request in."""
        return {}

    def params(self) -> Mapping[str, str]:
        """Give the parameters of the address that let a request in."""
        return {}

    def sign(self, outgoing: Outgoing) -> Mapping[str, str]:  # noqa: ARG002  # for those who sign what they send
        """Give the headers that let this very request in: override it where they are made over what is sent."""
        return self.headers()
