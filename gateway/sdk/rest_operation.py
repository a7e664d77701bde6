"""One operation of an OpenAPI document: which field of a request goes where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from gateway.sdk.department import Call
from gateway.sdk.rest import Reply, RestClient
from gateway.sdk.wire_values import wire_values

__all__ = ["RestOperation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestOperation:
    """``path`` is the document's, with ``{parameters}``. ``in_path``, ``in_query`` and ``in_header`` are the parameters (all under the
    document's names) that go there; ``body`` says where the rest goes: ``fields`` each under its name, the name of the one field that is
    the whole body, or nowhere (""). ``key`` is the parameter or field that carries the delivery's key ("": the header alone does).
    """

    method: str
    path: str
    accept: frozenset[int] = frozenset({200})
    in_path: frozenset[str] = frozenset()
    in_query: frozenset[str] = frozenset()
    in_header: frozenset[str] = frozenset()
    constant_headers: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    body: str = ""

    async def send(
        self,
        client: RestClient,
        call: Call,
        request: BaseModel,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send the request, with ``headers`` and ``params`` (credentials) beside its own; gives a reply whose status is in ``accept``.

        Raises the five errors and nothing else.
        """
        values = wire_values(request, "json")
        if self.key:
            values[self.key] = call.key
        path = self.path
        for name in self.in_path:
            path = path.replace(f"{{{name}}}", quote(_as_text(values.pop(name)), safe=""))
        query = {name: _as_query(values.pop(name)) for name in self.in_query if name in values}
        own = {name: _as_text(values.pop(name)) for name in self.in_header if name in values}
        body: Any = values if self.body == "fields" else values.get(self.body) if self.body else None
        return await client.request(
            call,
            self.method,
            path,
            json=body,
            params={**query, **(params or {})} or None,
            headers={**self.constant_headers, **own, **(headers or {})},
            accept=self.accept,
        )


def _as_query(value: Any) -> str | list[str]:  # noqa: ANN401  # JSON
    return [_as_text(one) for one in value] if isinstance(value, list) else _as_text(value)


def _as_text(value: Any) -> str:  # noqa: ANN401  # JSON
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(_as_text(one) for one in value) if isinstance(value, list) else str(value)
