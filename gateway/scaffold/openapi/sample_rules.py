"""Samples that an OpenAPI document takes: values made of a type are held to the schema itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import jsonschema_rs

from gateway.model import JsonView
from gateway.scaffold.contract.description import Structure, Type
from gateway.scaffold.samples.sampling import Sampler
from gateway.sdk.contracts.openapi_document import for_requests

Fits = Callable[[object], bool]
#: The tried combinations of chosen options and omitted optional values.
_TURNS: Final = 48


class SampleJudge:
    """A judge that holds values to schemas of one document, as the sandbox will."""

    def __init__(self, document: JsonView) -> None:
        self._components: Mapping[bool, Any] = {
            False: document.get("components", {}),
            True: for_requests(document.get("components", {})),
        }

    def of(self, schema: object, *, request: bool) -> Fits:
        """Make the judgement of a value in a request, or in a reply."""
        whole = {"allOf": [for_requests(schema) if request else schema], "components": self._components[request]}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True).is_valid


def turns_that_fit(body: Structure, whole: str | None, fits: Fits) -> tuple[int | None, int | None]:
    """Give for either variant the first turn whose value fits, or None. ``whole`` is the field that is the whole body, if there is one."""

    def made(variant: int, turn: int) -> object:
        value = Sampler("wire", variant, turn=turn).value(body)
        return value if whole is None else value[whole]

    first, second = (next((turn for turn in range(_TURNS) if fits(made(variant, turn))), None) for variant in (0, 1))
    return first, second


def fitting(kind: Type, examples: Iterable[object], fits: Fits) -> tuple[object, bool]:
    """Give the first value that fits, of the contract's examples and made ones, and True, or else a made one and False."""
    for value in (*examples, *(Sampler("wire", turn=turn).value(kind) for turn in range(_TURNS))):
        if value is not None and fits(value):  # null in a sample is a reply without a body
            return value, True
    return Sampler("wire").value(kind), False


def examples_of(media: JsonView) -> Iterator[object]:
    """Give the contract's own examples beside a schema."""
    if media.get("example") is not None:
        yield media["example"]
    examples = media.get("examples")
    for one in examples.values() if isinstance(examples, Mapping) else ():
        if isinstance(one, Mapping) and one.get("value") is not None:
            yield one["value"]
