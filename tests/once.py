"""Work that each gateway of a test does again and that comes out the same: done once a process, as long as what it reads is the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from gateway.catalogue import catalogue
from gateway.catalogue.compiled import CompiledService
from gateway.catalogue.definition import Offers
from gateway.installation import host
from gateway.sdk.department import Department
from gateway.sdk.quality.judge import Quality, read_quality
from gateway.texts.yaml_lines import ConfigProblem

#: A service of a file, and the problems with it.
_Read = tuple[CompiledService | None, list[ConfigProblem]]


def _rated(read: Callable[..., Quality]) -> Callable[..., Quality]:
    """Rate each adapter of this repository once: nothing changes its files meanwhile."""
    known: dict[Hashable, Quality] = {}

    @wraps(read)
    def once(adapter: type[Department], *, gives_sandbox: bool, **more: Any) -> Quality:
        key = adapter, gives_sandbox
        if key in known:
            return known[key]
        quality = read(adapter, gives_sandbox=gives_sandbox, **more)
        if adapter.__module__.startswith("plugins."):
            known[key] = quality
        return quality

    return once


def _compiled(load: Callable[..., _Read]) -> Callable[..., _Read]:
    """Compile a service without a problem once for the same two files, codes, operations, and departments that are away."""
    known: dict[Hashable, _Read] = {}

    @wraps(load)
    def once(file: Path, departments: Mapping[str, Offers], unavailable: Mapping[str, str], codes: Collection[str]) -> _Read:
        sample = file.with_name(f"{file.stem}.sample.json")
        contents = [one.read_bytes() if one.is_file() else None for one in (file, sample)]
        offered = [(name, *one.operations) for name, one in departments.items()]
        key = (file.name, *contents, frozenset(codes), *offered, *unavailable.items())
        if key in known:
            service, _ = known[key]
            return service, []
        read = load(file, departments, unavailable, codes)
        if read[0] is not None and not read[1]:
            known[key] = read
        return read

    return once


def once_a_process(patched: pytest.MonkeyPatch) -> None:
    """Have both done once."""
    patched.setattr(host, "read_quality", _rated(read_quality))
    patched.setattr(catalogue, "_load_service", _compiled(catalogue._load_service))
