"""The public surface of the SDK as lines of text, and what a change of it means: ``python -m tests.gateway.sdk.surface`` writes it down.

A line is a name, an attribute, or a parameter of something that is called (``name(parameter)``); ``= …`` says that it may be left out.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from docs.reference_page import MODULES
from gateway.sdk import VERSION

FOLDER = Path(__file__).parent / "surface"
_OPTIONAL = " = …"
_MARKS: dict[object, str] = {
    inspect.Parameter.KEYWORD_ONLY: "*, ",
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}


def surface() -> list[str]:
    """Every line of the surface as it is now, sorted."""
    lines: set[str] = set()
    for module in MODULES:
        public = importlib.import_module(module)
        for name in public.__all__:
            lines |= set(_thing(f"{module}.{name}", getattr(public, name)))
    return sorted(lines)


def written(version: str) -> list[str]:
    """The lines of that version as they were written down; none when they never were."""
    file = FOLDER / f"{version}.txt"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def needed(before: list[str], now: list[str]) -> str:
    """Which part of the version has to be raised at least: ``major``, ``minor`` or none ("").

    Whether a type that differs takes more or less than before only a person can say: it is a minor here.
    """
    old, new = ({line.removesuffix(_OPTIONAL).partition(": ")[0]: line for line in lines} for lines in (before, now))
    if old.keys() - new.keys():
        return "major"
    called = {name.partition("(")[0] for name in old if "(" in name}
    for name, line in new.items():
        if line.endswith(_OPTIONAL):
            continue
        if name in old:
            asked_for = old[name].endswith(_OPTIONAL)
        else:
            of_what_was = name.partition("(")[0] in called if "(" in name else name.rpartition(".")[0] in old
            asked_for = of_what_was and ("(" in name or "ClassVar" in line)
        if asked_for:
            return "major"  # adapters would have to give it
    return "minor" if set(before) != set(now) else ""


def _thing(name: str, thing: Any) -> Iterator[str]:
    if inspect.isclass(thing):
        yield f"{name}: class"
        yield from _class(name, thing)
    elif inspect.isroutine(thing):
        yield from _callable(name, thing)
    elif isinstance(thing, types.UnionType):
        yield f"{name}: {' | '.join(one.__name__ for one in thing.__args__)}"
    else:
        yield f"{name}: {type(thing).__name__}"


def _class(name: str, made: type[Any]) -> Iterator[str]:
    fields = _fields(made)
    yield from (f"{name}({field}){': ' if kind else ''}{kind}" for field, kind in fields.items())
    ours = [one for one in reversed(made.__mro__) if one.__module__.startswith("gateway.")]
    members = {key: value for one in ours for key, value in vars(one).items()}
    annotations = {key: value for one in ours for key, value in inspect.get_annotations(one).items()}
    for key in sorted({*members, *annotations}):
        if key in fields or (key.startswith("_") and key != "__init__"):
            continue
        value = members.get(key)
        if key == "__init__":
            if not fields:
                yield from _callable(name, value, bound=True)
        elif isinstance(value, property):
            yield f"{name}.{key}: property"
        elif isinstance(value, classmethod | staticmethod):
            yield from _callable(f"{name}.{key}", value.__func__, bound=isinstance(value, classmethod))
        elif inspect.isfunction(value):
            yield from _callable(f"{name}.{key}", value, bound=True)
        elif key in annotations:
            yield f"{name}.{key}: {annotations[key]}{_OPTIONAL if key in members else ''}"
        elif key != "model_config":
            yield f"{name}.{key}: {type(value).__name__}"


def _fields(made: type[Any]) -> dict[str, str]:
    """What an object is made with, where that is said by fields: each with its annotation."""
    if dataclasses.is_dataclass(made):
        missing = dataclasses.MISSING
        return {
            one.name: f"{one.type}{'' if one.default is missing and one.default_factory is missing else _OPTIONAL}"
            for one in dataclasses.fields(made)
            if not one.name.startswith("_")
        }
    if issubclass(made, BaseModel):
        annotations = {key: value for one in reversed(made.__mro__) for key, value in inspect.get_annotations(one).items()}
        return {key: f"{annotations[key]}{'' if one.is_required() else _OPTIONAL}" for key, one in made.model_fields.items()}
    return {}


def _callable(name: str, thing: Any, *, bound: bool = False) -> Iterator[str]:
    signature = inspect.signature(thing)
    kind = "async def" if inspect.iscoroutinefunction(thing) else "def"
    yield f"{name}: {kind} -> {_name(signature.return_annotation)}"
    for at, one in enumerate(signature.parameters.values()):
        if bound and at == 0:
            continue
        mark = _MARKS.get(one.kind, "")
        optional = one.default is not one.empty or one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
        yield f"{name}({mark}{one.name}): {_name(one.annotation)}{_OPTIONAL if optional else ''}"


def _name(annotation: Any) -> str:
    if annotation is inspect.Signature.empty:
        return "?"
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{VERSION}.txt").write_text("".join(f"{line}\n" for line in surface()), encoding="utf-8")
    sys.stdout.write(f"surface/{VERSION}.txt\n")
