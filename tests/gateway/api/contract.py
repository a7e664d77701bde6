"""The document as a judge: every answer must be as it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from jsonschema_rs import Draft202012Validator


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class Contract:
    """Checks answers against an OpenAPI document, and finds members that it does not name, for which it leaves later versions room."""

    def __init__(self, document: bytes) -> None:
        self.document: dict[str, Any] = orjson.loads(document)
        self._components = {**self.document["components"], "schemas": _closed(self.document["components"]["schemas"])}
        self._paths = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path) for path in sorted(self.document["paths"])]

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """Find the operation for a requested path, or give None if the document has none."""
        exact = self.document["paths"].get(path)
        template = path if exact is not None else next((t for pattern, t in self._paths if pattern.match(path)), None)
        found: dict[str, Any] | None = self.document["paths"].get(template, {}).get("get" if method == "HEAD" else method.lower())
        return found

    def prove(self, method: str, path: str, reply: Reply) -> None:
        """Raise AssertionError if the answer is not as the document says."""
        operation = self.operation(method, path)
        if operation is None:
            assert reply.status in (204, 404, 405), (method, path, reply.status)  # nothing is served that the document does not name
            return
        declared = operation["responses"].get(str(reply.status))
        assert declared is not None, f"{method} {path} answered {reply.status}, which the document does not name: {reply.body[:200]!r}"
        if "$ref" in declared:
            declared = self.document["components"]["responses"][declared["$ref"].rpartition("/")[2]]
        for name in ("X-Request-Id", *(n for n, h in declared.get("headers", {}).items() if h.get("required"))):
            assert name in reply.headers, f"{method} {path}: {name} is missing"
        if method == "HEAD":
            return
        self._prove_body(f"{method} {path} {reply.status}", declared.get("content", {}), reply)

    def _prove_body(self, what: str, content: Mapping[str, Any], reply: Reply) -> None:
        media = reply.headers.get("Content-Type", "").partition(";")[0]
        if not content:
            assert reply.body == b"", f"{what}: a body where the document has none"
            return
        if "*/*" in content:
            return
        assert media in content, f"{what}: {media} is not among {sorted(content)}"
        if not media.endswith("json"):
            return
        schema = {**content[media]["schema"], "components": self._components}
        validator = Draft202012Validator(schema, validate_formats=True)
        errors = [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(reply.json)]
        assert not errors, f"{what}: {errors}"


def _closed(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Give each schema that names members no room for others."""
    return {name: {"additionalProperties": False, **one} if "properties" in one else one for name, one in schemas.items()}
