"""The catalogue: every service in ``config/services``, either loaded whole or refused with all errors by file and line."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pydantic import ValidationError

from gateway.catalogue.compiled import CompiledService, compile_service
from gateway.catalogue.definition import Offers, graph_problems
from gateway.catalogue.drawing.fields import undrawable
from gateway.catalogue.guidance import guide_problems
from gateway.catalogue.parties.check import unproven_parties
from gateway.catalogue.sample import rehearse, sample_problems, unproven_rules
from gateway.model import JsonObject
from gateway.model.service import Service, digest_of
from gateway.texts.strict_json import Malformed, read_object
from gateway.texts.yaml_lines import ConfigError, ConfigProblem, Lines, load_yaml, problems_of

_SAMPLE: Final = ".sample.json"
#: Older definitions kept compiled: open cases rarely span more versions of the services than this.
_PINNED: Final = 256
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Edition:
    """The services of one reading of the configuration, compiled for the departments of that reading."""

    services: Mapping[str, CompiledService]
    departments: Mapping[str, Offers]
    unavailable: Mapping[str, str]
    by_digest: Mapping[str, CompiledService]
    pinned: OrderedDict[str, CompiledService]


class Catalogue:
    """The current services and those that open cases are pinned to. A reload replaces all of it in one step."""

    def __init__(self, services: Mapping[str, CompiledService], departments: Mapping[str, Offers], unavailable: Mapping[str, str]) -> None:
        by_digest = {service.digest: service for service in services.values()}
        self._now = _Edition(MappingProxyType(dict(sorted(services.items()))), departments, unavailable, by_digest, OrderedDict())

    @property
    def services(self) -> Mapping[str, CompiledService]:
        """The services that can be filed now, by code."""
        return self._now.services

    def replace(self, other: Catalogue) -> None:
        """Take the services and departments of ``other``, and keep the definitions that open cases are pinned to."""
        before, now = self._now, other._now
        for digest, service in [*before.pinned.items(), *before.by_digest.items()]:
            if digest not in now.by_digest and (kept := _compiled_for(now, service)) is not None:
                now.pinned[digest] = kept
        while len(now.pinned) > _PINNED:
            now.pinned.popitem(last=False)
        self._now = now

    def by_digest(self, digest: str) -> CompiledService | None:
        """Give the current or pinned service of that digest, or None. The caller then reads it from the journal and calls :meth:`pin`."""
        now = self._now
        if digest in now.by_digest:
            return now.by_digest[digest]
        found = now.pinned.get(digest)
        if found is not None:
            now.pinned.move_to_end(digest)
        return found

    def pin(self, canonical: str) -> CompiledService:
        """Compile a definition as the journal keeps it (``Service.canonical()``).

        A step that no longer fits its department is listed in the service's ``unavailable``. Raises ConfigError if the definition cannot be
        used at all.
        """
        try:
            definition = Service.model_validate_json(canonical)
        except ValidationError as error:
            raise ConfigError(problems_of(error, Lines("a definition in the journal"))) from error
        digest = digest_of(canonical)
        known = self.by_digest(digest)
        if known is not None:
            return known
        now = self._now
        service, problems = compile_service(definition, now.departments, now.unavailable, canonical=canonical)
        if service is None:
            lines = Lines(f"the definition {digest} in the journal")
            raise ConfigError([lines.problem(problem.place, problem.detail) for problem in problems])
        now.pinned[digest] = service
        if len(now.pinned) > _PINNED:
            now.pinned.popitem(last=False)
        return service


def _compiled_for(now: _Edition, service: CompiledService) -> CompiledService | None:
    """Give the service for the departments of ``now``, recompiled only if one of them changed what it offers."""
    for step in service.steps.values():
        name = step.definition.department
        if name in now.departments or name in now.unavailable:
            offered = {operation.name: operation for operation in getattr(now.departments.get(name), "operations", ())}
            same = step.operation is offered.get(step.definition.operation) and step.unavailable == now.unavailable.get(name)
            if not same:
                return compile_service(service.definition, now.departments, now.unavailable, canonical=service.canonical)[0]
    return service


def load_catalogue(folder: Path, departments: Mapping[str, Offers], unavailable: Mapping[str, str] = _NONE) -> Catalogue:
    """Load every ``<code>.yaml`` with its ``<code>.sample.json``.

    ``departments`` are the configured ones by name, or their adapter classes. ``unavailable`` gives the reason for each department that is
    not there now. Steps of one that is named only there are not checked.

    Raises ConfigError with every problem of every file.
    """
    problems: list[ConfigProblem] = []
    services: dict[str, CompiledService] = {}
    files = sorted(folder.glob("*.yaml"))
    if not files:
        problems.append(ConfigProblem(str(folder), 0, "", "holds no service: there must be a <code>.yaml for each"))
    codes = {file.stem for file in files}
    for file in files:
        service, found = _load_service(file, departments, unavailable, codes)
        problems += found
        if service is not None:
            services[service.definition.code] = service
    for sample in sorted(folder.glob(f"*{_SAMPLE}")):
        if not sample.with_name(sample.name.removesuffix(_SAMPLE) + ".yaml").exists():
            problems.append(ConfigProblem(str(sample), 0, "", "is the sample of no service: there is no .yaml of that code"))
    if problems:
        raise ConfigError(problems)
    return Catalogue(services, departments, unavailable)


def _load_service(
    file: Path, departments: Mapping[str, Offers], unavailable: Mapping[str, str], codes: Collection[str]
) -> tuple[CompiledService | None, list[ConfigProblem]]:
    sample_file = file.with_name(file.stem + _SAMPLE)
    sample, sample_lines, problems = _load_sample(sample_file)
    try:
        raw, lines = load_yaml(file)
    except ConfigError as error:
        return None, [*error.problems, *problems]
    if not isinstance(raw, dict):
        return None, [lines.problem((), "must hold one service"), *problems]
    if "sample" in raw:
        problems.append(lines.problem(("sample",), f"the sample stands in {sample_file.name}: remove it here"))
    try:
        definition = Service.model_validate({**raw, "sample": sample or {}})
    except ValidationError as error:
        return None, [*problems_of(error, lines), *problems]
    if definition.code != file.stem:
        problems.append(lines.problem(("code",), f"must be {file.stem}, as the file is called"))
    service, found = compile_service(definition, departments, unavailable)
    problems.extend(lines.problem(problem.place, problem.detail) for problem in (*found, *guide_problems(definition, codes)))
    if service is None:
        return None, problems
    # A definition that the journal keeps runs on as it is: what clerks will fill in from now on has to be drawn.
    problems.extend(lines.problem(problem.place, problem.detail) for problem in undrawable(definition.form))
    if sample is None:
        return None, problems
    wrong = sample_problems(service)
    problems.extend(sample_lines.problem(_path(problem.pointer), problem.detail) for problem in wrong)
    if not wrong and not found and not any(graph_problems(definition)):
        unproven = (*rehearse(service), *unproven_rules(service), *unproven_parties(definition, service.parties))
        problems.extend(lines.problem(problem.place, problem.detail) for problem in unproven)
    return service, problems


def _load_sample(file: Path) -> tuple[JsonObject | None, Lines, list[ConfigProblem]]:
    try:
        body = file.read_bytes()
    except OSError as error:
        return None, Lines(str(file)), [ConfigProblem(str(file), 0, "", f"cannot be read: {error.strerror}")]
    lines, torn = _json_lines(file)
    try:
        return read_object(body), lines, []
    except Malformed as malformed:
        line = _syntax_error_line(body) or torn
        return (
            None,
            lines,
            [
                ConfigProblem(str(file), line, "", problem.detail) if line else lines.problem(_path(problem.pointer), problem.detail)
                for problem in malformed.problems
            ],
        )


def _json_lines(file: Path) -> tuple[Lines, int]:
    """Find the lines of a JSON file by reading it as YAML, which it nearly always is, or give the line where that failed."""
    try:
        return load_yaml(file)[1], 0
    except ConfigError as error:
        return Lines(str(file)), error.problems[0].line


def _syntax_error_line(body: bytes) -> int:
    try:
        json.loads(body)
    except json.JSONDecodeError as error:
        return error.lineno
    except (ValueError, RecursionError):
        return 1
    return 0


def _path(pointer: str) -> list[str | int]:
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return [int(part) if part.isdecimal() else part for part in parts]
