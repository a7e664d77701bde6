"""The lines of an OpenAPI document's parts in its file, since warnings are given by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from gateway.scaffold.contract.description import Gap
from gateway.sdk.contracts.openapi_references import escaped, parts

#: PyYAML's parser in C where it was built in. Only the lines are wanted, which both know.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Places:
    """The lines of one file. Parts are known by their JSON Pointer, or as objects of the document that was made of it."""

    def __init__(self, file: str, content: bytes) -> None:
        self.file = file
        self._content = content
        self._root: Any = None
        self._pointers: dict[int, str] = {}
        self._kept: list[object] = []  # the parts in _pointers, which must stay alive because their id names them

    def add(self, document: object) -> None:
        """Remember the parts of the document."""
        self._kept.append(document)
        waiting: list[tuple[str, object]] = [("", document)]
        while waiting:
            pointer, part = waiting.pop()
            if id(part) not in self._pointers:
                self._pointers[id(part)] = pointer
                waiting += ((f"{pointer}/{escaped(str(name))}", one) for name, one in _inner(part))

    def same(self, made: object, part: object) -> None:
        """Give an object the place of the part that it was made of."""
        self._kept.append(made)
        self._pointers.setdefault(id(made), self._pointers.get(id(part), ""))

    def of(self, part: object) -> str:
        """Give the ``file:line`` of a part of the document."""
        return self.at(self._pointers.get(id(part), ""))

    def at(self, pointer: str) -> str:
        """Give the ``file:line`` of a pointer's part, or of the nearest one around it."""
        return f"{self.file}:{self.line(pointer)}"

    def line(self, pointer: str) -> int:
        """Give the line of a pointer's part, or of the nearest one around it."""
        if self._root is None:
            try:
                self._root = yaml.compose(self._content.replace(b"\t", b" "), Loader=_Loader) or False
            except yaml.YAMLError:  # JSON that YAML does not take
                self._root = False
        if not self._root:
            return 1
        node, line = self._root, self._root.start_mark.line + 1
        for name in parts(pointer):
            found = _child(node, name)
            if found is None:
                break
            line, node = found
        return int(line)

    def doubled(self) -> Iterator[tuple[int, str]]:
        """Give the line and name of each name that stands twice in one object, because readers differ in which they take."""
        self.line("")
        waiting, looked_at = [self._root] if self._root else [], set[int]()
        while waiting:
            node = waiting.pop()
            if id(node) in looked_at:
                continue  # an alias
            looked_at.add(id(node))
            if isinstance(node, yaml.MappingNode):
                seen: set[str] = set()
                for key, one in node.value:
                    if isinstance(key, yaml.ScalarNode) and key.value in seen:
                        yield key.start_mark.line + 1, key.value
                    seen.add(str(key.value))
                    waiting.append(one)
            elif isinstance(node, yaml.SequenceNode):
                waiting += node.value

    def gap(self, part: object, what: str, *, red: bool = False) -> Gap:
        """Make a gap at a part of the document."""
        return Gap(where=self.of(part), what=what, red=red)


def _inner(part: object) -> Iterator[tuple[str, object]]:
    if isinstance(part, Mapping):
        yield from ((name, one) for name, one in part.items() if isinstance(one, Mapping | list))
    elif isinstance(part, list):
        yield from ((str(number), one) for number, one in enumerate(part) if isinstance(one, Mapping | list))


def _child(node: yaml.Node, name: str) -> tuple[int, yaml.Node] | None:
    """Give the line of a child's name, and the child, or None when there is none."""
    if isinstance(node, yaml.MappingNode):
        # The last of several counts, as it does where the document is read.
        found = next(((key, one) for key, one in reversed(node.value) if key.value == name), None)
        return None if found is None else (found[0].start_mark.line + 1, found[1])
    if isinstance(node, yaml.SequenceNode) and name.isdigit() and int(name) < len(node.value):
        return node.value[int(name)].start_mark.line + 1, node.value[int(name)]
    return None
