"""Class names that mean two things."""

from __future__ import annotations

import ast
from collections import defaultdict

from docs.shape.sources import Found, House, counted


def class_names_twice(house: House) -> Found:
    """Find the public class names that more than one class of ``gateway`` has, with the places of each."""
    classes: dict[str, list[str]] = defaultdict(list)
    for source in house.sources:
        for node in source.nodes:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes[node.name].append(f"{source.path}:{node.lineno}")
    return counted([f"{name}  {' '.join(places)}" for name, places in sorted(classes.items()) if len(places) > 1])
