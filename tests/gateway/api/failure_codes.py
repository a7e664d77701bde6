"""The codes of failures, as the gateway's sources write them. Those of adapters are left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

GATEWAY = Path(__file__).parents[3] / "gateway"
FOLDERS = ("sdk", "catalogue", "departments", "cases", "questions", "dispatch", "operations")
#: Parts that test and simulate, beside those that a gateway runs.
_OTHERS = ("sdk/demo", "sdk/conformance", "sdk/sandbox", "sdk/quality")
_ERRORS = frozenset({"Unavailable", "Busy", "AuthFailed", "Invalid", "InDoubt"})


def written() -> set[str]:
    """Give every code of a failure, with ``http_…`` for those with a status."""
    found: set[str] = set()
    for folder in FOLDERS:
        for path in sorted((GATEWAY / folder).rglob("*.py")):
            if not path.relative_to(GATEWAY).as_posix().startswith(_OTHERS):
                found |= set(_codes(ast.parse(path.read_text(encoding="utf-8"))))
    return found


def _codes(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in _ERRORS:
                yield from _text(first)
            case ast.Call(func=ast.Name(id="written"), args=[_, code, *_]):  # gateway.sdk.http.request_bodies: what cannot be written
                yield from _text(code)
            case ast.Dict():
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "problem":
                        yield from _text(value)
            case ast.keyword(arg="problem", value=value):
                yield from _text(value)
            case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id="code"), _])], value=ast.Tuple(elts=[value, _])):
                yield from _text(value)
            case ast.Assign(targets=[ast.Name(id="code")], value=value):
                yield from _text(value)


def _text(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), ast.FormattedValue()]):
            yield f"{text}…"
        case ast.IfExp(body=body, orelse=orelse):
            yield from _text(body)
            yield from _text(orelse)
