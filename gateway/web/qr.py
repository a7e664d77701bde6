"""QR codes as pages draw them: strokes of one path, dark on white."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

import segno

#: White modules around a code, without which phones do not find it (ISO/IEC 18004).
_QUIET: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class QrCode:
    """A code: the modules along a side with the white around, and the path's ``d``, of lines one module thick."""

    side: int
    path: str


def qr_code(text: str) -> QrCode:
    """Draw a text so that a phone reads it from a screen."""
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix_iter(border=_QUIET)]
    return QrCode(side=len(rows), path="".join(line for y, row in enumerate(rows) for line in _lines(row, y)))


def _lines(row: list[int], y: int) -> list[str]:
    """Give a row's runs of dark modules."""
    lines, x = [], 0
    for dark, run in groupby(row):
        width = len(list(run))
        if dark:
            lines.append(f"M{x} {y}.5h{width}")
        x += width
    return lines
