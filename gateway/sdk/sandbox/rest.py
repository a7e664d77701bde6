"""A sandbox with an OpenAPI document as its contract, which gives the paths and binds every request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from aiohttp import web

from gateway.model.errors import Located
from gateway.sdk.sandbox.base import Sandbox
from gateway.sdk.sandbox.behaviour import SandboxContext, problem_response
from gateway.sdk.sandbox.contract import Contract


class RestSandbox(Sandbox):
    """The base of a REST sandbox. Override :meth:`answer`, :meth:`Sandbox.refusal` and, if it has credentials, :meth:`authorise`."""

    #: The plugin's OpenAPI document (3.0 or 3.1), in which each ``operationId`` is an operation.
    contract_file: ClassVar[Path]
    #: Our names of operations by the document's (``METHOD /path`` where it has none). None: all, by the document's own.
    operation_names: ClassVar[Mapping[str, str]] = {}

    def __init__(self, context: SandboxContext) -> None:
        super().__init__(context)
        self.contract = Contract(self.contract_file, self.operation_names)

    @property
    def operations(self) -> Collection[str]:
        """Give the contract's operations."""
        return self.contract.operations.keys()

    def authorise(self, request: web.Request, body: bytes) -> web.StreamResponse | None:
        """Give the refusal of a request whose credentials are wrong, or None."""
        return None

    async def answer(self, request: web.Request, operation: str, body: Any) -> web.StreamResponse:  # noqa: ANN401  # JSON may be anything
        """Carry out a request that keeps to the contract. ``body`` is its JSON (None where the operation has no body)."""
        raise NotImplementedError

    def invalid(self, errors: Sequence[Located]) -> web.StreamResponse:
        """Make the reply to a request that breaks the contract."""
        return problem_response(400, "The request breaks the contract", errors)

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Give a route for each operation of the contract. Any other path is answered with 404."""
        for operation in self.contract.operations.values():
            yield web.route(operation.method, operation.path, self._handle, name=operation.name)
        yield web.route("*", "/{other:.*}", self._not_found)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        if refused := self.authorise(request, raw):
            return refused
        operation = self.operation_of(request, raw)
        body, errors = self.contract.errors(operation, request, raw)
        if errors:
            return self.invalid(errors)
        return await self.answer(request, operation, body)

    async def _not_found(self, request: web.Request) -> web.StreamResponse:
        return problem_response(404, "The contract has no such operation")
