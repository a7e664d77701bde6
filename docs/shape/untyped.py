"""Where types are left open or a rule is put aside."""

from __future__ import annotations

import ast
import re

from docs.shape.sources import Found, House, Source, counted

_NOQA = re.compile(r"#\s*noqa\b", re.IGNORECASE)


def dict_str_any(house: House) -> Found:
    """Find the lines that say ``dict[str, Any]``."""
    return counted(_lines_with(house, re.compile(r"\bdict\[str, Any\]")))


def any_per_thousand(house: House) -> Found:
    """Find each ``Any`` of the code, imports too and texts apart. Gives how many there are in a thousand lines."""
    places = [f"{source.path}:{line}" for source in house.sources for line in _any(source)]
    return Found(value=round(1000 * len(places) / max(house.lines, 1), 1), places=places, note=f"{len(places)} in all")


def noqa(house: House) -> Found:
    """Find the lines on which a rule of the linter is put aside."""
    return counted(_lines_with(house, _NOQA))


def _lines_with(house: House, pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{source.path}:{number}  {line.strip()}"
        for source in house.sources
        for number, line in enumerate(source.lines, 1)
        if pattern.search(line)
    ]


def _any(source: Source) -> list[int]:
    return sorted(
        node.lineno
        for node in source.nodes
        if (isinstance(node, ast.Name) and node.id == "Any")
        or (isinstance(node, ast.Attribute) and node.attr == "Any")
        or (isinstance(node, ast.alias) and node.name == "Any")
    )
