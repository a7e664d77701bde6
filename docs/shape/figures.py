"""All figures, their limits, and the table of them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from docs.shape import circles, class_names, docstrings, people_texts, sizes, untyped, walks
from docs.shape.sources import Found, House

LIMITS = Path(__file__).with_name("limits.json")


@dataclass(frozen=True)
class Figure:
    """Something measured of the house. Its limit is a multiple of ``step``; ``runs`` when a gateway runs for it."""

    name: str
    title: str
    measure: Callable[[House], Found]
    step: int = 1
    runs: bool = False


FIGURES = (
    Figure("filing", "files that hand an application on, filing to sent", walks.filing_to_sent, runs=True),
    Figure("callback", "files that hand a callback on, to its answer", walks.callback_to_answer, runs=True),
    Figure("folder", "files in the widest folder", sizes.widest_folder),
    Figure("lines", "lines of gateway/", sizes.lines, step=100),
    Figure("loaded", "lines of gateway/ loaded while serving", sizes.lines_loaded, step=100, runs=True),
    Figure("dict", "lines with dict[str, Any]", untyped.dict_str_any),
    Figure("any", "Any a thousand lines", untyped.any_per_thousand),
    Figure("noqa", "lines with noqa", untyped.noqa),
    Figure("classes", "class names used twice", class_names.class_names_twice),
    Figure("circles", "circles of imports, TYPE_CHECKING counted", circles.import_circles),
    Figure("docstrings", "docstrings that avoid their subject or hang on a semicolon", docstrings.docstrings),
    Figure("texts", "lines of people's texts outside a texts.py", people_texts.texts_in_code),
)


@dataclass(frozen=True)
class Limit:
    """Bounds of a figure: what it was at the first parent, what fails the check, and what it is to be."""

    before: float
    limit: float
    aim: float

    def lowered(self, now: float, step: int) -> Limit:
        """Give the limit that what was measured allows: never higher than it is, and never below the aim."""
        return replace(self, limit=min(self.limit, max(self.aim, math.ceil(now / step) * step)))


@dataclass(frozen=True)
class Limits:
    """All limits by the names of their figures, and the commit that they are compared with."""

    first_parent: str
    figures: Mapping[str, Limit]

    @classmethod
    def read(cls, file: Path) -> Limits:
        """Read them from a file."""
        kept = json.loads(file.read_bytes())
        return cls(kept["first_parent"], {name: Limit(**limit) for name, limit in kept["figures"].items()})

    def write(self, file: Path) -> None:
        """Write them, a line each."""
        lines = [f"    {json.dumps(name)}: {json.dumps(vars(limit))}" for name, limit in self.figures.items()]
        text = ",\n".join(lines)
        file.write_text(f'{{\n  "first_parent": "{self.first_parent}",\n  "figures": {{\n{text}\n  }}\n}}\n', encoding="utf-8")

    def lowered(self, found: Mapping[str, Found]) -> Limits:
        """Give them as low as what was measured allows."""
        steps = {figure.name: figure.step for figure in FIGURES}
        return replace(self, figures={name: limit.lowered(found[name].value, steps[name]) for name, limit in self.figures.items()})

    def broken(self, found: Mapping[str, Found]) -> list[str]:
        """Give the names of the figures that are beyond their limits."""
        return [name for name, limit in self.figures.items() if found[name].value > limit.limit]

    def table(self, found: Mapping[str, Found]) -> Iterator[str]:
        """Give the lines of the table."""
        width = max(len(figure.title) for figure in FIGURES)
        yield f"{'':{width}} {self.first_parent[:7]:>9} {'now':>9} {'limit':>9} {'to be':>9}"
        for figure in FIGURES:
            limit, now = self.figures[figure.name], found[figure.name]
            numbers = " ".join(f"{number:9,g}" for number in (limit.before, now.value, limit.limit, limit.aim))
            yield f"{figure.title:{width}} {numbers}  {figure.name}{now.note and ': '}{now.note}"


def measure(house: House) -> dict[str, Found]:
    """Measure all figures. Those for which a gateway runs are measured beside the others."""
    with ThreadPoolExecutor(1) as beside:
        running = {figure.name: beside.submit(figure.measure, house) for figure in FIGURES if figure.runs}
        read = {figure.name: figure.measure(house) for figure in FIGURES if not figure.runs}
        return read | {name: found.result() for name, found in running.items()}
