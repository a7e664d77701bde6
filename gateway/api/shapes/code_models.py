"""The shapes of code lists."""

from __future__ import annotations

from gateway.api.shapes.shape import Shape
from gateway.model.service import Text


class Code(Shape):
    """A code with its name, and what it means where the name alone does not say it."""

    code: str
    title: Text
    meaning: Text | None


class CodeList(Shape):
    """Codes of one kind."""

    name: str
    title: Text
    items: list[Code]


class CodeLists(Shape):
    """Every list of codes."""

    items: list[CodeList]
