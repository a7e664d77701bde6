"""YAML that knows its lines: every error in a configuration file is named by file and line.

Read as the JSON subset of YAML 1.2 (core schema): ``on``/``yes``/``2026-01-01``/``08:30`` stay text, keys are text, duplicate keys,
anchors and custom tags are refused. What was written is therefore what JSON Schema, pydantic and the journal see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from gateway.model.errors import GatewayError

if TYPE_CHECKING:
    from pydantic import ValidationError

#: The place of something within a file: keys and list positions from the top.
YamlPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing wrong in the configuration.

    ``file`` is as the operator gave it, ``line`` counts from 1 (0 when the file as a whole, or its absence, is the problem), ``path`` is
    dotted within the file (``steps.0.share``), ``detail`` says what to do and never repeats a value that could be secret.
    """

    file: str
    line: int
    path: str
    detail: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: {self.detail}" if self.path else f"{place}: {self.detail}"


class ConfigError(GatewayError):
    """A configuration that cannot be used. ``problems`` are all that is wrong with it, not the first thing alone."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class Lines:
    """The lines on which the parts of one file stand."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._lines: dict[YamlPath, int] = {}

    def add(self, path: YamlPath, line: int) -> None:
        """Remember that what stands at ``path`` begins on ``line`` (from 1)."""
        self._lines.setdefault(path, line)

    def line(self, path: Sequence[str | int] = ()) -> int:
        """Give the line of ``path``, or of the nearest part around it.

        Parts that are not in the file (a missing key, the tag of a union) are passed over.
        """
        known: YamlPath = ()
        for part in path:
            if (*known, part) in self._lines:
                known = (*known, part)
        return self._lines.get(known, 1)

    def problem(self, path: Sequence[str | int], detail: str) -> ConfigProblem:
        """Make a problem at ``path`` of this file."""
        return ConfigProblem(self.file, self.line(path), ".".join(str(part) for part in path), detail)


#: PyYAML's parser in C, which reads ten times as fast, where it was built in.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Lists and mappings within each other. The parser in C takes the machine's stack for them, and must not come to its end.
_DEPTH = 100


class _Loader(_Safe):  # type: ignore[misc]  # untyped, since it may be either
    """A safe loader with the scalars of YAML 1.2's core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  # as PyYAML declares it


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$", "-+0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))

_SCALARS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("bool", "null", "int", "float", "str"))


def load_yaml(path: Path) -> tuple[Any, Lines]:
    """Read one YAML file: its value (dict, list, str, int, float, bool, None) and the line of each part.

    Raises ConfigError with every problem found (of syntax errors the first, of duplicate keys and tags all).
    """
    lines = Lines(str(path))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError([ConfigProblem(str(path), 0, "", "there is no such file")]) from error
    except OSError as error:
        raise ConfigError([ConfigProblem(str(path), 0, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError([ConfigProblem(str(path), line, "", "is not UTF-8: save it as UTF-8")]) from error
    return _compose(text, lines), lines


def _compose(text: str, lines: Lines) -> object:
    problems: list[ConfigProblem] = []
    try:
        _examine(text)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            value = None if node is None else _build(loader, node, (), lines, problems)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        detail = error.problem or error.context or "is not YAML"
        line = min(mark.line, text.count("\n")) + 1 if mark else 1  # the end is a line of its own to the parser in C
        raise ConfigError([ConfigProblem(lines.file, line, "", detail)]) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise ConfigError([ConfigProblem(lines.file, line, "", "holds a control character that YAML does not allow")]) from error
    if problems:
        raise ConfigError(problems)
    return value


def _examine(text: str) -> None:
    """Refuse aliases, of which a bomb can be built, and what is nested too deeply, before a tree is made of the text."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if getattr(event, "anchor", None) is not None:
            raise _marked("anchors and aliases (& and *) are not supported: write it out", event)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH:
            raise _marked("is nested too deeply", event)


def _marked(problem: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]  # a mark of the parser in C


def _build(loader: _Loader, node: yaml.Node, path: YamlPath, lines: Lines, problems: list[ConfigProblem]) -> object:
    lines.add(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, lines, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*path, i), lines, problems) for i, item in enumerate(node.value)]
    if node.tag not in _SCALARS:
        problems.append(lines.problem(path, f"the tag {node.tag} is not supported"))
        return None
    try:
        return loader.construct_object(node)
    except ValueError:
        problems.append(lines.problem(path, "does not fit its tag"))
        return None


def _mapping(loader: _Loader, node: yaml.MappingNode, path: YamlPath, lines: Lines, problems: list[ConfigProblem]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        dotted = ".".join(str(part) for part in path)
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != "tag:yaml.org,2002:str":
            problems.append(ConfigProblem(lines.file, line, dotted, "a key must be text: put it in quotes"))
            continue
        key = str(key_node.value)
        if key in found:
            first = lines.line((*path, key))
            problems.append(ConfigProblem(lines.file, line, dotted, f"the key {key!r} stands twice (first on line {first}): keep one"))
            continue
        lines.add((*path, key), line)  # the key's line, not the value's: that is where a person looks
        found[key] = _build(loader, value_node, (*path, key), lines, problems)
    return found


def problems_of(error: ValidationError, lines: Lines, at: Sequence[str | int] = ()) -> list[ConfigProblem]:
    """Give every error of a pydantic model as a problem of the file that its data came from.

    ``at`` is where the validated value stands within the file. Input values are left out: they may be secret.
    """
    found = []
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        detail = "is not a known setting: remove it or check its spelling" if item["type"] == "extra_forbidden" else item["msg"]
        found.append(lines.problem((*at, *item["loc"]), detail[:1].lower() + detail[1:]))
    return found
