"""The Python sources of a tree, read and parsed once for all figures."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file, ``path`` being its place in the tree."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text, str(self.path))

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, blank ones and comments too."""
        return self.text.splitlines()

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All of its syntax, node by node."""
        return list(ast.walk(self.tree))

    @property
    def module(self) -> str:
        """The name under which it is imported."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def docstrings(self) -> Iterator[tuple[ast.Constant, str]]:
        """Give each docstring: its place in the syntax, and its text without the indentation."""
        for node in self.nodes:
            if isinstance(node, Documented) and (text := ast.get_docstring(node)) is not None:
                statement = node.body[0]
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    yield statement.value, text


@dataclass(frozen=True)
class House:
    """The folder ``gateway`` of the tree at ``root``."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.root / "gateway"

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """All of its Python files, by path."""
        found = sorted(self.folder.rglob("*.py"))
        return tuple(Source(path.relative_to(self.root), path.read_text(encoding="utf-8")) for path in found)

    @property
    def lines(self) -> int:
        """Lines of all of them."""
        return sum(len(source.lines) for source in self.sources)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A figure as it was measured: its value, the places that make it, and a word beside it."""

    value: float
    places: list[str] = field(default_factory=list)
    note: str = ""


def counted(places: list[str], note: str = "") -> Found:
    """Give the figure that is the number of its places."""
    return Found(value=len(places), places=places, note=note)
