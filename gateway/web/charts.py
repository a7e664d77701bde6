"""Charts drawn on the server: rectangles in percent of their picture, a sentence with the finding, and the same numbers for a table.

``ui.chart`` draws one, ``ui.numbers`` gives its table. A colour is a class of the stylesheet (``run``, ``wait``, ``doubt`` …).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gateway.model.service import Text

#: The least part of the picture that something takes that is there, in percent: a hundredth of a bar would be seen by nobody.
_LEAST: Final = 1.0
#: The part of a bar's place that stays empty beside it, in percent.
_GAP: Final = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One number of a chart. ``said`` is the number as people read it, where digits alone do not say it."""

    name: Text
    number: float
    colour: str = "run"
    said: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    """A rectangle, in percent of the picture. A ``faint`` one stands behind the others."""

    x: str
    y: str
    width: str
    height: str
    colour: str
    faint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart as it is drawn."""

    sentence: Text
    values: tuple[Value, ...]
    rects: tuple[Rect, ...]


def stacked(sentence: Text, values: Sequence[Value]) -> Chart:
    """Give one bar of all values side by side, each as wide as its part of the whole."""
    shown = [one for one in values if one.number > 0]
    whole = sum(one.number for one in shown)
    widths = [max(_LEAST, one.number * 100 / whole) for one in shown]
    scale, rects, x = 100 / sum(widths, 0.0) if widths else 1.0, [], 0.0
    for one, width in zip(shown, widths, strict=True):
        rects.append(Rect(x=_percent(x), y="0%", width=_percent(width * scale), height="100%", colour=one.colour))
        x += width * scale
    return Chart(sentence=sentence, values=tuple(values), rects=tuple(rects))


def bars(sentence: Text, values: Sequence[Value]) -> Chart:
    """Give one upright bar a value, all on one scale from nothing to the greatest. The last is drawn in full, as the one that counts."""
    most, place = max((one.number for one in values), default=0), 100 / max(1, len(values))
    rects = []
    for index, one in enumerate(values):
        height = max(_LEAST, one.number * 100 / most) if one.number > 0 else 0
        width = place * (100 - _GAP) / 100
        x, y = _percent(index * place), _percent(100 - height)
        last = index == len(values) - 1
        rects.append(Rect(x=x, y=y, width=_percent(width), height=_percent(height), colour=one.colour, faint=not last))
    return Chart(sentence=sentence, values=tuple(values), rects=tuple(rects))


def _percent(number: float) -> str:
    return f"{number:.2f}%"
