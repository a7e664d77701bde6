"""The names of events in the audit, as the sources write them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

SOURCES = Path(__file__).parents[3] / "gateway"
#: Calls that write an entry, with the position of the event among the arguments.
_WRITERS = {"Entry": 0, "settle": 1, "_tell": 1}


def written() -> set[str]:
    """Give every event that is written somewhere."""
    return {name for path in sorted(SOURCES.rglob("*.py")) for name in _events(ast.parse(path.read_text(encoding="utf-8")))}


def _events(module: ast.Module) -> Iterator[str]:
    constants = {**_imported(module), **dict(_constants(module))}
    for scope in ast.walk(module):
        if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        local = dict(_assigned(scope))
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
            if name in _WRITERS:
                place = _WRITERS[name]
                given = [keyword.value for keyword in call.keywords if keyword.arg == "event"] or call.args[place : place + 1]
                for value in given:
                    yield from _strings(value, local, constants, module)


def _strings(node: ast.expr, local: Mapping[str, list[ast.expr]], constants: Mapping[str, str], module: ast.Module) -> Iterator[str]:
    """Give all values of an expression: itself, those of its name, both sides of a condition, the returns of a function of the module."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) if name in local:
            for value in local[name]:
                yield from _strings(value, {}, constants, module)
        case ast.Name(id=name) if name in constants:
            yield constants[name]
        case ast.IfExp(body=body, orelse=orelse):
            yield from _strings(body, local, constants, module)
            yield from _strings(orelse, local, constants, module)
        case ast.Call(func=ast.Name(id=name)):
            for function in (one for one in module.body if isinstance(one, ast.FunctionDef) and one.name == name):
                for end in (one for one in ast.walk(function) if isinstance(one, ast.Return) and one.value is not None):
                    assert end.value is not None
                    yield from _strings(end.value, {}, constants, module)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _pairs(one, its)


def _constants(module: ast.Module) -> Iterator[tuple[str, str]]:
    for statement in module.body:
        targets = (
            statement.targets if isinstance(statement, ast.Assign) else [statement.target] if isinstance(statement, ast.AnnAssign) else []
        )
        value = getattr(statement, "value", None)
        for target in targets:
            for name, its in _pairs(target, value) if value is not None else ():
                if isinstance(its, ast.Constant) and isinstance(its.value, str):
                    yield name, its.value


def _imported(module: ast.Module) -> dict[str, str]:
    """Find the constants that come from other modules of ours."""
    found: dict[str, str] = {}
    for statement in (node for node in ast.walk(module) if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gateway.")):
        path = SOURCES.parent.joinpath(*str(statement.module).split(".")).with_suffix(".py")
        if path.exists():
            theirs = _theirs(path)
            found |= {one.asname or one.name: theirs[one.name] for one in statement.names if one.name in theirs}
    return found


@cache
def _theirs(path: Path) -> Mapping[str, str]:
    return dict(_constants(ast.parse(path.read_text(encoding="utf-8"))))


def _assigned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, list[ast.expr]]]:
    found: dict[str, list[ast.expr]] = {}
    for statement in (node for node in ast.walk(function) if isinstance(node, ast.Assign)):
        for target in statement.targets:
            for name, value in _pairs(target, statement.value):
                found.setdefault(name, []).append(value)
    yield from found.items()
