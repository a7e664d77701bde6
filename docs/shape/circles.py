"""Modules that import each other in a circle, whichever way the circle is hidden."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from docs.shape.sources import Found, House, Source, counted


def import_circles(house: House) -> Found:
    """Find the groups of modules of which each leads to each other. Imports inside functions and under TYPE_CHECKING count."""
    modules = {source.module: source for source in house.sources}
    imports = {name: set(_imports(source, modules)) - {name} for name, source in modules.items()}
    reached = {name: _reached(name, imports) for name in modules}
    circles = {frozenset(other for other in found if name in reached[other]) for name, found in reached.items() if name in found}
    return counted(sorted(" ".join(sorted(circle)) for circle in circles))


def _imports(source: Source, modules: Mapping[str, Source]) -> Iterator[str]:
    package = source.module.split(".") if source.path.name == "__init__.py" else source.module.split(".")[:-1]
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: len(package) + 1 - node.level], *filter(None, [node.module])]) if node.level else node.module or ""
            for alias in node.names:
                # a module of that name, or else something that the package itself holds
                yield from [name for name in (f"{base}.{alias.name}", base) if name in modules][:1]


def _reached(start: str, imports: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        new = imports[ahead.pop()] - reached
        reached |= new
        ahead += new
    return reached
