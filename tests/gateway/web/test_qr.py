"""QR codes: what is drawn is the code of the text, dark where it is dark, with the white around that phones need."""

from __future__ import annotations

import re

import segno
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.qr import qr_code


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_what_is_drawn_is_the_code_of_the_text(text: str) -> None:
    drawn = qr_code(text)
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)\.5h(\d+)", drawn.path):
        dark |= {(int(x) + step, int(y)) for step in range(int(width))}
    matrix = segno.make_qr(text, error="m").matrix
    assert drawn.side == len(matrix) + 8
    assert dark == {(x + 4, y + 4) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}


def test_nothing_else_is_in_the_path() -> None:
    assert re.fullmatch(r"(M\d+ \d+\.5h\d+)+", qr_code('otpauth://totp/a:b?secret="><script>').path)
