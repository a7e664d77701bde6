"""Rules that a class must keep to be hosted as an adapter, each with a remedy."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from gateway.sdk.department import Ask, Department, Never, Operation, Output, Request, Safe
from gateway.sdk.rest_department import RestDepartment
from gateway.sdk.version import declares, unfit_version
from gateway.texts.characters import CHARSETS

_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: Flags of an adapter, and the method that each needs.
_OFFERS = {"can_find": "find", "can_poll": "poll", "can_withdraw": "withdraw", "calls_back": "parse_callback"}
#: Keywords that say more of a text than that it is one.
_SAID = frozenset({"format", "pattern", "maxLength", "enum", "const"})
_ASYNC = ("open", "close", "submit", "query", "find", "poll", "withdraw", "probe")


def broken_rules(adapter: object) -> list[str]:
    """List everything that keeps ``adapter`` from being hosted, without importing or calling anything of it."""
    if not (inspect.isclass(adapter) and issubclass(adapter, Department)):
        return [f"{adapter!r} is not a subclass of gateway.sdk.Department"]
    return [f"{adapter.__qualname__}: {problem}" for problem in (*_description(adapter), *_operations(adapter), *_methods(adapter))]


def _description(adapter: type[Department]) -> Iterator[str]:
    name = getattr(adapter, "adapter", None)
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        yield "`adapter` must be its name in lower-case letters, digits and _"
    if (unfit := unfit_version(getattr(adapter, "sdk", None))) is not None:
        yield unfit
    names: object = adapter.secret_names  # a class may say anything, whatever its annotations promise
    if not (isinstance(names, tuple) and all(isinstance(secret, str) and _NAME.fullmatch(secret) for secret in names)):
        yield "`secret_names` must be a tuple of names in lower-case letters, digits and _"
    if not _is(adapter.options_model, BaseModel):
        yield "`options_model` must be a pydantic model"


def _operations(adapter: type[Department]) -> Iterator[str]:
    operations = getattr(adapter, "operations", ())
    if not (isinstance(operations, tuple) and operations and all(isinstance(o, Operation) for o in operations)):
        yield "`operations` must be a tuple of Operation with at least one in it"
        return
    for name, times in Counter(operation.name for operation in operations).items():
        if times > 1:
            yield f"the operation {name} stands {times} times: keep one"
    for operation in operations:
        for problem in _operation(adapter, operation):
            yield f"operation {operation.name}: {problem}"


def _operation(adapter: type[Department], operation: Operation) -> Iterator[str]:
    if not _NAME.fullmatch(operation.name):
        yield "its name must be lower-case letters, digits and _"
    if not _is(operation.request, Request):
        yield "`request` must be a subclass of gateway.sdk.Request"
    if not _is(operation.output, Output):
        yield "`output` must be a subclass of gateway.sdk.Output"
    if operation.charset is not None and operation.charset not in CHARSETS:
        yield f"`charset` must be one of {', '.join(CHARSETS)}, or be left out where every character can be written"
    match operation.resend:
        case Safe(remembered=remembered) if remembered <= timedelta(0):
            yield "Safe needs a time for which the key is remembered"
        case Ask(settle=settle) if settle < timedelta(0):
            yield "Ask needs a settle time of 0 or more"
        case Ask() if not adapter.can_find:
            yield "it declares Ask, so the adapter must have find() and say can_find = True"
        case Safe() | Ask() | Never():
            pass
        case _:
            yield "`resend` must be Safe, Ask or Never: what does a lost reply mean?"
    yield from _question(adapter, operation)
    yield from _method(adapter, operation)


def _method(adapter: type[Department], operation: Operation) -> Iterator[str]:
    method = "query" if operation.read_only else "submit"
    if not _has(adapter, method):
        yield f"it needs the method {method}()"
    elif issubclass(adapter, RestDepartment) and getattr(adapter, method) is getattr(RestDepartment, method):
        if operation.name not in getattr(adapter, "wire", {}):
            yield "`wire` must say how it is sent: a RestOperation under its name"
        if adapter.outcome is RestDepartment.outcome:
            yield "it needs the method outcome()"


def _question(adapter: type[Department], operation: Operation) -> Iterator[str]:
    if operation.read_only and _is(operation.request, Request) and declares(adapter.sdk, 1, 1):
        for field in any_texts(operation.request):
            yield (
                f"`{field}` of a question may be any text, and a question about nobody is answered like one about somebody: say what it is "
                "(gateway.sdk.fields), or how long it may be"
            )


def any_texts(model: type[BaseModel]) -> list[str]:
    """Give the dotted names of a model's texts that may be anything of any length."""
    schema = model.model_json_schema()
    return list(dict.fromkeys(_any_texts(schema, schema.get("$defs", {}), (), frozenset())))


def _any_texts(schema: Mapping[str, Any], defined: Mapping[str, Any], at: tuple[str, ...], within: frozenset[str]) -> Iterator[str]:
    reference = str(schema.get("$ref", "")).rpartition("/")[2]
    if reference:
        if reference not in within:  # a model that holds itself
            yield from _any_texts(defined[reference], defined, at, within | {reference})
        return
    if schema.get("type") == "string" and not _SAID & schema.keys():
        yield ".".join(at)
    for name, member in schema.get("properties", {}).items():
        yield from _any_texts(member, defined, (*at, name), within)
    parts = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), schema.get("items"), schema.get("additionalProperties")]
    for part in parts:
        if isinstance(part, dict):
            yield from _any_texts(part, defined, at, within)


def _methods(adapter: type[Department]) -> Iterator[str]:
    for flag, method in _OFFERS.items():
        if getattr(adapter, flag) and not _has(adapter, method):
            yield f"it says {flag} = True without a method {method}()"
    for method in _ASYNC:
        if not inspect.iscoroutinefunction(getattr(adapter, method)):
            yield f"{method}() must be `async def`"
    if inspect.iscoroutinefunction(adapter.parse_callback):
        yield "parse_callback() must be a plain `def`"


def _is(value: object, base: type) -> bool:
    return inspect.isclass(value) and issubclass(value, base)


def _has(adapter: type[Department], method: str) -> bool:
    return getattr(adapter, method) is not getattr(Department, method)
