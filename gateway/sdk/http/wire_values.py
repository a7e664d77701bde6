"""Requests under a contract's names, as generated adapters send them."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, PlainSerializer

from gateway.model import JsonObject


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError("it is not Base64") from None  # the cause would hold the text


#: Base64 in JSON (RFC 4648 §4) and bytes in Python, which zeep gives and wants.
Base64: TypeAlias = Annotated[
    bytes, BeforeValidator(_decoded), PlainSerializer(lambda value: base64.b64encode(value).decode(), return_type=str, when_used="json")
]


def wire_values(request: BaseModel, mode: Literal["json", "python"]) -> dict[str, Any]:
    """Give the request under the names of the contract (``serialization_alias``), without optional fields that are None.

    ``json`` gives values that JSON takes, ``python`` the values themselves, which zeep takes.
    """
    return _present(request, request.model_dump(mode=mode, by_alias=True))


def our_names(model: type[BaseModel]) -> dict[str, str]:
    """Give a model's own name of each field by the contract's: what is wrong with one is told by the contract's."""
    return {name if field.serialization_alias is None else field.serialization_alias: name for name, field in model.model_fields.items()}


def _present(model: BaseModel, dumped: JsonObject) -> JsonObject:
    present: JsonObject = {}
    for name, field in type(model).model_fields.items():
        value, wire = getattr(model, name), name if field.serialization_alias is None else field.serialization_alias
        if value is not None or field.is_required():
            present[wire] = _inner(value, dumped[wire])
    return present


def _inner(value: Any, dumped: Any) -> Any:  # noqa: ANN401  # whatever a field holds
    if isinstance(value, BaseModel):
        return _present(value, dumped)
    if isinstance(value, list | tuple):
        return [_inner(one, two) for one, two in zip(value, dumped, strict=True)]
    if isinstance(value, dict):
        return {key: _inner(one, dumped[key]) for key, one in value.items()}
    return dumped
