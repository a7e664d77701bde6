"""Make ``adapters/reference.md`` from the SDK: ``python docs/reference_page.py``."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

PAGE = ROOT / "docs" / "adapters" / "reference.md"
#: What is public, and so what the version of the SDK is about.
MODULES = (
    "gateway.sdk",
    "gateway.sdk.fields",
    "gateway.sdk.rest",
    "gateway.sdk.rest_department",
    "gateway.sdk.rest_operation",
    "gateway.sdk.rest_xml",
    "gateway.sdk.soap",
    "gateway.sdk.webhooks",
    "gateway.sdk.sandbox",
    "gateway.sdk.conformance",
)
#: Classes of which the bases have no entry of their own, so that theirs shows everything.
_IN_PARTS = frozenset({"Sandbox"})
_HEAD = """\
# What an adapter may use · SDK 参考

<!-- Made by docs/reference_page.py from gateway/sdk: change that and run `make docs`. -->

Everything that SemVer covers ([the SDK's version](README.md)), module by module, in the words of the code.
适配器可以使用的全部接口，由代码生成。
"""


def page() -> str:
    """The page as it is to be."""
    return _HEAD + "".join(_module(name) for name in MODULES)


def _module(name: str) -> str:
    module = importlib.import_module(name)
    entries = ("\n".join(_entry(public, getattr(module, public))) for public in sorted(module.__all__, key=str.lower))
    return "\n".join([f"\n## `{name}`\n\n{_text(module.__doc__)}\n", *entries])


def _entry(name: str, thing: Any) -> Iterator[str]:  # noqa: ANN401  # whatever a module offers
    if inspect.isclass(thing):
        yield f"### `{name}`\n\n{_text(thing.__doc__) if thing.__doc__ else ''}\n"
        rows = [row for part in ((*thing.__bases__, thing) if name in _IN_PARTS else (thing,)) for row in (*_fields(part), *_methods(part))]
        yield from rows
        if rows:
            yield ""
    elif inspect.isfunction(thing):
        yield f"### `{name}{_signature(thing)}`\n\n{_text(thing.__doc__)}\n"
    elif get_origin(thing) is Annotated and get_args(thing)[0] is str:
        schema = TypeAdapter(thing).json_schema()
        yield f"### `{name}`\n\nA text: {', '.join(f'`{word}: {value}`' for word, value in schema.items() if word != 'type')}\n"
    else:
        yield f"### `{name}`\n\n`{_plain(thing)}`\n"


def _fields(kind: type[Any]) -> Iterator[str]:
    if issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield f"- `{name}: {_type(field.annotation)}{'' if field.is_required() else ' = …'}`"
    elif dataclasses.is_dataclass(kind):
        for one in dataclasses.fields(kind):
            given = one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING
            yield f"- `{one.name}: {_type(one.type)}{' = …' if given else ''}`"
    else:
        for name, annotation in inspect.get_annotations(kind).items():
            if not name.startswith("_"):
                yield f"- `{name}: {_type(annotation)}`"


def _methods(kind: type[Any]) -> Iterator[str]:
    for name, value in vars(kind).items():
        if name.startswith("_"):
            continue
        function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if isinstance(value, property):
            yield f"- `{name}` — {_text(value.__doc__)}"
        elif inspect.isfunction(function) and function.__doc__:
            asynchronous = "async " if inspect.iscoroutinefunction(function) else ""
            yield f"- `{asynchronous}{name}{_signature(function)}` — {_text(function.__doc__)}"


def _signature(function: Any) -> str:  # noqa: ANN401  # a function
    parameters = [one for one in inspect.signature(function).parameters.values() if one.name not in {"self", "cls"}]
    shown, keyword_only = [], False
    for one in parameters:
        if one.kind is inspect.Parameter.KEYWORD_ONLY and not keyword_only:
            shown.append("*")
            keyword_only = True
        shown.append(one.name + ("" if one.default is inspect.Parameter.empty else "=…"))
    return f"({', '.join(shown)})"


def _type(annotation: object) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:typing|collections\.abc|gateway\.[a-z_.]+|datetime|pydantic\.[a-z_.]+)\.", "", text)


def _plain(thing: object) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", re.sub(r"<function [^>]*>", "…", str(thing))).replace("typing.", "")


def _text(docstring: str | None) -> str:
    """A docstring in one piece: roles of reStructuredText as code, code blocks left to the code."""
    whole = inspect.cleandoc(docstring or "").split("::\n")[0]
    whole = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", whole).replace("``", "`")
    return re.sub(r"\s+", " ", whole).strip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
