"""The things we talk about: records, states, outcomes and errors. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

#: An object as it was read, or as it will be written.
JsonObject: TypeAlias = dict[str, Any]
#: An object that is only read.
JsonView: TypeAlias = Mapping[str, Any]
#: A schema in JSON Schema 2020-12, or a part of one.
JsonSchema: TypeAlias = dict[str, Any]
#: The words of an entry of the audit beside its event, which says what they are.
Details: TypeAlias = dict[str, Any]
